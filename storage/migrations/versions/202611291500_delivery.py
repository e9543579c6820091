"""An index of dead letters; machines whose clocks are off; in which other message a notice was said; that somebody was
forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611291500"
down_revision = "202611291000"


def upgrade() -> None:
    failed = sa.text("state = 'failed'")
    op.create_index("ix_outbox_failed", "outbox", ["id"], sqlite_where=failed, postgresql_where=failed)
    op.create_table(
        "machine_time",
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("ahead", sa.Float(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("machine", name="pk_machine_time"),
        sqlite_with_rowid=False,
    )
    op.add_column("outbox", sa.Column("said_in", sa.Integer(), nullable=True))
    said_in = sa.text("said_in IS NOT NULL")
    op.create_index("ix_outbox_said_in", "outbox", ["said_in"], sqlite_where=said_in, postgresql_where=said_in)
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


def downgrade() -> None:
    op.drop_table("forgotten")
    op.drop_index("ix_outbox_said_in", "outbox")
    op.drop_column("outbox", "said_in")
    op.drop_table("machine_time")
    op.drop_index("ix_outbox_failed", "outbox")
