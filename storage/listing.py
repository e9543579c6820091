"""Tickets as lists show them: found by whom they belong to, by severity, by customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.conversations import cards_of
from storage.core import table
from storage.customers import customer_key
from storage.tables.tickets import IS_OPEN, BodyRow, EventRow, TicketRow
from storage.tickets import StoredTicket
from triage.event import Kind
from triage.ticket import Status

_tickets, _bodies, _events = table(TicketRow), table(BodyRow), table(EventRow)


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket as lists show it."""

    #: What people call it by.
    number: int
    #: triage.ticket.Status.
    status: str
    #: triage.terms.Category; None: not known yet.
    category: str | None
    #: As it is in force; None: it has none.
    severity: int | None
    #: A person's key; None: nobody has it.
    assignee: str | None
    #: A person's key.
    requester: str
    #: Their name; None: nobody's.
    customer: str | None
    #: Of escalation, the highest that was reached; 0: none.
    level: int
    #: Its text; empty where it was erased.
    summary: str
    #: When it was opened.
    opened_at: datetime
    #: The earliest of its deadlines; None: none is running.
    next_due_at: datetime | None
    #: How many events it has.
    version: int = 0
    card: tuple[str, str] | None = None  # the channel and id of its card
    #: For whom or what it waits (`customer`, `vendor`, `maintenance`), and since when; None: it does not wait.
    waits: tuple[str, datetime] | None = None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Listed:
        """From a row of `listed`; where its card is, is not in it."""
        *values, text = row
        return cls(summary=(text or "").split("\n", 1)[0], **dict(zip(_LISTED, values, strict=True)))


_LISTED = (
    "number", "status", "category", "severity", "assignee", "requester", "customer", "level", "opened_at",
    "next_due_at", "version",
)  # fmt: skip


def listed() -> sa.Select[Any]:
    """The query for the columns of a `Listed`."""
    return sa.select(*(_tickets.c[name] for name in _LISTED), _bodies.c.text).join_from(
        _tickets, _bodies, _bodies.c.id == _tickets.c.summary_id, isouter=True
    )


def with_cards(session: Session, organisation_id: int, query: sa.Select[Any], platform: str) -> list[Listed]:
    """The result of `query` (made from `listed`), each with the place of its card (on that platform where it has one
    there), and with what it waits for."""
    found = [Listed.of(row) for row in session.execute(query)]
    cards = cards_of(session, organisation_id, [each.number for each in found], platform)
    waits = _waits(session, organisation_id, [each.number for each in found if each.status == Status.WAITING])
    return [replace(each, card=cards.get(each.number), waits=waits.get(each.number)) for each in found]


def _waits(session: Session, organisation_id: int, numbers: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    """For what those tickets wait, and since when, by number."""
    if not numbers:
        return {}
    query = (
        sa.select(_tickets.c.number, _events.c.data, _events.c.at)
        .join_from(_tickets, _events, _events.c.ticket_id == _tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(list(numbers)),
            _events.c.kind == Kind.WAITED.value,
        )
        .order_by(_events.c.at, _events.c.seq)  # of several the last counts
    )  # fmt: skip
    return {number: (str(data.get("for", "")), at) for number, data, at in session.execute(query)}


def list_tickets(
    session: Session,
    organisation_id: int,
    *,
    person: str | None = None,
    include_resolved: bool = False,
    requester: str | None = None,
    unassigned: bool = False,
    severity: int | None = None,
    customer: str | None = None,
    limit: int = 20,
    offset: int = 0,
    platform: str = "",
) -> list[Listed]:
    """Open tickets, most pressing first. `person`: those they own or asked for; the other arguments narrow further.
    `platform`: where the links to their cards should lead."""
    query = (
        listed()
        .where(_tickets.c.organisation_id == organisation_id)
        .order_by(_tickets.c.next_due_at.is_(None), _tickets.c.next_due_at, _tickets.c.number)
        .limit(limit)
        .offset(offset)
    )
    query = query.where(IS_OPEN if not include_resolved else _tickets.c.status != "dismissed")
    if person is not None:
        query = query.where(sa.or_(_tickets.c.assignee == person, _tickets.c.requester == person))
    if requester is not None:
        query = query.where(_tickets.c.requester == requester)
    if unassigned:
        query = query.where(_tickets.c.assignee.is_(None))
    if severity is not None:
        query = query.where(_tickets.c.severity == severity)
    if customer is not None:
        query = query.where(_tickets.c.customer_key == customer_key(customer))
    return with_cards(session, organisation_id, query, platform)


OTHERS = 200


def pairs_of(session: Session, stored: StoredTicket, *, linked: bool) -> list[Listed]:
    """The desk's other tickets that can make a pair with this one, latest first, a menu's worth at most: `linked`,
    those it is linked with, open or not; else all that are open."""
    of_desk = (_tickets.c.organisation_id == stored.organisation_id, _tickets.c.desk_id == stored.desk_id)
    which = _tickets.c.number.in_(stored.ticket.links) if linked else IS_OPEN
    query = listed().where(*of_desk, which, _tickets.c.id != stored.id).order_by(_tickets.c.number.desc()).limit(OTHERS)
    return [Listed.of(row) for row in session.execute(query)]


def numbers_elsewhere(session: Session, organisation_id: int, desk_id: int, numbers: Collection[int]) -> list[int]:
    """Those of these tickets that are another desk's of the organisation, in order."""
    query = sa.select(_tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(sorted(numbers)),
        _tickets.c.desk_id != desk_id,
    )  # fmt: skip
    return list(session.execute(query.order_by(_tickets.c.number)).scalars())
