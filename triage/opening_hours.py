"""Opening hours as they are written down: read, checked, and turned into instants day by day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from triage.instants import EPOCH, merge_points
from triage.opentable import FIRST
from triage.zones import CalendarError, LocalTimes

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Day = tuple[tuple[int, int], ...]
"""A day's opening intervals in order, in minutes from its midnight; past 1440 they run into the next day."""

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_ONE = timedelta(days=1)
_EPOCH_ORDINAL = EPOCH.toordinal()


@dataclass(frozen=True, slots=True)
class Openings:
    """When a place is open: every week, except on holidays (closed all that local date) and on dates with own hours.

    An exception replaces the intervals that open on its date, and is open even if the date is a holiday too.
    """

    #: What is open on each weekday, Monday first, in minutes since midnight.
    week: tuple[Day, ...]
    #: Local dates that are closed all day.
    holidays: frozenset[date] = frozenset()
    #: Local dates that have hours of their own, with those.
    exceptions: tuple[tuple[date, Day], ...] = ()

    @property
    def always_from(self) -> int | None:
        """The instant (seconds since 1970), if any, after which it never closes again."""
        if sum(close - start for day in self.week for start, close in day) < 7 * 1440:
            return None
        special = [*self.holidays, *(day for day, _ in self.exceptions)]
        # A day for the date itself, one for its night, two for any zone.
        return max(map(_wall, special), default=FIRST) + 4 * 86400


def read_openings(
    weekly_hours: Any,
    holidays: Any = (),
    exceptions: Any = None,
) -> Openings:
    """Opening hours from what was written in a file or by a person: see `triage.hours.Calendar` for the form.

    Raises CalendarError with one sentence on what is wrong.
    """
    if not isinstance(weekly_hours, Mapping):
        raise CalendarError("weekly_hours must map days (mon to sun) to lists of [open, close].")
    for name in weekly_hours:
        if name not in DAYS:
            raise CalendarError(f"Unknown day {name!r} in weekly_hours: use {', '.join(DAYS)}.")
    week = tuple(_read_day(name, weekly_hours.get(name) or ()) for name in DAYS)
    _refuse_overlap([(DAYS[n], n * 1440, span) for n in range(7) for span in week[n]], 7 * 1440)
    if isinstance(holidays, str) or not isinstance(holidays, Iterable):
        raise CalendarError("holidays must be a list of dates (YYYY-MM-DD).")
    if not isinstance(exceptions or {}, Mapping):
        raise CalendarError("exceptions must map dates (YYYY-MM-DD) to lists of [open, close].")
    own = {}
    for key, spans in (exceptions or {}).items():
        day = _read_date(key)
        own[day] = _read_day(day.isoformat(), spans or ())
        _refuse_overlap([(day.isoformat(), 0, span) for span in own[day]], None)
    if not any(week) and not any(own.values()):
        raise CalendarError("The calendar never opens: give weekly_hours at least one interval.")
    return Openings(week, frozenset(map(_read_date, holidays)), tuple(sorted(own.items())))


def written_day(day: Day) -> list[list[str]]:
    """A day's intervals in their written form, the inverse of reading them."""
    return [[_clock(start), _clock(close if close <= 1440 else close - 1440)] for start, close in day]


def open_spans(openings: Openings, tz: tzinfo, begin: int, end: int) -> list[tuple[int, int]]:
    """When it is open between two instants (seconds since 1970), in order; what touches or overlaps is one."""
    # Local dates differ from UTC dates by a day at most, and an interval may end a day later than it opens.
    day, last = _utc_date(begin) - 2 * _ONE, _utc_date(end) + _ONE
    local, own = LocalTimes(tz, _wall(day), end), dict(openings.exceptions)
    spans: list[tuple[int, int]] = []
    while day <= last:
        spans += _spans_of(openings, own, local, day)
        day += _ONE
    clipped = ((max(opens, begin), min(closes, end)) for opens, closes in spans)
    return [(opens, closes) for opens, closes in merge_points(clipped) if closes is not None]


def day_spans(openings: Openings, tz: tzinfo, day: date) -> list[tuple[int, int]]:
    """What opens on that local date (seconds since 1970), in order, with what runs over into the next day."""
    midnight = _wall(day)
    local = LocalTimes(tz, midnight - 2 * 86400, midnight + 3 * 86400)
    found = merge_points(_spans_of(openings, dict(openings.exceptions), local, day))
    return [(opens, closes) for opens, closes in found if closes is not None]


def _spans_of(openings: Openings, own: Mapping[date, Day], local: LocalTimes, day: date) -> list[tuple[int, int]]:
    """What opens on one local date, without what holidays take of it. `own`: the dates with own hours."""
    special = own.get(day)
    closed = _closed_around(openings.holidays, day, special is not None) if openings.holidays else ()
    midnight, hours = _wall(day), openings.week[day.weekday()] if special is None else special
    if day in closed:  # only what runs into the next day is left
        hours = tuple((1440, close) for _, close in hours if close > 1440)
    spans: list[tuple[int, int]] = []
    for start, close in hours:
        span = local.instant(midnight + start * 60), local.instant(midnight + close * 60)
        if closed:
            dates = [local.spans(_wall(date_), _wall(date_) + 86400) for date_ in closed]
            spans += _without(span, [part for parts in dates for part in parts])
        else:
            spans.append(span)
    return spans


def _closed_around(holidays: frozenset[date], day: date, own: bool) -> list[date]:
    """The holidays that can close a part of what opens on `day`: its own hours are open even if it is one."""
    return [near for n in range(-1, 3) if (near := day + n * _ONE) in holidays and not (own and n == 0)]


def _without(span: tuple[int, int], closed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a span; parts that end before they start are none."""
    left = [span]
    for low, high in closed:
        left = [part for start, end in left for part in ((start, min(end, low)), (max(start, high), end))]
    return left


def _utc_date(at: int) -> date:
    return date.fromordinal(at // 86400 + _EPOCH_ORDINAL)


def _wall(day: date) -> int:
    return (day.toordinal() - _EPOCH_ORDINAL) * 86400


def _read_day(name: str, spans: Any) -> Day:
    if isinstance(spans, str | Mapping) or not isinstance(spans, Sequence):
        raise CalendarError(f'{name}: give a list of [open, close], for example [["09:00", "17:00"]].')
    day = []
    for span in spans:
        if isinstance(span, str) or not isinstance(span, Sequence) or len(span) != 2:
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


def _read_date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise CalendarError(f"{value!r} is not a date; write YYYY-MM-DD.") from None


def _refuse_overlap(named: list[tuple[str, int, tuple[int, int]]], length: int | None) -> None:
    """Raises CalendarError where two intervals (day's name, its offset, span) overlap; a week of `length` starts over.

    A close before an open is often a slip, and shows only where the night it makes collides with something.
    """
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
            raise CalendarError(f"Opening intervals overlap: {label} and {other}{hint}.")


def _show(span: tuple[int, int]) -> str:
    [written] = written_day((span,))
    return "-".join(written)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
