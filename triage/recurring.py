"""Dates as calendars write them: `2026-12-24` and `2026-12-24..2026-12-31`, and dates that come every year: `12-24`,
`12-24..01-02`, `last mon of may`, `easter+1`.

Dates are counted as `date.toordinal` counts them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

from triage.instants import YEARS
from triage.zones import CalendarError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
SUCH_AS = "12-24, 12-24..01-02, last mon of may, first mon of september or easter+1"

FURTHEST = 100  # days before or after another date
LONGEST_TURN = 183  # days of a range over the turn of the year; a longer one is rather written backwards

_FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_FRENCH_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
                  "novembre", "decembre")  # fmt: skip
_FRENCH_PLACES = ("premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "dernier")
_LINKS = ("of", "in", "the", "de", "d", "du", "le", "l")
_FEASTS = {
    **dict.fromkeys(("easter", "easter sunday", "paques", "dimanche paques"), 0),
    **dict.fromkeys(("good friday", "vendredi saint"), -2),
    **dict.fromkeys(("easter monday", "lundi paques"), 1),
    **dict.fromkeys(("ascension", "ascension day", "jeudi ascension"), 39),
    **dict.fromkeys(("pentecost", "whit sunday", "pentecote"), 49),
    **dict.fromkeys(("whit monday", "pentecost monday", "lundi pentecote"), 50),
}
"""So many days after Easter Sunday."""

_PLACES = {
    **PLACES, **dict(zip(("1st", "2nd", "3rd", "4th", "5th"), PLACES.values(), strict=False)),
    **dict(zip(_FRENCH_PLACES, PLACES.values(), strict=True)),
}  # fmt: skip
_WEEKDAYS = {
    word: DAYS.index(day)
    for day, english, french in zip(
        DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), _FRENCH_DAYS, strict=True
    )
    for word in (french[:3], french, english, day)
}
_MONTHS = {
    word: number for names in (_FRENCH_MONTHS, MONTHS) for number, month in enumerate(names, 1)
    for word in ((month, month[:3]) if names is MONTHS else (month,))
}  # fmt: skip

_HOURS = r"\d{1,2}(?:[:h]\d\d|h)? ?[-–] ?\d{1,2}(?:[:h]\d\d|h)?"
_WITH_HOURS = re.compile(rf"(.*?[^\s./,:])[,:]?\s+({_HOURS}(?:, ?{_HOURS})*)", re.ASCII)
_FIXED = re.compile(r"(\d\d)-(\d\d) ?(?:([+-]) ?(\d{1,4}))?", re.ASCII)
_MOVING = re.compile(r"(.+?) ?(?:([+-]) ?(\d{1,4}))?", re.ASCII)
_ORDINAL = re.compile(r"(\d\d?)(?:st|nd|rd|th|er)?", re.ASCII)
_TO = re.compile(r"\.\.|/")
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Point:
    """A date of the year: the `place`-th of its month, or of one weekday in it; without a month, Easter Sunday."""

    #: From 1; 0 is Easter Sunday, whatever the rest says.
    month: int
    #: The day of the month; where there is a weekday, which one of the month, from 1, and -1 is the last.
    place: int
    #: 0 is Monday.
    weekday: int | None
    #: So many days later, or earlier where it is negative.
    shift: int

    def on(self, year: int, beside: int = 0) -> int | None:
        """The date in that year. One that the year has not is None, or the next (1) or the last (-1) before it."""
        if not self.month:
            return _easter(year) + self.shift
        first = date(year, self.month, 1).toordinal()
        days = monthrange(year, self.month)[1]
        day = self.place if self.weekday is None else self._nth((first - 1) % 7, days)
        if day > days:
            if not beside:
                return None
            day = days + 1 if beside > 0 else days
        return first + day - 1 + self.shift

    def _nth(self, begins_on: int, days: int) -> int:
        """The day of the month of the weekday's `place`-th, where the month begins on another weekday."""
        first = ((self.weekday or 0) - begins_on) % 7 + 1
        return first + 7 * (self.place - 1) if self.place > 0 else first + 7 * ((days - first) // 7)

    def __str__(self) -> str:
        if not self.month:
            text = "easter"
        elif self.weekday is None:
            text = f"{self.month:02}-{self.place:02}"
        else:
            place = next(word for word, place in PLACES.items() if place == self.place)
            text = f"{place} {DAYS[self.weekday]} of {MONTHS[self.month - 1]}"
        return f"{text}{self.shift:+}" if self.shift else text


@dataclass(frozen=True, slots=True)
class Yearly:
    """A date that comes every year, or every date from one to another."""

    #: The date, or the first one.
    first: Point
    #: The last one of a range.
    last: Point | None = None

    def dates(self, year: int) -> tuple[int, int] | None:
        """The first and the last date of what begins in that year; None where it does not come, as a range whose end
        comes before its beginning in that year alone."""
        if self.last is None:
            day = self.first.on(year)
            return None if day is None else (day, day)
        first, last = self.first.on(year, 1), self.last.on(year, -1)
        if first is not None and last is not None and last < first:
            last = self.last.on(year + 1, -1)
            if last is None or last - first >= LONGEST_TURN:
                return None
        return None if first is None or last is None else (first, last)

    def __str__(self) -> str:
        """As it is written, in one way for all: `last mon of may`."""
        return str(self.first) if self.last is None else f"{self.first}..{self.last}"


@lru_cache(maxsize=1024)
def read_yearly(text: str) -> Yearly:
    """A date that comes every year: `12-24`, `24 May`, `12-24..01-02`, `last mon of may`, `easter+1`, or in French.

    29 February comes in leap years; a range reaches from the day after it, or up to the day before it, in the others.
    Raises CalendarError for what never comes, and for a range that runs backwards.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return Yearly(_read_point(first, text))
    found = Yearly(_read_point(first, text), _read_point(last, text))
    if not any(map(found.dates, YEARS)):
        raise CalendarError(f"{text!r} runs backwards: write {last.strip()}..{first.strip()}.")
    return found


def read_date(value: Any) -> date:
    """A date, or its text `YYYY-MM-DD`. Raises CalendarError for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise CalendarError(f"{value!r} is not a date; write YYYY-MM-DD.") from None


def with_hours(text: str) -> tuple[str, list[str]]:
    """An entry of a list of dates, `24 December 12:00-24:00`: its date, and the hours behind it, as they are written;
    none where there is its date alone."""
    found = _WITH_HOURS.fullmatch(text.strip())
    return (found[1], [each.strip() for each in found[2].split(",")]) if found else (text, [])


def read_dates(value: Any) -> tuple[date, date]:
    """A date, or `2026-12-24..2026-12-31`, or with `/` as ISO 8601 has it: the first and the last. Raises CalendarError
    for anything else."""
    parts = _TO.split(value, maxsplit=1) if isinstance(value, str) else []
    if len(parts) < 2:
        day = read_date(value)
        return day, day
    first, last = (read_date(part.strip()) for part in parts)
    if last < first:
        raise CalendarError(f"{value!r} runs backwards: write {last}..{first}.")
    return first, last


def written_dates(first: date, last: date) -> str:
    """The inverse of `read_dates`."""
    return first.isoformat() if first == last else f"{first}..{last}"


def _read_point(part: str, whole: str) -> Point:
    plain = "".join(c for c in normalize("NFKD", part.lower()) if not combining(c))
    text = " ".join(plain.replace("'", " ").replace("’", " ").split())
    fixed = _FIXED.fullmatch(text)
    if fixed:
        return _fixed(int(fixed[1]), int(fixed[2]), _shift(fixed[3], fixed[4], whole), whole)
    moving = _MOVING.fullmatch(text)
    words = [word for word in moving[1].split() if word not in _LINKS] if moving else []
    if moving and " ".join(words) in _FEASTS:
        return Point(0, 0, None, _shift(moving[2], moving[3], whole, _FEASTS[" ".join(words)]))
    if moving and len(words) == 2 and not _MONTHS.keys().isdisjoint(words):
        day, month = sorted(words, key=_MONTHS.__contains__)
        found = _ORDINAL.fullmatch(day)
        if found:
            return _fixed(_MONTHS[month], int(found[1]), _shift(moving[2], moving[3], whole), whole)
    if moving and len(words) == 3 and words[0] in _PLACES and words[1] in _WEEKDAYS and words[2] in _MONTHS:
        shift = _shift(moving[2], moving[3], whole)
        return Point(_MONTHS[words[2]], _PLACES[words[0]], _WEEKDAYS[words[1]], shift)
    raise CalendarError(f"{whole[:60]!r} is no date that comes every year; write one such as {SUCH_AS}.")


def _fixed(month: int, day: int, shift: int, whole: str) -> Point:
    longest = monthrange(2000, month)[1] if 1 <= month <= 12 else 31
    if not (1 <= month <= 12 and 1 <= day <= longest):
        near = f"{min(max(month, 1), 12):02}-{min(max(day, 1), longest):02}"
        raise CalendarError(
            f"{whole!r} never comes: no year has a {month:02}-{day:02}; write one that comes, such as {near}."
        )
    return Point(month, day, None, shift)


def _shift(sign: str | None, days: str | None, whole: str, feast: int = 0) -> int:
    number = feast + int(f"{sign or ''}{days or 0}")
    if abs(number) > FURTHEST:
        raise CalendarError(
            f"{whole!r} is more than {FURTHEST} days away from a date of the year; write one that is nearer, such as "
            f"easter+{FURTHEST}."
        )
    return number


def _easter(year: int) -> int:
    """Easter Sunday of the Gregorian calendar, by the rule of the churches as Meeus wrote it down."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1).toordinal()
