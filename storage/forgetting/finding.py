"""Looking through every table for whoever is to be forgotten, a window at a time, and what is to be done to each row.
Nothing is changed by looking."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString, Session

from storage.core import table
from storage.customers import customer_key
from storage.deferred import WORK
from storage.forgetting.sought import Finder
from storage.inventory import INVENTORY
from storage.lenient import Lenient
from storage.tables.conversations import MessageRow
from storage.tables.table import Table
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from triage.event import Kind
from triage.notice import Audience

WINDOW = 2000  # rows that are looked through at once
ONE_WORD = {"text", "reason", "name", "spans"}  # columns in which a name of one word is looked for as well
APART = {"account", "event", "ticket", "words", "forgotten"}  # what is not changed row by row
_TO_ONE: tuple[str, ...] = (Audience.PERSON.value, WORK)
_tickets, _events, _bodies, _messages = table(TicketRow), table(EventRow), table(BodyRow), table(MessageRow)

Raw = Mapping[str, Any] | sa.RowMapping
"""A row: its key, what it belongs to, and its texts; data is the text of its JSON."""
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be done to one row."""

    #: What it is found by in its table.
    key: Key
    #: The columns that read otherwise from now on.
    values: dict[str, Any] = field(default_factory=dict)
    #: It goes.
    gone: bool = False
    #: Texts that are erased with it.
    bodies: tuple[int, ...] = ()


def searched_tables() -> list[sa.Table]:
    """The tables that are changed row by row; texts last, when those that go are gone."""
    found = [
        rows for rows in Table.metadata.sorted_tables
        if rows.name not in APART and "organisation_id" in rows.c and _texts_of(rows)
    ]  # fmt: skip
    return sorted(found, key=lambda rows: rows.name == "body")


def windows(session: Session, rows: sa.Table, organisation_id: int, after: Key | None) -> list[Raw]:
    """The next rows of the organisation in that table, in the order of their keys."""
    query = _reading(rows).where(rows.c.organisation_id == organisation_id)
    key = [*rows.primary_key.columns]
    if after is not None:
        query = query.where(
            sa.tuple_(*key) > sa.tuple_(*(sa.literal(each, c.type) for each, c in zip(after, key, strict=True)))
        )
    return list(session.execute(query.order_by(*key).limit(WINDOW)).mappings())


def again(session: Session, rows: sa.Table, keys: Sequence[Key]) -> list[Raw]:
    """Those rows as they are now, locked."""
    key = [*rows.primary_key.columns]
    query = _reading(rows).where(sa.tuple_(*key).in_(list(keys))).order_by(*key)
    return list(session.execute(query.with_for_update()).mappings())


def key_of_row(rows: sa.Table, row: Raw) -> Key:
    """The key of a row."""
    return tuple(row[column.name] for column in rows.primary_key.columns)


def judge(rows: sa.Table, row: Raw, finder: Finder) -> Found | None:
    """What is to be done to that row; None: nothing."""
    name, key = rows.name, key_of_row(rows, row)
    held = INVENTORY[name]
    bodies = tuple(_bodies_of(name, row, finder))
    if _goes(name, held.whose, row, finder):
        return Found(key, gone=True, bodies=bodies)
    values: dict[str, Any] = {}
    for column in _texts_of(rows):
        text = row[column.name]
        if text is None:
            continue
        named = column.name in held.named.split()
        prose = named and column.name in ONE_WORD
        is_json = isinstance(column.type, sa.JSON | Lenient)
        owned = is_json and named and finder.sought.customer is not None and '"customer' in text
        if not owned and not finder.is_in(text, named=named, prose=prose):
            continue
        if not is_json:
            values[column.name] = finder.instead(text) or finder.replaced(text, named=named, prose=prose)
            continue
        before = _parsed(text)
        if before is None:
            values[column.name] = {}  # nobody can read it: nothing of it has to be kept
            continue
        data = finder.replaced_in(before, named=named, prose=prose, whole=name == "policy")
        if (data := finder.renamed_in(data) if owned else data) != before:
            values[column.name] = data
    if name == "outbox" and _is_theirs(row, finder):
        values["typed_id"] = None
        if row["state"] in ("pending", "claimed"):
            values["state"] = "dropped"
    if name == "channel" and row["key"] in finder.sought.channels and row["name"]:
        values["name"] = ""
    values = {column: value for column, value in values.items() if value != row[column]}
    return Found(key, values, bodies=bodies) if values or bodies else None


def _goes(name: str, whose: str, row: Raw, finder: Finder) -> bool:
    """Whether a row is about whoever is sought and nothing else."""
    if whose and finder.instead(row[whose]) is not None:
        return True
    if name == "customer":
        return finder.is_customer(row["name"])
    if name == "customer_link":
        return finder.is_customer(row["customer"])
    return name == "intake" and row["channel"] in finder.sought.channels


def _bodies_of(name: str, row: Raw, finder: Finder) -> Iterator[int]:
    """The texts that somebody who is sought wrote, of a row that points at them."""
    if name == "redirect" and finder.instead(row["person"]) is not None:
        yield row["body_id"]
    if name == "outbox" and _is_theirs(row, finder):
        if row["typed_id"] is not None:
            yield row["typed_id"]
        if row["body_id"] is not None and str(row["dedupe_key"]).startswith("draft:"):
            yield row["body_id"]


def _is_theirs(row: Raw, finder: Finder) -> bool:
    """Whether a row of the outbox says something to them alone, or is work that is done for them."""
    if row["audience"] not in _TO_ONE:
        return False
    data = _parsed(row["data"])
    return isinstance(data, dict) and finder.instead(data.get("person")) is not None


