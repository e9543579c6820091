"""The row of a ticket: a projection of its events, which follows every change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from storage.core import is_given, table
from storage.customers import customer_key
from storage.errors import StaleTicketError
from storage.foreseen import Foreseen
from storage.prepared import Prepared, as_given, given
from storage.tables.tickets import TicketRow
from storage.ticket_figures import figures_column
from storage.tickets import StoredTicket
from triage.ticket import Status, Ticket

_tickets = table(TicketRow)


def move_on(session: Session, changes: Sequence[Foreseen]) -> None:
    """Write what these changes make of their tickets' rows, each statement for all of them at once. Raises
    StaleTicketError when one of them has changed since."""
    moved = 0
    rows = [_moved(each) for each in changes]
    for names, same in groupby(rows, key=tuple):
        moved += _moved_on(session, names, list(same))
    if moved != len(rows):
        known = ", ".join(f"{each.before.number} at version {each.before.ticket.version}" for each in changes)
        raise StaleTicketError(f"what is on record is no longer ticket {known}")


def _moved_on(session: Session, names: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> int:
    if is_given(session, rows):
        return _move_all_on(names).run(session, as_given(rows))
    return _move_on_by(names).run_many(session, rows)


# Kept by the names of what they set: see `storage.core`.


@lru_cache(maxsize=256)
def _move_on_by(_: tuple[str, ...]) -> Prepared:
    which = (_tickets.c.id == bindparam("of"), _tickets.c.version == bindparam("before"))
    return Prepared(update(_tickets).where(*which))


@lru_cache(maxsize=256)
def _move_all_on(names: tuple[str, ...]) -> Prepared:
    of, before, *changed = names
    types = {of: _tickets.c.id.type, before: _tickets.c.version.type}
    new = given({**types, **{name: _tickets.c[name].type for name in changed}})
    which = (_tickets.c.id == new.c.of, _tickets.c.version == new.c.before)
    return Prepared(update(_tickets).where(*which).values({name: new.c[name] for name in changed}))


def _moved(foreseen: Foreseen) -> dict[str, Any]:
    """Which row, and those of its columns that change. The others are left alone: each index that a column stands in
    would be written anew."""
    before = foreseen.before.ticket
    which = {"of": foreseen.before.id, "before": before.version}
    if foreseen.is_warned_alone:
        return {**which, "version": foreseen.version}
    after, known = foreseen.after, columns_of(before)
    changed = {name: value for name, value in columns_of(after.ticket).items() if value != known[name]}
    return {**which, **changed, **went(after)}


def went(stored: StoredTicket) -> dict[str, Any]:
    """The column that says how a ticket went, where it is resolved."""
    return {"figures": figures_column(stored)} if stored.ticket.status is Status.RESOLVED else {}


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """The columns of a ticket's row that are a projection of its events."""
    return {
        "version": ticket.version,
        "status": ticket.status.value,
        "category": ticket.category.value if ticket.category else None,
        "severity": ticket.severity,
        "assignee": ticket.ownership.assignee,
        "customer": ticket.customer,
        "customer_key": None if ticket.customer is None else customer_key(ticket.customer),
        "level": ticket.level,
        "resolved_at": ticket.resolved_at,
        "next_due_at": ticket.next_due,
        "policy_version": ticket.terms.policy_version,
    }
