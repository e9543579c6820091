"""Where the local workspace keeps its messages and its time."""

from __future__ import annotations

from pathlib import Path

from storage.database import Database


def workspace_file(database: Database) -> Path:
    """The local workspace's file: beside the SQLite file, else in the working directory."""
    if database.is_sqlite and database.url.database and database.url.database != ":memory:":
        path = Path(database.url.database)
        return path.with_name(f"{path.stem}-local.db")
    return Path("vigie-local.db")
