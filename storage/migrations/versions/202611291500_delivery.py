"""An index of dead letters; machines whose clocks are off; in which other message a notice was said."""

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


def downgrade() -> None:
    op.drop_index("ix_outbox_said_in", "outbox")
    op.drop_column("outbox", "said_in")
    op.drop_table("machine_time")
    op.drop_index("ix_outbox_failed", "outbox")
