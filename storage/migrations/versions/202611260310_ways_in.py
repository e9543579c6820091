"""What becomes a ticket in each customer's channel; tickets that were none; texts that follow their message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260310"
down_revision = "202611260255"

_OPEN = "status NOT IN ('resolved', 'dismissed')"


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_intake_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "channel", name="pk_intake"),
        sqlite_with_rowid=False,
    )
    op.add_column("message", sa.Column("body_id", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("revision", sa.String(), nullable=True))
    op.drop_index("ix_ticket_open", "ticket")
    op.create_index(
        "ix_ticket_open", "ticket", ["organisation_id", "next_due_at"],
        sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN),
    )  # fmt: skip
