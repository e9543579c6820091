"""Finds the channels that people name: by id, link, name, or team and name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

import structlog

from bot.teams.client import ConnectorClient
from bot.teams.errors import FAILURES, ConnectorError
from bot.teams.payload import id_in, words_in
from bot.teams.platform import PLATFORM
from storage.channels import Channel, ChannelKind, find_channel, load_channels, save_channel, save_names
from storage.database import Database
from triage.keys import key_of

log = structlog.get_logger(__name__)
GENERAL = "General"  # the first channel of a team, of which Teams tells no name
ASK_EVERY = timedelta(minutes=1)  # what was not found is asked for again after this
_ID = re.compile(r"19:[^\s/;]+@(?:thread\.\w+|unq\.gbl\.spaces)")
_OF_TEAMS = ("@thread.tacv2", "@thread.skype")  # how the ids of channels end; those of chats end otherwise
_LINK = re.compile(
    r"https://teams\.(?:microsoft\.com|live\.com|cloud\.microsoft)/l/(?:channel|team|message)/(19(?::|%3[aA])[^/?]+)\S*"
)


@dataclass
class TeamsChannels:
    """See `bot.outbound.desk_start.Channels`."""

    #: Where they are on record.
    database: Database
    #: Whose they are.
    organisation_id: int
    #: Calls the Connector.
    client: ConnectorClient
    #: The address of what Teams has not spoken of yet.
    service_url: str
    #: The tenant.
    tenant: str
    #: The present instant.
    now: Callable[[], datetime]
    # When Teams was asked in vain, by what it was asked for.
    _asked: dict[tuple[str, ...], datetime] = field(default_factory=dict)

    async def find(self, named: str) -> str | None:
        """See Channels. By its id, its link, its name, or `Team / channel`."""
        named = plainly(named)
        if _ID.fullmatch(named):
            return await self._by_id(named)
        known = await self._known()
        return one_called(named, known) or one_called(named, await self._listed(known))

    def is_id(self, named: str) -> bool:
        """See Channels."""
        return _ID.fullmatch(plainly(named)) is not None

    async def learn_names(self) -> None:
        """Ask what the channels of teams are called, where one is known without its name."""
        known = await self._known()
        if any(each.team and not each.name for each in known):
            await self._listed(known)

    async def _known(self) -> list[Channel]:
        load = partial(load_channels, organisation_id=self.organisation_id, platform=PLATFORM)
        return [each for each in (await self.database.read(load)).values() if each.kind is not ChannelKind.PERSONAL]

    async def _by_id(self, channel_id: str) -> str | None:
        """The key of that channel, if Vigie is in it. Where Teams has never spoken of it, it is asked. What does not
        answer now keeps no desk from starting: what comes of posting there will tell."""
        key = key_of(PLATFORM, channel_id)
        known = await self.database.read(partial(find_channel, organisation_id=self.organisation_id, key=key))
        if known is not None:
            return key if known.closed_at is None else None
        if self._asked_lately(channel_id):
            return None
        try:
            async for _ in self.client.members(self.service_url, channel_id):
                break
        except ConnectorError as error:
            if error.status in (400, 403, 404):
                return None
            log.warning("a channel is taken at its word", channel=key, error=str(error))
        except FAILURES as error:
            log.warning("a channel is taken at its word", channel=key, error=str(error)[:200])
        kind = ChannelKind.CHANNEL if channel_id.endswith(_OF_TEAMS) else ChannelKind.GROUP
        channel = Channel(key, kind, self.service_url, workspace=self.tenant)
        await self.database.write(
            partial(save_channel, organisation_id=self.organisation_id, channel=channel, now=self.now())
        )
        return key

    async def _listed(self, known: list[Channel]) -> list[Channel]:
        """The channels of every team that Vigie is in, as Teams lists them now."""
        teams = {each.team: each for each in known if each.team and each.closed_at is None}
        found: list[Channel] = []
        if self._asked_lately(*sorted(teams)):
            return found
        for team, near in teams.items():
            try:
                found += await self._channels_of(team, near)
            except FAILURES as error:
                log.warning("channels of a team not listed", team=team, error=str(error)[:200])
        save = partial(save_names, organisation_id=self.organisation_id, channels=found, now=self.now())
        await self.database.write(save)
        return found

    def _asked_lately(self, *what: str) -> bool:
        """Whether Teams was asked for that a moment ago; if not, it is asked now."""
        now, before = self.now(), self._asked.get(what)
        if before is not None and timedelta(0) <= now - before < ASK_EVERY:
            return True
        self._asked[what] = now
        return False

    async def _channels_of(self, team: str, near: Channel) -> list[Channel]:
        called = near.team_name or words_in((await self.client.team(near.service_url, team)).get("name"))
        return [
            Channel(
                key_of(PLATFORM, channel_id), ChannelKind.CHANNEL, near.service_url, workspace=near.workspace,
                name=words_in(each.get("name")) or GENERAL, team=team, team_name=called,
            )
            for each in await self.client.channels(near.service_url, team)
            if (channel_id := id_in(each.get("id")))
        ]  # fmt: skip


def plainly(named: str) -> str:
    """What somebody wrote for a channel, without the platform, `#` and the address around it."""
    named = named.strip().removeprefix(f"{PLATFORM}:").removeprefix("#").strip()
    link = _LINK.fullmatch(named)
    return unquote(link[1]) if link else named


def one_called(named: str, channels: list[Channel]) -> str | None:
    """The key of the one channel of that name, or `Team / channel`; None where there is none, or several."""
    team, slash, name = (part.strip().casefold() for part in named.rpartition("/"))
    there = [each for each in channels if each.closed_at is None]
    found = {each.key for each in there if each.name.casefold() == named.casefold()}
    if not found and slash:
        found = {each.key for each in there if (each.team_name.casefold(), each.name.casefold()) == (team, name)}
    return found.pop() if len(found) == 1 else None
