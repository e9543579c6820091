"""A customer's name whatever its case, to find tickets by; an index of what managers are wanted for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611260650"
down_revision = "202611260620"

_WANTED = "kind IN ('escalation_asked', 'proposed')"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("customer_key", sa.String(), nullable=True))
    connection = op.get_bind()
    tickets = sa.table("ticket", sa.column("customer"), sa.column("customer_key"))
    names = connection.execute(sa.select(tickets.c.customer).distinct().where(tickets.c.customer.is_not(None)))
    for name in names.scalars().all():
        key = " ".join(name.split()).casefold()
        connection.execute(sa.update(tickets).where(tickets.c.customer == name).values(customer_key=key))
    op.create_index(
        "ix_event_wanted", "event", ["ticket_id"], sqlite_where=sa.text(_WANTED), postgresql_where=sa.text(_WANTED)
    )
