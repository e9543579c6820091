"""Targets as people write them: `4 hours`, `48 business hours`, `3 business days`, `next business day by 16:00`.

The policy file and the cases of `vigie sla evaluate` are read alike.
"""

from __future__ import annotations

import re

from triage.day_targets import Days, Until
from triage.durations import Duration, parse_duration

SUCH_AS = "90s, 15m, 6h, 48 business hours, 3 business days, next business day by 16:00 or end of day"

_CLOCK = r"(?:[01]?\d|2[0-3])(?::[0-5]\d|h(?:[0-5]\d)?)|24(?::00|h(?:00)?)"
_TIME = re.compile(_CLOCK, re.ASCII)
_WORKING = r"(?:business|working)"
_OUVRE = r"(?:ouvré|ouvre|ouvrable)"
_NEXT = re.compile(
    rf"nbd|(?:the )?next {_WORKING} day|(?:le )?(?:jour {_OUVRE} suivant|prochain jour {_OUVRE}|lendemain {_OUVRE})"
)
_NTH = re.compile(
    rf"(?:the |le )?(\d{{1,3}}) ?(?:bd|(?:st|nd|rd|th) {_WORKING} day|(?:er|e|ème) jour {_OUVRE})", re.ASCII
)
_MOST_DAYS = 366
_TODAY = re.compile(
    rf"(?:the )?end of (?:the )?(?:same )?(?:{_WORKING} )?day|same {_WORKING} day|eod|(?:end|close) of business"
    rf"|fin de (?:la )?journée(?: {_OUVRE}e)?|fin du (?:même )?jour(?: {_OUVRE})?"
)
_UNTIL_CLOSING = re.compile(
    rf"(?:by )?(?:the )?end of (?:the )?(?=next {_WORKING}|\d)|fin du (?=jour {_OUVRE} suivant|prochain|\d)", re.ASCII
)
_SAME_TIME = re.compile(r",? (?:at )?(?:the )?same (?:local )?time|,? (?:à )?(?:la )?même heure")
_UNTIL = r"(?:by|before|at|until|avant|à|d'ici)"
_BY = re.compile(rf",? (?:{_UNTIL} ?|(?=\d+:))({_CLOCK})", re.ASCII)
_BY_FIRST = re.compile(rf"{_UNTIL} ({_CLOCK}),? (?:on )?(?=the |le |next |\d)", re.ASCII)


def read_target_text(text: str) -> Duration | Days | None:
    """A target in words, in English or French; None where it is none, is zero, or is longer than a year."""
    words = " ".join(text.lower().replace("’", "'").split())
    if len(words) > 60:
        return None
    if _TODAY.fullmatch(words):
        return Days(0)
    opened = _UNTIL_CLOSING.match(words)
    if opened:
        count = _count(words[opened.end() :])
        return None if count is None else Days(count)
    first = _BY_FIRST.match(words)
    if first:
        words = f"{words[first.end() :]} by {first[1]}"
    for found, until in ((_at_end(_SAME_TIME, words), Until.SAME_TIME), (_at_end(_BY, words), None)):
        if found:
            count = _count(words[: found.start()])
            if count is None:
                return None
            return Days(count, until or read_clock(found[1]) or 0)
    count = _count(words)
    return parse_duration(text) if count is None else Days(count)


def read_clock(text: str) -> int | None:
    """A time of day such as `09:00`, `16h` or `16h30`, as a minute of the day; None where it is none."""
    if not _TIME.fullmatch(text):
        return None
    hour, _, minute = text.replace("h", ":").partition(":")
    return int(hour) * 60 + int(minute or 0)


def _at_end(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    return next((found for found in pattern.finditer(words) if found.end() == len(words)), None)


def _count(words: str) -> int | None:
    """How many working days a text is; None where it is something else."""
    if _NEXT.fullmatch(words):
        return 1
    nth = _NTH.fullmatch(words)
    if nth:
        return int(nth[1]) if 0 < int(nth[1]) <= _MOST_DAYS else None
    found = parse_duration(words)
    return None if found is None else found.days or None
