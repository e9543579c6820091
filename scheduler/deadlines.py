"""The pass over due deadlines. For each ticket: lock it, fold its events again, record what is due and plan what to
say.

Several tickets share a transaction, so that reading and committing are paid for once. Where one of them fails, each has
a transaction of its own: one that cannot be folded does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, partial

import structlog
from sqlmodel import Session

from scheduler.desk_duties import DeskAtWork
from scheduler.tally import PLANNED
from scheduler.trace import span
from storage.absences import is_there
from storage.assigning import hand_to_next
from storage.changes import covered_by_major, record_all
from storage.database import Database
from storage.deadlines import claim_due, due_tickets, rebuild_deadlines
from storage.foreseen import Foreseen, foresee
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.tracing import trace_ticket
from storage.writing import written_now
from triage.agenda import agenda, upcoming
from triage.due import decide_due
from triage.majors import without_warnings
from triage.offering import owed

log = structlog.get_logger(__name__)
TOGETHER = 100  # deadlines in one transaction: for so long, some 15 ms, a command on one of their tickets may wait
ROUNDS = 3  # transactions of one pass
MOST = TOGETHER * ROUNDS  # tickets that one pass plans; after so many there may be more

Desks = Callable[[], Iterable[DeskAtWork]]
Found = dict[int, bool | None]
"""What came of each ticket, by its id, as `plan` answers."""


async def run_once(
    database: Database, now: datetime, *, skip: frozenset[int] = frozenset(), desks: Desks = tuple
) -> tuple[int, set[int]]:
    """Plan what is due at `now`, or as much of it as one pass takes. Answers for how many tickets something was
    planned, and the ids of those that failed. `skip`: the failed ones of earlier passes. `desks`: those that this
    process speaks for, whose people are asked to take tickets."""
    found: Found = {}
    failed: set[int] = set()
    for _ in range(ROUNDS):
        left_out = skip | failed
        done = await _together(database, now, left_out, desks)
        if not done:
            if done is not None and (found or failed):
                break
            # One of them fails. Or somebody else has locked all of them, and as a rule plans them: to wait for the one
            # that is longest due is enough.
            most = TOGETHER if done is None else 1
            done, broken = await _one_by_one(database, now, left_out, desks, most)
            failed |= broken
        found |= done
        failed |= {ticket_id for ticket_id, planned in done.items() if planned is None}
    for planned in found.values():
        PLANNED.add("planned" if planned else "left" if planned is None else "nothing")
    return sum(bool(planned) for planned in found.values()), failed


async def _together(database: Database, now: datetime, skip: frozenset[int], desks: Desks) -> Found | None:
    """Plan what nobody else has locked, in one transaction. None where that failed, and nothing was planned."""
    try:
        return await database.write(partial(plan_together, now=now, skip=skip, desks=desks))
    except Exception as error:  # noqa: BLE001  which of them it was shows when each is planned alone
        log.warning("deadlines are planned one by one", error=type(error).__name__)
        return None


async def _one_by_one(
    database: Database, now: datetime, skip: frozenset[int], desks: Desks, most: int
) -> tuple[Found, set[int]]:
    """Plan what is due, up to `most` of it, whoever has to be waited for; and the ids of the tickets that failed."""
    found: Found = {}
    failed: set[int] = set()
    for organisation_id, ticket_id in await database.read(partial(due_tickets, now=now, limit=most, skip=skip)):
        try:
            work = partial(plan, organisation_id=organisation_id, ticket_id=ticket_id, now=now, desks=desks)
            found[ticket_id] = await database.write(work)
        except Exception:
            # The ticket is tried again at the next sweep; what is due stays on record.
            log.exception("deadline failed", ticket_id=ticket_id)
            failed.add(ticket_id)
            PLANNED.add("failed")
    return found, failed


def plan_together(
    session: Session, *, now: datetime, skip: frozenset[int] = frozenset(), desks: Desks = tuple
) -> Found:
    """Plan the deadlines that are longest due at `now`, of tickets that nobody else has locked."""
    return _plan(session, claim_due(session, now, TOGETHER, skip=skip), now, desks)


def plan(session: Session, organisation_id: int, ticket_id: int, now: datetime, *, desks: Desks = tuple) -> bool | None:
    """Record everything of one ticket that is due at `now`; False where there turns out to be nothing. None where
    somebody is to be asked to take it whom only another process knows: it is left to that one."""
    stored = get_ticket_by_id(session, organisation_id, ticket_id, lock=True)
    return _plan(session, [stored], now, desks)[ticket_id]


def _plan(session: Session, tickets: list[StoredTicket], now: datetime, desks: Desks) -> Found:
    if not tickets:
        return {}
    known = {(desk.organisation_id, desk.desk_id): desk for desk in desks()}
    written = written_now(session, [stored.id for stored in tickets], now)
    on_duty = cache(partial(is_there, session, now=now))
    changes: list[Foreseen] = []
    for stored in tickets:
        with span("deadline", organisation_id=stored.organisation_id, ticket_id=stored.id):
            trace_ticket(session, stored.id)
            desk, assignee = known.get(_desk_of(stored)), stored.ticket.ownership.assignee
            there = on_duty(stored.organisation_id, assignee) and not _is_hushed(stored, desk, now)
            coming = agenda(stored.ticket, until=now)
            change = decide_due(stored.ticket, now, there=there, written=stored.id in written, coming=coming)
            if change and covered_by_major(session, stored):
                change = without_warnings(change)
            changes.append(foresee(stored, change, coming=coming))
    record_all(session, changes, now)
    return {each.before.id: _done(session, each, known.get(_desk_of(each.before)), now) for each in changes}


def _done(session: Session, change: Foreseen, desk: DeskAtWork | None, now: datetime) -> bool | None:
    """What came of a ticket, as `plan` answers."""
    if owed(change.told_as.ticket, now):
        if desk is None:
            return None
        hand_to_next(session, desk, change.after, now)
        return True
    if change.events:
        return True
    # Somebody else was faster; or the rows were written by a version that counted otherwise: they would stay due.
    rebuild_deadlines(session, change.before.scope, upcoming(change.before.ticket))
    return False


def _desk_of(stored: StoredTicket) -> tuple[int, int]:
    return stored.organisation_id, stored.desk_id


def _is_hushed(stored: StoredTicket, desk: DeskAtWork | None, now: datetime) -> bool:
    """Whether its assignee counts as away because of their quiet hours."""
    assignee = stored.ticket.ownership.assignee
    if desk is None or assignee is None:
        return False
    return desk.roster.for_ticket(stored.ticket, now).is_away(assignee, now)
