"""Spaces at which no line may break, by language: one place for every text."""

from __future__ import annotations

import re

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
