"""Tickets, events and clocks as programs are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.api import shapes
from bot.desk.directory import Directory
from bot.verbs.base.call import Call
from bot.verbs.engine.access import as_told
from storage.listing import Listed
from storage.tickets import StoredTicket
from triage import referring
from triage.clock import Clock
from triage.event import Event
from triage.terms import Category, ClockKind
from triage.ticket import Status, Ticket

TERMS = "terms"  # of an event's data: what came of them stands in the clocks


def whoever(directory: Directory, key: str) -> shapes.Whoever:
    """Somebody, by key and name."""
    return shapes.Whoever(key=key, name=directory.name(key))


def _maybe(directory: Directory, key: str | None) -> shapes.Whoever | None:
    return None if key is None else whoever(directory, key)


def listed(directory: Directory, row: Listed) -> shapes.TicketListed:
    """A ticket of a list."""
    return shapes.TicketListed.model_construct(
        number=row.number, version=row.version, status=Status(row.status),
        category=None if row.category is None else Category(row.category), severity=row.severity, summary=row.summary,
        customer=row.customer, requester=whoever(directory, row.requester), assignee=_maybe(directory, row.assignee),
        level=row.level, opened_at=row.opened_at, next_due_at=row.next_due_at,
    )  # fmt: skip


def ticket(call: Call, stored: StoredTicket, texts: Mapping[int, str]) -> shapes.Ticket:
    """A ticket in full, as far as whoever asks may know it."""
    known = as_told(call, stored)
    return ticket_at(call.desk.directory, known, texts, call.now, inside=call.actor.has_role)


def ticket_at(
    directory: Directory, stored: StoredTicket, texts: Mapping[int, str], now: datetime, *, inside: bool
) -> shapes.Ticket:
    """A ticket in full, with all its agreements, as it is at that instant. `inside`: for somebody of the desk."""
    known = stored.ticket
    opened = stored.events[0].body_id
    text = "" if opened is None else texts.get(opened, "")
    return shapes.Ticket.model_construct(
        number=stored.number, version=known.version, status=known.status, category=known.category,
        severity=known.severity, summary=text.split("\n", 1)[0], customer=known.customer,
        requester=whoever(directory, known.requester), assignee=_maybe(directory, known.ownership.assignee),
        level=known.level, opened_at=known.opened_at, next_due_at=known.next_due, text=text,
        claimed_severity=known.claimed, confirmed=known.confirmed, group=_maybe(directory, known.ownership.group),
        skills=list(known.skills), reported_at=known.report.at, requested_date=known.requested_date,
        waiting_for=None if known.waiting is None else known.waiting.what, promised_until=known.promise,
        snoozed_until=known.snoozed_until, restored_at=known.outage.restored_at, resolved_at=known.resolved_at,
        links=list(known.links), references=_references(known, texts, inside=inside),
        merged_into=known.merged_into, part_of=known.together.part_of,
        policy_version=known.terms.policy_version,
        clocks=_clocks(known.clocks, now),
        agreements=[
            shapes.AgreementClocks.model_construct(name=name, clocks=_clocks(clocks, now))
            for name, clocks in known.agreements.items()
        ],
    )  # fmt: skip


def _clocks(of: Mapping[ClockKind, Clock], now: datetime) -> list[shapes.Clock]:
    return [shapes.Clock.model_construct(**clock(each, now)) for each in of.values()]


def _references(of: Ticket, texts: Mapping[int, str], *, inside: bool) -> list[shapes.Reference]:
    known = [texts.get(each.body_id, "") for each in of.references if each.body_id is not None] if inside else []
    found = [referring.read(text) for text in known if text]
    return [shapes.Reference.model_construct(number=each.number, link=each.link or None) for each in found]


def clock(of: Clock, now: datetime) -> dict[str, Any]:
    """The fields of a clock."""
    until = of.ended_at or now
    return {
        "clock": of.kind, "state": of.state, "target_seconds": of.target.seconds, "started_at": of.started_at,
        "deadline": of.deadline, "ended_at": of.ended_at, "late": of.breached(now), "taken_seconds": of.taken(until),
        "over_seconds": of.over(until),
    }  # fmt: skip


def event(directory: Directory, of: Event, texts: Mapping[int, str]) -> shapes.Event:
    """Something that happened."""
    return shapes.Event.model_construct(
        seq=of.seq, at=of.at, recorded_at=of.recorded_at, by=whoever(directory, of.actor), kind=of.kind,
        data={name: value for name, value in of.fact.to_data().items() if name != TERMS},
        text=None if of.body_id is None else texts.get(of.body_id, ""), text_id=of.body_id,
    )  # fmt: skip
