"""What python-dateutil and dateparser read for us, each behind a shape of ours that nothing slips through.

Neither is shown free text: dateutil takes `10` for the 10th of the month and drops a zone it does not know; dateparser
takes `may` for a date, `lundi 9h` for a Monday that has passed, and leaves out what it does not understand, so that `le
3 decembre a dix heures` becomes the year 2010. Here dateutil reads what machines write in full, and dateparser numbers
in words.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from dateutil import parser as dateutil_parser

from bot.verbs.reading.times.spoken import At, OnDate
from bot.verbs.reading.times.vocabulary import SHORT_WEEKDAYS, city_names

_ZONE = r"(?: ?(?:z|utc|gmt|[+-]\d\d:?\d\d(?: \([a-z]{2,5}\))?))?"
_SHAPES = (
    rf"\d{{8}}t\d{{4}}(?:\d\d)?{_ZONE}",  # 20261201T100000Z
    rf"\d{{4}}-\d\d-\d\d[t ]\d\d:\d\d:\d\d[.,]\d{{1,9}}{_ZONE}",  # 2026-12-01T10:00:00.123+01:00
    rf"(?:[a-z]{{3}}, )?\d{{1,2}}[ -][a-z]{{3}}[ -]\d{{4}} \d\d:\d\d:\d\d{_ZONE}",  # Tue, 01 Dec 2026 10:00:00 +0100
    r"[a-z]{3} [a-z]{3} {1,2}\d{1,2} \d\d:\d\d:\d\d (?:utc |gmt )?\d{4}",  # Tue Dec  1 10:00:00 2026
)
_MACHINE = re.compile(rf"(?:{'|'.join(_SHAPES)})(?![\w]|[:/.,+\-]\d)", re.IGNORECASE)
_LONGEST_WORD = 20
# Any instant will do: it is only the distance from it that is looked at.
_BASE = datetime(2001, 1, 1, tzinfo=UTC)
# Numbers that dateparser's French lacks.
_FRENCH = {
    "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40,
    "quarante-cinq": 45, "cinquante": 50, "soixante": 60, "quatre-vingt-dix": 90,
}  # fmt: skip


def read_machine_format(folded: str, start: int) -> tuple[At, int] | None:
    """The date and time as a machine writes them at `start`, and where they end; None where there are none."""
    match = _MACHINE.match(folded, start)
    if match is None:
        return None
    try:
        read = dateutil_parser.parse(match[0].upper())
    except (ValueError, OverflowError):
        return None
    day = OnDate(read.day, read.month, read.year, SHORT_WEEKDAYS.get(match[0][:3]))
    return At(read.time().replace(microsecond=0), day, read.tzinfo), match.end()


@lru_cache(maxsize=256)
def number_in_words(word: str) -> int | None:
    """The number from 1 to 99 that a word such as `two` or `dix` is, or None."""
    if word in _FRENCH or len(word) > _LONGEST_WORD:
        return _FRENCH.get(word)
    for language, opening, hours, minutes in (("en", "in", "hours", "minutes"), ("fr", "dans", "heures", "minutes")):
        number = _seconds(language, f"{opening} {word} {minutes}") / 60
        # `in tomorrow minutes` is a day from now to dateparser: only of a number are there sixty times as many seconds.
        if number in range(1, 100) and _seconds(language, f"{opening} {word} {hours}") == number * 3600:
            return int(number)
    return None


def _seconds(language: str, text: str) -> float:
    """How far from now it is, after dateparser; 0 where it does not know."""
    from dateparser.date import DateDataParser  # noqa: PLC0415  slow to load, see warm_up

    settings = {
        "PARSERS": ["relative-time"],
        "RELATIVE_BASE": _BASE,
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "PREFER_DATES_FROM": "future",
    }
    found = DateDataParser(languages=[language], settings=settings).get_date_data(text).date_obj
    return 0 if found is None else (found - _BASE).total_seconds()


def warm_up() -> None:
    """Load dateparser with its languages, a fifth of a second, and the cities: the first person to need them does not
    wait."""
    for word in ("two", "deux", "no number"):
        number_in_words(word)
    city_names()
