"""What one person outside can cause is bounded: beyond it nothing is lost, and nothing urgent waits for it."""

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
    """Whether that person wrote to the ticket as often of late as they may open tickets."""
    since = now - policy.flood_window
    wrote = (e for e in events if e.kind is Kind.CUSTOMER_WROTE and e.actor == actor.id and e.recorded_at > since)
    return sum(1 for _ in wrote) >= policy.flood_tickets


def bounded(policy: Policy, change: Change, events: Sequence[Event], actor: Actor, now: datetime) -> Change:
    """What that person does to a ticket of those `events`: beyond what one person outside may write, it is told after
    all that waits for the same channel."""
    return said_last(change) if actor.is_outside and writes_much(policy, events, actor, now) else change


def said_last(change: Change) -> Change:
    """What the customer wrote, told after all that waits for the same channel."""
    notices = (
        replace(notice, urgency=Urgency.LAST) if notice.kind is NoticeKind.CUSTOMER_WROTE else notice
        for notice in change.notices
    )
    return replace(change, notices=tuple(notices))


def is_beyond(event: Event) -> bool:
    """Whether it is a message that would have been a ticket of its own, one too many."""
    return isinstance(event.fact, CustomerWrote) and event.fact.beyond


def instead_of_opening(policy: Policy, change: Change, events: Sequence[Event], actor: Actor, now: datetime) -> Change:
    """A message on that person's last ticket, in the place of one more ticket. The desk is told so once."""
    since = now - policy.flood_window
    told = any(is_beyond(event) and event.actor == actor.id and event.recorded_at > since for event in events)
    marked = (
        replace(event, fact=replace(event.fact, beyond=True)) if isinstance(event.fact, CustomerWrote) else event
        for event in change.events
    )
    said = () if told else (changed(ChangedContent(actor.id, What.FLOOD)),)
    last = said_last(change)
    return replace(last, events=tuple(marked), notices=(*said, *last.notices))
