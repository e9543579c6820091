"""An index of what was said and may be settled, to edit it to one closed line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611290110"
down_revision = "202611290045"

_SETTLING = "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase')"


def upgrade() -> None:
    op.create_index(
        "ix_outbox_settling",
        "outbox",
        ["ticket_id"],
        sqlite_where=sa.text(_SETTLING),
        postgresql_where=sa.text(_SETTLING),
    )
