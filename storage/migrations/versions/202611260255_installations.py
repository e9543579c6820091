"""Workspaces that install Vigie by themselves: their tokens, sealed, and installations that were begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260255"
down_revision = "202611260200"


def upgrade() -> None:
    op.add_column("installation", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("installation", sa.Column("installer", sa.String(), nullable=True))
    op.add_column("installation", sa.Column("bot_token", sa.String(), nullable=True))
    op.add_column("installation", sa.Column("refresh_token", sa.String(), nullable=True))
    op.add_column("installation", sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("installation", sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("installation", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("installation", sa.Column("scopes_lacking", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "oauth_state",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_oauth_state"),
        sqlite_with_rowid=False,
    )
