"""Wake-ups: whoever plans something tells the other processes of the same database, by PostgreSQL's NOTIFY and LISTEN.

They are told in a statement of its own, soon after the commit and not inside it: transactions that notify commit one
after another, each waiting for the disk alone (docs/adr/0011-wake-ups-after-the-commit.md). What is not heard is found
by the sweep. An SQLite file has one process, which needs none of this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from storage.database import Database
from storage.database_outages import reason_of
from storage.engines import ALIVE

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = structlog.get_logger(__name__)

CHANNEL = "vigie_planned"
NAME = "vigie wake-ups"  # by which an administrator knows the connection
TOGETHER_SECONDS = 0.05  # what is planned within it is told once
LOOK_SECONDS = 60.0  # after so much silence the server is asked whether it is there
ANSWER_SECONDS = 10.0
AGAIN_SECONDS = 1.0
# Keeps awake a firewall that forgets idle connections, too.
OPTIONS: dict[str, Any] = {**ALIVE, "application_name": NAME}


def tell(session: Session, who: str = "") -> None:
    """Wake the other processes once this transaction has committed. `who` is told, and hears nothing of it. For
    transactions that hold nothing else up."""
    if session.info["engine"] != "sqlite":
        session.execute(sa.select(sa.func.pg_notify(CHANNEL, who)))


class WakeUps:
    """Tells the other processes whenever a transaction of this one has planned something, and hears it of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: Whether it hears.
        self.hears = False
        self._name = uuid4().hex  # by which this process knows its own voice
        self._soon: asyncio.TimerHandle | None = None
        self._telling: asyncio.Task[None] | None = None
        self._heard: Callable[[], None] = lambda: None
        self._reached: Callable[[], None] = lambda: None
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Tell from now on."""
        if not self._database.is_sqlite:
            loop = asyncio.get_running_loop()
            self._database.on_planned = lambda: loop.call_soon_threadsafe(self._planned)

    def listen(self, heard: Callable[[], None], reached: Callable[[], None] = lambda: None) -> None:
        """Listen, on a connection of its own. `heard` is called whenever another process has planned something, and
        whenever that may have been missed; `reached` whenever a server was reached anew, which may be another one."""
        self._heard, self._reached = heard, reached
        if not self._database.is_sqlite:
            self._listening = asyncio.create_task(self._run(), name="wake-ups")

    async def stop(self) -> None:
        """Tell what is to be told yet, then end."""
        self._database.on_planned = None
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        await asyncio.sleep(0)  # what a transaction has just asked for is asked for now
        if self._telling is not None:
            await self._telling
        if self._soon is not None:
            self._soon.cancel()
            await self._tell()

    def _planned(self) -> None:
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self._begin)

    def _begin(self) -> None:
        self._soon = None
        if self._telling is not None and not self._telling.done():
            self._planned()  # the database is slow: once more, afterwards
            return
        self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        try:
            await self._database.write(lambda session: tell(session, self._name))
        except Exception as error:  # noqa: BLE001  it is committed, and the sweep finds it
            log.info("the others were not told", reason=reason_of(error))

    async def _run(self) -> None:
        lost = False
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    if lost:
                        log.info("wake-ups are heard again")
                    self.hears, lost = True, False
                    self._reached()
                    self._heard()  # it may have missed some
                    await self._listen(connection)
            except Exception as error:  # noqa: BLE001  whatever it is, it must listen again
                if not lost:
                    log.warning("wake-ups are not heard", reason=reason_of(error))
                lost = True
            self.hears = False
            await asyncio.sleep(AGAIN_SECONDS)

    async def _connect(self) -> AsyncConnection[Any]:
        from psycopg import AsyncConnection  # noqa: PLC0415  a desk on SQLite never loads it

        arguments, options = self._database.engine.dialect.create_connect_args(self._database.url)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await AsyncConnection.connect(*arguments, **{**OPTIONS, **options}, autocommit=True)

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        while True:
            async for each in connection.notifies(timeout=0):
                if each.payload != self._name:
                    self._heard()
            if not await _something_came(connection):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await connection.execute("SELECT 1")


async def _something_came(connection: AsyncConnection[Any]) -> bool:
    """Wait for whatever the server sends; False: nothing for a long time. The driver's own waiting looks ten times a
    second, which an idle process is spared."""
    loop, came, socket = asyncio.get_running_loop(), asyncio.Event(), connection.fileno()
    loop.add_reader(socket, came.set)
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await came.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(socket)
    return True
