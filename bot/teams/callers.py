"""Who is at the other end of a request, in whose turn it is handled, and what is done for them beside the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.desk.runtime import DeskRuntime
from bot.teams.inbound import author_in
from bot.teams.payload import Activity, mapping
from bot.verbs.base.call import Call
from bot.verbs.setup.setup import greet
from storage.accounts import Account, save_accounts
from triage.rights import may

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 2.0
#: Teams waits five seconds for the answer of an extension, and some of it is the network's.
WHO_SECONDS = 1.5


class People(Protocol):
    """Finds out who people are. Ids are the Connector's: `29:...`."""

    def knows(self, user: str, channel: str = "") -> bool:
        """Whether there is nothing to find out about somebody who acts in the conversation of that key."""
        ...

    async def meet(self, activity: Activity) -> None:
        """Somebody unknown acted: read who they are from the roster of the conversation in which they did, once, for
        until then they are outside."""
        ...

    async def noticed(self, activity: Activity) -> None:
        """Somebody known acted: what their client says of their language and zone is kept where it is news."""
        ...

    async def moved(self, user: str, channel: str) -> None:
        """Somebody came into a conversation or left it."""
        ...

    async def refresh(self) -> None:
        """Read everybody again."""
        ...


class Conversations(Protocol):
    """Keeps how each conversation is reached."""

    async def heard(self, activity: Activity) -> None:
        """Something arrived from a conversation: keep its reference, and that we are let in there. Called with every
        activity; writes only what is new."""
        ...

    async def closed(self, activity: Activity) -> None:
        """We were taken out of a conversation, or it was deleted or archived: nothing can be sent there from now on,
        and the desk's other channel is told."""
        ...


class Callers:
    """Those who act in one tenant. Whoever is unknown is asked about for `who_seconds` before they are answered."""

    def __init__(self, desk: DeskRuntime, people: People, who_seconds: float = WHO_SECONDS) -> None:
        self.desk = desk
        self.people = people
        self._who_seconds = who_seconds
        self._held: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, activity: Activity) -> asyncio.Lock:
        """What one person outside asks for is handled one after another: a flood of theirs is in nobody else's way."""
        person = self.desk.person(activity.from_id)
        if not person or not self.desk.roster.is_outside(person):
            return asyncio.Lock()
        return self._turns.setdefault(person, asyncio.Lock())

    async def ask_who(self, activity: Activity) -> None:
        """Find out who somebody unknown is before they are answered, for until then they are outside. Teams waits some
        seconds for the answer: what takes longer is for the next time."""
        if activity.is_by_a_bot:
            return
        if not self.people.knows(activity.from_id):
            await asyncio.wait({self._begun(self.people.meet(activity))}, timeout=self._who_seconds)
        elif self._speaks_unknown(activity):
            # A roster says nothing of languages: the first thing that somebody does here tells theirs.
            await asyncio.wait({self._begun(self.people.noticed(activity))}, timeout=self._who_seconds)
        else:
            self.later(self.people.noticed(activity))

    def _speaks_unknown(self, activity: Activity) -> bool:
        account = self.desk.directory.accounts.get(self.desk.key(activity.from_id))
        return account is not None and not account.locale and bool(activity.locale)

    async def ask_author(self, activity: Activity) -> None:
        """Ask who wrote the message that an extension was used on, where that is not known. Whom nobody knows is from
        outside, and is called as the message says."""
        desk = self.desk
        user, name = author_in(mapping(activity.value.get("messagePayload")))
        if not user or desk.person(user) in desk.directory.accounts:
            return
        asking = self._begun(self.people.meet(replace(activity, from_id=user, from_name=name)))
        await asyncio.wait({asking}, timeout=self._who_seconds)
        if name and desk.person(user) not in desk.directory.accounts:
            account = Account(desk.key(user), name, is_external=True)
            save = partial(save_accounts, organisation_id=desk.organisation_id, accounts=[account], now=desk.now())
            await desk.database.write(save)
            await desk.refresh_people()

    def meet(self, call: Call, activity: Activity) -> None:
        """Learn who somebody is, and greet the first admin of a desk that nobody has set up."""
        if activity.from_id and not self.people.knows(activity.from_id, call.channel):
            self.later(self.people.meet(activity))
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
