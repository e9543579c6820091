"""Ids of 64 bits; indexes of dead letters and of open tickets; machines whose clocks are off; of a notice, in which
other message it was said, its address, its trace, and that it is to be edited; that somebody was forgotten; which
releases a schema serves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611291500"
down_revision = "202611291000"


# By table: its ids that grow with every event, and whatever refers to one.
_IDS = {
    "ticket": ["id", "summary_id"],
    "body": ["id", "ticket_id"],
    "words": ["ticket_id"],
    "event": ["ticket_id", "body_id"],
    "deadline": ["ticket_id"],
    "conversation": ["id", "ticket_id"],
    "message": ["ticket_id", "body_id"],
    "redirect": ["id", "body_id", "ticket_id"],
    "correction": ["ticket_id", "body_id"],
    "outbox": ["id", "ticket_id", "conversation_id", "body_id", "typed_id"],
    "finding": ["of"],
    "writing": ["ticket_id"],
    "told_with": ["ticket_id", "outbox_id"],
    "audit": ["open_cursor", "rest_cursor"],
}


# Indexes of those ids over some of the rows, whose conditions PostgreSQL would otherwise write in words of its own.
_PARTIAL = {
    "ix_event_wanted": ("event", ["ticket_id"], "kind IN ('escalation_asked', 'proposed')"),
    "ix_outbox_order": ("outbox", ["conversation_id", "id"], "state IN ('pending', 'claimed')"),
    "ix_outbox_settling": (
        "outbox",
        ["ticket_id"],
        (
            "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase', 'offered', 'nobody', "
            "'group_silent', 'escalated', 'unacknowledged', 'escalation_asked')"
        ),
    ),
}


def _count_in(kind: str) -> None:
    """Give those ids that type on PostgreSQL; SQLite's INTEGER has 64 bits. All of a table in one statement: each one
    writes the whole table and its indexes anew."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(f"LOCK TABLE {', '.join(_IDS)}")  # who cannot have them all should find out before the work, not after
    for name, (table, _, _) in _PARTIAL.items():
        op.drop_index(name, table)
    for table, ids in _IDS.items():
        op.execute(f"ALTER TABLE {table} " + ", ".join(f'ALTER COLUMN "{column}" TYPE {kind}' for column in ids))
        if "id" in ids:
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS {kind}")
    for name, (table, columns, where) in _PARTIAL.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(where))


_WAITING = "state IN ('pending', 'claimed')"
_TURNS = ["urgency", "lane", "not_before", "id"]
# As `storage.lanes` names the lane of what waits.
_LANES = """
UPDATE outbox SET lane = organisation_id || CASE
    WHEN audience IN ('person', 'work') THEN '#' || COALESCE({person}, '')
    WHEN audience = 'page' THEN ':' || platform || ':#pages'
    WHEN audience = 'message' OR (audience = 'card' AND EXISTS (
        SELECT 1 FROM conversation WHERE conversation.id = outbox.conversation_id AND card_id IS NOT NULL
    )) THEN ':' || channel || '#edits'
    ELSE ':' || channel END
WHERE state IN ('pending', 'claimed')
"""
_PERSON = {"sqlite": "json_extract(data, '$.person')", "postgresql": "data ->> 'person'"}


def _take_turns() -> None:
    """The turns in which the outbox is claimed."""
    op.add_column("outbox", sa.Column("lane", sa.String(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("behind", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(_LANES.format(person=_PERSON[op.get_bind().dialect.name]))
    op.drop_index("ix_outbox_waiting", "outbox")
    for name, which in (("notices", "<>"), ("works", "=")):
        op.create_index(
            f"ix_outbox_{name}", "outbox", _TURNS,
            sqlite_where=sa.text(f"state = 'pending' AND behind = 0 AND audience {which} 'work'"),
            postgresql_where=sa.text(f"state = 'pending' AND NOT behind AND audience {which} 'work'"),
        )  # fmt: skip
    for name, columns, of in (
        ("claimed", ["lease_until"], "state = 'claimed'"),
        ("behind", ["conversation_id", "id"], "state = 'pending' AND behind"),
        ("tried", ["organisation_id", "platform", "planned_at"], f"{_WAITING} AND attempts > 0"),
    ):
        where = sa.text(of)
        op.create_index(f"ix_outbox_{name}", "outbox", columns, sqlite_where=where, postgresql_where=where)


def _leave_turns() -> None:
    for name in ("tried", "behind", "claimed", "works", "notices"):
        op.drop_index(f"ix_outbox_{name}", "outbox")
    waiting = sa.text(_WAITING)
    op.create_index(
        "ix_outbox_waiting", "outbox", ["urgency", "not_before", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.drop_column("outbox", "behind")
    op.drop_column("outbox", "lane")


def upgrade() -> None:
    _count_in("BIGINT")  # before there are more indexes, each of which would be made twice
    _take_turns()
    failed, sent = sa.text("state = 'failed'"), sa.text("state = 'sent'")
    op.create_index("ix_outbox_failed", "outbox", ["id"], sqlite_where=failed, postgresql_where=failed)
    op.create_index(
        "ix_outbox_sent", "outbox", ["organisation_id", "platform", "sent_at"], sqlite_where=sent, postgresql_where=sent
    )
    op.create_table(
        "machine_time",
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("ahead", sa.Float(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("machine", name="pk_machine_time"),
        sqlite_with_rowid=False,
    )
    op.add_column("outbox", sa.Column("said_in", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    said_in = sa.text("said_in IS NOT NULL")
    op.create_index("ix_outbox_said_in", "outbox", ["said_in"], sqlite_where=said_in, postgresql_where=said_in)
    op.add_column("outbox", sa.Column("permalink", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("trace", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True))
    stale = sa.text("stale_since IS NOT NULL")
    op.create_index("ix_outbox_stale", "outbox", ["stale_since"], sqlite_where=stale, postgresql_where=stale)
    op.create_table(
        "served",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("oldest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_served"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sought", sa.JSON(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_forgotten_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten"),
    )
    op.create_index("ix_forgotten_organisation_id", "forgotten", ["organisation_id"])
    is_open = sa.text("status NOT IN ('resolved', 'dismissed')")
    op.drop_index("ix_ticket_open", "ticket")
    op.create_index(
        "ix_ticket_open", "ticket", ["organisation_id", sa.text("(next_due_at IS NULL)"), "next_due_at", "number"],
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip
    queued_as = (
        "(CASE WHEN category IS NULL THEN '1' WHEN category = 'incident' "
        "THEN CASE severity WHEN 2 THEN '2' WHEN 3 THEN '3' ELSE '1' END ELSE category END)"
    )
    op.create_index(
        "ix_ticket_queue", "ticket", ["organisation_id", "desk_id", sa.text(queued_as), "status"],
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    is_open = sa.text("status NOT IN ('resolved', 'dismissed')")
    op.drop_index("ix_ticket_queue", "ticket")
    op.drop_index("ix_ticket_open", "ticket")
    op.create_index(
        "ix_ticket_open", "ticket", ["organisation_id", "next_due_at"],
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip
    op.drop_table("served")
    op.drop_index("ix_outbox_stale", "outbox")
    for column in ("stale_since", "trace", "permalink"):
        op.drop_column("outbox", column)
    op.drop_table("forgotten")
    op.drop_index("ix_outbox_said_in", "outbox")
    op.drop_column("outbox", "said_in")
    op.drop_table("machine_time")
    op.drop_index("ix_outbox_sent", "outbox")
    op.drop_index("ix_outbox_failed", "outbox")
    _leave_turns()
    _count_in("INTEGER")
