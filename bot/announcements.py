"""What is said of no ticket, as cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.card import Buttons, Card, Facts, Line
from bot.commands.setting_up import setup_buttons
from bot.people import Directory
from bot.sentences import InChannel, Sentence, join
from bot.setup.settings import setting
from bot.speech import Speech
from storage.announcements import Word


@dataclass(frozen=True)
class Announcing:
    """An announcement about to be made: its data as stored, who people are, and how to speak."""

    data: Mapping[str, Any]
    people: Directory
    speech: Speech
    command: str

    def named(self, keys: list[str]) -> Sentence:
        """People and groups by name, nobody notified."""
        return join([(self.people.named(key),) for key in keys], ", ")


def announcement_card(word: Word, announcing: Announcing) -> Card:
    """The card of an announcement."""
    return _SAY[word](announcing)


def _permission_missing(announcing: Announcing) -> Card:
    speech, scope = announcing.speech, str(announcing.data["scope"])
    name = re.sub(r"\W", "-", scope)
    lost = speech.text(f"lost.{name}" if speech.has(f"lost.{name}") else "lost.unknown")
    return Card(speech("announce.permission_missing", scope=scope, lost=lost))


def _groups_unread(announcing: Announcing) -> Card:
    groups = announcing.named(announcing.data["groups"])
    return Card(announcing.speech("announce.groups_unread", groups=groups, error=announcing.data["error"]))


def _set_up(announcing: Announcing) -> Card:
    speech, people, data = announcing.speech, announcing.people, announcing.data
    heading = speech("announce.set_up", who=people.named(data["by"]), version=data["version"])
    rows = tuple(
        (speech.text(f"setup_field.{name}"), setting(name, people.policy, people, speech)) for name in data["changes"]
    )
    return Card(heading, (Line(heading), Facts(rows)))


def _set_up_unsaid(announcing: Announcing) -> Card:
    return Card(announcing.speech("announce.set_up_unsaid", channel=InChannel(announcing.data["channel"])))


def _greeting(announcing: Announcing) -> Card:
    speech = announcing.speech
    return Card(
        speech("announce.greeting", command=announcing.command),
        (
            Line(speech("announce.greeting", command=announcing.command)),
            Line(speech("announce.meanwhile"), small=True),
            Buttons(setup_buttons(announcing.people.policy.version, speech)),
        ),
    )


def _moved(announcing: Announcing) -> Card:
    return Card(announcing.speech("announce.moved", count=announcing.data["moved"], version=announcing.data["version"]))


_SAY: dict[Word, Callable[[Announcing], Card]] = {
    Word.PERMISSION_MISSING: _permission_missing,
    Word.GROUPS_UNREAD: _groups_unread,
    Word.SET_UP: _set_up,
    Word.SET_UP_UNSAID: _set_up_unsaid,
    Word.GREETING: _greeting,
    Word.MOVED: _moved,
}
