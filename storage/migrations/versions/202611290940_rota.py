"""Who works when, who stands in for whom, the rota as a calendar, and what fell due for a desk and was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290940"
down_revision = "202611290930"


def upgrade() -> None:
    op.create_table(
        "desk_done",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_desk_done_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_desk_done_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", "kind", "key", "at", name="pk_desk_done"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "working_hours",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_working_hours_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_working_hours"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_stand_in_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_stand_in_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_in"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stand_in_organisation_id_desk_id_until", "stand_in", ["organisation_id", "desk_id", "until"])
    op.create_table(
        "rota_feed",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_rota_feed_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_rota_feed_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_rota_feed"),
        sa.UniqueConstraint("digest", name="uq_rota_feed_digest"),
    )
    op.create_table(
        "rota_copy",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_rota_copy_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_rota_copy_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_rota_copy"),
        sqlite_with_rowid=False,
    )
