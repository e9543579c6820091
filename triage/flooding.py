"""Rate limit for one person outside: what goes beyond it is not lost, but is said after everything urgent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from triage.change import Change
from triage.checks import changed
from triage.contents.changes import ChangedContent, What
from triage.event import Event, Kind
from triage.facts.telling import CustomerWrote
from triage.notice import NoticeKind, Urgency
from triage.people import Actor
from triage.policy import Policy


def writes_much(policy: Policy, events: Sequence[Event], actor: Actor, now: datetime) -> bool:
    """Whether that person has written to the ticket as often of late as they may open tickets."""
    since = now - policy.flood_window
    wrote = (e for e in events if e.kind is Kind.CUSTOMER_WROTE and e.actor == actor.id and e.recorded_at > since)
    return sum(1 for _ in wrote) >= policy.flood_tickets


def bounded(policy: Policy, change: Change, events: Sequence[Event], actor: Actor, now: datetime) -> Change:
    """The change as it is recorded: where the person is outside and has written more than they may, its notices come
    after all else that waits for the channel."""
    return said_last(change) if actor.is_outside and writes_much(policy, events, actor, now) else change


def said_last(change: Change) -> Change:
    """The change with its notices to be sent after all else that waits for the same channel."""
    notices = (
        replace(notice, urgency=Urgency.LAST) if notice.kind is NoticeKind.CUSTOMER_WROTE else notice
        for notice in change.notices
    )
    return replace(change, notices=tuple(notices))


def is_beyond(event: Event) -> bool:
    """Whether that event is a message that would have been one ticket too many."""
    return isinstance(event.fact, CustomerWrote) and event.fact.beyond


def instead_of_opening(policy: Policy, change: Change, events: Sequence[Event], actor: Actor, now: datetime) -> Change:
    """The message as an addition to that person's last ticket, instead of one more ticket. The desk is told so once."""
    since = now - policy.flood_window
    told = any(is_beyond(event) and event.actor == actor.id and event.recorded_at > since for event in events)
    marked = (
        replace(event, fact=replace(event.fact, beyond=True)) if isinstance(event.fact, CustomerWrote) else event
        for event in change.events
    )
    said = () if told else (changed(ChangedContent(actor.id, What.FLOOD)),)
    last = said_last(change)
    return replace(last, events=tuple(marked), notices=(*said, *last.notices))
