"""Tickets on record: found by number, by message, by filter; locked before anything is decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.core import add_new, overwrite, table
from storage.customers import customer_key
from storage.errors import NoSuchTicketError
from storage.homes import show_everyone_again
from storage.prepared import Prepared
from storage.tables import IS_OPEN, BodyRow, ConversationRow, EventRow, MessageRow, TicketRow
from triage.event import Event, Kind
from triage.globs import erase
from triage.ticket import Ticket, fold

ERASED = "\u2588" * 5  # of the same length whatever was there


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a ticket is spoken of. `side` is `desk` or `customer`; `root_id` is the message that carries the thread,
    `card_id` the card; both None until sent."""

    id: int
    platform: str
    channel: str
    side: str
    root_id: str | None
    card_id: str | None


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket with what the record knows beside the fold."""

    id: int
    organisation_id: int
    desk_id: int
    number: int
    events: tuple[Event, ...]
    ticket: Ticket
    conversations: tuple[Conversation, ...]

    @property
    def scope(self) -> dict[str, int]:
        """The columns that every row of this ticket carries."""
        return {"organisation_id": self.organisation_id, "ticket_id": self.id}

    def conversation(self, side: str) -> Conversation | None:
        """The conversation of that side, if the ticket has one."""
        return next((c for c in self.conversations if c.side == side), None)

    @property
    def asker(self) -> str:
        """What to call whoever asked: the customer who reads in a thread of their own, else the requester."""
        return "requester" if self.conversation("customer") is None else "customer"

    @property
    def customer_side(self) -> Conversation | None:
        """Where the customer reads: their own thread, else the desk's, where the requester counts as the customer."""
        return self.conversation("customer") or self.conversation("desk")


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket as lists show it."""

    number: int
    status: str
    category: str | None
    severity: int | None
    assignee: str | None
    requester: str
    customer: str | None
    level: int
    summary: str
    opened_at: datetime
    next_due_at: datetime | None
    version: int = 0
    card: tuple[str, str] | None = None  # the channel and id of its card

    @classmethod
    def of(cls, row: Sequence[Any]) -> Listed:
        """From a row of `listed`."""
        *values, channel, card_id, text = row
        card = None if card_id is None else (channel, card_id)
        return cls(summary=(text or "").split("\n", 1)[0], card=card, **dict(zip(_LISTED, values, strict=True)))


_LISTED = (
    "number", "status", "category", "severity", "assignee", "requester", "customer", "level", "opened_at",
    "next_due_at", "version",
)  # fmt: skip


def listed() -> sa.Select[Any]:
    """The query of what a list shows."""
    desk_side = sa.and_(_places.c.ticket_id == _tickets.c.id, _places.c.side == "desk")
    return (
        sa.select(*(_tickets.c[name] for name in _LISTED), _places.c.channel, _places.c.card_id, _bodies.c.text)
        .join_from(_tickets, _bodies, _bodies.c.id == _tickets.c.summary_id, isouter=True)
        .join(_places, desk_side, isouter=True)
    )


def cards_of(session: Session, organisation_id: int, numbers: Collection[int]) -> dict[int, tuple[str, str]]:
    """Where the cards of tickets are, by number: channel and id. One that is nowhere yet is missing."""
    if not numbers:
        return {}
    query = (
        sa.select(_tickets.c.number, _places.c.channel, _places.c.card_id)
        .join_from(_tickets, _places, _places.c.ticket_id == _tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(list(numbers)),
            _places.c.side == "desk", _places.c.card_id.is_not(None),
        )
    )  # fmt: skip
    return {number: (channel, card_id) for number, channel, card_id in session.execute(query)}


_tickets, _events, _places, _bodies = table(TicketRow), table(EventRow), table(ConversationRow), table(BodyRow)
_TICKET = sa.select(_tickets.c.id, _tickets.c.organisation_id, _tickets.c.desk_id, _tickets.c.number).where(
    _tickets.c.organisation_id == sa.bindparam("organisation_id")
)
_BY_NUMBER = _TICKET.where(_tickets.c.number == sa.bindparam("wanted"))
_BY_ID = _TICKET.where(_tickets.c.id == sa.bindparam("wanted"))
# Locked against changes, not against rows that point at it. SQLite leaves this out: its writer holds the whole file.
_FIND = {
    (column, lock): Prepared(query.with_for_update(key_share=True) if lock else query)
    for column, query in (("number", _BY_NUMBER), ("id", _BY_ID))
    for lock in (False, True)
}
_EVENT = (
    _events.c.at, _events.c.recorded_at, _events.c.actor, _events.c.kind, _events.c.data, _events.c.seq,
    _events.c.body_id, _events.c.clock, _events.c.step, _events.c.cycle,
)  # fmt: skip
_PLACE = (_places.c.id, _places.c.platform, _places.c.channel, _places.c.side, _places.c.root_id, _places.c.card_id)
_EVENTS = Prepared(sa.select(*_EVENT).where(_events.c.ticket_id == sa.bindparam("ticket_id")).order_by(_events.c.seq))
_PLACES = Prepared(sa.select(*_PLACE).where(_places.c.ticket_id == sa.bindparam("ticket_id")).order_by(_places.c.id))


def get_ticket(session: Session, organisation_id: int, number: int, *, lock: bool = False) -> StoredTicket:
    """The ticket of that number; `lock`: nobody else may change it until this transaction ends.

    Raises NoSuchTicketError where the organisation has none.
    """
    return _load(session, _FIND["number", lock], organisation_id, number)


def get_ticket_by_id(session: Session, organisation_id: int, ticket_id: int, *, lock: bool = False) -> StoredTicket:
    """The ticket of that row id; otherwise as `get_ticket`."""
    return _load(session, _FIND["id", lock], organisation_id, ticket_id)


def survivor(session: Session, stored: StoredTicket) -> StoredTicket:
    """The ticket that goes on: this one, or the one that it was merged into, however often."""
    while stored.ticket.merged_into is not None:
        stored = get_ticket(session, stored.organisation_id, stored.ticket.merged_into)
    return stored


def lock_survivor(session: Session, organisation_id: int, ticket_id: int) -> StoredTicket:
    """The ticket that goes on for the one of that row id, locked: merging is for good, so only it need be."""
    found = survivor(session, get_ticket_by_id(session, organisation_id, ticket_id))
    locked = get_ticket_by_id(session, organisation_id, found.id, lock=True)
    return locked if locked.ticket.merged_into is None else lock_survivor(session, organisation_id, locked.id)


def get_tickets(
    session: Session,
    organisation_id: int,
    desk_id: int,
    *,
    after: int = 0,
    limit: int,
    only_open: bool = True,
    not_version: int | None = None,
    lock: bool = False,
) -> list[StoredTicket]:
    """A desk's tickets with numbers beyond `after`, in order; open ones, unless all are asked for. `not_version`: those
    that run under another version of the policy than that. `lock` as for `get_ticket`."""
    query = sa.select(_tickets.c.id, _tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _tickets.c.number > after
    )
    if only_open:
        query = query.where(IS_OPEN)
    if not_version is not None:
        query = query.where(_tickets.c.policy_version != not_version)
    query = query.order_by(_tickets.c.number).limit(limit)  # an index has them in this order: nothing is sorted
    found = session.execute(query.with_for_update(key_share=True) if lock else query)
    return _whole(session, organisation_id, desk_id, {row.id: row.number for row in found})


def get_tickets_by_id(
    session: Session, organisation_id: int, desk_id: int, ticket_ids: Sequence[int]
) -> list[StoredTicket]:
    """A desk's tickets of those row ids, in that order."""
    if not ticket_ids:
        return []
    query = sa.select(_tickets.c.id, _tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _tickets.c.id.in_(ticket_ids)
    )
    numbers = {row.id: row.number for row in session.execute(query)}
    ordered = {ticket_id: numbers[ticket_id] for ticket_id in ticket_ids if ticket_id in numbers}
    return _whole(session, organisation_id, desk_id, ordered)


