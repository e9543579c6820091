"""Spaces at which no line may break, and letters that give way to a vowel, by language: one place for every text."""

from __future__ import annotations

import re

from triage.words import folded

NO_BREAK = "\u00a0"
# French: within quotation marks; before a mark that has a space before it (a colon that begins a word, as in the name
# of an emoji, is none); between a figure, or the gap where one will be, and its unit.
_FRENCH = re.compile(
    r"(?<=«) | (?=[;?!»%](?!\w))| (?=:(?![\w+-]))"
    r"|(?<=[\d}]) (?=(?:secondes?|s|minutes?|min|mn|heures?|h|jours?|j|mois|semaines?|ans?|Mo|caractères)(?!\w))"
)


def no_break(text: str, language: str) -> str:
    """The text with the spaces that its language does not break at."""
    if language != "fr" or " " not in text:
        return text
    return _FRENCH.sub(NO_BREAK, text)


def labelled(label: str, value: str, language: str) -> str:
    """What something is, behind its name."""
    return f"{label}{NO_BREAK if language == 'fr' else ''}: {value}"


_GIVES_WAY = re.compile(r"(?<!\w)(d|qu|lorsqu|puisqu|jusqu)e $", re.IGNORECASE)
_VOWELS = frozenset("aeiou")


def elided(before: str, after: str, language: str) -> str:
    """What stands before a name, with the letter that its language leaves out before a vowel: `d'Ana`, not `de Ana`.
    (Of names in h nobody can tell.)"""
    if language != "fr" or not before.endswith("e ") or folded(after[:1]) not in _VOWELS:
        return before
    return _GIVES_WAY.sub(r"\1'", before)


def ends_by_itself(text: str) -> bool:
    """Whether a text has a mark at its end that is as good as a full stop."""
    return text.rstrip().endswith(("?", "!", ".", "\u2026"))
