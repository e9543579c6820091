"""What acknowledgements are held against: a Bolt app with its defaults that does nothing but acknowledge; or, with the
name of a file, one that acknowledges after a durable commit of one row to it.

Run as a program: it prints its address and serves until SIGTERM.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from benchmarks.serving import serve

SECRET = "bare-app"  # noqa: S105  it guards nothing


async def _authorize(**_: object) -> AuthorizeResult:
    """As cheap as can be, in the bare app's favour: no call to Slack, no database."""
    return AuthorizeResult(enterprise_id=None, team_id="T0BENCH", bot_user_id="U0BARE", bot_token="xoxb-bare")  # noqa: S106


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _recorder(file: str) -> Callable[..., Awaitable[None]]:
    """A listener that puts one row on record, as durable as Vigie's are, and acknowledges then. One thread writes, so
    that nobody else waits for the disk."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
    writer = ThreadPoolExecutor(1)

    def write(words: str) -> None:
        connection.execute("INSERT INTO line (words) VALUES (?)", (words,))

    async def record(ack: AsyncAck, command: dict[str, str]) -> None:
        await asyncio.get_running_loop().run_in_executor(writer, write, command["text"])
        await ack()

    return record


def _served(file: str | None) -> web.Application:
    # By default Bolt looks every few milliseconds whether a listener has acknowledged; else it waits for it to end.
    app = AsyncApp(signing_secret=SECRET, authorize=_authorize, process_before_response=file is not None)
    app.command("/ticket")(_acknowledge if file is None else _recorder(file))
    return app.web_app()


if __name__ == "__main__":
    asyncio.run(serve(_served(sys.argv[1] if sys.argv[1:] else None)))
