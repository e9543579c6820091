"""What each activity leads to: translate, call, answer. The answer leaves after the commit."""

from __future__ import annotations

import structlog

from bot.desk.runtime import DeskRuntime
from bot.teams.callers import WHO_SECONDS, Callers, Conversations, People
from bot.teams.payload import Activity
from bot.teams.responses import Answers, Reply

log = structlog.get_logger(__name__)


class Listeners:
    """Everything that is listened for, bound to the desk it serves. `who_seconds`: see Callers."""

    def __init__(
        self,
        desk: DeskRuntime,
        people: People,
        conversations: Conversations,
        answers: Answers,
        who_seconds: float = WHO_SECONDS,
    ) -> None:
        self.desk = desk
        self.callers = Callers(desk, people, who_seconds)
        self.conversations = conversations
        self.answers = answers
        desk.when_changed(lambda: self.callers.later(people.refresh()))

    async def receive(self, activity: Activity) -> Reply:
        """Answer one activity, whatever it is. Never raises."""
        log.debug("an activity", kind=activity.kind, name=activity.name)
        return Reply()

    async def drain(self) -> None:
        """Finish what was begun beside an answer."""
        await self.callers.drain()
