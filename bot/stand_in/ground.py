"""What the stand-ins of one local workspace share: its file, its time, its traffic, and the bot's own address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bot.stand_in.faults import Faults
from bot.stand_in.feed import Feed
from bot.stand_in.log import Log
from bot.stand_in.now import Now
from bot.stand_in.outcome import OK
from bot.stand_in.outgoing import Outgoing
from bot.stand_in.record import open_record
from bot.stand_in.shapes import Json, loads_object

PROCESSES = 16  # of one bot that are told the time, at most: the last ones


class Ground:
    """Started and stopped by each stand-in that stands on it: the first one opens it, the last one closes it.

    `path` is the record's file, made when missing; `real` answers the machine's time. Raises sqlite3.Error when the
    file cannot be written.
    """

    def __init__(self, path: Path | str, real: Callable[[], float] = time.time) -> None:
        self.record = open_record(path)
        self.now = Now(self.record, real)
        self.log = Log()
        self.feed = Feed()
        self.faults = Faults()
        self.stepping = asyncio.Lock()
        #: What each stand-in still has to tell the bot.
        self.queues: list[Outgoing] = []
        self.session: aiohttp.ClientSession | None = None
        joined: Json = self.record.get("bot") or {}
        #: Where the bot is told the time: each of its processes; none: nobody has joined.
        self.bot_urls: list[str] = joined.get("bot_urls") or []
        #: What the page says can be typed, by language.
        self.suggestions: Json = joined.get("suggestions") or {}
        self._standing = 0

    async def start(self) -> None:
        """Opens the way to the bot; inside a running loop."""
        self._standing += 1
        if self.session is None:
            self.feed.open()
            self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        """Closes the file and the way to the bot once nobody stands on it any more."""
        self._standing -= 1
        if self._standing <= 0:
            if self.session is not None:
                await self.session.close()
                self.session = None
            self.record.close()

    def join(self, bot_url: str | None, suggestions: Json, *, beside: bool = False) -> None:
        """A bot has come up: from now on it is told the time at `bot_url`, `beside` its other processes or alone."""
        others = [each for each in self.bot_urls if beside and each != bot_url][-PROCESSES + 1 :]
        self.bot_urls, self.suggestions = others + [each for each in [bot_url] if each is not None], suggestions
        self.record.set("bot", {"bot_urls": self.bot_urls, "suggestions": suggestions})

    def move_to(self, instant: float) -> None:
        """Makes `instant` (Unix time) the present of the workspace; never an earlier one than it has."""
        self.now.move_to(instant)
        for queue in self.queues:
            queue.time_moved()
        self.feed.changed()

    def reset(self, kept: tuple[str, ...]) -> None:
        """An empty file, but for what `Record.get` knows by the `kept` names; and real time."""
        self.record.wipe(keep=("bot", *kept))
        self.now.load()
        self.faults.clear()
        self.log.clear()

    async def ask_all(self, name: str, question: Json, patience: float, *, in_turn: bool = False) -> list[Json]:
        """Asks every process of the bot, and leaves out those that are gone while others answer. Raises as `ask`."""
        one_by_one = asyncio.Semaphore(1 if in_turn else PROCESSES)

        async def asked(url: str) -> Json:
            async with one_by_one:
                return await self.ask(f"{url}/{name}", question, patience)

        answers = await asyncio.gather(*map(asked, self.bot_urls), return_exceptions=True)
        found = [each for each in answers if not isinstance(each, BaseException)]
        for each in answers:
            if isinstance(each, BaseException) and not (found and isinstance(each, ConnectionError)):
                raise each
        return found

    async def ask(self, url: str, question: Json, patience: float) -> Json:
        """Posts JSON to the bot's own control address. Raises ConnectionError or TimeoutError when no answer comes."""
        if self.session is None:
            raise ConnectionError("the workspace has not started")
        timeout = aiohttp.ClientTimeout(total=max(patience, 0.05))
        try:
            async with self.session.post(url, json=question, timeout=timeout, allow_redirects=False) as answer:
                found = loads_object(await answer.text())
                if answer.status != OK or found is None:
                    raise ConnectionError(f"the bot answered {answer.status}")
                return found
        except aiohttp.ClientError as error:
            raise ConnectionError(str(error)) from error
