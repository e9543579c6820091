"""Opening hours as they are written down: read, checked, and written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from triage.openings import (
    FIRST_DATE,
    LAST_DATE,
    Anniversary,
    Day,
    Openings,
    Own,
    Regular,
    Week,
)
from triage.recurring import DAYS, SUCH_AS, Yearly, read_date, read_dates, read_yearly, written_dates
from triage.zones import CalendarError

CLOSED, USUAL = ("closed", "fermé"), ("open", "ouvert")

WEEK = ("weekly_hours", "weeks", "weeks_from")
RULES = ("yearly", "weeks", "weeks_from", "periods")
"""What a calendar may say besides `weekly_hours`, `holidays` and `exceptions`."""

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def read_openings(
    weekly_hours: Any,
    holidays: Any = (),
    exceptions: Any = None,
    rules: Mapping[str, Any] | None = None,
) -> Openings:
    """Opening hours from what was written in a file or by a person: see `triage.hours.Calendar` for the form. `rules`
    are its `weeks`, `weeks_from`, `yearly` and `periods`.

    Raises CalendarError with one sentence on what is wrong.
    """
    given = {**(rules or {}), "weekly_hours": weekly_hours}
    later = _periods(given.get("periods"))
    own = _exceptions(exceptions)
    closed = _holidays(holidays)
    for since, period in later:
        own |= _exceptions(period.get("exceptions"), since)
        closed |= {day for day in _holidays(period.get("holidays") or ()) if day >= since}
    parts = [(date.min, given), *later]
    found = Openings(
        tuple(_regular(since, part) for since, part in parts),
        frozenset(closed),
        tuple((first, last, own[first, last]) for first, last in sorted(own)),
        _yearly([(since.toordinal(), _anniversaries(part.get("yearly"))) for since, part in parts]),
    )
    if not (any(map(any, found.weeks)) or any(own.values()) or any(each.own for each in found.yearly)):
        raise CalendarError("The calendar never opens: give weekly_hours at least one interval.")
    return found


def written_day(day: Day) -> list[list[str]]:
    """A day's intervals in their written form, the inverse of reading them."""
    return [[_clock(start), _clock(close if close <= 1440 else close - 1440)] for start, close in day]


def written_own(own: Own) -> list[list[str]] | str:
    """The hours of a special date in their written form."""
    return USUAL[0] if own is None else written_day(own)


def written_week(regular: Regular) -> dict[str, Any]:
    """The week, or the weeks that alternate, in their written form."""
    match [{name: written_day(day) for name, day in zip(DAYS, week, strict=True) if day} for week in regular.weeks]:
        case [week]:
            return {"weekly_hours": week}
        case weeks:
            return {"weeks": weeks, "weeks_from": date.fromordinal(regular.monday).isoformat()}


def written_rules(openings: Openings) -> dict[str, Any]:
    """What `read_openings` reads as `weekly_hours`, `exceptions` and `rules`, as JSON; what is none is left out."""
    first, *later = openings.regular
    data = written_week(first)
    if openings.exceptions:
        data["exceptions"] = {written_dates(low, high): written_own(own) for low, high, own in openings.exceptions}
    if yearly := _written_yearly(openings, FIRST_DATE):
        data["yearly"] = yearly
    if later:
        data["periods"] = [_written_period(openings, regular) for regular in later]
    return data


def overlapping(openings: Openings) -> Iterator[str]:
    """Which opening intervals overlap, one sentence each. It means no more than one long one, but is often a slip: a
    close before an open shows only where the night that it makes collides with something.
    """
    for week in openings.weeks:
        yield from _overlaps([(DAYS[n], n * 1440, span) for n in range(7) for span in week[n]], 7 * 1440)
    special = [(written_dates(first, last), own) for first, last, own in openings.exceptions]
    special += [(str(each.dates), each.own) for each in openings.yearly]
    for name, own in special:
        yield from _overlaps([(name, 0, span) for span in own or ()], None)


