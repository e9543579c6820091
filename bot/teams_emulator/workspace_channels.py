"""The conversations: channels of the team, group chats, chats with the bot; who is in them, and whether the bot is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.stand_in.channels import AnyChannel, AnyChannels
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json
from bot.teams_emulator.ids import BOT_ID, TEAM_ID
from bot.teams_emulator.workspace_people import ANA, BENOIT, DANA, MARCUS, PEOPLE, PRIYA, STAFF

DESK_ID = "19:vigiecontososupport000000000000000001@thread.tacv2"
CUSTOMER_ID = "19:vigiefabrikamsupport0000000000000001@thread.tacv2"
GROUP_ID = "19:vigieswitchovertonight00000000000001@thread.v2"


@dataclass(frozen=True)
class Channel(AnyChannel):
    """One conversation: `19:...@thread.tacv2` is a channel, `19:...@thread.v2` a group chat, `a:...` a chat with the
    bot."""

    @property
    def type(self) -> str:
        """The word in activities: `channel`, `groupChat` or `personal`."""
        return {"dm": "personal", "group": "groupChat"}.get(self.kind, "channel")

    @property
    def has_bot(self) -> bool:
        """Whether the app is installed there."""
        return BOT_ID in self.members


SEED = (
    Channel(TEAM_ID, "General", "other", (*STAFF, BOT_ID)),
    Channel(DESK_ID, "support", "desk", (*STAFF, BOT_ID)),
    Channel(CUSTOMER_ID, "fabrikam-support", "customer", (DANA.id, *STAFF, BOT_ID)),
    Channel(GROUP_ID, "Switch-over tonight", "group", (ANA.id, BENOIT.id, PRIYA.id, MARCUS.id, BOT_ID)),
    *(Channel(person.chat, person.id, "dm", (person.id, BOT_ID)) for person in PEOPLE.values()),
)


class Channels(AnyChannels[Channel]):
    """All conversations of the tenant."""

    TABLE = "teams_channel"

    def __init__(self, record: Record) -> None:
        super().__init__(record, Channel, SEED)


def split(conversation: str) -> tuple[str, str | None]:
    """A conversation's id without its thread, and the message that the thread hangs on."""
    channel, marked, root = conversation.partition(";messageid=")
    return channel, root if marked and root else None


def channel_object(channel: Channel) -> Json:
    """How the list of a team's channels describes one; the general channel's name is null there, as in Teams."""
    return {"id": channel.id, "name": None if channel.id == TEAM_ID else channel.name, "type": "standard"}
