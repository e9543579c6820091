"""What people said that tickets are, beside what was suggested: kept until a lead approves that it is learned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.learning import CorrectionRow
from storage.tables.tickets import BodyRow, TicketRow
from storage.tickets import StoredTicket
from triage.event import Event
from triage.facts.sorting import Confirmed, Opened
from triage.suggested import Suggested, in_a_word, suggested_word

_rows, _bodies, _tickets = table(CorrectionRow), table(BodyRow), table(TicketRow)


class State(StrEnum):
    """What became of a correction."""

    WAITING = "waiting"  # a lead has yet to look at it
    APPROVED = "approved"  # it is learned from
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said that a ticket is, of which something was suggested."""

    #: The number of the ticket.
    number: int
    #: What was suggested, in a word: `incident 2`, `inquiry`, `billing`.
    suggested: str
    #: What was chosen, in the same words.
    chosen: str
    #: Who chose, by key.
    by: str
    #: When they did.
    at: datetime
    #: The text that the ticket was opened with; empty once it was erased.
    text: str

    @property
    def is_change(self) -> bool:
        """Whether something else was chosen than was suggested."""
        return self.suggested != self.chosen


def note_correction(session: Session, before: StoredTicket, new: Sequence[Event]) -> None:
    """Keep what somebody has just said that a ticket is, where something was suggested of it. `new`: the events that
    were just recorded."""
    said = next((event for event in new if isinstance(event.fact, Confirmed)), None)
    if said is None:
        return
    opened = before.events[0]
    found = opened.fact.suggested if isinstance(opened.fact, Opened) else None
    if not isinstance(found, Suggested) or opened.body_id is None or not isinstance(said.fact, Confirmed):
        return
    row = {
        "ticket_id": before.id, "organisation_id": before.organisation_id, "desk_id": before.desk_id,
        "body_id": opened.body_id,
        "suggested": suggested_word(found), "chosen": in_a_word(said.fact.terms.category, said.fact.terms.severity),
        "by": said.actor, "at": said.recorded_at, "state": State.WAITING.value,
    }  # fmt: skip
    upsert(session, CorrectionRow, [row], key=("ticket_id",))


def corrections(session: Session, organisation_id: int, desk_id: int, state: State) -> list[Correction]:
    """Those in that state whose text was not erased, in the order of their tickets."""
    query = (
        sa.select(
            _tickets.c.number, _rows.c.suggested, _rows.c.chosen, _rows.c.by, _rows.c.at, _bodies.c.text
        )
        .join_from(_rows, _bodies, _bodies.c.id == _rows.c.body_id)
        .join(_tickets, _tickets.c.id == _rows.c.ticket_id)
        .where(
            _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id, _rows.c.state == state.value,
            _bodies.c.erased_at.is_(None),
        )
        .order_by(_tickets.c.number)
    )  # fmt: skip
    return [Correction(*row) for row in session.execute(query)]


def waiting_changes(session: Session, organisation_id: int, desk_id: int) -> tuple[int, int]:
    """How many wait of which something else was chosen than was suggested, and the row id of the latest ticket of
    them."""
    query = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(_rows.c.ticket_id), 0))
        .join_from(_rows, _bodies, _bodies.c.id == _rows.c.body_id)
        .where(
            _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id,
            _rows.c.state == State.WAITING.value, _rows.c.suggested != _rows.c.chosen, _bodies.c.erased_at.is_(None),
        )
    )  # fmt: skip
    count, latest = session.execute(query).one()
    return int(count), int(latest)


def decide_corrections(  # noqa: PLR0917  what is decided, of which, by whom
    session: Session,
    organisation_id: int,
    desk_id: int,
    state: State,
    by: str,
    now: datetime,
    *,
    numbers: Collection[int] | None = None,
) -> int:
    """Approve or reject what waits: of the tickets `numbers`, or all of it. Answers how many that were."""
    mine = sa.select(_tickets.c.id).where(_tickets.c.organisation_id == organisation_id)
    if numbers is not None:
        mine = mine.where(_tickets.c.number.in_(list(numbers)))
    changed = sa.update(_rows).where(
        _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id,
        _rows.c.state == State.WAITING.value, _rows.c.ticket_id.in_(mine),
    )  # fmt: skip
    found = session.execute(changed.values(state=state.value, decided_by=by, decided_at=now))
    return int(found.rowcount)  # type: ignore[attr-defined]
