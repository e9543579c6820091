"""An index of dead letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611291500"
down_revision = "202611291000"


def upgrade() -> None:
    failed = sa.text("state = 'failed'")
    op.create_index("ix_outbox_failed", "outbox", ["id"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", "outbox")
