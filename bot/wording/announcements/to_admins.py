"""What is said to admins: something is lacking, lost or not delivered, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.desk.binding import called
from bot.wording.card import Card
from bot.wording.notices.saying import Telling
from bot.wording.sentences import Typed, join
from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_admins import (
    ChannelLost,
    GroupsUnread,
    MailboxUnread,
    NotToAll,
    PageFailed,
    PermissionMissing,
    Undelivered,
    WebhookFailed,
)
from triage.keys import id_of, platform_of


def _permission_missing(telling: Telling, said: PermissionMissing) -> Card:
    speech, scope = telling.speech, said.scope
    name = re.sub(r"\W", "-", scope)
    lost = speech.text(f"lost.{name}" if speech.has(f"lost.{name}") else "lost.unknown")
    return Card(speech("announce.permission_missing", platform=called(telling.platform), scope=scope, lost=lost))


def _groups_unread(telling: Telling, said: GroupsUnread) -> Card:
    groups = telling.named(said.groups)
    platform = called(telling.platform)
    return Card(telling.speech("announce.groups_unread", platform=platform, groups=groups, error=said.error))


def _channel_lost(telling: Telling, said: ChannelLost) -> Card:
    channel = said.channel
    where = (Typed(id_of(channel)),) if id_of(channel).startswith("#") else telling.channel(channel)
    invite = telling.invited(channel)
    if said.for_climbs:
        return Card(telling.speech("announce.channel_lost_climbs", channel=where, invite=invite))
    if not said.customer:
        return Card(telling.speech("announce.channel_lost_own", channel=where, invite=invite))
    return Card(telling.speech("announce.channel_lost", channel=where, customer=said.customer, invite=invite))


def _page_failed(telling: Telling, said: PageFailed) -> Card:
    return Card(telling.speech("announce.page_failed", target=Typed(said.target), reason=Typed(said.reason)))


def _webhook_failed(telling: Telling, said: WebhookFailed) -> Card:
    key = "announce.webhook_given_up" if said.gave_up else "announce.webhook_failed"
    return Card(telling.speech(key, webhook=said.webhook, host=Typed(said.host), reason=Typed(said.reason)))


def _mailbox_unread(telling: Telling, said: MailboxUnread) -> Card:
    return Card(telling.speech("announce.mailbox_unread", address=Typed(said.address), reason=Typed(said.reason)))


def _undelivered(telling: Telling, said: Undelivered) -> Card:
    speech = telling.speech
    cause = said.cause
    key = cause if speech.has(f"undelivered.{cause}") else "other"
    channel = telling.channel(said.channel)
    do = speech(
        f"undelivered.{key}", platform=called(platform_of(said.channel) or telling.platform), channel=channel,
        command=telling.command, error=said.error, invite=telling.invited(said.channel),
    )  # fmt: skip
    return Card(speech(f"announce.undelivered_{said.side}", number=said.number, channel=channel, do=do))


def _not_to_all(telling: Telling, said: NotToAll) -> Card:
    who = join([(Typed(f"{address} ({reason})"),) for address, reason in said.missed], ", ")
    return Card(telling.speech("announce.not_to_all", count=len(said.missed), number=said.number, who=who))


SAY: dict[AnnouncementKind, Callable[[Telling, Any], Card]] = {
    AnnouncementKind.PERMISSION_MISSING: _permission_missing,
    AnnouncementKind.GROUPS_UNREAD: _groups_unread,
    AnnouncementKind.CHANNEL_LOST: _channel_lost,
    AnnouncementKind.PAGE_FAILED: _page_failed,
    AnnouncementKind.WEBHOOK_FAILED: _webhook_failed,
    AnnouncementKind.MAILBOX_UNREAD: _mailbox_unread,
    AnnouncementKind.UNDELIVERED: _undelivered,
    AnnouncementKind.NOT_TO_ALL: _not_to_all,
}
