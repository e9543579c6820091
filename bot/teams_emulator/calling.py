"""One call of the Bot Connector: what it was given, and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.stand_in.shapes import Json
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel, split


class RefusedMethodError(Exception):
    """The call is refused with that status, code and words."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers or {})


@dataclass(frozen=True)
class Call:
    """What a call was given."""

    #: The tenant.
    workspace: Workspace
    #: The parts of the path that have names.
    path: Mapping[str, str]
    #: What stands behind the question mark.
    query: Mapping[str, str]
    #: The body; empty where there is none.
    body: Json = field(default_factory=dict)

    @property
    def is_targeted(self) -> bool:
        """Whether it is about a message that one person alone sees."""
        return self.query.get("isTargetedActivity", "").lower() == "true"

    def conversation(self, *, must_have_bot: bool = True) -> tuple[Channel, str | None]:
        """The conversation that the path names, and the message of its thread."""
        channel_id, root = split(self.path["conversation"])
        channel = self.workspace.channels.get(channel_id)
        if channel is None:
            raise RefusedMethodError(404, "ConversationNotFound", "Conversation not found.")
        if must_have_bot and not channel.has_bot:
            raise not_in(channel)
        return channel, root


def at_pace(workspace: Workspace, what: str, thread: str) -> None:
    """Refuses what comes too fast."""
    wait = workspace.limits[what].wait(thread, workspace.now.seconds())
    if wait > 0:
        seconds = {"Retry-After": str(max(1, int(wait + 0.999)))}
        raise RefusedMethodError(429, "Throttled", "Too many requests.", seconds)


def not_in(channel: Channel) -> RefusedMethodError:
    """The app is not where it wants to write or read."""
    if channel.type == "personal":
        message = "The bot is not installed in user's personal scope"
        return RefusedMethodError(403, "ForbiddenOperationException", message)
    return RefusedMethodError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")


@dataclass(frozen=True)
class Done:
    """What a call is answered, with which status, and what still has to be told to the bot."""

    #: The body.
    body: Json | list[Json] | None = None
    #: The HTTP status.
    status: int = 200


Method = Callable[[Call], Done]
