"""When people are not to be disturbed, who is writing to a customer, and which warning was told with which other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290920"
down_revision = "202611290910"


def upgrade() -> None:
    op.create_table(
        "quiet_hours",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_quiet_hours_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_quiet_hours"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "presence",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inactive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_presence_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "account", name="pk_presence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "writing",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_writing_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_writing_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_writing"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "told_with",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_told_with_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_told_with_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "clock", "cycle", name="pk_told_with"),
        sqlite_with_rowid=False,
    )
