"""The outbox after the clock was set back: what was put off until then would wait for too long."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.outbox import OutboxRow
from storage.turns import at, waiting

_rows = table(OutboxRow)
_BRING_FORWARD: sa.Update = (
    sa.update(_rows)
    .where(
        waiting(_rows), _rows.c.not_before > at("now"),
        sa.or_(_rows.c.attempts > 0, _rows.c.reason.is_not(None), _rows.c.planned_at > at("now")),
    )
    .values(not_before=at("now"))
)  # fmt: skip


def bring_forward(session: Session, now: datetime) -> int:
    """After the clock was set back: make due at `now` what waits for a retry, whose time lies too far ahead now. What
    was planned for later on purpose stays. How many rows that were."""
    return int(session.execute(_BRING_FORWARD, {"now": now}).rowcount)  # type: ignore[attr-defined]


_NEWEST = sa.select(sa.func.max(_rows.c.planned_at)).where(waiting(_rows))


def is_ahead(session: Session, now: datetime) -> bool:
    """Whether a waiting row was planned later than `now`, so that the clock must have been set back."""
    newest: datetime | None = session.execute(_NEWEST).scalar_one()
    return newest is not None and newest > now