def _whole(session: Session, organisation_id: int, desk_id: int, numbers: dict[int, int]) -> list[StoredTicket]:
    """The tickets of those row ids and numbers, with their events and conversations."""
    events: dict[int, list[Event]] = {ticket_id: [] for ticket_id in numbers}
    places: dict[int, list[Conversation]] = {ticket_id: [] for ticket_id in numbers}
    asked = sa.select(_events.c.ticket_id, *_EVENT).where(_events.c.ticket_id.in_(list(numbers)))
    for ticket_id, *row in session.execute(asked.order_by(_events.c.ticket_id, _events.c.seq)):
        events[ticket_id].append(_event(row))
    spoken = sa.select(_places.c.ticket_id, *_PLACE).where(_places.c.ticket_id.in_(list(numbers)))
    for ticket_id, *row in session.execute(spoken.order_by(_places.c.id)):
        places[ticket_id].append(Conversation(*row))
    return [
        StoredTicket(
            ticket_id, organisation_id, desk_id, number, known := tuple(events[ticket_id]), fold(known),
            tuple(places[ticket_id]),
        )
        for ticket_id, number in numbers.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message on record: the row id of the ticket that it speaks of, and the message in whose thread alone it is to
    be seen, None where it is seen in the channel."""

    ticket_id: int
    root_id: str | None


def find_message(session: Session, organisation_id: int, channel: str, message_id: str) -> Spoken | None:
    """What is known of a message; None where it speaks of no ticket."""
    query = select(MessageRow.ticket_id, MessageRow.root_id).where(
        MessageRow.organisation_id == organisation_id,
        MessageRow.channel == channel,
        MessageRow.message_id == message_id,
    )
    found = session.exec(query).first()
    return None if found is None else Spoken(*found)


def find_by_message(session: Session, organisation_id: int, channel: str, message_id: str) -> int | None:
    """The row id of the ticket that a message speaks of, or None."""
    found = find_message(session, organisation_id, channel, message_id)
    return None if found is None else found.ticket_id


def number_of_message(session: Session, organisation_id: int, channel: str, message_ids: Collection[str]) -> int | None:
    """The number of the ticket that one of those messages speaks of, or None."""
    query = (
        select(TicketRow.number)
        .join(MessageRow, col(MessageRow.ticket_id) == col(TicketRow.id))
        .where(
            MessageRow.organisation_id == organisation_id,
            MessageRow.channel == channel,
            col(MessageRow.message_id).in_(list(message_ids)),
        )
    )
    return session.exec(query).first()


def link_message(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session,
    organisation_id: int,
    channel: str,
    message_id: str,
    ticket_id: int,
    body_id: int | None = None,
    *,
    root_id: str | None = None,
) -> bool:
    """Remember which ticket a message speaks of, the text that was taken from it, and the message in whose thread alone
    it is to be seen, if it is in one; False where it speaks of a ticket already, be it this one."""
    values = {
        "organisation_id": organisation_id, "channel": channel, "message_id": message_id, "ticket_id": ticket_id,
        "body_id": body_id, "root_id": None if root_id == message_id else root_id,
    }  # fmt: skip
    return add_new(session, MessageRow, values, key=("organisation_id", "channel", "message_id"))


def unlink_messages(session: Session, stored: StoredTicket) -> None:
    """Let go of every message outside the desk's own channel that speaks of this ticket."""
    rows, desk = table(MessageRow), stored.conversation("desk")
    session.execute(
        sa.delete(rows).where(
            rows.c.organisation_id == stored.organisation_id, rows.c.ticket_id == stored.id,
            rows.c.channel != (desk.channel if desk is not None else ""),
        )
    )  # fmt: skip


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
) -> list[Listed]:
    """Open tickets, most pressing first. `person`: those they own or asked for; the rest narrow further."""
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
    return [Listed.of(row) for row in session.execute(query)]


