"""Channels as a platform describes them and how they are reached; a second key of an account; codes that join two; on
which platform each act was done, and when one was last heard of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290700"
down_revision = "202611290500"


def upgrade() -> None:
    op.add_column("account", sa.Column("alias", sa.String(), nullable=True))
    op.create_table(
        "join_code",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_join_code_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "account", name="pk_join_code"),
        sqlite_with_rowid=False,
    )
    _channels()
    op.add_column("account", sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("installation", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("event", sa.Column("platform", sa.String(), nullable=True))


def _channels() -> None:
    op.create_table(
        "channel",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("team_name", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("private_works", sa.Boolean(), nullable=True),
        sa.Column("private_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_cause", sa.String(), nullable=True),
        sa.Column("unread_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_channel_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "key", name="pk_channel"),
    )
    to_one = sa.text("person IS NOT NULL")
    op.create_index(
        "ix_channel_to_one", "channel", ["organisation_id", "person"], sqlite_where=to_one, postgresql_where=to_one
    )
