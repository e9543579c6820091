"""What was chosen in chat, kept with each version of a policy: by whom, and what they changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260343"
down_revision = "202611260341"


def upgrade() -> None:
    op.add_column("policy", sa.Column("chosen", sa.JSON(), nullable=True))
    op.add_column("policy", sa.Column("saved_by", sa.String(), nullable=True))
    op.add_column("policy", sa.Column("changes", sa.JSON(), nullable=True))
