"""The English and French words of the small grammar. Both are understood, whatever the reader's language."""

from __future__ import annotations

import re
import unicodedata

DAYS = {
    "today": 0, "tonight": 0, "aujourd'hui": 0, "ce soir": 0, "ce matin": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "tomorrow": 1, "demain": 1, "day after tomorrow": 2, "apres-demain": 2, "apres demain": 2,
    "yesterday": -1, "hier": -1, "day before yesterday": -2, "avant-hier": -2, "avant hier": -2,
}  # fmt: skip
"""Days counted from today."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday lundi", "tuesday mardi", "wednesday mercredi", "thursday jeudi", "friday vendredi",
         "saturday samedi", "sunday dimanche")
    )
    for name in names.split()
}  # fmt: skip
SHORT_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon lun", "tue tues mar", "wed mer", "thu thur thurs jeu", "fri ven", "sat sam", "sun dim")
    )
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan janvier janv", "february feb fevrier fevr fev", "march mar mars", "april apr avril avr",
         "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sept sep septembre",
         "october oct octobre", "november nov novembre", "december dec decembre"), 1
    )
    for name in names.split()
}  # fmt: skip
NOONS = ("noon", "midday", "midi")
_ABBREVIATIONS = """
EST EDT CST CDT MST MDT PST PDT AKST HST CET CEST WET WEST EET EEST BST IST JST KST HKT SGT MSK AEST AEDT ACST ACDT
AWST NZST NZDT BRT ART SAST GST PKT ICT WIB
"""
FOREIGN_ZONES = frozenset(_ABBREVIATIONS.split())
"""Zones by abbreviation. Many mean several places, so they are asked about rather than guessed."""


def any_of(words: object) -> str:
    """A pattern of alternatives, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


def fold(text: str) -> str:
    """Lower case without accents, every character in its old place."""
    return "".join(map(_fold, text))


def _fold(character: str) -> str:
    if character in "’ʼ‘":
        return "'"
    if character.isspace():
        return character if character in "\r\n" else " "
    if character.isnumeric() and not character.isascii():
        return "\0"  # digits of other scripts, and the likes of a half, are no digits of this grammar
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain if len(plain) == 1 else "\0"  # a few letters change length in lower case
