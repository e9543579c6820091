"""Lengths of time as people write them: `90s`, `15m`, `1h30`, `2d`, `3j`, `48 business hours`."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 366 * 86400

_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), 1),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), 3600),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), 86400),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semaine", "semaines"), 7 * 86400),
}
UNIT = "|".join(_UNITS)
"""A pattern for any unit, in lower case; what follows it must be no letter."""
_PART = re.compile(rf"(\d{{1,9}}(?:[.,]\d{{1,3}})?) *({UNIT})(?![^\W\d_])", re.IGNORECASE)
_TRAILING = re.compile(
    rf"(?:[0-5]?\d(?![\d:.,]| *(?:{UNIT})(?![^\W\d_]))| +[0-5]\d(?= *(?:$|[\n,;]|[-–—:.!](?:\s|$))))", re.IGNORECASE
)
_BUSINESS = re.compile(r"\b(?:business|working|ouvrées?|ouvrés?|ouvrables?)\b", re.IGNORECASE)
IN_DAYS = re.compile(r"\d ?(?:d|j|w|sem)", re.IGNORECASE)
"""Finds a length that is written in days or weeks, in a text that is one."""
_JOIN = re.compile(rf" ?(?:,|and|et)? ?(?={_PART.pattern})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time, as somebody wrote it."""

    #: Its seconds, without `days`.
    seconds: int
    #: They are counted in opening hours; else around the clock.
    business: bool = False
    #: Whole business days beside them, whose length the calendar decides.
    days: int = 0


def read_duration(text: str) -> tuple[int, int] | None:
    """The seconds of the duration at the start of `text`, and where it ends; None where there is none.

    In `1h30`, `2m30`, and `1h 30` with nothing after it, the last number counts in the next smaller unit.
    """
    total, place, smallest = 0.0, 0, LONGEST
    while match := _PART.match(text, place):
        size = _UNITS[match[2].lower()]
        if size >= smallest:
            break
        total += float(match[1].replace(",", ".")) * size
        smallest, place = size, match.end()
        if size in (60, 3600) and (last := _TRAILING.match(text, place)):
            return round(total + int(last.group()) * size / 60), last.end()
        if join := _JOIN.match(text, place):
            place = join.end()
    return (round(total), place) if place else None


def parse_duration(text: str) -> Duration | None:
    """The whole of `text` as a duration, or None when it is none, is zero, or is longer than a year.

    Business time is counted in seconds, minutes and hours of opening, or in whole business days.
    """
    text = " ".join(text.split())
    if len(text) > 60:
        return None
    plain = " ".join(_BUSINESS.sub(" ", text, count=1).split())
    found = read_duration(plain)
    if found is None or found[1] != len(plain) or not 0 < found[0] <= LONGEST:
        return None
    business = plain != text
    if business and IN_DAYS.search(plain):
        # Only the calendar knows how long a business day is, so a part of one, or a week of them, cannot be counted.
        whole = re.fullmatch(r"(\d+) ?(?:d|j)\w*", plain, re.IGNORECASE)
        return Duration(0, business=True, days=int(whole[1])) if whole else None
    return Duration(found[0], business=business)
