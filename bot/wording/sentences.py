"""Sentences as values: words of ours, what people typed, whom to name and when, kept apart until they are rendered.

Nothing that a person typed is ever glued into markup: a platform's renderer decides how each part is shown safely.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, get_args

from triage.keys import id_of

_LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, to be shown exactly like that."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A person shown by name: nobody is notified."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person who is notified."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """An instant, shown in each reader's own zone where the platform can, else as `fallback` says."""

    at: datetime
    fallback: str
    # moment: day and time; second: with its seconds; time: time alone; past: day and time, and how long ago that is
    style: str = "moment"
    strong: bool = False
    joint: str = " "  # what the language says between the day and the time


@dataclass(frozen=True, slots=True)
class InChannel:
    """A channel, by whatever name the reader knows it."""

    channel: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of ours that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address of ours."""

    text: str
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
        case Named(_, name) | Mention(_, name):
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
    """Text of another direction shut off from its neighbours, so that it cannot reorder what stands beside it."""
    if all(unicodedata.bidirectional(character) in _LEFT_TO_RIGHT for character in text):
        return text
    return f"\u2068{text}\u2069"
