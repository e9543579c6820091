"""The conversations: channels of the team, group chats, chats with the bot; who is in them, and whether the bot is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps
from bot.teams_emulator.ids import BOT_ID, TEAM_ID
from bot.teams_emulator.workspace_people import ANA, BENOIT, DANA, MARCUS, PEOPLE, PRIYA, STAFF

DESK_ID = "19:vigiecontososupport000000000000000001@thread.tacv2"
CUSTOMER_ID = "19:vigiefabrikamsupport0000000000000001@thread.tacv2"
GROUP_ID = "19:vigieswitchovertonight00000000000001@thread.v2"


@dataclass(frozen=True)
class Channel:
    """One conversation. `kind` is `desk`, `customer`, `group`, `dm` or `other`; `members` are ids, the bot included."""

    #: `19:...@thread.tacv2` of a channel, `19:...@thread.v2` of a group chat, `a:...` of a chat with the bot.
    id: str
    #: Its name.
    name: str
    #: `desk`, `customer`, `dm`, `group` or `other`.
    kind: str
    #: Who is in it, by id, the bot included.
    members: tuple[str, ...]
    #: Whether it is closed to new messages.
    archived: bool = False

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


class Channels:
    """All conversations, held in memory and written through to the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.load()

    def load(self) -> None:
        """Reads them again; an empty record is seeded."""
        rows = self._record.db.execute("select body from teams_channel order by rowid").fetchall()
        self._all: dict[str, Channel] = {}
        for (body,) in rows:
            data = json.loads(body)
            channel = Channel(**{**data, "members": tuple(data["members"])})
            self._all[channel.id] = channel
        if not rows:
            with self._record.atomic():
                for channel in SEED:
                    self.put(channel)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._all.values())

    def get(self, channel_id: str) -> Channel | None:
        """The conversation with this id, without a thread."""
        return self._all.get(channel_id)

    def put(self, channel: Channel) -> Channel:
        """Stores a new or changed conversation."""
        self._all[channel.id] = channel
        self._record.db.execute(
            # an upsert keeps the row in its place, and so the channels in their order
            "insert into teams_channel values (?, ?) on conflict (id) do update set body = excluded.body",
            (channel.id, dumps(asdict(channel))),
        )
        return channel

    def with_member(self, channel: Channel, user: str, *, present: bool) -> Channel:
        """The conversation after `user` came in or left."""
        others = tuple(member for member in channel.members if member != user)
        return self.put(replace(channel, members=(*others, user) if present else others))

    def archive(self, channel: Channel, *, archived: bool) -> Channel:
        """The conversation closed to messages, or open again."""
        return self.put(replace(channel, archived=archived))


def split(conversation: str) -> tuple[str, str | None]:
    """A conversation's id without its thread, and the message that the thread hangs on."""
    channel, marked, root = conversation.partition(";messageid=")
    return channel, root if marked and root else None


def channel_object(channel: Channel) -> Json:
    """How the list of a team's channels describes one; the general channel's name is null there, as in Teams."""
    return {"id": channel.id, "name": None if channel.id == TEAM_ID else channel.name, "type": "standard"}