OTHERS = 200


def pairs_of(session: Session, stored: StoredTicket, *, linked: bool) -> list[Listed]:
    """The desk's other tickets that may make a pair with this one, the latest first: those it is `linked` with, open or
    not, else the open ones; more than anybody would choose from are cut off."""
    of_desk = (_tickets.c.organisation_id == stored.organisation_id, _tickets.c.desk_id == stored.desk_id)
    which = _tickets.c.number.in_(stored.ticket.links) if linked else IS_OPEN
    query = listed().where(*of_desk, which, _tickets.c.id != stored.id).order_by(_tickets.c.number.desc()).limit(OTHERS)
    return [Listed.of(row) for row in session.execute(query)]


def load_texts(session: Session, organisation_id: int, body_ids: list[int]) -> dict[int, str]:
    """The free texts of those ids; an erased one is missing."""
    if not body_ids:
        return {}
    query = select(BodyRow.id, BodyRow.text).where(
        BodyRow.organisation_id == organisation_id, col(BodyRow.id).in_(body_ids), col(BodyRow.erased_at).is_(None)
    )
    return {body_id: text for body_id, text in session.exec(query) if body_id is not None}


def redact_texts(
    session: Session, stored: StoredTicket, glob: str | None, of: Collection[int] | None, now: datetime
) -> list[int]:
    """Erase what `glob` stands for, or everything, in the ticket's texts (those of the ids in `of` alone, if named);
    the ids of those that were changed. The figures stay."""
    query = select(BodyRow).where(
        BodyRow.organisation_id == stored.organisation_id, BodyRow.ticket_id == stored.id,
        col(BodyRow.erased_at).is_(None),
    )  # fmt: skip
    found = [row for row in session.exec(query) if row.id is not None and (of is None or row.id in of)]
    if glob is None:
        bodies = [row.id for row in found if row.id is not None]
        erase_texts(session, stored.organisation_id, bodies, now)
        return bodies
    show_everyone_again(session, stored.organisation_id, now)
    changed = []
    for row in found:
        text = erase(row.text, glob, ERASED)
        if text != row.text and row.id is not None:
            overwrite(session, BodyRow, row.id, text=text)
            changed.append(row.id)
    return changed


