"""Who is at the other end of an activity of Teams'."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.desk.runtime import DeskRuntime
from bot.outbound.callers import WHO_SECONDS, AnyCallers
from bot.teams.inbound import author_in
from bot.teams.payload import PERSON, Activity, mapping
from bot.verbs.base.call import Call
from storage.accounts import Account, save_accounts


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


class Callers(AnyCallers):
    """Those who act in one tenant. Teams waits five seconds for the answer of an extension, and some of it is the
    network's."""

    def __init__(self, desk: DeskRuntime, people: People, who_seconds: float = WHO_SECONDS) -> None:
        super().__init__(desk, who_seconds)
        self.people = people

    def turn(self, activity: Activity) -> asyncio.Lock:
        """See `turn_of`."""
        return self.turn_of(activity.from_id)

    async def ask_who(self, activity: Activity) -> None:
        """Find out who somebody unknown is before they are answered."""
        if activity.is_by_a_bot:
            return
        if not self.people.knows(activity.from_id):
            await self.ask(self.people.meet(activity))
        elif self._speaks_unknown(activity):
            # A roster says nothing of languages: the first thing that somebody does here tells theirs.
            await self.ask(self.people.noticed(activity))
        else:
            self.later(self.people.noticed(activity))

    def _speaks_unknown(self, activity: Activity) -> bool:
        account = self.desk.directory.accounts.get(self.desk.key(activity.from_id))
        return account is not None and not account.locale and bool(activity.locale)

    async def ask_author(self, activity: Activity) -> None:
        """Ask who wrote the message that an extension was used on, where that is not known. Whom nobody knows is from
        outside, and is called as the message says; but people from outside, whose clients may say anything, put nobody
        on record, and nobody is put there by the Connector's id, of which the roster alone speaks."""
        desk = self.desk
        user, name = author_in(mapping(activity.value.get("messagePayload")))
        if not user or desk.person(user) in desk.directory.accounts:
            return
        await self.ask(self.people.meet(replace(activity, from_id=user, from_name=name)))
        is_told = name and not user.startswith(PERSON) and not desk.actor(desk.person(activity.from_id)).is_outside
        if is_told and desk.person(user) not in desk.directory.accounts:
            account = Account(desk.key(user), name, is_external=True)
            save = partial(save_accounts, organisation_id=desk.organisation_id, accounts=[account], now=desk.now())
            await desk.database.write(save)
            await desk.refresh_people()

    def meet(self, call: Call, activity: Activity) -> None:
        """Learn who somebody is, and greet the first admin of a desk that nobody has set up."""
        if activity.from_id and not self.people.knows(activity.from_id, call.channel):
            self.later(self.people.meet(activity))
        self.greet_first_admin(call)
