"""How much everybody has in hand and when they were last given something; who answered a test of the escalation; more
kinds of notices that can be settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611291000"
down_revision = "202611290950"

_SETTLING = (
    "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase', 'offered', 'nobody', 'group_silent', "
    "'escalated', 'unacknowledged', 'escalation_asked')"
)


def upgrade() -> None:
    owned = sa.text("status NOT IN ('resolved', 'dismissed') AND assignee IS NOT NULL")
    op.create_index(
        "ix_ticket_load",
        "ticket",
        ["organisation_id", "assignee", "severity", "status"],  # all that is counted by
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
    op.create_table(
        "test_ping",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("test", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_test_ping_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "test", "who", name="pk_test_ping"),
        sqlite_with_rowid=False,
    )
    settling = sa.text(_SETTLING)
    op.drop_index("ix_outbox_settling", "outbox")
    op.create_index("ix_outbox_settling", "outbox", ["ticket_id"], sqlite_where=settling, postgresql_where=settling)