def _parsed(text: str) -> Any:
    """What JSON says; None: it is damaged."""
    try:
        return json.loads(text)
    except ValueError:
        return None


@lru_cache
def _texts_of(rows: sa.Table) -> tuple[sa.Column[Any], ...]:
    """The columns that hold text or JSON."""
    return tuple(each for each in rows.columns if isinstance(each.type, AutoString | sa.String | sa.JSON | Lenient))


@lru_cache
def _reading(rows: sa.Table) -> sa.Select[Any]:
    texts = {column.name for column in _texts_of(rows)}
    read = [
        sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON | Lenient) else column
        for column in rows.columns
        if column.name in texts or column.primary_key or column.name.endswith("_id")
    ]
    return sa.select(*read)


# Tickets are changed whole, with all of their events: half of them would tell of two people where there was one.


@dataclass(slots=True)
class OfTicket:
    """What is to be done to one ticket."""

    #: Its row id.
    id: int
    #: What its row reads from now on.
    values: dict[str, Any] = field(default_factory=dict)
    #: What its events read from now on, by seq.
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    #: Its texts that are erased.
    bodies: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.values or self.events or self.bodies)


_EVENT = (
    _events.c.ticket_id, _events.c.seq, _events.c.actor, _events.c.kind,
    sa.cast(_events.c.data, sa.Text).label("data"), _events.c.body_id,
)  # fmt: skip
_TICKET = (_tickets.c.id, _tickets.c.requester, _tickets.c.assignee, _tickets.c.customer, _tickets.c.customer_key)
_NAMING = {Kind.OPENED.value: ("customer",), Kind.CUSTOMER_CORRECTED.value: ("customer", "before")}


def events_that_tell(
    session: Session, organisation_id: int, finder: Finder, after: tuple[int, int] | None
) -> tuple[set[int], tuple[int, int] | None]:
    """The ids of tickets whose next events tell of whoever is sought, and where to go on; None: at the end."""
    query = sa.select(*_EVENT).where(_events.c.organisation_id == organisation_id)
    if after is not None:
        query = query.where(sa.tuple_(_events.c.ticket_id, _events.c.seq) > sa.tuple_(*map(sa.literal, after)))
    rows = session.execute(query.order_by(_events.c.ticket_id, _events.c.seq).limit(WINDOW)).all()
    found = {row.ticket_id for row in rows if _event_values(row, finder) or _wrote(row, finder)}
    return found, (rows[-1].ticket_id, rows[-1].seq) if len(rows) == WINDOW else None


def tickets_that_tell(
    session: Session, organisation_id: int, finder: Finder, after: int
) -> tuple[set[int], int | None]:
    """The same by what tickets themselves say: whose they are."""
    query = sa.select(*_TICKET).where(_tickets.c.organisation_id == organisation_id, _tickets.c.id > after)
    rows = session.execute(query.order_by(_tickets.c.id).limit(WINDOW)).mappings().all()
    found = {row["id"] for row in rows if _ticket_values(row, finder)}
    return found, rows[-1]["id"] if len(rows) == WINDOW else None


def judge_ticket(session: Session, ticket_id: int, finder: Finder) -> OfTicket:
    """What is to be done to that ticket, with all of its events and texts."""
    row = session.execute(sa.select(*_TICKET).where(_tickets.c.id == ticket_id)).mappings().one()
    found = OfTicket(ticket_id, _ticket_values(row, finder))
    query = sa.select(*_EVENT).where(_events.c.ticket_id == ticket_id).order_by(_events.c.seq)
    wrote: set[int] = set()
    for event in session.execute(query):
        if values := _event_values(event, finder):
            found.events[event.seq] = values
        if event.body_id is not None and _wrote(event, finder):
            wrote.add(event.body_id)
    texts = sa.select(_bodies.c.id).where(_bodies.c.ticket_id == ticket_id, _bodies.c.erased_at.is_(None))
    if finder.is_customer(row["customer"]):
        found.bodies = set(session.execute(texts).scalars())
    elif wrote:
        found.bodies = set(session.execute(texts.where(_bodies.c.id.in_(sorted(wrote)))).scalars())
    return found


def _ticket_values(row: Raw, finder: Finder) -> dict[str, Any]:
    values = {
        column: instead
        for column in ("requester", "assignee")
        if (instead := finder.instead(row[column])) is not None
    }  # fmt: skip
    if finder.is_customer(row["customer"]):
        to = finder.sought.customer_instead
        values |= {"customer": to, "customer_key": customer_key(to)}
    return values


def _event_values(row: Any, finder: Finder) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if (instead := finder.instead(row.actor)) is not None:
        values["actor"] = instead
    text = row.data
    keys = _NAMING.get(row.kind, ()) if finder.sought.customer is not None else ()
    if not keys and not finder.is_in(text, named=False, prose=False):
        return values
    before = json.loads(text)
    data = finder.replaced_in(before)
    for key in keys:
        if finder.is_customer(data.get(key)):
            data[key] = finder.sought.customer_instead
    if data != before:
        values["data"] = data
    return values


def _wrote(row: Any, finder: Finder) -> bool:
    """Whether the text of an event is theirs: they wrote it, or what was asked for in their name."""
    if row.body_id is None:
        return False
    if finder.instead(row.actor) is not None:
        return True
    return row.kind == Kind.OPENED.value and finder.instead(json.loads(row.data).get("requester")) is not None
