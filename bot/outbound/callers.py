"""Those who act, as far as every platform is alike: in whose turn they are answered, and what is done for them beside
the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from weakref import WeakValueDictionary

import structlog

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.verbs.setup.setup import greet
from triage.rights import may

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 1.0
WHO_SECONDS = 1.5


class AnyCallers:
    """Those who act in one workspace, seen from `desk`. Whoever is unknown is asked about for `who_seconds` before they
    are answered, for until then they are outside."""

    def __init__(self, desk: DeskRuntime, who_seconds: float) -> None:
        self.desk = desk
        self._who_seconds = who_seconds
        self._held: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn_of(self, user: str) -> asyncio.Lock:
        """What one person outside asks for is handled one after another: a flood of theirs is in nobody else's way."""
        person = self.desk.person(user)
        if not person or not self.desk.roster.is_outside(person):
            return asyncio.Lock()
        return self._turns.setdefault(person, asyncio.Lock())

    def greet_first_admin(self, call: Call) -> None:
        """Greet the first admin of a desk that nobody has set up."""
        if self.desk.policy_layers.is_new and may(call.actor, "setup"):
            self.later(greet(self.desk, call.actor.id))

    async def ask(self, work: Awaitable[None]) -> None:
        """Wait for what tells who somebody is. What takes longer than the platform waits is for the next time."""
        await asyncio.wait({self._begun(work)}, timeout=self._who_seconds)

    def later(self, work: Awaitable[None]) -> None:
        """Do it beside the answer, for which it is not waited."""
        _ = self._begun(work)

    def _begun(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("work after the answer failed")

        task = asyncio.create_task(guarded())
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        return task

    async def drain(self) -> None:
        """Finish what was begun beside an answer, the private sentences to people above all; what still waits for
        something else after a moment is given up."""
        if self._held:
            _, waiting = await asyncio.wait(list(self._held), timeout=DRAIN_SECONDS)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
