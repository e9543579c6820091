"""Hours: the time a clock counts in. `ELAPSED` counts around the clock, a `Calendar` only while it is open.

What can be asked of them is in `triage.counting.Hours`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from weakref import WeakValueDictionary

from triage.counting import Hours
from triage.instants import Seconds, merge_points
from triage.opening_hours import DAYS, Openings, day_spans, open_spans, read_openings, written_day
from triage.opentable import LAST, OpenTable, Unbroken
from triage.zones import CalendarError, zone

__all__ = ["ELAPSED", "Calendar", "CalendarError", "Hours", "business_week", "hours_from_data"]


class _Elapsed(Hours):
    """Around the clock: every second counts."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(Unbroken())

    @property
    def day_seconds(self) -> int:
        return 86400

    def add_seconds(self, start: int, seconds: int, pauses: Sequence[Seconds] = ()) -> int | None:
        """As for any hours, without numbering seconds that all count: tickets with many pauses ask this most."""
        due = super().add_seconds(start, seconds)
        for pause_start, pause_end in merge_points(pauses) if pauses and seconds else ():
            if due is None or pause_start >= due:
                break
            if pause_end is None:
                return None
            if pause_end > start:
                due += pause_end - max(pause_start, start)
        return None if due is None or due > LAST else due

    def closed_dates(self, begin: int, end: int) -> list[date]:  # noqa: ARG002  there are none, whenever
        return []

    def day_spans(self, day: date) -> list[tuple[int, int]]:  # noqa: ARG002  it never opens, for it never closes
        return []

    def to_data(self) -> dict[str, Any]:
        return {"clock": "elapsed"}

    def __reduce__(self) -> str:
        return "ELAPSED"

    def __repr__(self) -> str:
        return "ELAPSED"


ELAPSED: Hours = _Elapsed()
"""Around the clock. There is one; copies are the same object."""

_as_json = json.JSONEncoder(default=date.isoformat).encode

_tables: WeakValueDictionary[tuple[str, Openings], OpenTable] = WeakValueDictionary()


class Calendar(Hours):
    """Opening hours in a time zone. Equal calendars are interchangeable, and share what they have counted up.

    `timezone` is an IANA name. `weekly_hours` maps `mon` to `sun` to lists of `[open, close]` in `HH:MM`; `24:00` ends
    a day, and a close not after its open runs into the next day. `holidays` are local dates, closed all day, also for
    what runs over from the day before. `exceptions` maps dates to the intervals that open on them instead of the
    week's, even on a holiday. Dates are `date` or `YYYY-MM-DD`.

    End points become instants: a local time that a change of clock skips moves forward by the gap, one that comes twice
    is its first occurrence. Raises CalendarError for an unknown zone, for times and dates that are none, for intervals
    that overlap, and when it never opens.
    """

    __slots__ = ("_hash", "openings", "timezone")

    def __init__(
        self,
        timezone: str,
        weekly_hours: Mapping[str, Sequence[Sequence[str]]],
        holidays: Iterable[date | str] = (),
        exceptions: Mapping[Any, Sequence[Sequence[str]]] | None = None,
    ) -> None:
        tz = zone(timezone)
        self.timezone = timezone
        self.openings = read_openings(weekly_hours, holidays, exceptions)
        key = (timezone, self.openings)
        self._hash = hash(key)
        table = _tables.get(key)
        if table is None:
            table = OpenTable(partial(open_spans, self.openings, tz), self.openings.always_from)
            table = _tables.setdefault(key, table)
        super().__init__(table)

    @property
    def weekly_hours(self) -> dict[str, list[list[str]]]:
        """The intervals of every day that has some, as they are written."""
        return {name: written_day(day) for name, day in zip(DAYS, self.openings.week, strict=True) if day}

    @property
    def holidays(self) -> list[date]:
        """The dates on which it is closed, in order."""
        return sorted(self.openings.holidays)

    @property
    def exceptions(self) -> dict[date, list[list[str]]]:
        """The intervals of the dates with own hours, as they are written."""
        return {day: written_day(spans) for day, spans in self.openings.exceptions}

    @property
    def day_seconds(self) -> int:
        """The average length of the weekdays that open; where none does, of the dates with own hours."""
        days = [day for day in self.openings.week if day] or [day for _, day in self.openings.exceptions if day]
        return 60 * sum(close - start for day in days for start, close in day) // len(days)

    def closed_dates(self, begin: int, end: int) -> list[date]:
        """As for any hours: holidays, and dates whose own hours are none."""
        openings, tz = self.openings, zone(self.timezone)
        own = dict(openings.exceptions)
        first, last = (datetime.fromtimestamp(at, tz).date() for at in (begin, end - 1))
        return [
            day
            for day in sorted({*openings.holidays, *own})
            if first <= day <= last and openings.week[day.weekday()] and not own.get(day)
        ]

    def day_spans(self, day: date) -> list[tuple[int, int]]:
        """As for any hours: a night belongs to the date on which it opens."""
        return day_spans(self.openings, zone(self.timezone), day)

    def to_data(self) -> dict[str, Any]:
        """As JSON: `timezone`, `weekly_hours`, `holidays`, and `exceptions` where there are some."""
        data: dict[str, Any] = {
            "timezone": self.timezone,
            "weekly_hours": self.weekly_hours,
            "holidays": [day.isoformat() for day in self.holidays],
        }
        if self.openings.exceptions:
            data["exceptions"] = {day.isoformat(): spans for day, spans in self.exceptions.items()}
        return data

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return self is other or (
            self._hash == other._hash and self.timezone == other.timezone and self.openings == other.openings
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        return hours_from_data, (self.to_data(),)

    def __repr__(self) -> str:
        return f"Calendar({self.timezone!r}, {self.weekly_hours!r}, ...)"


def hours_from_data(data: Mapping[str, Any]) -> Hours:
    """The hours that `to_data` wrote: `{"clock": "elapsed"}`, or `timezone`, `weekly_hours`, `holidays`, `exceptions`.

    Other keys are ignored. Raises CalendarError as `Calendar` does. Equal data usually give the same object.
    """
    if data.get("clock") == "elapsed":
        return ELAPSED
    fields = [data.get("timezone"), data.get("weekly_hours"), data.get("holidays"), data.get("exceptions")]
    try:
        text = _as_json(fields)
    except TypeError:  # more than JSON, such as dates for keys: nothing to share it by
        return _from_fields(fields)
    return _from_json(text)


@lru_cache(maxsize=512)
def _from_json(text: str) -> Hours:
    return _from_fields(json.loads(text))


def _from_fields(fields: list[Any]) -> Hours:
    timezone, weekly_hours, holidays, exceptions = fields
    return Calendar(timezone, weekly_hours, holidays or (), exceptions)


@lru_cache(maxsize=64)
def business_week(timezone: str) -> Hours:
    """Monday to Friday 09:00-17:00 in that zone, the default calendar. Raises CalendarError for an unknown zone."""
    return Calendar(timezone, {day: [["09:00", "17:00"]] for day in DAYS[:5]})
