"""What was said of an agreement beside the customer's is settled like what was said of theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611300700"
down_revision = "202611292000"

_BEFORE = (
    "'warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase', 'offered', 'nobody', 'group_silent', "
    "'escalated', 'unacknowledged', 'escalation_asked'"
)


def upgrade() -> None:
    _settling(f"{_BEFORE}, 'agreement'")


def downgrade() -> None:
    _settling(_BEFORE)


def _settling(kinds: str) -> None:
    where = sa.text(f"kind IN ({kinds})")
    op.drop_index("ix_outbox_settling", "outbox")
    op.create_index("ix_outbox_settling", "outbox", ["ticket_id"], sqlite_where=where, postgresql_where=where)
