"""People's own pages of the app, and the index of their figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260345"
down_revision = "202611260343"


def upgrade() -> None:
    op.create_table(
        "home",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mine_page", sa.Integer(), nullable=False),
        sa.Column("queue_page", sa.Integer(), nullable=False),
        sa.Column("view_hash", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_home_organisation_id_organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_home"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_resolved", "ticket", ["organisation_id", "resolved_at"],
        sqlite_where=sa.text("status = 'resolved'"), postgresql_where=sa.text("status = 'resolved'"),
    )  # fmt: skip
