"""Times as help desks and spreadsheets write them. What could be two days is refused until somebody says which."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

from bot.desk.csv_file import UnusableError
from triage.instants import epoch, instant
from triage.zones import LocalTimes


class Order(StrEnum):
    """What comes first in a date of three numbers."""

    DAY = "day-first"
    MONTH = "month-first"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = {
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    "janv": 1, "fev": 2, "f\u00e9v": 2, "mars": 3, "avr": 4, "mai": 5, "juin": 6, "juil": 7, "aout": 8, "ao\u00fb": 8,
    "sept": 9, "d\u00e9c": 12,
}  # fmt: skip
_ISO = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})([-/.])(?P<two>\d{1,2})\2(?P<year>\d{4}|\d{2})")
_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?[-/ .]+(?P<name>[^\W\d_]{3,9})\.?[-/ ,.]+(?P<year>\d{4}|\d{2})"
)
_NAMED_FIRST = re.compile(r"(?P<name>[^\W\d_]{3,9})\.?[ -](?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -](?P<year>\d{4})")
_WEEKDAY = re.compile(r"[^\W\d_]{2,9}\.?,\s*")
_TIME = re.compile(
    r"(?:[T,\s]|\bat\b|\b\u00e0\b)*(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_DAY = timedelta(days=2)
SHORT_YEAR = 100


def read_instant(text: str, zone: tzinfo, order: Order | None) -> datetime:
    """The instant that a cell names. `zone`: where it names none itself; `order`: what comes first in 03/04/2026, if
    somebody has said so. Raises `UnusableError`."""
    said = " ".join(text.split())
    bare = _WEEKDAY.sub("", said, count=1) if _WEEKDAY.match(said) else said
    found = next((match for each in (_ISO, _NUMBERS, _NAMED, _NAMED_FIRST) if (match := each.match(bare))), None)
    if found is None:
        raise _no_time(said)
    date = _date(said, found, order)
    rest = bare[found.end() :].strip()
    time = _TIME.fullmatch(rest) if rest else None
    if rest and time is None:
        raise _no_time(said)
    try:
        return _at(date, time, zone)
    except ValueError:
        raise _no_time(said) from None


def _no_time(said: str) -> UnusableError:
    return UnusableError(f"{said[:40]} is no time that can be read; write it like 2026-03-04 10:05.")


def _date(said: str, found: re.Match[str], order: Order | None) -> tuple[int, int, int]:
    parts = found.groupdict()
    year = int(parts["year"])
    year += 2000 if year < SHORT_YEAR else 0
    if "month" in parts:
        return year, int(parts["month"]), int(parts["day"])
    if "name" in parts:
        name = parts["name"].casefold()
        month = next((number for begin, number in sorted(_MONTH.items(), key=lambda each: -len(each[0]))
                      if name.startswith(begin)), 0)  # fmt: skip
        if not month:
            raise _no_time(said)
        return year, month, int(parts["day"])
    one, two = int(parts["one"]), int(parts["two"])
    if order is None and one != two and max(one, two) <= len(_MONTHS):
        raise UnusableError(
            f"{said[:40]} could be two days: say which comes first with --dates {Order.DAY} or {Order.MONTH}."
        )
    day_first = order is Order.DAY if order is not None else one > len(_MONTHS) or one == two
    return (year, two, one) if day_first else (year, one, two)


def _at(date: tuple[int, int, int], time: re.Match[str] | None, zone: tzinfo) -> datetime:
    """Raises ValueError where there is no such time."""
    hour, minute, second, half, named = 0, 0, 0, "", ""
    if time is not None:
        hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
        half, named = (time["half"] or "").lower(), (time["zone"] or "").upper()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    wall = datetime(*date, hour, minute, second, tzinfo=UTC)
    if named:
        return (wall.replace(tzinfo=_offset(named))).astimezone(UTC)
    # What a change of clock skips moves forward, what it repeats is its first occurrence: as everywhere.
    return instant(LocalTimes(zone, epoch(wall - _DAY), epoch(wall + _DAY)).instant(epoch(wall)))


def _offset(named: str) -> tzinfo:
    match = _OFFSET.search(named)
    if match is None:
        return UTC
    away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-away if match[1] == "-" else away)
