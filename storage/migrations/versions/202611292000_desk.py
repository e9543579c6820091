"""The desk at a glance: what a request came to that came from no chat, keys of programs, links of customers, webhooks,
who is signed in to the pages, conversations by email, how resolved tickets went, what was brought from another help
desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611292000"
down_revision = "202611291500"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("digest", sa.String(), nullable=True))
    op.add_column("inbox", sa.Column("number", sa.Integer(), nullable=True))
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_api_key_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_api_key_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("prefix", name="uq_api_key_prefix"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_key_organisation_id", "api_key", ["organisation_id"])
    op.create_table(
        "customer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_customer_link_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_customer_link_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_link"),
        sa.UniqueConstraint("prefix", name="uq_customer_link_prefix"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_link_organisation_id", "customer_link", ["organisation_id"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("with_text", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("former_secret", sa.String(), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_because", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_webhook_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_webhook_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_organisation_id", "webhook", ["organisation_id"])
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_web_session_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_web_session_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.UniqueConstraint("digest", name="uq_web_session_digest"),
    )
    op.create_index("ix_web_session_organisation_id", "web_session", ["organisation_id"])
    op.create_table(
        "email_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("root_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("addresses", sa.JSON(), nullable=False),
        sa.Column("last_id", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_email_thread_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_email_thread_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_email_thread"),
        sa.UniqueConstraint(
            "organisation_id", "channel", "root_id", name="uq_email_thread_organisation_id_channel_root_id"
        ),
        sa.UniqueConstraint("mark", name="uq_email_thread_mark"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mailbox",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_uid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_mailbox_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "address", name="pk_mailbox"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "brought",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_brought_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_brought_desk_id_desk"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_brought_ticket_id_ticket"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", "ref", name="pk_brought"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_brought_source", "brought", ["organisation_id", "source"])
    op.add_column("ticket", sa.Column("figures", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "figures")
    op.drop_table("mailbox")
    op.drop_table("email_thread")
    op.drop_index("ix_web_session_organisation_id", "web_session")
    op.drop_table("web_session")
    op.drop_index("ix_brought_source", "brought")
    op.drop_table("brought")
    op.drop_index("ix_webhook_organisation_id", "webhook")
    op.drop_table("webhook")
    op.drop_index("ix_customer_link_organisation_id", "customer_link")
    op.drop_table("customer_link")
    op.drop_index("ix_api_key_organisation_id", "api_key")
    op.drop_table("api_key")
    op.drop_column("inbox", "number")
    op.drop_column("inbox", "digest")