def _regular(since: date, given: Mapping[str, Any]) -> Regular:
    """The weeks of a calendar, or of one of its periods."""
    many = given.get("weeks")
    if many is None:
        weeks: tuple[Week, ...] = (_read_week(given.get("weekly_hours")),)
    elif not (_is_list(many) and many):
        raise CalendarError("weeks must be a list of weeks, each mapping days (mon to sun) to lists of [open, close].")
    else:
        weeks = tuple(_read_week(_bare(week)) for week in many)
    if since > date.min and not any(map(any, weeks)):
        raise CalendarError(
            f"periods: from {since} on it never opens; give weekly_hours at least one interval, or write a closure as "
            "a range in exceptions."
        )
    if len(weeks) == 1:
        return Regular(since.toordinal(), weeks)
    begins = given.get("weeks_from") or (None if since == date.min else since)
    if begins is None:
        raise CalendarError("weeks needs weeks_from: a date in the first of the weeks that alternate.")
    day = read_date(begins).toordinal()
    return Regular(since.toordinal(), weeks, day - (day - 1) % 7)


def _bare(week: Any) -> Any:
    return week["weekly_hours"] if isinstance(week, Mapping) and "weekly_hours" in week else week


def _is_list(given: Any) -> bool:
    """Whether it is a list as files write them, or another sequence than a text."""
    return isinstance(given, Sequence) and not isinstance(given, str)


def _read_week(weekly_hours: Any) -> Week:
    if not isinstance(weekly_hours, Mapping):
        raise CalendarError("weekly_hours must map days (mon to sun) to lists of [open, close].")
    for name in weekly_hours:
        if name not in DAYS:
            raise CalendarError(f"Unknown day {name!r} in weekly_hours: use {', '.join(DAYS)}.")
    return tuple(_read_day(name, weekly_hours.get(name) or ()) for name in DAYS)


def _periods(given: Any) -> list[tuple[date, Mapping[str, Any]]]:
    """From when on each is in force, and what it says, in order. The weeks of one take the place of those before it."""
    if given is None:
        return []
    if not _is_list(given):
        raise CalendarError("periods must be a list, each with from (a date) and weekly_hours.")
    found: dict[date, Mapping[str, Any]] = {}
    for period in given:
        if not isinstance(period, Mapping) or "from" not in period:
            raise CalendarError("periods: each needs from, the date on which it begins, and weekly_hours.")
        since = read_date(period["from"])
        if period.get("weekly_hours") is None and period.get("weeks") is None:
            raise CalendarError(f"periods: from {since} on there are no hours; give weekly_hours, or weeks.")
        for name in ("timezone", "periods"):
            if period.get(name) is not None:
                raise CalendarError(f"periods: {name} cannot change from {since} on; write it beside periods.")
        if since in found or since == date.min:
            raise CalendarError(f"periods: two begin on {since}; keep one.")
        found[since] = period
    return sorted(found.items())


def _holidays(given: Any) -> set[date]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise CalendarError("holidays must be a list of dates (YYYY-MM-DD).")
    return set(map(read_date, given))


def _exceptions(given: Any, since: date = date.min) -> dict[tuple[date, date], Own]:
    if isinstance(given, list):  # dates that are closed, as in `yearly`
        given = dict.fromkeys(map(str, given), ())
    if not isinstance(given or {}, Mapping):
        raise CalendarError("exceptions must map dates (YYYY-MM-DD) to lists of [open, close].")
    found = {}
    for key, spans in (given or {}).items():
        dates = read_dates(key)
        if dates in found:
            raise CalendarError(f"exceptions: {written_dates(*dates)} is there twice; keep one.")
        if dates[0] < since:
            raise CalendarError(
                f"exceptions: {written_dates(*dates)} lies before {since}, when this period begins; write it beside "
                "periods."
            )
        found[dates] = _read_own(written_dates(*dates), spans)
    return found


