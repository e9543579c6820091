"""Keeps how each conversation is reached, from all that arrives; and that it is closed to us."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.teams.payload import Activity, id_in, mapping, words_in
from bot.teams.platform import PLATFORM
from storage.announcements.to_admins import ChannelLost
from storage.announcing import announce, closed_key
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
)
from storage.dead_letters import revive
from triage.keys import key_of, platform_of

log = structlog.get_logger(__name__)
SURE_FOR = timedelta(minutes=1)  # for so long nobody looks whether another process has written something else
_LETS_IN = ("installationUpdate", "conversationUpdate")  # that we are there is true of a whole team
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
