"""Which message a ticket is about to be opened from, and whose it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290045"
down_revision = "202611290030"


def upgrade() -> None:
    op.create_table(
        "picked",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("root_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_picked_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "channel", "message_id", name="pk_picked"),
        sqlite_with_rowid=False,
    )
