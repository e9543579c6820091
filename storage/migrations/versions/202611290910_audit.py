"""What should have happened and did not; how far the auditor has looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290910"
down_revision = "202611290700"


def upgrade() -> None:
    stands = sa.text("ended_at IS NULL")
    op.create_table(
        "finding",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repaired", sa.Boolean(), nullable=False),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_finding_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "of", name="pk_finding"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_stands", "finding", ["organisation_id"], sqlite_where=stands, postgresql_where=stands)
    op.create_table(
        "audit",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("well_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_cursor", sa.Integer(), nullable=False),
        sa.Column("rest_cursor", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_failures", sa.Integer(), nullable=False),
        sa.Column("beat_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_audit"),
        sqlite_with_rowid=False,
    )
