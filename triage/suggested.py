"""What was suggested of a ticket when it was opened, as it is kept on record; and a desk's rules for suggestions.

A suggestion decides nothing: what a person says of the ticket always wins (policy: Suggestions).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from triage.suggesting.suggestion import REDIRECT, Suggestion
from triage.terms import Category


@dataclass(frozen=True, slots=True)
class Suggestions:
    """How a desk wants tickets sorted before a person has done so."""

    #: Whether anything is suggested at all.
    is_on: bool = True
    #: How sure a suggestion is from which it counts as sure: only such a question is redirected. 0 to 1.
    sure: float = 0.8
    #: How sure it must be at least to be shown: below, people are asked instead. 0 to 1.
    ask_below: float = 0.5


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a ticket seemed to be. What it rests on is kept as places in the ticket's text, never as words, so that it
    is gone when the text is erased."""

    #: None: it seemed to belong to somebody else.
    category: Category | None
    #: 1 to 3 for an incident, 3 for an inquiry, else None.
    severity: int | None
    #: Where it seemed to belong, `billing` or `sales`; None: to the desk.
    redirect: str | None
    #: How sure that was, 0 to 1.
    confidence: float
    #: Too unsure to be shown, by the desk's rules at that time: people are asked what it is.
    asks: bool = False
    #: Where each phrase that decided it begins and ends in the text that the ticket was opened with.
    because: tuple[tuple[int, int], ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether it is sure enough to be shown."""
        return not self.asks

    @property
    def can_be_confirmed(self) -> bool:
        """Whether it says what the ticket is."""
        return self.category is not None and not self.asks

    def phrases(self, text: str) -> tuple[str, ...]:
        """The phrases that decided it, as they stand in `text` now."""
        found = (" ".join(text[begin:end].split()) for begin, end in self.because if end <= len(text))
        return tuple(phrase for phrase in found if phrase)

    def to_data(self) -> dict[str, Any]:
        """As JSON, the inverse of `suggested_from_data`."""
        return {
            "category": None if self.category is None else self.category.value,
            "severity": self.severity,
            "redirect": self.redirect,
            "confidence": self.confidence,
            **({"asks": True} if self.asks else {}),
            "because": [list(place) for place in self.because],
        }


def suggested_from_data(data: Mapping[str, Any]) -> Suggested:
    """What was kept as `data`."""
    category = data["category"]
    return Suggested(
        None if category is None else Category(category),
        data["severity"],
        data["redirect"],
        data["confidence"],
        asks=data.get("asks", False),
        because=tuple((begin, end) for begin, end in data["because"]),
    )


def kept(suggestion: Suggestion, rules: Suggestions, text: str) -> Suggested:
    """What is kept of a suggestion with a ticket that is opened with `text`."""
    return Suggested(
        None if suggestion.category == REDIRECT else Category(suggestion.category),
        suggestion.severity,
        suggestion.redirect,
        suggestion.confidence,
        asks=suggestion.confidence < rules.ask_below,
        because=tuple(place for phrase in suggestion.because if (place := _place(phrase, text)) is not None),
    )


def _place(phrase: str, text: str) -> tuple[int, int] | None:
    """Where a phrase stands in a text, whatever the white space in it."""
    found = re.search(r"\s+".join(map(re.escape, phrase.split())), text)
    return None if found is None else found.span()


# By which words of theirs desks call the skills that are suggested, without accents and case.
_ALSO_CALLED = {
    "network": "network networks networking reseau reseaux",
    "routing": "routing bgp routage",
    "cloud": "cloud clouds nuage",
    "portal": "portal portail api",
}
_MEANT = {word: skill for skill, words in _ALSO_CALLED.items() for word in words.split()}


def skills_of(suggestion: Suggestion, rules: Suggestions, skills: Collection[str]) -> tuple[str, ...]:
    """The suggested skills, as the desk's policy calls them; those that it does not know are left out."""
    if suggestion.confidence < rules.ask_below:
        return ()
    meant = set(suggestion.skills)
    return tuple(skill for skill in skills if skill in meant or _MEANT.get(_plain(skill)) in meant)


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def in_a_word(category: Category | None, severity: int | None) -> str:
    """What a ticket is, in a word: `incident 2`, `provisioning`, `inquiry`; empty: nothing."""
    if category is None:
        return ""
    return f"{category.value} {severity}" if category is Category.INCIDENT else category.value


def of_word(word: str) -> tuple[Category | None, int | None]:
    """The inverse; no category for what belongs to somebody else."""
    category, _, severity = word.partition(" ")
    known = category in {each.value for each in Category}
    return (Category(category) if known else None), int(severity) if severity else None


def suggested_word(found: Suggested) -> str:
    """What was suggested, in a word: as of a ticket, or `billing`, `sales`."""
    return found.redirect or in_a_word(found.category, found.severity)
