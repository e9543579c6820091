"""Sentences as values: words of ours, what people typed, whom to name and when, kept apart until they are rendered.

Nothing that a person typed is ever glued into markup: a platform's renderer decides how each part is shown safely.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

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
    style: str = "moment"  # moment: day and time; second: with its seconds; time: time alone


@dataclass(frozen=True, slots=True)
class InChannel:
    """A channel, by whatever name the reader knows it."""

    channel: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of ours that stand out."""

    text: str


Part = str | Typed | Named | Mention | When | InChannel | Strong
Sentence = tuple[Part, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as plain text, for logs and command lines."""
    return "".join(_plain(part) for part in sentence)


def _plain(part: Part) -> str:
    match part:
        case str():
            return part
        case Typed(text) | Strong(text):
            return text
        case Named(_, name) | Mention(_, name):
            return name
        case When(_, fallback, _):
            return fallback
        case InChannel(channel):
            return f"#{channel}"


def join(sentences: list[Sentence], separator: str) -> Sentence:
    """Sentences in a row."""
    parts: list[Part] = []
    for place, sentence in enumerate(sentences):
        if place:
            parts.append(separator)
        parts.extend(sentence)
    return tuple(parts)


def isolated(text: str) -> str:
    """Text of another direction shut off from its neighbours, so that it cannot reorder what stands beside it."""
    if all(unicodedata.bidirectional(character) in _LEFT_TO_RIGHT for character in text):
        return text
    return f"\u2068{text}\u2069"
