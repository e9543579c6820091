"""How processes die in a round: the bot's at once, or while they end as they were told; beside them a command that
works on the same database, or the workspace itself."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.people import People
from tests.chaos.stage import Program, Stage
from tests.chaos.verdict import Verdict

ENDS_WITHIN = 1.2  # seconds that a victim has after it was told to end, at most
BACKUP, FORGET, CHAT = "backup", "forget", "chat"


@dataclass
class Troubles:
    """What has been killed, and when, by what it was."""

    stage: Stage
    people: People
    rng: random.Random
    verdict: Verdict
    #: How long a command takes by now.
    _takes: dict[str, float] = field(default_factory=lambda: {BACKUP: 2.0, FORGET: 2.5})
    _backups: int = 0

    async def kill(self, victims: Sequence[Program]) -> int:
        """Kill these, a quarter of the time while they end as they were told; how many that were."""
        if self.rng.random() < 0.25:
            told = (each.end_and_kill(self.rng.uniform(0.0, ENDS_WITHIN)) for each in victims)
            killed = sum(await asyncio.gather(*told))
            self._count("told to end", killed)
            self.verdict.noted["ended in time"] += len(victims) - killed
        else:
            killed = sum(await asyncio.gather(*(each.end() for each in victims)))
            self._count("at work", killed)
        return killed

    async def beside(self) -> int:
        """Kill something else, or nothing; how many that were."""
        chance = self.rng.random()
        if chance < 0.12 and self.stage.server is None:
            return await self._backup()
        if chance < 0.24:
            return await self._command(FORGET, f"slack:{self.people.named('Benoît')}", "--yes")
        if chance < 0.32:
            await self._chat()
            return 1
        return 0

    async def _command(self, *arguments: str) -> int:
        name = arguments[0]
        within = self._takes[name] * self.rng.uniform(0.4, 1.1)
        began = asyncio.get_running_loop().time()
        code = await self.stage.tool(*arguments).run(within)
        took = asyncio.get_running_loop().time() - began
        if code is None:
            self._takes[name] *= 1.05
            self._count(name, 1)
            return 1
        self._takes[name] = took
        return 0

    async def _backup(self) -> int:
        """A backup that is there afterwards is whole, and has whatever was acknowledged before it was begun."""
        self._backups += 1
        file = self.stage.folder / f"backup-{self._backups}.db"
        known = {ticket.number for ticket in self.people.tickets if ticket.actions and ticket.actions[0].acked}
        killed = await self._command(BACKUP, str(file))
        if file.exists():
            if wrong := _wrong_in(file, known - {None}):
                self.verdict.add("backup", f"{file.name}: {wrong}")
            self.verdict.noted["backups"] += 1
        for each in self.stage.folder.glob(f".{file.name}*"):
            each.unlink()
        file.unlink(missing_ok=True)
        return killed

    async def _chat(self) -> None:
        """The workspace dies and comes back at the same address, with all that was answered for."""
        chat = self.stage.chat
        await chat.take_notes()
        await self.stage.place.end()
        self._count("the workspace", 1)
        await self.stage.place.start()
        await chat.find_posts([*self.people.desks.values(), self.people.acme], self.people.ana)
        await self.stage.cluster.join()

    def _count(self, what: str, times: int) -> None:
        self.verdict.noted[f"killed: {what}"] += times


def _wrong_in(file: Path, known: set[int | None]) -> str:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        if (found := connection.execute("pragma integrity_check").fetchone()) != ("ok",):
            return str(found)
        there = {number for (number,) in connection.execute("select number from ticket")}
    return f"without {sorted(known - there, key=str)}" if known - there else ""
