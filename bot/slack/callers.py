"""Who is at the other end of a request, in whose turn it is handled, and what is done for them beside the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.desk.runtime import DeskRuntime
from bot.slack import payload
from bot.slack.people import People
from bot.verbs.base.call import Call
from bot.verbs.setup.setup import greet
from triage.rights import may

log = structlog.get_logger(__name__)
Body = dict[str, Any]

DRAIN_SECONDS = 2.0
WHO_SECONDS = 1.5


class Callers:
    """Those who act in one workspace. Whoever is unknown is asked about for `who_seconds` before they are answered."""

    def __init__(self, desk: DeskRuntime, people: People, who_seconds: float = WHO_SECONDS) -> None:
        self.desk = desk
        self.people = people
        self._who_seconds = who_seconds
        self._held: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, body: Body) -> asyncio.Lock:
        """What one person outside asks for is handled one after another: a flood of theirs is in nobody else's way."""
        event = body.get("event")
        user = payload.user_of(body) or str((event.get("user") if isinstance(event, dict) else "") or "")
        person = self.desk.person(user)
        if not user or not self.desk.roster.is_outside(person):
            return asyncio.Lock()
        return self._turns.setdefault(person, asyncio.Lock())

    async def ask_who(self, user: str) -> None:
        """Ask who somebody unknown is before they are answered, for until then they are outside. Slack waits three
        seconds for the answer: what takes longer is for the next time."""
        if user and not self.people.knows(user):
            await asyncio.wait({self._begun(self.people.meet(user))}, timeout=self._who_seconds)

    def meet(self, call: Call, user: str) -> None:
        """Learn who somebody is, and greet the first admin of a desk that nobody has set up."""
        if user and not self.people.knows(user, call.channel):
            self.later(self.people.meet(user, call.channel))
        if self.desk.policy_layers.is_new and may(call.actor, "setup"):
            self.later(greet(self.desk, call.actor.id))

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
