"""Questions that were sent elsewhere; what people corrected in suggestions, and what was learned of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290950"
down_revision = "202611290940"


def upgrade() -> None:
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("root_id", sa.String(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_redirect_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_redirect_desk_id_desk"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_redirect_body_id_body"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_redirect_ticket_id_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_redirect"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_redirect_organisation_id_at", "redirect", ["organisation_id", "at"])
    waiting = sa.text("state = 'waiting'")
    op.create_table(
        "correction",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_correction_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_correction_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_correction_desk_id_desk"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_correction_body_id_body"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_correction"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_correction_waiting",
        "correction",
        ["organisation_id", "desk_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "learned",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_learned_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_learned_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_learned"),
        sqlite_with_rowid=False,
    )
