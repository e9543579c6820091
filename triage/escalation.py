"""Climbing the levels: by command, by reaction, at the customer's request; undone within its grace."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.errors import Refusal
from triage.event import Kind
from triage.fold import Climb
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import Actor
from triage.text import checked
from triage.ticket import Ticket

REASONS = ("impact", "slow", "effort")  # impact has grown, not resolved fast enough, effort not meeting expectations
ENDORSE = timedelta(seconds=60)  # a reaction this soon after a climb means the same climb
UNDO = timedelta(minutes=2)


def escalate(ticket: Ticket, actor: Actor, now: datetime, reason: str) -> Change:
    """Climb one level, or, from anyone outside the desk, ask a manager to."""
    if not ticket.is_open and ticket.dismissed_at is None and not actor.is_staff:
        raise Refusal("resolved_for_customer")
    must_be_open(ticket)
    reason = checked(reason)
    if not reason:
        raise Refusal("escalate_needs_reason")
    if actor.is_staff:
        actor.require("escalate")
        return _climb(ticket, actor, now, reason)
    asked = event(actor, now, Kind.ESCALATION_ASKED, text=reason)
    notice = Notice(NoticeKind.ESCALATION_ASKED, Audience.DESK, {"by": actor.id}, broadcast=True, body=reason)
    return Change((asked,), (notice, CARD))


def escalate_by_reaction(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """A manager's reaction climbs at once; one that comes on top of a climb that still stands endorses it.

    A second one by someone whose first still stands, or anyone's within 60 seconds of a climb, never climbs.
    """
    actor.require("escalate-by-reaction")
    must_be_open(ticket)
    last = _last_climb(ticket)
    if last is not None and (ticket.standing.get(actor.id) or whole_second(now) - last.at <= ENDORSE):
        return Change((event(actor, now, Kind.ENDORSED, {"level": last.level}),))
    return _climb(ticket, actor, now, None)


def undo_reaction(ticket: Ticket, actor: Actor, now: datetime, verb: str) -> Change:
    """A reaction taken off within two minutes undoes what it did, if it was this person's and still stands."""
    now = whole_second(now)
    if verb == "escalate":
        return _undo_escalation(ticket, actor, now)
    done = ticket.last_undoable.get(verb)
    if done is None or done.actor != actor.id or now - done.at > UNDO:
        return Change()
    if verb == "take":
        before = done.data.get("before")
        return Change(
            (event(actor, now, Kind.UNASSIGNED, {"assignee": before, "undoes": done.seq}),),
            (changed("take_undone", actor), CARD),
        )
    told = Notice(NoticeKind.REOPENED, Audience.CUSTOMER, {"counts": True, "by": actor.id})
    return Change((event(actor, now, Kind.UNRESOLVED, {"undoes": done.seq}),), (told, CARD))


def give_reason(ticket: Ticket, actor: Actor, now: datetime, level: int, reason: str) -> Change:
    """The reason of a climb by reaction, picked afterwards by the one who reacted. A second pick changes nothing."""
    climb = next((c for c in ticket.climbs if c.level == level), None)
    reason = checked(reason)
    if climb is None or climb.explained or climb.actor != actor.id or not reason:
        return Change()
    said = changed("reason", actor, level=level, reason=reason)
    return Change((event(actor, now, Kind.REASON_GIVEN, {"level": level}, text=reason),), (said, CARD))


def _climb(ticket: Ticket, actor: Actor, now: datetime, reason: str | None) -> Change:
    level = ticket.level + 1
    if level > ticket.terms.levels:
        raise Refusal("top_of_chain", level=ticket.level)
    climbed = event(actor, now, Kind.ESCALATED, {"level": level, "by_reaction": reason is None}, text=reason)
    notices = [
        Notice(NoticeKind.ESCALATED, Audience.DESK, {"by": actor.id, "level": level}, broadcast=True, body=reason),
        CARD,
    ]
    if reason is None:
        notices.append(Notice(NoticeKind.PICK_REASON, Audience.PERSON, {"person": actor.id, "level": level}))
    return Change((climbed,), tuple(notices))


def _undo_escalation(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """The climb is undone with the last reaction that carries it; until then one reaction less stands."""
    standing = ticket.standing.get(actor.id, 0)
    climb = _last_climb(ticket)
    if not standing or climb is None:
        return Change()
    if climb.actor != actor.id or not climb.stands or standing > 1 or climb.endorsed_by or now - climb.at > UNDO:
        return Change((event(actor, now, Kind.REACTION_REMOVED, {"level": climb.level}),))
    undone = event(actor, now, Kind.ESCALATION_UNDONE, {"level": climb.level, "undoes": climb.seq})
    said = Notice(NoticeKind.ESCALATION_UNDONE, Audience.DESK, {"by": actor.id, "level": climb.level})
    return Change((undone,), (said, CARD))


def _last_climb(ticket: Ticket) -> Climb | None:
    return ticket.climbs[-1] if ticket.climbs else None