def text_of(session: Session, stored: StoredTicket, body_id: int) -> str:
    """A free text of that very ticket; empty where it is erased, or another's."""
    query = select(BodyRow.text).where(BodyRow.id == body_id, BodyRow.ticket_id == stored.id)
    return session.exec(query).first() or ""


def replace_text(session: Session, stored: StoredTicket, body_id: int, text: str) -> None:
    """Put another text of that very ticket in the place of one that is not erased."""
    rows = table(BodyRow)
    session.execute(
        sa.update(rows)
        .where(rows.c.id == body_id, rows.c.ticket_id == stored.id, rows.c.erased_at.is_(None))
        .values(text=text)
    )


def erase_texts(session: Session, organisation_id: int, body_ids: Collection[int], now: datetime) -> int:
    """Erase those free texts for good; how many there were. Every event and figure stays as it is."""
    show_everyone_again(session, organisation_id, now)
    rows = table(BodyRow)
    statement = (
        sa.update(rows)
        .where(rows.c.organisation_id == organisation_id, rows.c.id.in_(list(body_ids)), rows.c.erased_at.is_(None))
        .values(text="", erased_at=now)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _load(session: Session, query: Prepared, organisation_id: int, wanted: int) -> StoredTicket:
    found = query.rows(session, {"organisation_id": organisation_id, "wanted": wanted})
    if not found:
        raise NoSuchTicketError
    ticket_id, organisation_id, desk_id, number = found[0]
    events = load_events(session, ticket_id)
    return StoredTicket(
        ticket_id, organisation_id, desk_id, number, events, fold(events), load_conversations(session, ticket_id)
    )


def load_events(session: Session, ticket_id: int) -> tuple[Event, ...]:
    """A ticket's events in the order they were recorded."""
    return tuple(_event(row) for row in _EVENTS.rows(session, {"ticket_id": ticket_id}))


def _event(row: Sequence[Any]) -> Event:
    at, recorded_at, actor, kind, data, seq, body_id, clock, step, cycle = row
    said = (clock, step, cycle) if clock is not None else None
    return Event(at, recorded_at, actor, Kind(kind), data, seq, body_id, None, said)


def load_conversations(session: Session, ticket_id: int) -> tuple[Conversation, ...]:
    """Where a ticket is spoken of."""
    return tuple(Conversation(*row) for row in _PLACES.rows(session, {"ticket_id": ticket_id}))
