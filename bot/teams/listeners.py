"""What each activity leads to: translate, call, answer. The answer leaves after the commit."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.desk.runtime import DeskRuntime
from bot.outbound.callers import WHO_SECONDS
from bot.teams import inbound
from bot.teams.app_home import Homes
from bot.teams.asked import Asked
from bot.teams.callers import Callers, Conversations, People
from bot.teams.heard import Heard
from bot.teams.history import TeamsReader
from bot.teams.payload import Activity, Body
from bot.teams.responses import Answers, Reply

log = structlog.get_logger(__name__)
FAILED = 500


class Listeners:
    """Everything that is listened for, bound to the desk it serves. `bot` is what Teams calls us, where an activity
    does not say; `remembers`: where what was heard is read again; `who_seconds`: see Callers."""

    def __init__(
        self,
        desk: DeskRuntime,
        people: People,
        conversations: Conversations,
        answers: Answers,
        homes: Homes,
        *,
        bot: str = "",
        remembers: TeamsReader | None = None,
        who_seconds: float = WHO_SECONDS,
    ) -> None:
        self.desk = desk
        self.callers = Callers(desk, people, who_seconds)
        self.conversations = conversations
        self.asked = Asked(self.callers, homes, answers, bot)
        self.heard = Heard(self.callers, homes, conversations, remembers or TeamsReader(), bot)
        desk.when_changed(lambda: self.callers.later(people.refresh()))

    async def receive(self, activity: Activity) -> Reply:
        """Answer one activity, whatever it is. Never raises. What nobody waits for is answered 500 where it failed, so
        that it is sent again; whoever waits is told in a sentence."""
        if activity.at is not None and activity.at > (now := self.desk.now()):
            activity = replace(activity, at=now)  # two clocks are never quite the same
        try:
            await self._note(activity)
            async with self.callers.turn(activity):
                await self.callers.ask_who(activity)
                return await self._handle(activity)
        except Exception as error:
            log.exception("an activity failed", kind=activity.kind, name=activity.name)
            if activity.kind == "invoke" or is_command(activity):
                return self.asked.failed(activity, error)
            return Reply(FAILED)

    async def drain(self) -> None:
        """Finish what was begun beside an answer."""
        await self.callers.drain()

    async def _note(self, activity: Activity) -> None:
        """Keep how the conversation is reached, before anything is answered there. Without that, the rest goes on."""
        if is_leaving(activity):
            return
        try:
            await self.conversations.heard(activity)
        except Exception:
            log.exception("a conversation was not noted")

    async def _handle(self, activity: Activity) -> Reply:
        match activity.kind:
            case "message":
                return await self._message(activity)
            case "invoke":
                return await self._invoke(activity)
            case "messageReaction":
                await self.heard.reaction(activity)
            case "messageUpdate":
                await self.heard.edited(activity)
            case "messageDelete":
                await self.heard.deleted(activity)
            case "conversationUpdate":
                await self.heard.conversation(activity)
            case "installationUpdate":
                await self.heard.installation(activity)
        return Reply()

    async def _message(self, activity: Activity) -> Reply:
        data = activity.value
        if data and not activity.is_by_a_bot and not activity.text.strip():
            return await self._came_back(activity, data)  # simple cards send what was pressed as a message
        if is_command(activity):
            return await self.asked.command(activity)
        await self.heard.message(activity)
        return Reply()

    async def _invoke(self, activity: Activity) -> Reply:
        asked, data = self.asked, inbound.data_of(activity)
        if activity.is_by_a_bot:
            return await asked.unknown(activity)
        match activity.name:
            case "adaptiveCard/action" | "task/fetch" | "task/submit" | "composeExtension/submitAction":
                return await self._came_back(activity, data)
            case "composeExtension/fetchTask":
                return await asked.extension(activity)
        return await asked.unknown(activity)

    async def _came_back(self, activity: Activity, data: Body) -> Reply:
        """A button was pressed, or a form sent."""
        return await (self.asked.submitted if inbound.is_form(data) else self.asked.pressed)(activity, data)


def is_command(activity: Activity) -> bool:
    """Whether something was written to us alone."""
    is_alone = activity.is_targeted or activity.is_personal
    return activity.kind == "message" and is_alone and not activity.is_by_a_bot and bool(activity.conversation)


def is_leaving(activity: Activity) -> bool:
    """Whether it says that we are not in the conversation any more, so that nothing can be sent there."""
    removed = activity.raw.get("membersRemoved")
    return activity.raw.get("action") in ("remove", "remove-upgrade") or bool(removed)
