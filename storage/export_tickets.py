"""Tickets as another system can import them, without knowing the tables: what each is, how its clocks were kept, and
what happened in order, with the words and names in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.export import written
from storage.tables.accounts import AccountRow
from storage.tables.desks import DeskRow
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_tickets
from triage.clock import Clock
from triage.cycles import Cycle, agreement_cycles, that_fell_here
from triage.event import Event
from triage.figures import cycles_here
from triage.people import VIGIE
from triage.terms import ClockKind

AT_ONCE = 200  # tickets that are held in memory
TERMS = "terms"  # of an event's data: they stand in the table of events, and what came of them in the clocks

_accounts, _desks = table(AccountRow), table(DeskRow)
People = Mapping[str, tuple[str, str | None]]
"""By key, what they are called and their email."""


def read_tickets(session: Session, organisation_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Every ticket of the organisation, desk by desk in the order of their numbers."""
    people: People = {
        key: (name, email)
        for key, name, email in session.execute(
            sa.select(_accounts.c.key, _accounts.c.name, _accounts.c.email).where(
                _accounts.c.organisation_id == organisation_id
            )
        )
    }
    desks = sa.select(_desks.c.id, _desks.c.name).where(_desks.c.organisation_id == organisation_id)
    for desk_id, desk in session.execute(desks.order_by(_desks.c.id)).all():
        after = 0
        while found := get_tickets(session, organisation_id, desk_id, after=after, limit=AT_ONCE, only_open=False):
            after = found[-1].number
            ids = {event.body_id for stored in found for event in stored.events if event.body_id is not None}
            texts = load_texts(session, organisation_id, sorted(ids))
            for stored in found:
                yield {"desk": desk, **_document(stored, texts, people, now)}


def _document(stored: StoredTicket, texts: Mapping[int, str], people: People, now: datetime) -> dict[str, Any]:
    ticket = stored.ticket
    opened = stored.events[0].body_id
    every = cycles_here(stored.events)
    beside = that_fell_here(stored.events, agreement_cycles(stored.events)) if ticket.agreements else {}
    return {
        "number": stored.number,
        "state": ticket.status.value,
        "category": None if ticket.category is None else ticket.category.value,
        "severity": ticket.severity,
        "claimed_severity": ticket.claimed,
        "confirmed": ticket.confirmed,
        "customer": ticket.customer,
        "requester": _person(ticket.requester, people),
        "assignee": _person(ticket.ownership.assignee, people),
        "group": ticket.ownership.group,
        "skills": list(ticket.skills),
        "text": None if opened is None else texts.get(opened),
        "reported_at": written(ticket.report.at),
        "opened_at": written(ticket.opened_at),
        "requested_date": written(ticket.requested_date),
        "restored_at": written(ticket.outage.restored_at),
        "resolved_at": written(ticket.resolved_at),
        "level": ticket.level,
        "links": list(ticket.links),
        "references": [texts[key] for each in ticket.references if (key := each.body_id) is not None and key in texts],
        "merged_into": ticket.merged_into,
        "policy_version": ticket.terms.policy_version,
        "clocks": _clocks(ticket.clocks, every, now),
        "agreements": [
            {
                "name": name,
                "clocks": _clocks(clocks, {kind: found for (of, kind), found in beside.items() if of == name}, now),
            }
            for name, clocks in ticket.agreements.items()
        ],
        "threads": [
            {"platform": each.platform, "side": each.side, "channel": each.channel, "message": each.root_id}
            for each in stored.conversations
        ],
        "timeline": [_happened(event, texts, people) for event in stored.events],
    }


def _clocks(
    clocks: Mapping[ClockKind, Clock], every: Mapping[ClockKind, Sequence[Cycle]], now: datetime
) -> list[dict[str, Any]]:
    """The clocks of one agreement, each with every deadline of it that fell here."""
    return [
        {"clock": kind.value, **_clock(clock, now), "deadlines": [_deadline(each, now) for each in every.get(kind, ())]}
        for kind, clock in clocks.items()
    ]


def _clock(clock: Clock, now: datetime) -> dict[str, Any]:
    until = clock.ended_at or now
    return {
        "state": clock.state.value,
        "target_seconds": clock.target.seconds,
        "started_at": written(clock.started_at),
        "deadline": written(clock.deadline),
        "ended_at": written(clock.ended_at),
        "late": clock.breached(now),
        "taken_seconds": clock.taken(until),
        "over_seconds": clock.over(until),
    }


def _deadline(cycle: Cycle, now: datetime) -> dict[str, Any]:
    """One deadline that was once in force, and whether it was kept."""
    return {
        "deadline": written(cycle.clock.deadline), "ended_at": written(cycle.ended_at), "late": cycle.breached(now)
    }  # fmt: skip


def _happened(event: Event, texts: Mapping[int, str], people: People) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": written(event.at),
        "recorded_at": written(event.recorded_at),
        "by": _person(event.actor, people),
        "on": event.platform or None,
        "what": event.kind.value,
        "data": {key: value for key, value in event.fact.to_data().items() if key != TERMS},
        "text": None if event.body_id is None else texts.get(event.body_id),
    }


def _person(key: str | None, people: People) -> dict[str, Any] | None:
    if key is None:
        return None
    name, email = people.get(key, ("Vigie" if key == VIGIE else None, None))
    return {"key": key, "name": name, "email": email}
