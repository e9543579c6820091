"""Rate limit for people outside: beyond the tickets that the policy lets them open, what they write is added to their
last one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.changes import record
from storage.intake import opened_by
from storage.tickets import StoredTicket, get_ticket_by_id, lock_chosen, survivor
from triage.answering import customer_wrote
from triage.flooding import instead_of_opening
from triage.people import Actor


def last_of_too_many(
    session: Session, desk: DeskRuntime, actor: Actor, channel: str, now: datetime
) -> StoredTicket | None:
    """The ticket, locked, to which the request of this person is added because they have opened as many tickets of late
    as the policy allows: their latest open one in that channel, else in any. None where they may open another, and
    where none of theirs is open."""
    policy = desk.policy
    if not actor.is_outside:
        return None
    found = opened_by(session, desk.organisation_id, actor.id, now - policy.flood_window)
    if len(found) < policy.flood_tickets:
        return None

    def choose() -> StoredTicket | None:
        theirs = (get_ticket_by_id(session, desk.organisation_id, each) for each in found[: policy.flood_tickets])
        still = [stored for each in theirs if (stored := survivor(session, each)).ticket.is_open]
        here = [stored for stored in still if channel in {place.channel for place in stored.conversations}]
        return next(iter([*here, *still]), None)

    return lock_chosen(session, choose, lambda stored: stored.ticket.is_open)


def add_instead(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, desk: DeskRuntime, stored: StoredTicket, actor: Actor, text: str, at: datetime, now: datetime
) -> StoredTicket:
    """Record what they wrote on the ticket that `last_of_too_many` answered."""
    wrote = customer_wrote(stored.ticket, actor, now, text, at=at, sent=False)
    return record(session, stored, instead_of_opening(desk.policy, wrote, stored.events, actor, now), now)
