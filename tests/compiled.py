"""Statements that were compiled for one database of the tests serve the next: each test has a database of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine

from storage import engines

_first: dict[str, Engine] = {}


def share_compiled_statements() -> None:
    """From now on, every database that is opened uses the dialect and the compiled statements of the first of its kind.
    SQLAlchemy keeps what it compiled by the dialect object, so that each database would compile all of it anew."""
    engines.create_engine = _create  # type: ignore[attr-defined]


def _create(url: Any, **arguments: Any) -> Engine:
    engine = create_engine(url, **arguments)
    first = _first.get(engine.name)
    if first is None or getattr(first.dialect, "server_version_info", None) is None:  # nobody has connected by it yet
        _first[engine.name] = engine
        return engine
    engine.dialect = engine.pool._dialect = first.dialect  # noqa: SLF001  nothing public gives an engine a dialect
    engine._compiled_cache = first._compiled_cache  # noqa: SLF001
    return engine
