"""What Alembic runs: the migrations, on the connection and in the transaction that `storage.migrate` hands over."""

from __future__ import annotations

from alembic import context

from storage.tables.table import Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes a table by copying it
    # All of a migration or nothing of it, on both engines: the transaction has begun, and ends with the caller.
    transactional_ddl=True,
)
context.run_migrations()
