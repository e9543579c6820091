"""A stand-in's conversations: who is in each, and whether it is closed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import ClassVar, Generic, TypeVar

from bot.stand_in.record import Record
from bot.stand_in.shapes import dumps


@dataclass(frozen=True)
class AnyChannel:
    """One conversation, as far as every platform is alike."""

    #: The platform's id.
    id: str
    #: Its name, without the mark that the platform puts before it; of a chat with the bot, the id of whose it is.
    name: str
    #: `desk`, `customer`, `dm`, `group` or `other`.
    kind: str
    #: Who is in it, by id, the bot included.
    members: tuple[str, ...]
    #: Whether it is closed to new messages.
    archived: bool = False


AChannel = TypeVar("AChannel", bound=AnyChannel)


class AnyChannels(Generic[AChannel]):
    """All conversations of one stand-in, held in memory and written through to the record."""

    #: Their table in the record, of an id and a body.
    TABLE: ClassVar[str]

    def __init__(self, record: Record, made: type[AChannel], seed: Sequence[AChannel]) -> None:
        self._record, self._made, self._seed = record, made, seed
        self._all: dict[str, AChannel] = {}
        self.load()

    def load(self) -> None:
        """Reads them again; an empty record is seeded."""
        rows = self._record.db.execute(f"select body from {self.TABLE} order by rowid").fetchall()  # noqa: S608 - ours
        self._all.clear()
        for (body,) in rows:
            data = json.loads(body)
            channel = self._made(**{**data, "members": tuple(data["members"])})
            self._all[channel.id] = channel
        if not rows:
            with self._record.atomic():
                for channel in self._seed:
                    self.put(channel)

    def __iter__(self) -> Iterator[AChannel]:
        return iter(self._all.values())

    def get(self, channel_id: str) -> AChannel | None:
        """The conversation with this id."""
        return self._all.get(channel_id)

    def put(self, channel: AChannel) -> AChannel:
        """Stores a new or changed conversation."""
        self._all[channel.id] = channel
        self._record.db.execute(
            # an upsert keeps the row in its place, and so the channels in their order
            f"insert into {self.TABLE} values (?, ?) on conflict (id) do update set body = excluded.body",  # noqa: S608
            (channel.id, dumps(asdict(channel))),
        )
        return channel

    def with_member(self, channel: AChannel, user: str, *, present: bool) -> AChannel:
        """The conversation after `user` came in or left."""
        others = tuple(member for member in channel.members if member != user)
        return self.put(replace(channel, members=(*others, user) if present else others))

    def archive(self, channel: AChannel, *, archived: bool) -> AChannel:
        """The conversation closed to messages, or open again."""
        return self.put(replace(channel, archived=archived))
