"""Which conversations there are and how each is reached: kept from all that arrives, and found by what people call
them."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.teams.client import ConnectorClient
from bot.teams.errors import FAILURES, ConnectorError
from bot.teams.payload import Activity, id_in, mapping, words_in
from bot.teams.platform import PLATFORM
from storage.announcements import ChannelLost, announce, closed_key
from storage.cause import Cause
from storage.channels import (
    Channel,
    ChannelKind,
    close_channel,
    close_team,
    find_channel,
    load_channels,
    open_team,
    save_channel,
    save_names,
)
from storage.database import Database
from storage.dead_letters import revive
from triage.keys import key_of, platform_of

log = structlog.get_logger(__name__)
GENERAL = "General"  # the first channel of a team, of which Teams tells no name
SURE_FOR = timedelta(minutes=1)  # for so long nobody looks whether another process has written something else
_LETS_IN = ("installationUpdate", "conversationUpdate")  # that we are there is true of a whole team
_ID = re.compile(r"19:[^\s/;]+@(?:thread\.\w+|unq\.gbl\.spaces)")
_OF_TEAMS = ("@thread.tacv2", "@thread.skype")  # how the ids of channels end; those of chats end otherwise
_LINK = re.compile(
    r"https://teams\.(?:microsoft\.com|live\.com|cloud\.microsoft)/l/(?:channel|team|message)/(19(?::|%3[aA])[^/?]+)\S*"
)
_CLOSED_BY = {
    "channelDeleted": Cause.NOT_FOUND, "teamDeleted": Cause.NOT_FOUND, "teamHardDeleted": Cause.NOT_FOUND,
    "teamArchived": Cause.ARCHIVED,
}  # fmt: skip
_KINDS = {"channel": ChannelKind.CHANNEL, "groupChat": ChannelKind.GROUP, "personal": ChannelKind.PERSONAL}


def channel_in(activity: Activity) -> Channel | None:
    """The conversation that an activity comes from, as far as it says; None where it names none that can be answered
    in."""
    kind = _KINDS.get(activity.conversation_kind)
    if kind is None or not (activity.conversation and activity.service_url):
        return None
    data = mapping(activity.raw.get("channelData"))
    channel, team = mapping(data.get("channel")), mapping(data.get("team"))
    called = words_in(channel.get("name")) or words_in(mapping(activity.raw.get("conversation")).get("name"))
    is_alone = kind is ChannelKind.PERSONAL and activity.from_id and not activity.is_by_a_bot
    return Channel(
        key_of(PLATFORM, activity.conversation),
        kind,
        activity.service_url,
        workspace=activity.tenant,
        name="" if kind is ChannelKind.PERSONAL else called,
        team=activity.team,
        team_name=words_in(team.get("name")),
        person=key_of(PLATFORM, activity.from_id) if is_alone else None,
    )


@dataclass
class Conversations:
    """Keeps how each conversation is reached: see `bot.teams.callers.Conversations`."""

    #: Whose conversations they are.
    desk: DeskRuntime
    #: Called where a conversation is reached for the first time, or otherwise than before.
    met: Callable[[], Coroutine[Any, Any, None]]
    _known: dict[str, tuple[Channel, datetime]] = field(default_factory=dict)

    async def heard(self, activity: Activity) -> None:
        """Something arrived from a conversation: keep how it is reached. Where it was closed to us, what was not said
        there follows."""
        channel, now = channel_in(activity), self.desk.now()
        if channel is None:
            return
        before = self._known.get(channel.key)
        if before is not None and before[0] == channel and timedelta(0) <= now - before[1] < SURE_FOR:
            return

        def keep(session: Session) -> tuple[bool, bool]:
            known = find_channel(session, self.desk.organisation_id, channel.key)
            save_channel(session, self.desk.organisation_id, channel, now)
            is_closed = known is not None and known.closed_at is not None
            opened = [channel.key] if is_closed else []
            if channel.team and activity.kind in _LETS_IN:
                opened += open_team(session, self.desk.organisation_id, channel.team, now)
            for key in opened:
                revive(session, self.desk.organisation_id, key, now)
            return bool(opened), known is None or is_closed or known.service_url != channel.service_url

        was_closed, is_new = await self.desk.database.write(keep)
        self._known[channel.key] = channel, now
        if was_closed:
            log.info("let in again", channel=channel.key)
            self.desk.recorded()
        if is_new and channel.kind is not ChannelKind.PERSONAL:
            self.desk.spawn(self.met())

    async def closed(self, activity: Activity) -> None:
        """We were taken out of a conversation, or out of a whole team, or it is gone. Nothing is sent there until
        something arrives from it again; the desk hears of its own channel elsewhere, an admin of a customer's."""
        desk, now = self.desk, self.desk.now()
        gone, cause = _deleted(activity), _CLOSED_BY.get(activity.event, Cause.NOT_A_MEMBER)
        key = key_of(PLATFORM, gone or activity.conversation)
        theirs = await desk.database.read(desk.customers.channels)

        def close(session: Session) -> None:
            known = load_channels(session, desk.organisation_id, PLATFORM)
            team = activity.team if not gone and activity.conversation_kind != "personal" else ""
            shut = {key, *(each.key for each in known.values() if team and each.team == team)}
            close_channel(session, desk.organisation_id, key, cause, now)
            if team:
                close_team(session, desk.organisation_id, team, cause, now)
            for each in sorted(shut):
                if each in desk.policy.desk.channels:
                    _tell_elsewhere(session, desk, each, now)
                elif each in theirs:
                    _announce(session, desk, ChannelLost(each, theirs[each]), now)

        await desk.write(close)
        self._known.clear()
        log.warning("taken out of a conversation", channel=key, cause=cause.value)


def _deleted(activity: Activity) -> str:
    """The id of the channel that was deleted, where that is what happened."""
    if activity.event != "channelDeleted":
        return ""
    return id_in(mapping(mapping(activity.raw.get("channelData")).get("channel")).get("id"))


def _tell_elsewhere(session: Session, desk: DeskRuntime, channel: str, now: datetime) -> None:
    """Say in the desk's channels on other platforms that this one is closed; where there is none, tell an admin."""
    others = [each for each in desk.policy.desk.channels if each != channel]
    for each in others:
        _announce(session, desk, ChannelLost(channel, ""), now, elsewhere=each)
    if not others:
        _announce(session, desk, ChannelLost(channel, ""), now)


def _announce(session: Session, desk: DeskRuntime, lost: ChannelLost, now: datetime, *, elsewhere: str = "") -> None:
    announce(
        session, desk.organisation_id, lost, platform=platform_of(elsewhere) or desk.platform, channel=elsewhere,
        now=now, key=closed_key(lost.channel, elsewhere, now),
    )  # fmt: skip


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
        if before is not None and timedelta(0) <= now - before < SURE_FOR:
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
