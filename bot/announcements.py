"""What is said of no ticket, as cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.card import Card
from bot.people import Directory
from bot.sentences import Sentence, join
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


def _groups_unread(announcing: Announcing) -> Card:
    groups = announcing.named(announcing.data["groups"])
    return Card(announcing.speech("announce.groups_unread", groups=groups, error=announcing.data["error"]))


_SAY: dict[Word, Callable[[Announcing], Card]] = {
    Word.GROUPS_UNREAD: _groups_unread,
}
