"""Shadow mode: what was not said, and the moment from which on something is (policy: Shadow mode)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.to_desk import Speaks
from storage.announcements.to_person import ShadowDay
from storage.announcing import announce, tell
from storage.behind import next_of_conversation
from storage.core import table
from storage.deferred import WORK, WorkKind
from storage.refresh import Target
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import IS_OPEN, EventRow, TicketRow
from triage.agenda import BREACH_STEPS
from triage.event import Kind
from triage.keys import platform_of
from triage.terms import ClockKind

UNSAID = "not said: shadow mode"
NAMED = 20  # tickets
# Deferred work that tells somebody something.
TELLS = (WorkKind.PAGE, WorkKind.WEBHOOK, WorkKind.LOOK_UP, WorkKind.REACTION)

_rows, _tickets, _events = table(OutboxRow), table(TicketRow), table(EventRow)


def unsaid(  # noqa: PLR0917  whose, and of when
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime, ends: datetime
) -> ShadowDay | None:
    """What would have been said after `since` and until `until`; None: nothing. `ends`: when shadow mode does."""
    mine = (_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id)
    opened = sa.select(sa.func.count()).where(*mine, _tickets.c.opened_at > since, _tickets.c.opened_at <= until)
    query = (
        sa.select(_events.c.kind, _events.c.clock, _events.c.step, _tickets.c.number)
        .join_from(_tickets, _events, _events.c.ticket_id == _tickets.c.id)
        .where(
            *mine, sa.or_(IS_OPEN, _tickets.c.resolved_at >= since), _events.c.at > since, _events.c.at <= until,
            _events.c.kind.in_([Kind.WARNED.value, Kind.BREACHED.value, Kind.ESCALATED.value]),
        )
        .order_by(_events.c.at, _tickets.c.number)
    )  # fmt: skip
    count, clocks = session.execute(opened).scalar_one(), {kind.value for kind in ClockKind}
    found = session.execute(query).all()
    passed = [
        row.number for row in found if row.kind == Kind.BREACHED and row.step == BREACH_STEPS[0] and row.clock in clocks
    ]
    warned, climbed = (sum(row.kind == kind for row in found) for kind in (Kind.WARNED, Kind.ESCALATED))
    if not (count or warned or passed or climbed):
        return None
    return ShadowDay(since, ends, count, warned, len(passed), list(dict.fromkeys(passed))[:NAMED], climbed)


def begin_to_speak(
    session: Session, organisation_id: int, channels: Sequence[str], people: Sequence[str],
    *, before: datetime, once: str, now: datetime,
) -> None:  # fmt: skip
    """Say that shadow mode is over: in the desk's channels, where it has none to these people; under the same `once`
    no second time. What still waits and was planned `before` then is not said any more."""
    key = f"speaks.{once}"
    if channels:
        where = partial(announce, session, organisation_id, Speaks(), now=now)
        said = [where(platform=platform_of(each), channel=each, key=f"{key}.{each}") for each in channels]
    else:
        said = [tell(session, organisation_id, Speaks(), each, key=f"{key}.{each}", now=now) for each in people]
    if any(said):
        _drop(session, organisation_id, before)


def _drop(session: Session, organisation_id: int, before: datetime) -> None:
    waits = (
        _rows.c.organisation_id == organisation_id, _rows.c.state == "pending", _rows.c.planned_at < before,
        sa.or_(_rows.c.audience != WORK, _rows.c.kind.in_([kind.value for kind in TELLS])),
        _rows.c.typed_id.is_(None),  # what answers somebody's own words is theirs
    )  # fmt: skip
    places = session.execute(sa.select(_rows.c.conversation_id).where(*waits).distinct()).scalars().all()
    # A refresh that is dropped does not answer for later changes: the next one gets a row of its own.
    key = sa.case(
        (
            _rows.c.audience.in_([each.value for each in Target]),
            sa.literal("dropped:").concat(sa.cast(_rows.c.id, sa.String)),
        ),
        else_=_rows.c.dedupe_key,
    )
    ended = {"state": "dropped", "reason": UNSAID, "behind": False, "dedupe_key": key}
    session.execute(sa.update(_rows).where(*waits).values(ended))
    next_of_conversation(session, *places)
