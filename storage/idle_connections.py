"""Connections of the pool that lay idle are asked whether they are still there before anybody uses them.

To ask is a round trip, and most transactions of Vigie's have no more than five. So one that was used a moment ago is
taken as it is, unless its server has something to say: whoever closes a connection says so.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

IDLE_SECONDS = 1.0  # as long as a server that vanished without a word may go unnoticed here


def ask_idle_ones(engine: Engine) -> None:
    """Have the pool of that engine, a PostgreSQL, ask them."""
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def put_back(_: Any, record: Any) -> None:
        record.info["idle_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _: Any) -> None:
        since = record.info.get("idle_since")  # None: it is new
        if since is None or (monotonic() - since < IDLE_SECONDS and not _has_something_to_say(connection)):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, connection, None):
                raise
            raise InvalidatePoolError from error  # the others are gone as well, as a rule


def _has_something_to_say(connection: Any) -> bool:
    """Whether its server has sent something that nobody asked for: a farewell, as a rule."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
