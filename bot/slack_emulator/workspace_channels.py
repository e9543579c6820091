"""The conversations: channels, direct messages, who is in them, and how `conversations.info` describes them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack_emulator.ids import BOT_USER_ID, PARTNER_TEAM_ID, TEAM_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA, MARCUS, PEOPLE, STAFF
from bot.stand_in.channels import AnyChannel, AnyChannels
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json

DESK_ID = "C0SUPPORTD1"
CUSTOMER_ID = "C0EXTACME01"


@dataclass(frozen=True)
class Channel(AnyChannel):
    """One conversation: `C...` is a channel, `D...` direct messages with the bot."""

    #: Whether only those who are in it know of it.
    private: bool = False

    @property
    def type(self) -> str:
        """The word in events: `channel`, `group` or `im`."""
        return "im" if self.kind == "dm" else "group" if self.private else "channel"

    @property
    def external(self) -> bool:
        """Whether another company shares it."""
        return any(PEOPLE[user].external for user in self.members if user in PEOPLE) and self.kind != "dm"

    @property
    def name_in_payloads(self) -> str:
        """Slack hides the names of private conversations from commands."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.type, self.name)


SEED = (
    Channel(DESK_ID, "support-desk", "desk", (*STAFF, BOT_USER_ID)),
    Channel(CUSTOMER_ID, "ext-acme", "customer", (CARLA.id, ANA.id, BENOIT.id, MARCUS.id, BOT_USER_ID)),
)


class Channels(AnyChannels[Channel]):
    """All conversations of the workspace."""

    TABLE = "channel"

    def __init__(self, record: Record) -> None:
        super().__init__(record, Channel, SEED)

    def find(self, name_or_id: str) -> Channel | None:
        """By id, `name` or `#name`, as posting methods take them."""
        if channel := self.get(name_or_id):
            return channel
        name = name_or_id.removeprefix("#")
        return next((c for c in self if c.name == name and c.kind != "dm"), None)

    def dm(self, user: str) -> Channel:
        """The direct messages between this user and the bot, opened when they are not yet."""
        channel_id = "D" + user[1:]
        return self.get(channel_id) or self.put(Channel(channel_id, user, "dm", (user, BOT_USER_ID), private=True))


def conversation_object(channel: Channel, *, members: bool = False) -> Json:
    """What `conversations.info` answers."""
    base: Json = {"id": channel.id, "created": 1760000000, "is_archived": channel.archived, "updated": 1760000000000,
                  "is_org_shared": False, "context_team_id": TEAM_ID}  # fmt: skip
    if channel.kind == "dm":
        user = next(member for member in channel.members if member != BOT_USER_ID)
        return base | {"is_im": True, "user": user, "is_user_deleted": False, "priority": 0, "is_open": True}
    shared = [PARTNER_TEAM_ID] if channel.external else []
    base |= {
        "name": channel.name, "name_normalized": channel.name, "is_channel": not channel.private,
        "is_group": channel.private, "is_im": False, "is_mpim": False, "is_private": channel.private,
        "is_general": False, "unlinked": 0, "is_shared": bool(shared), "is_ext_shared": bool(shared),
        "is_pending_ext_shared": False, "pending_shared": [], "pending_connected_team_ids": [], "creator": MARCUS.id,
        "parent_conversation": None, "shared_team_ids": [TEAM_ID, *shared], "connected_team_ids": shared,
        "is_member": BOT_USER_ID in channel.members, "previous_names": [],
        "topic": {"value": "", "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
    }  # fmt: skip
    if members:
        base["num_members"] = len(channel.members)
    return base