def _anniversaries(given: Any) -> dict[Yearly, Own]:
    """The hours of dates that come every year; a list of such dates closes them."""
    if given is None:
        return {}
    if not (_is_list(given) or isinstance(given, Mapping)):
        raise CalendarError(f"yearly must map dates that come every year to lists of [open, close]: {SUCH_AS}.")
    pairs = given.items() if isinstance(given, Mapping) else [(key, ()) for key in given]
    found: dict[Yearly, Own] = {}
    for key, spans in pairs:
        if not isinstance(key, str):
            raise CalendarError(f"yearly: {key!r} is no date that comes every year; write one such as {SUCH_AS}.")
        dates = read_yearly(key)
        if dates in found:
            raise CalendarError(f"yearly: {str(dates)!r} is there twice; keep one.")
        found[dates] = _read_own(str(dates), spans)
    return found


def _yearly(parts: list[tuple[int, dict[Yearly, Own]]]) -> tuple[Anniversary, ...]:
    """What holds from when until when: until a later period says something else of the same date."""
    found = []
    for place, (since, own) in enumerate(parts):
        for dates, hours in own.items():
            until = next((later - 1 for later, also in parts[place + 1 :] if dates in also), LAST_DATE)
            found.append(Anniversary(dates, hours, since, until))
    return tuple(sorted(found, key=lambda each: (str(each.dates), each.since)))


def _written_yearly(openings: Openings, since: int) -> dict[str, Any]:
    return {str(each.dates): written_own(each.own) for each in openings.yearly if each.since == since}


def _written_period(openings: Openings, regular: Regular) -> dict[str, Any]:
    yearly = _written_yearly(openings, regular.since)
    begins = {"from": date.fromordinal(regular.since).isoformat()}
    return {**begins, **written_week(regular), **({"yearly": yearly} if yearly else {})}


def _read_own(name: str, spans: Any) -> Own:
    if isinstance(spans, str) and spans.lower() in USUAL:
        return None
    if isinstance(spans, str) and spans.lower() in CLOSED:
        return ()
    if isinstance(spans, list) and len(spans) == 2 and all(isinstance(time, str) for time in spans):
        spans = [spans]  # one interval, without the list of them
    return _read_day(name, spans or ())


def _read_day(name: str, spans: Any) -> Day:
    if not _is_list(spans):
        raise CalendarError(f'{name}: give a list of [open, close], for example [["09:00", "17:00"]].')
    day = []
    for span in spans:
        if not _is_list(span) or len(span) != 2:
            raise CalendarError(f'{name}: {span!r} is not [open, close], for example ["09:00", "17:00"].')
        start, close = (_read_time(name, value) for value in span)
        if start == 1440:
            raise CalendarError(f"{name}: 24:00 ends a day, so nothing can open then; write 00:00 on the next day.")
        day.append((start, close if close > start else close + 1440))
    return tuple(sorted(day))


def _read_time(name: str, value: Any) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match:
        hour, minute = map(int, match.groups())
        if minute < 60 and hour * 60 + minute <= 1440:
            return hour * 60 + minute
    raise CalendarError(f"{name}: {value!r} is not a time of day; write HH:MM from 00:00 to 24:00, in quotes.")


def _overlaps(named: list[tuple[str, int, tuple[int, int]]], length: int | None) -> Iterator[str]:
    """Where two intervals (day's name, its offset, span) overlap; a week of `length` starts over."""
    placed = sorted(
        (offset + start, offset + close, f"{name} {_show((start, close))}") for name, offset, (start, close) in named
    )
    if length is not None and placed:
        start, _, label = placed[0]
        placed.append((start + length, length, label))  # where it closes then is not asked
    for (start, close, label), (following, _, other) in pairwise(placed):
        if following < close:
            night = start // 1440 < (close - 1) // 1440
            hint = f" ({label} does not close after it opens, so it runs into the next day)" if night else ""
            yield f"opening intervals overlap, and count as one: {label} and {other}{hint}."


def _show(span: tuple[int, int]) -> str:
    [written] = written_day((span,))
    return "-".join(written)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
