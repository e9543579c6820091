"""Who of the desk is away, and until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260620"
down_revision = "202611260345"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_absence_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_absence"),
        sqlite_with_rowid=False,
    )
