"""The pass over due deadlines. For each ticket: lock it, fold its events again, record what is due and plan what to
say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from scheduler.desk_duties import DeskAtWork
from scheduler.tally import PLANNED
from scheduler.trace import span
from storage.absences import is_there
from storage.assigning import hand_to_next
from storage.changes import covered_by_major, record
from storage.database import Database
from storage.deadlines import due_tickets, rebuild_deadlines
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.writing import is_written
from triage.agenda import upcoming
from triage.due import decide_due
from triage.majors import without_warnings
from triage.offering import owed

log = structlog.get_logger(__name__)
BATCH = 100


async def run_once(
    database: Database,
    now: datetime,
    *,
    skip: frozenset[int] = frozenset(),
    most: int = BATCH,
    desks: Callable[[], Iterable[DeskAtWork]] = tuple,
) -> tuple[int, set[int]]:
    """Plan what is due at `now`, for at most `most` tickets. Answers for how many something was planned, and the ids of
    the tickets that failed. `desks`: those that this process speaks for, whose people are asked to take tickets.

    Each ticket is a transaction of its own, so that one that cannot be folded does not hold up the others. `skip`: the
    failed ones of earlier rounds.
    """
    due = await database.read(partial(due_tickets, now=now, limit=most, skip=skip))
    failed: set[int] = set()
    planned = 0
    for organisation_id, ticket_id in due:
        try:
            work = partial(plan, organisation_id=organisation_id, ticket_id=ticket_id, now=now, desks=desks)
            with span("deadline", organisation_id=organisation_id, ticket_id=ticket_id):
                done = await database.write(work)
        except Exception:
            # The ticket is tried again at the next sweep; what is due stays on record.
            log.exception("deadline failed", ticket_id=ticket_id)
            failed.add(ticket_id)
            PLANNED.add("failed")
        else:
            planned += bool(done)
            PLANNED.add("planned" if done else "left" if done is None else "nothing")
            if done is None:
                failed.add(ticket_id)
    return planned, failed


def plan(
    session: Session,
    organisation_id: int,
    ticket_id: int,
    now: datetime,
    *,
    desks: Callable[[], Iterable[DeskAtWork]] = tuple,
) -> bool | None:
    """Record everything of one ticket that is due at `now`; False where there turns out to be nothing. None where
    somebody is to be asked to take it whom only another process knows: it is left to that one."""
    stored = get_ticket_by_id(session, organisation_id, ticket_id, lock=True)
    desk = _desk_of(stored, desks())
    there = is_there(session, organisation_id, stored.ticket.ownership.assignee, now)
    there = there and not _is_hushed(stored, desk, now)
    change = decide_due(stored.ticket, now, there=there, written=is_written(session, ticket_id, now))
    if change and covered_by_major(session, stored):
        change = without_warnings(change)
    after = record(session, stored, change, now) if change else stored
    if owed(after.ticket, now):
        if desk is None:
            return None
        hand_to_next(session, desk, after, now)
        return True
    if change:
        return True
    # Somebody else was faster; or the rows were written by a version that counted otherwise: they would stay due.
    rebuild_deadlines(session, stored.scope, upcoming(stored.ticket))
    return False


def _desk_of(stored: StoredTicket, desks: Iterable[DeskAtWork]) -> DeskAtWork | None:
    """The desk of a ticket; None where another process speaks for it."""
    return next((d for d in desks if (d.organisation_id, d.desk_id) == (stored.organisation_id, stored.desk_id)), None)


def _is_hushed(stored: StoredTicket, desk: DeskAtWork | None, now: datetime) -> bool:
    """Whether its assignee counts as away because of their quiet hours."""
    assignee = stored.ticket.ownership.assignee
    if desk is None or assignee is None:
        return False
    return desk.roster.for_ticket(stored.ticket, now).is_away(assignee, now)
