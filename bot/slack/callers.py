"""Who is at the other end of a request of Slack's."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.outbound.callers import WHO_SECONDS, AnyCallers
from bot.slack import payload
from bot.slack.people import People
from bot.verbs.base.call import Call

Body = dict[str, Any]


class Callers(AnyCallers):
    """Those who act in one workspace. Slack waits three seconds for an answer."""

    def __init__(self, desk: DeskRuntime, people: People, who_seconds: float = WHO_SECONDS) -> None:
        super().__init__(desk, who_seconds)
        self.people = people

    def turn(self, body: Body) -> asyncio.Lock:
        """See `turn_of`."""
        event = body.get("event")
        user = payload.user_of(body) or str((event.get("user") if isinstance(event, dict) else "") or "")
        return self.turn_of(user)

    async def ask_who(self, user: str) -> None:
        """Ask who somebody unknown is before they are answered."""
        if user and not self.people.knows(user):
            await self.ask(self.people.meet(user))

    def meet(self, call: Call, user: str) -> None:
        """Learn who somebody is, and greet the first admin of a desk that nobody has set up."""
        if user and not self.people.knows(user, call.channel):
            self.later(self.people.meet(user, call.channel))
        self.greet_first_admin(call)
