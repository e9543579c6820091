"""User groups, by which a policy may name people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260341"
down_revision = "202611260310"


def upgrade() -> None:
    op.create_table(
        "user_group",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_user_group_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "key", name="pk_user_group"),
    )
