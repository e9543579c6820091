"""Logs: one line an event on standard error, with ticket and outbox ids, never a token or what somebody wrote."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from storage.database_outages import is_away, reason_of

EVERY_SECONDS = 60.0
MOST_CAUSES = 8
# Libraries that write what strangers sent, or whom they call: what matters of it is said by us.
SAY_NOTHING = ("microsoft_teams", "httpx", "httpcore", "msal", "urllib3", "opentelemetry")


class QuietOutage:
    """While the database is away everything fails, and one line a minute says so instead of a traceback each."""

    def __init__(self) -> None:
        self._said_at: float | None = None
        self._unsaid = 0

    def __call__(self, _logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """What structlog asks of a processor."""
        given = line.get("exc_info")
        error = sys.exc_info()[1] if given is True else given
        if not isinstance(error, BaseException) or not is_away(error):
            return line
        now = monotonic()
        if self._said_at is not None and now - self._said_at < EVERY_SECONDS:
            self._unsaid += 1
            raise structlog.DropEvent
        said = {"event": "the database is away or cannot be written to", "reason": reason_of(error)}
        if self._unsaid:
            said["unsaid"] = str(self._unsaid)
        self._said_at, self._unsaid = now, 0
        return said


def told(error: BaseException) -> str:
    """Where an error was raised, and by which others it was caused, without what it says: that may be what somebody
    typed. Errors of the database and of the system say nothing of the kind."""
    parts: list[str] = []
    each: BaseException | None = error
    while each is not None and len(parts) < MOST_CAUSES:
        said = f": {each}" if isinstance(each, OSError | DBAPIError) else ""
        frames = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"{frames}{type(each).__module__}.{type(each).__qualname__}{said}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\nwhich led to\n".join(reversed(parts))


def where_raised(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: an error as `told` tells it."""
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        line["exception"] = told(error)
    return line


class OfLibraries(logging.Formatter):
    """What libraries log, with their errors as ours are told."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name is logging's
        """See `told`."""
        return "" if ei[1] is None else told(ei[1])


class Lines:
    """Writes lines to standard error. What cannot be written, to a full disk or to a reader who is gone, is let go: the
    work that it speaks of goes on."""

    def msg(self, line: str) -> None:
        """Write it."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def set_up_logs(level: int = logging.WARNING) -> None:
    """Configure logging once, at the start of the program."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(OfLibraries("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[out])
    # A record of what a library received could hold a token or a message.
    for name in ("slack_bolt", "slack_sdk", "aiohttp.access", "apscheduler"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in SAY_NOTHING:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,  # of which request or which notice it speaks
            QuietOutage(),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_raised,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: Lines(),
    )
