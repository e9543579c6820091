"""Who wants the open tickets moved to a version of the policy, until they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260710"
down_revision = "202611260650"


def upgrade() -> None:
    op.add_column("policy", sa.Column("move_by", sa.String(), nullable=True))
