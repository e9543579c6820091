"""Customers with their plans; the policy version of each ticket; terms that name their hours once; urgent notices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "202611260200"
down_revision = "202611222350"

_STAMPED = ("opened", "confirmed", "severity_changed", "category_changed")
_EVENT = sa.table(
    "event", sa.column("ticket_id", sa.Integer), sa.column("seq", sa.Integer), sa.column("kind", sa.String),
    sa.column("data", sa.JSON),
)  # fmt: skip
_TICKET = sa.table("ticket", sa.column("id", sa.Integer), sa.column("policy_version", sa.Integer))
_SOME = 500
_WAITING = "state IN ('pending', 'claimed')"


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_customer_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("organisation_id", "key", name="uq_customer_organisation_id_key"),
    )
    op.add_column("ticket", sa.Column("policy_version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("conversation", sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_conversation_stale", "conversation", ["stale_since"],
        sqlite_where=sa.text("stale_since IS NOT NULL"), postgresql_where=sa.text("stale_since IS NOT NULL"),
    )  # fmt: skip
    op.add_column("outbox", sa.Column("urgency", sa.Integer(), server_default="1", nullable=False))
    op.drop_index("ix_outbox_waiting", "outbox")
    op.create_index(
        "ix_outbox_waiting", "outbox", ["urgency", "not_before", "id"],
        sqlite_where=sa.text(_WAITING), postgresql_where=sa.text(_WAITING),
    )  # fmt: skip
    connection = op.get_bind()
    stamped = sa.select(_EVENT).where(_EVENT.c.kind.in_(_STAMPED)).order_by(_EVENT.c.ticket_id, _EVENT.c.seq)
    for rows in _some(connection, stamped):
        for ticket_id, seq, _, data in rows:
            connection.execute(
                sa.update(_EVENT)
                .where(_EVENT.c.ticket_id == ticket_id, _EVENT.c.seq == seq)
                .values(data={**data, "terms": _terms(data["terms"])})
            )
            # In order, so that the last one stays.
            version = sa.update(_TICKET).where(_TICKET.c.id == ticket_id)
            connection.execute(version.values(policy_version=data["terms"]["policy_version"]))


def _some(connection: sa.Connection, query: sa.Select[Any]) -> Iterable[list[Any]]:
    """The rows of a query, some at a time, each lot read whole before it is changed."""
    last = (0, 0)
    position = sa.tuple_(_EVENT.c.ticket_id, _EVENT.c.seq)
    while rows := [tuple(row) for row in connection.execute(query.where(position > last).limit(_SOME))]:
        yield rows
        last = rows[-1][:2]


def _terms(before: dict[str, Any]) -> dict[str, Any]:
    """Terms as the first release wrote them, as this one reads them."""
    if "hours" in before:
        return before
    given = [before["working"], *(target["hours"] for target in before["targets"].values())]
    hours = [each for n, each in enumerate(given) if each not in given[:n]]
    day = _business_day(before["working"])
    after = {
        **before,
        "plan": None,
        "hours": hours,
        "working": hours.index(before["working"]),
        "targets": {
            kind: {"seconds": target["seconds"], "hours": hours.index(target["hours"])}
            for kind, target in before["targets"].items()
        },
        "chase": [day, 3 * day],
        "close_after": 5 * day,
        "reopen_within": 5 * day,
    }
    return {"key": hashlib.blake2b(json.dumps(after).encode(), digest_size=16).hexdigest(), **after}


def _business_day(hours: dict[str, Any]) -> int:
    """The average seconds of the days that open."""
    if hours.get("clock") == "elapsed":
        return 86400
    days = [day for day in hours["weekly_hours"].values() if day] or [d for d in hours["exceptions"].values() if d]
    minutes = [(_minute(close) - _minute(start)) % 1440 or 1440 for day in days for start, close in day]
    return 60 * sum(minutes) // len(days)


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
