"""Sentences as values: words of ours, what people typed, whom to name and when, kept apart until they are rendered.

Nothing that a person typed is ever glued into markup: a platform's renderer decides how each part is shown safely.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, get_args

from triage.keys import id_of, is_forgotten, platform_of

_LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, to be shown exactly like that."""

    #: Exactly that; never read as markup.
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A person shown by name: nobody is notified."""

    #: Their key, or a group's.
    person: str
    #: What to call them where the platform does not know them.
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person who is notified, by their account on the platform where it is read; shown by name where they have none
    there."""

    #: Their key, or a group's.
    person: str
    #: What to call them where the platform does not know them.
    name: str
    #: Their other accounts.
    accounts: tuple[str, ...] = ()

    def account_on(self, platform: str) -> str | None:
        """Their account on that platform. Whoever was forgotten has none."""
        accounts = (self.person, *self.accounts)
        return next((key for key in accounts if platform_of(key) == platform and not is_forgotten(key)), None)


@dataclass(frozen=True, slots=True)
class When:
    """An instant, shown in each reader's own zone where the platform can."""

    #: In UTC.
    at: datetime
    #: How it is said where the platform cannot: in the zone of whom the sentence is for.
    fallback: str
    #: `moment`: day and time; `second`: with its seconds; `time`: the time alone; `past`: day and time, and how long
    #: ago that is.
    style: str = "moment"
    #: Whether it stands out.
    strong: bool = False
    #: What the language says between the day and the time.
    joint: str = " "


@dataclass(frozen=True, slots=True)
class InChannel:
    """A channel, by whatever name the reader knows it."""

    #: Its key.
    channel: str
    #: What stands there where the platform tells no name of it; empty: its id.
    unnamed: str = ""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of ours that stand out."""

    #: Plain text.
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address of ours."""

    #: The words that are pressed.
    text: str
    #: Where they lead.
    url: str


Part = str | Typed | Named | Mention | When | InChannel | Strong | Link
Sentence = tuple[Part, ...]


_PARTS = {kind.__name__: kind for kind in get_args(Part) if kind is not str}


def to_data(sentence: Sentence) -> list[Any]:
    """A sentence as JSON, for one that is kept until it can be said."""
    found: list[Any] = []
    for part in sentence:
        if isinstance(part, str):
            found.append(part)
        else:
            values = {name: v.isoformat() if isinstance(v, datetime) else v for name, v in asdict(part).items()}
            found.append({"is": type(part).__name__, **values})
    return found


def from_data(data: Sequence[Any]) -> Sentence:
    """The inverse of `to_data`."""
    parts: list[Part] = []
    for each in data:
        if isinstance(each, str):
            parts.append(each)
        else:
            values = {name: value for name, value in each.items() if name != "is"}
            if "at" in values:
                values["at"] = datetime.fromisoformat(values["at"])
            if "accounts" in values:
                values["accounts"] = tuple(values["accounts"])
            parts.append(_PARTS[each["is"]](**values))
    return tuple(parts)


def plain(sentence: Sentence) -> str:
    """The sentence as plain text, for logs and command lines."""
    return "".join(_plain(part) for part in sentence)


def _plain(part: Part) -> str:
    match part:
        case str():
            return part
        case Typed(text) | Strong(text) | Link(text, _):
            return text
        case Named(_, name) | Mention(_, name, _):
            return name
        case When(_, fallback):
            return fallback
        case InChannel(channel):
            return f"#{id_of(channel)}"


def join(sentences: list[Sentence], separator: str) -> Sentence:
    """Sentences in a row."""
    parts: list[Part] = []
    for place, sentence in enumerate(sentences):
        if place:
            parts.append(separator)
        parts.extend(sentence)
    return tuple(parts)


def strong(sentence: Sentence) -> Sentence:
    """The sentence with its instants standing out."""
    return tuple(replace(part, strong=True) if isinstance(part, When) else part for part in sentence)


def isolated(text: str) -> str:
    """The text, set apart from its neighbours where it is written in another direction, so that it cannot reorder
    them."""
    if text.isascii() or all(unicodedata.bidirectional(character) in _LEFT_TO_RIGHT for character in text):
        return text
    return f"\u2068{text}\u2069"
