"""The English and French words of the small grammar. Both are understood, whatever the reader's language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from triage.zones import zone_names

DAYS: dict[str, tuple[int, str]] = {
    "today": (0, ""), "aujourd'hui": (0, ""), "aujourdhui": (0, ""), "auj": (0, ""),
    "this morning": (0, "morning"), "ce matin": (0, "morning"), "this afternoon": (0, "afternoon"),
    "cet apres-midi": (0, "afternoon"), "cet apres midi": (0, "afternoon"), "cet aprem": (0, "afternoon"),
    "this evening": (0, "evening"), "tonight": (0, "evening"), "ce soir": (0, "evening"), "cette nuit": (0, "night"),
    "tomorrow": (1, ""), "tmrw": (1, ""), "demain": (1, ""), "day after tomorrow": (2, ""), "apres-demain": (2, ""),
    "apres demain": (2, ""), "yesterday": (-1, ""), "hier": (-1, ""), "last night": (-1, "night"),
    "day before yesterday": (-2, ""), "avant-hier": (-2, ""), "avant hier": (-2, ""),
}  # fmt: skip
"""Days counted from today, with the part of the day that some of them name."""

PARTS = {
    "morning": "morning", "matin": "morning", "matinee": "morning",
    "afternoon": "afternoon", "apres-midi": "afternoon", "apres midi": "afternoon", "aprem": "afternoon",
    "evening": "evening", "soir": "evening", "soiree": "evening", "night": "night", "nuit": "night",
}  # fmt: skip

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
        ("mon lun", "tue tues mar", "wed weds mer", "thu thur thurs jeu", "fri ven", "sat sam", "sun dim")
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
NOONS = ("noon", "midday", "midi", "12 noon", "ce midi")
MIDNIGHTS = ("midnight", "minuit")

CLOSINGS = (
    "eod", "end of day", "end of the day", "end of business", "end of business day", "cob", "eob",
    "close of business", "close of play", "closing", "closing time", "fin de journee", "fin de la journee",
    "en fin de journee", "la fin de journee", "la fin de la journee", "fermeture", "la fermeture",
)  # fmt: skip
"""The instant at which the desk closes."""
NUMBERS = {
    name: number
    for number, names in enumerate(
        ("one une", "two deux", "three trois", "four quatre", "five cinq", "six", "seven sept", "eight huit",
         "nine neuf", "ten dix", "eleven onze", "twelve douze"), 1
    )
    for name in names.split()
}  # fmt: skip

_ABBREVIATIONS = """
ACDT ACST ADT AEDT AEST AKDT AKST ART AST AWST BRT BST CAT CDT CEST CET CHST CST EAT EDT EEST EET EST GST HDT HKT HST
ICT IDT IST JST KST MDT MEST MET MSK MST NDT NST NZDT NZST PDT PKT PST SAST SGT SST WAT WEST WET WIB WIT WITA
"""
ZONES = frozenset(_ABBREVIATIONS.split())
"""Zones by abbreviation. Many mean several places, so only the reader's own is understood."""
ALSO_WORDS = frozenset({"ART", "CAT", "CET", "EAT", "EST", "IST", "MET", "WEST", "WET", "WIT"})

# Cities that are more often ordinary words.
_ORDINARY = frozenset(("act", "center", "christmas", "easter", "midway", "north", "reunion", "south", "wake", "west"))


@lru_cache(maxsize=1)
def city_names() -> frozenset[str]:
    """The cities that zones are named after, folded: `new york`."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = (name.rpartition("/")[2] for name in zone_names() if name.startswith(regions))
    return frozenset(re.sub("[_-]", " ", name).lower() for name in names) - _ORDINARY


_ZONE = re.compile(rf"\b(?:{'|'.join(sorted(ZONES, key=len, reverse=True))})\b", re.IGNORECASE)


def any_of(words: object) -> str:
    """A pattern of alternatives, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


def fold(text: str) -> str:
    """Lower case without accents, every character in its old place; only the abbreviation of a zone is in capitals."""
    folded = "".join(map(_fold, text))
    return _ZONE.sub(lambda zone: zone[0].upper() if _is_zone(text[zone.start() : zone.end()]) else zone[0], folded)


def _is_zone(word: str) -> bool:
    return word.isupper() or word.upper() not in ALSO_WORDS


def _fold(character: str) -> str:
    if character in "’ʼ‘":
        return "'"
    if character.isspace():
        return character if character in "\r\n" else " "
    if character.isnumeric() and not character.isascii():
        return "\0"  # digits of other scripts, and the likes of a half, are no digits of this grammar
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain if len(plain) == 1 else "\0"  # a few letters change length in lower case
