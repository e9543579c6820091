"""In whose thread a message stands, so that what is done to it is answered there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290030"
down_revision = "202611260710"


def upgrade() -> None:
    op.add_column("message", sa.Column("root_id", sa.String(), nullable=True))
