"""Persons with an account on each platform; a conversation on each platform for each side of a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290500"
down_revision = "202611290110"


def upgrade() -> None:
    _persons()
    _conversations()


def _persons() -> None:
    """An account is known by its own key, and is that of a person, whose key is that of their first account."""
    op.add_column("account", sa.Column("key", sa.String(), nullable=True))
    op.execute("UPDATE account SET key = person")
    with op.batch_alter_table("account") as account:
        account.alter_column("key", existing_type=sa.String(), nullable=False)
        account.drop_constraint("uq_account_organisation_id_person", type_="unique")
        account.create_unique_constraint("uq_account_organisation_id_key", ["organisation_id", "key"])
    joined = sa.text("person <> key")
    op.create_index("ix_account_joined", "account", ["organisation_id"], sqlite_where=joined, postgresql_where=joined)
    op.create_table(
        "account_join",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_account_join_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_join"),
    )
    op.create_index("ix_account_join_organisation_id", "account_join", ["organisation_id"])


def _conversations() -> None:
    with op.batch_alter_table("conversation", table_kwargs={"sqlite_autoincrement": True}) as conversation:
        conversation.drop_constraint("uq_conversation_ticket_id_side", type_="unique")
        conversation.create_unique_constraint(
            "uq_conversation_ticket_id_side_platform", ["ticket_id", "side", "platform"]
        )
