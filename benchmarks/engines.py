"""New databases of both engines, for what is measured on each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from tests.postgres import PostgresServer, PostgresUnavailableError


def databases() -> Iterator[tuple[str, AbstractContextManager[str]]]:
    """A name and the URL of a new database of each engine that can be had here."""
    yield "sqlite", _sqlite()
    with suppress(PostgresUnavailableError), PostgresServer() as server:
        yield "postgresql", nullcontext(server.url)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/vigie.db"
