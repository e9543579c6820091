"""The outbox as operators see it: what waits and what failed. Dead letters are retried or dropped here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, or_, select, update
from sqlmodel import Session

from storage.cause import NOT_IN_CHANNEL
from storage.core import leave_traces, note_planned, table
from storage.outbox import SETTLES
from storage.outcomes import FELL_DUE
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, TicketRow


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A notice as `vigie outbox list` shows it."""

    #: The row id: what `vigie outbox retry` takes.
    id: int
    #: The number of the ticket; None: it is about none.
    number: int | None
    #: Its kind.
    kind: str
    #: Where it goes.
    channel: str
    #: pending, claimed, sent, dropped or failed.
    state: str
    #: How often it was tried.
    attempts: int
    #: When it was planned.
    planned_at: datetime
    #: When it is tried next, at the earliest.
    not_before: datetime
    #: The `Cause` of a dead letter; None for others.
    cause: str | None
    #: The cause, or why it waits, in the platform's own words.
    reason: str | None
    #: Whether a try may have arrived although its answer was lost.
    unsure: bool
    #: When it was sent; None: it was not.
    sent_at: datetime | None
    #: The platform's id of its message; None: there is none.
    message_id: str | None
    #: The address of its message; None: there is none.
    permalink: str | None
    #: When what it says fell due; None: it speaks of nothing that did.
    due_at: datetime | None

    def late(self, now: datetime) -> int:
        """By how many seconds it was late, or is by now: after what it says fell due, else since it could be sent."""
        due = self.due_at or (self.planned_at if self.attempts > 1 else max(self.planned_at, self.not_before))
        return max(0, int(((self.sent_at or now) - due).total_seconds()))


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries are meant: those that all of it is true of."""

    #: Those with these row ids; empty: whichever.
    ids: Collection[int] = ()
    #: pending, claimed, sent, dropped or failed; empty: whichever.
    states: Collection[str] = ()
    #: Those for that channel, by its key or by the platform's own id.
    channel: str | None = None
    #: Those of the ticket with that number.
    number: int | None = None
    #: Those of that kind.
    kind: str | None = None
    #: Those that may have arrived.
    unsure: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it down but states."""
        return self == Which(states=self.states)


def find_entries(
    session: Session, which: Which, *, limit: int = 100, organisation_id: int | None = None
) -> list[OutboxEntry]:
    """The notices that are meant, oldest first. Without `organisation_id`: of every organisation, for the operator
    only."""
    rows, tickets = table(OutboxRow), table(TicketRow)
    query = (
        select(
            rows.c.id, tickets.c.number, rows.c.kind, rows.c.channel, rows.c.state, rows.c.attempts,
            rows.c.planned_at, rows.c.not_before, rows.c.cause, rows.c.reason, rows.c.unsure, rows.c.sent_at,
            rows.c.message_id, rows.c.permalink, FELL_DUE,
        )
        .join(tickets, tickets.c.id == rows.c.ticket_id, isouter=True)
        .order_by(rows.c.id)
        .limit(limit)
    )  # fmt: skip
    narrowed = [
        (organisation_id is not None, rows.c.organisation_id == organisation_id),
        (bool(which.ids), rows.c.id.in_(list(which.ids))),
        (bool(which.states), rows.c.state.in_(list(which.states))),
        (which.number is not None, tickets.c.number == which.number),
        (which.kind is not None, rows.c.kind == which.kind),
        (which.unsure, rows.c.unsure),
    ]
    for wanted, condition in narrowed:
        if wanted:
            query = query.where(condition)
    if which.channel is not None:
        query = query.where(
            or_(rows.c.channel == which.channel, rows.c.channel.endswith(f":{which.channel}", autoescape=True))
        )
    return [OutboxEntry(*row) for row in session.execute(query)]


AGAIN_WITHIN = timedelta(days=1)
FORGOTTEN_AT_ONCE = 1_000  # private answers whose texts one transaction erases


def revive(session: Session, organisation_id: int, channel: str, now: datetime) -> int:
    """Retry the dead letters of a channel that can be written to again. How many. Those that are no longer true are
    dropped when their turn comes."""
    rows = table(OutboxRow)
    statement = (
        update(rows)
        .where(
            rows.c.organisation_id == organisation_id, rows.c.channel == channel, rows.c.state == "failed",
            rows.c.cause.in_(NOT_IN_CHANNEL), rows.c.planned_at > now - AGAIN_WITHIN,
        )
        .values(state="pending", not_before=now, attempts=0)
    )  # fmt: skip
    revived = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    if revived:
        note_planned(session)
    return revived


def forget_typed(session: Session, now: datetime) -> int:
    """Erase the kept texts of private answers that were dropped, or that became dead letters more than a day ago. How
    many: of very many, some at a time."""
    rows, bodies = table(OutboxRow), table(BodyRow)
    is_old = and_(rows.c.state == "failed", rows.c.planned_at <= now - AGAIN_WITHIN)
    query = select(rows.c.id, rows.c.typed_id).where(
        rows.c.typed_id.is_not(None), or_(rows.c.state == "dropped", is_old)
    )
    found = session.execute(query.limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)).all()
    if found:
        leave_traces(session)
        session.execute(update(rows).where(rows.c.id.in_([row.id for row in found])).values(typed_id=None))
        session.execute(delete(bodies).where(bodies.c.id.in_([row.typed_id for row in found])))
    return len(found)


def change_dead_letters(
    session: Session, ids: Collection[int], *, state: str, now: datetime, organisation_id: int | None = None,
    by: str = "",
) -> int:  # fmt: skip
    """Retry (state `pending`) or drop (state `dropped`) these dead letters. How many there were. `by`: who asked for
    it, which stays on record as the reason."""
    rows = table(OutboxRow)
    values: dict[str, object] = {"state": state}
    if by:
        values["reason"] = f"tried again, as {by} asked" if state == "pending" else f"dropped, as {by} asked"
    if state == "pending":
        # The last try may still be under way, and is looked for once it is not.
        is_under_way = and_(rows.c.unsure, rows.c.not_before > now, rows.c.not_before <= now + SETTLES)
        values |= {"not_before": case((is_under_way, rows.c.not_before), else_=now), "attempts": 0}
        note_planned(session)
    statement = update(rows).where(rows.c.id.in_(list(ids)), rows.c.state == "failed").values(**values)
    if organisation_id is not None:
        statement = statement.where(rows.c.organisation_id == organisation_id)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
