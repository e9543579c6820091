"""Climbing the levels: by command, by reaction, at the customer's request; undone within its grace; left again for the
one below."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from triage import rights
from triage.change import Change
from triage.checks import changed, closing, event, must_be_open
from triage.contents.changes import ChangedContent, ReasonContent, What
from triage.contents.privately import EndorsedContent, PickReasonContent, StandsContent
from triage.contents.to_customer import ReopenedContent
from triage.contents.to_desk import (
    DeescalatedContent,
    EscalatedContent,
    EscalationAskedContent,
    EscalationUndoneContent,
)
from triage.errors import Refusal
from triage.facts.escalating import (
    Deescalated,
    Endorsed,
    Escalated,
    EscalationAsked,
    EscalationUndone,
    ReactionRemoved,
    ReasonGiven,
)
from triage.facts.owning import Assigned, Unassigned
from triage.facts.state import Unresolved
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, Urgency
from triage.people import Actor
from triage.text import checked
from triage.ticket import Ticket

REASONS = ("impact", "slow", "effort")  # impact has grown, not resolved fast enough, effort not meeting expectations
ENDORSE = timedelta(seconds=60)  # a reaction this soon after a climb means the same climb
UNDO = timedelta(minutes=2)


def escalate(
    ticket: Ticket, actor: Actor, now: datetime, reason: str, *, sure: bool = False, answers: bool = False
) -> Change:
    """Climb one level, or, from anyone outside the desk, ask a manager to. Soon after a climb it may mean the same one:
    refused with the question, unless they are `sure`. `answers`: whether they are a contact of the next level, and so
    answer for it."""
    if not ticket.is_open and ticket.dismissed_at is None and not actor.is_staff:
        raise Refusal("resolved_for_customer")
    must_be_open(ticket)
    reason = checked(reason)
    if not reason:
        raise Refusal("escalate_needs_reason")
    if actor.is_staff:
        rights.require(actor, "escalate")
        last, ago = ticket.escalation.last, timedelta(0)
        if last is not None:
            ago = abs(whole_second(now) - last.at)  # the clock may have been set back
            if not sure and ago <= ENDORSE and last.level < ticket.terms.levels:
                raise Refusal(
                    "escalate_again", level=last.level, next=last.level + 1, ago=int(ago.total_seconds()),
                    sure=str(last.level),
                )  # fmt: skip
        return _climb(ticket, actor, now, reason, answers=answers)
    asked = event(actor, now, EscalationAsked(), text=reason)
    if ticket.escalation.asked:  # nobody has decided yet, and whoever can was called
        again = changed(ChangedContent(actor.id, What.ESCALATION_ASKED_AGAIN), reason)
        return Change((asked,), (replace(again, urgency=Urgency.LAST),))
    notice = Notice(EscalationAskedContent(actor.id), Audience.DESK, broadcast=True, body=reason)
    return Change((asked,), (notice, CARD))


def escalate_by_reaction(ticket: Ticket, actor: Actor, now: datetime, *, answers: bool = False) -> Change:
    """A manager's reaction climbs one level at once. One on top of a climb that still stands endorses that climb
    instead, and the manager is told so. `answers`: as for `escalate`.

    A second reaction of the same manager while the first stands, or anyone's within 60 seconds of a climb, never
    climbs.
    """
    rights.require(actor, "escalate-by-reaction")
    must_be_open(ticket)
    last = ticket.escalation.last
    if last is not None and (ticket.escalation.standing.get(actor.id) or abs(whole_second(now) - last.at) <= ENDORSE):
        content = EndorsedContent(actor.id, by=last.actor, level=last.level, at=last.at)
        noted = Notice(content, Audience.PERSON)
        return Change((event(actor, now, Endorsed(last.level)),), (noted,))
    return _climb(ticket, actor, now, None, answers=answers)


def undo_reaction(ticket: Ticket, actor: Actor, now: datetime, verb: str) -> Change:
    """A reaction was taken off. Within two minutes that undoes what it did, if it was this person's and still stands;
    otherwise they are told why it stands. A reaction that did nothing undoes nothing."""
    now = whole_second(now)
    if verb == "escalate":
        return _undo_escalation(ticket, actor, now)
    done, passed = ticket.undo.undoable.get(verb), ticket.undo.overtaken.get(verb)
    if done is None or done.actor != actor.id:
        if passed is None or passed.actor != actor.id or now - passed.at > UNDO:
            return Change()
        return _stands(StandsContent(actor.id, verb=verb, why="overtaken"))
    if done.platform and actor.platform and done.platform != actor.platform:
        return Change()  # theirs on the other platform did it, and still stands there
    if now - done.at > UNDO:
        return _stands(StandsContent(actor.id, verb=verb, why="late"))
    if verb == "take":
        before = done.fact.before if isinstance(done.fact, Assigned) else None
        return Change(
            (event(actor, now, Unassigned(before, done.seq)),),
            (changed(ChangedContent(actor.id, What.TAKE_UNDONE)), CARD),
        )
    told = Notice(ReopenedContent(actor.id, counts=True), Audience.CUSTOMER)
    aloud = (closing(actor, now, "reopened"),) if ticket.announced.said_over == done.seq else ()
    return Change((event(actor, now, Unresolved(done.seq)),), (told, *aloud, CARD))


def give_reason(ticket: Ticket, actor: Actor, now: datetime, level: int, reason: str) -> Change:
    """The reason of a climb by reaction, picked afterwards by the one who reacted. A second pick changes nothing."""
    climb = next((c for c in ticket.escalation.climbs if c.level == level), None)
    reason = checked(reason)
    if climb is None or climb.explained or climb.actor != actor.id or not reason:
        return Change()
    said = changed(ReasonContent(actor.id, What.REASON, level, reason))
    return Change((event(actor, now, ReasonGiven(level), text=reason),), (said, CARD))


def de_escalate(ticket: Ticket, actor: Actor, now: datetime, reason: str) -> Change:
    """Leave the level that was reached for the one below. From then on the thresholds count anew."""
    rights.require(actor, "de-escalate")
    must_be_open(ticket)
    if ticket.level == 0:
        raise Refusal("not_escalated")
    reason = checked(reason)
    if not reason:
        raise Refusal("de_escalate_needs_reason")
    left = event(actor, now, Deescalated(ticket.level), text=reason)
    said = Notice(DeescalatedContent(actor.id, ticket.level), Audience.DESK, body=reason)
    return Change((left,), (said, CARD))


def _climb(ticket: Ticket, actor: Actor, now: datetime, reason: str | None, *, answers: bool) -> Change:
    level = ticket.level + 1
    if level > ticket.terms.levels:
        raise Refusal("top_of_chain", level=ticket.level)
    climbed = event(actor, now, Escalated(level, by_reaction=reason is None, answered=answers), text=reason)
    notices = [
        Notice(EscalatedContent(actor.id, level), Audience.DESK, broadcast=True, body=reason),
        CARD,
    ]
    if reason is None:
        notices.append(Notice(PickReasonContent(actor.id, level=level), Audience.PERSON))
    return Change((climbed,), tuple(notices))


def _undo_escalation(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """Undo a climb once the last reaction that carries it is taken off; before that, record one reaction less."""
    standing = ticket.escalation.standing.get(actor.id, 0)
    climb = ticket.escalation.last
    if not standing or climb is None:
        return _left_meanwhile(ticket, actor, now)
    why = ""
    if climb.actor != actor.id or not climb.stands:
        why = "others"
    elif standing > 1:
        why = "more"
    elif climb.endorsed_by:
        why = "endorsed"
    elif now - climb.at > UNDO:
        why = "late"
    if why:
        told = _stands(
            StandsContent(
                actor.id, verb="escalate", why=why, level=climb.level, by=climb.actor, at=climb.at,
                others=climb.endorsed_by,
            )
        )  # fmt: skip
        return replace(told, events=(event(actor, now, ReactionRemoved(climb.level)),))
    undone = event(actor, now, EscalationUndone(climb.level, climb.seq))
    said = Notice(EscalationUndoneContent(actor.id, climb.level), Audience.DESK)
    return Change((undone,), (said, CARD))


def _left_meanwhile(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """Nothing of theirs stands. Where what their reaction carried was left for the level below, they are told by
    whom."""
    climb, left = ticket.escalation.left or (None, None)
    if climb is None or left is None or not climb.by_reaction or now - climb.at > UNDO:
        return Change()
    if actor.id not in (climb.actor, *climb.endorsed_by):
        return Change()
    return _stands(
        StandsContent(actor.id, verb="escalate", why="left", level=climb.level, by=left.actor, at=left.at)
    )  # fmt: skip


def _stands(content: StandsContent) -> Change:
    """That what a reaction did stands though it was taken off, and why."""
    return Change((), (Notice(content, Audience.PERSON),))
