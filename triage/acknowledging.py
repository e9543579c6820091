"""Somebody answers for an open breach, or for the level that was reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.contents.changes import ChangedContent, What
from triage.errors import Refusal
from triage.event import Kind
from triage.facts.escalating import LevelAnswered
from triage.facts.owning import Acknowledged
from triage.notice import CARD
from triage.people import Actor
from triage.ticket import Ticket

# What says nothing of having seen to a level: it climbs on, or undoes, or answers for it by itself.
_NO_ANSWER = frozenset({
    Kind.ESCALATED, Kind.ESCALATION_ASKED, Kind.ESCALATION_UNDONE, Kind.REACTION_REMOVED, Kind.DEESCALATED,
    Kind.ACKNOWLEDGED,
})  # fmt: skip


def acknowledge(
    ticket: Ticket, actor: Actor, now: datetime, *, in_group: bool = False, of_level: bool = True
) -> Change:
    """Someone answers for an open breach or for the level that was reached: its repeats end, and nobody else is called.
    `in_group`: they are of the group that has the work in hand, and answer for what it was handed. `of_level`: they are
    among those who may answer for that level; others answer for breaches alone."""
    if in_group and ticket.ownership.handed is not None:
        must_be_open(ticket)
        return Change(
            (event(actor, now, Acknowledged(for_group=True)),),
            (changed(ChangedContent(actor.id, What.GROUP_ACKNOWLEDGED)), CARD),
        )
    rights.require(actor, "ack")
    must_be_open(ticket)
    owed = ticket.escalation.owed
    if not ticket.breaches and owed is None:
        raise Refusal("nothing_to_acknowledge")
    if not ticket.breaches and not of_level:
        raise Refusal("level_not_yours", level=ticket.level)
    fact = Acknowledged(of_level=of_level)
    return Change((event(actor, now, fact),), (changed(ChangedContent(actor.id, What.ACKNOWLEDGED)), CARD))


def answered_by_acting(ticket: Ticket, change: Change, actor: Actor, now: datetime, *, is_contact: bool) -> Change:
    """The change, by which a contact of the level that was reached answers for it as well: whoever takes the ticket,
    updates or notes something has seen it (policy: Escalation)."""
    goes_on = ticket.is_open or any(each.kind is Kind.REOPENED for each in change.events)
    if not is_contact or ticket.escalation.owed is None or not goes_on:
        return change
    if not any(each.actor == actor.id and each.kind not in _NO_ANSWER for each in change.events):
        return change
    if any(each.kind in _NO_ANSWER for each in change.events):
        return change
    answered = event(actor, now, LevelAnswered(ticket.level))
    shown = () if CARD in change.notices else (CARD,)
    return replace(change, events=(*change.events, answered), notices=(*change.notices, *shown))
