"""Announcements as cards: what is said to the desk's channel or to an admin, and is about no ticket."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.wording.card import Button, Buttons, Card, Facts, Line
from bot.wording.notices.saying import Telling
from bot.wording.policy.settings import setting, setup_buttons
from bot.wording.sentences import InChannel, Link, Typed, plain
from storage.announcements import AnnouncementKind
from triage.keys import id_of


def _permission_missing(telling: Telling) -> Card:
    speech, scope = telling.speech, str(telling.data["scope"])
    name = re.sub(r"\W", "-", scope)
    lost = speech.text(f"lost.{name}" if speech.has(f"lost.{name}") else "lost.unknown")
    return Card(speech("announce.permission_missing", scope=scope, lost=lost))


def _groups_unread(telling: Telling) -> Card:
    groups = telling.named(telling.data["groups"])
    return Card(telling.speech("announce.groups_unread", groups=groups, error=telling.data["error"]))


def _channel_lost(telling: Telling) -> Card:
    channel = str(telling.data["channel"])
    where = Typed(id_of(channel)) if id_of(channel).startswith("#") else InChannel(channel)
    return Card(telling.speech("announce.channel_lost", channel=where, customer=telling.data["customer"]))


def _admins(telling: Telling) -> Card:
    people = telling.data["people"]
    who = telling.named(people)
    return Card(telling.speech("announce.admins", count=len(people), who=who, command=telling.command))


def _set_up(telling: Telling) -> Card:
    speech, people, data = telling.speech, telling.people, telling.data
    heading = speech("announce.set_up", who=people.named(data["by"]), version=data["version"])
    rows = tuple(
        (speech.text(f"setup_field.{name}"), setting(name, people.policy, people, speech)) for name in data["changes"]
    )
    return Card(heading, (Line(heading), Facts(rows)))


def _set_up_unsaid(telling: Telling) -> Card:
    return Card(telling.speech("announce.set_up_unsaid", channel=InChannel(telling.data["channel"])))


def _greeting(telling: Telling) -> Card:
    speech = telling.speech
    return Card(
        speech("announce.greeting", command=telling.command),
        (
            Line(speech("announce.greeting", command=telling.command)),
            Line(speech("announce.meanwhile"), small=True),
            Buttons(setup_buttons(telling.people.policy.version, speech)),
        ),
    )


def _customer_spoke(telling: Telling) -> Card:
    """A customer wrote what becomes no ticket by itself. Their words are not repeated: the link leads to them."""
    speech, data = telling.speech, telling.data
    said = speech("announce.its_message")
    where = (Link(plain(said), str(data["link"])),) if data["link"] else said
    heading = speech(
        "announce.customer_spoke", who=telling.people.named(data["who"]), channel=InChannel(data["channel"]),
        message=where,
    )  # fmt: skip
    value = f"{data['channel']}:{data['message']}"
    return Card(heading, (Line(heading), Buttons((Button("open-from", speech.text("button.new"), 0, 0, value=value),))))


def _bot_left_out(telling: Telling) -> Card:
    data = telling.data
    ids = Typed(", ".join(data["ids"]))
    return Card(
        telling.speech(
            "announce.bot_left_out", name=Typed(data["name"]), channel=InChannel(data["channel"]), ids=ids,
            first=Typed(data["ids"][0]),
        )
    )  # fmt: skip


def _moved(telling: Telling) -> Card:
    return Card(telling.speech("announce.moved", count=telling.data["moved"], version=telling.data["version"]))


def _move_stopped(telling: Telling) -> Card:
    data = telling.data
    return Card(
        telling.speech(
            "announce.move_stopped", count=data["moved"], version=data["version"], command=telling.command
        )
    )  # fmt: skip


def _undelivered(telling: Telling) -> Card:
    speech, data = telling.speech, telling.data
    cause = str(data["cause"])
    key = cause if speech.has(f"undelivered.{cause}") else "other"
    channel = InChannel(data["channel"])
    do = speech(f"undelivered.{key}", channel=channel, command=telling.command, error=data["error"])
    return Card(speech(f"announce.undelivered_{data['side']}", number=data["number"], channel=channel, do=do))


ANNOUNCED: dict[str, Callable[[Telling], Card]] = {
    AnnouncementKind.PERMISSION_MISSING: _permission_missing,
    AnnouncementKind.GROUPS_UNREAD: _groups_unread,
    AnnouncementKind.CHANNEL_LOST: _channel_lost,
    AnnouncementKind.ADMINS: _admins,
    AnnouncementKind.SET_UP: _set_up,
    AnnouncementKind.SET_UP_UNSAID: _set_up_unsaid,
    AnnouncementKind.CUSTOMER_SPOKE: _customer_spoke,
    AnnouncementKind.BOT_LEFT_OUT: _bot_left_out,
    AnnouncementKind.GREETING: _greeting,
    AnnouncementKind.MOVED: _moved,
    AnnouncementKind.UNDELIVERED: _undelivered,
    AnnouncementKind.MOVE_STOPPED: _move_stopped,
}
