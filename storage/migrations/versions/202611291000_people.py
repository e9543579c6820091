"""Who gets the next ticket: how much everybody has, and when they were last given one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611291000"
down_revision = "202611290700"


def upgrade() -> None:
    _assignment()


def _assignment() -> None:
    owned = sa.text("status NOT IN ('resolved', 'dismissed') AND assignee IS NOT NULL")
    op.create_index(
        "ix_ticket_load",
        "ticket",
        ["organisation_id", "assignee", "severity"],
        sqlite_where=owned,
        postgresql_where=owned,
    )
    op.create_table(
        "last_assigned",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_last_assigned_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_last_assigned"),
        sqlite_with_rowid=False,
    )
