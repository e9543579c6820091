"""An index of dead letters; machines whose clocks are off."""

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


def downgrade() -> None:
    op.drop_table("machine_time")
    op.drop_index("ix_outbox_failed", "outbox")
