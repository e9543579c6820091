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
from triage.opening_days import Dates, always_open_from, day_spans, spans_between
from triage.opening_hours import RULES, read_openings, written_day, written_own, written_rules, written_week
from triage.openings import Openings, day_minutes, week_minutes
from triage.opentable import FIRST, LAST, OpenTable, Unbroken
from triage.recurring import DAYS, written_dates
from triage.special_dates import SpecialDate, special_dates
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
        is_plain = seconds > 0 and FIRST <= start <= LAST
        due = start + seconds if is_plain else super().add_seconds(start, seconds)
        for pause_start, pause_end in merge_points(pauses) if pauses and seconds else ():
            if due is None or pause_start >= due:
                break
            if pause_end is None:
                return None
            if pause_end > start:
                due += pause_end - max(pause_start, start)
        return None if due is None or due > LAST else due

    def back_seconds(self, end: int, seconds: int, pauses: Sequence[Seconds] = ()) -> int:
        """Likewise: every warning of every clock asks this."""
        start = end - seconds
        is_plain = seconds > 0 and not pauses and start > FIRST and end <= LAST
        return start if is_plain else super().back_seconds(end, seconds, pauses)

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

_as_json = json.JSONEncoder(default=date.isoformat, check_circular=False).encode  # what was JSON has no circles

_tables: WeakValueDictionary[tuple[str, Openings], OpenTable] = WeakValueDictionary()


class Calendar(Hours):
    """Opening hours in a time zone. Equal calendars are interchangeable, and share what they have counted up.

    `timezone` is an IANA name. `weekly_hours` maps `mon` to `sun` to lists of `[open, close]` in `HH:MM`; `24:00` ends
    a day, and a close not after its open runs into the next day. `holidays` are local dates, closed all day, also for
    what runs over from the day before. `exceptions` maps dates, and ranges of them (`2026-12-24..2026-12-31`), to the
    intervals that open on them instead of the week's; `[]` closes them all day, `open` is as usual. Those of a single
    date hold even on a holiday. Dates are `date` or `YYYY-MM-DD`.

    `rules` are, each optional: `yearly`, the same by dates that come every year (`triage.recurring.read_yearly`), or a
    list of such dates that are closed; `weeks`, weeks that alternate instead of `weekly_hours`, and `weeks_from`, a
    date in the first of them; `periods`, each in force `from` a date on, with `weekly_hours` (or `weeks`), and
    `holidays`, `exceptions` and `yearly` besides those that hold already. Which one wins: `Openings`.

    End points become instants: a local time that a change of clock skips moves forward by the gap, one that comes twice
    is its first occurrence. Intervals that overlap are one. Raises CalendarError for an unknown zone, for times and
    dates that are none, and when it never opens.
    """

    __slots__ = ("_hash", "dates", "openings", "timezone")

    def __init__(
        self,
        timezone: str,
        weekly_hours: Mapping[str, Sequence[Sequence[str]]] | None,
        holidays: Iterable[date | str] = (),
        exceptions: Mapping[Any, Any] | None = None,
        **rules: Any,
    ) -> None:
        tz = zone(timezone)
        self.timezone = timezone
        self.openings = read_openings(weekly_hours, holidays, exceptions, rules)
        self.dates = Dates(self.openings)
        if not (self.dates.regular_only or self.dates.ever_open):
            raise CalendarError("The calendar never opens: what closes it every year, or for a range, is all there is.")
        key = (timezone, self.openings)
        self._hash = hash(key)
        table = _tables.get(key)
        if table is None:
            table = OpenTable(partial(spans_between, self.dates, tz), always_open_from(self.openings))
            table = _tables.setdefault(key, table)
        super().__init__(table)

    @property
    def weekly_hours(self) -> dict[str, list[list[str]]]:
        """The intervals of every day that has some, as they are written; of the first week where there are several."""
        week = self.openings.regular[0].weeks[0]
        return {name: written_day(day) for name, day in zip(DAYS, week, strict=True) if day}

    @property
    def holidays(self) -> list[date]:
        """The dates on which it is closed, in order."""
        return sorted(self.openings.holidays)

    @property
    def exceptions(self) -> dict[str, Any]:
        """The intervals of dates, and of ranges of dates, with own hours, as they are written."""
        return {written_dates(first, last): written_own(own) for first, last, own in self.openings.exceptions}

    @property
    def day_seconds(self) -> int:
        """The average length of the weekdays that open; where none does, of the dates with own hours."""
        for regular in self.openings.regular:
            opened = [day for week in regular.weeks for day in week if day]
            if opened:
                return 60 * sum(map(week_minutes, regular.weeks)) // len(opened)
        special = [*(own for _, _, own in self.openings.exceptions), *(each.own for each in self.openings.yearly)]
        days = [day_minutes(own) for own in special if own]
        return 60 * sum(days) // len(days)

    def local_date(self, at: int) -> date:
        """The date on its clocks at an instant (seconds since 1970)."""
        return datetime.fromtimestamp(at, zone(self.timezone)).date()

    def special_dates(self, first: date, last: date) -> list[SpecialDate]:
        """The dates from one to another, in order, that are not as the week has them, or begin another week."""
        return [*special_dates(self.dates, first.toordinal(), last.toordinal())]

    def week_on(self, day: date) -> dict[str, Any]:
        """The week that is kept on a date, or those that alternate then: `weekly_hours`, or `weeks` and
        `weeks_from`."""
        return written_week(self.dates.regular(day.toordinal()))

    def day_spans(self, day: date) -> list[tuple[int, int]]:
        """As for any hours: a night belongs to the date on which it opens."""
        return day_spans(self.dates, zone(self.timezone), day)

    def to_data(self) -> dict[str, Any]:
        """As JSON: `timezone`, `weekly_hours` (or `weeks` and `weeks_from`), `holidays`, and where there are some
        `exceptions`, `yearly` and `periods`."""
        holidays = [day.isoformat() for day in self.holidays]
        rules = written_rules(self.openings)
        week: dict[str, Any] = {
            name: rules.pop(name) for name in ("weekly_hours", "weeks", "weeks_from") if name in rules
        }
        return {"timezone": self.timezone, **week, "holidays": holidays, **rules}

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
    """The hours that `to_data` wrote: `{"clock": "elapsed"}`, or `timezone` and what `Calendar` takes besides.

    Other keys are ignored. Raises CalendarError as `Calendar` does. Equal data usually give the same object.
    """
    if data.get("clock") == "elapsed":
        return ELAPSED
    get = data.get
    fields = [get("timezone"), get("weekly_hours"), get("holidays"), get("exceptions")]
    if not data.keys().isdisjoint(RULES):
        fields += [each for name in RULES if name in data for each in (name, data[name])]
    try:
        text = _as_json(fields)
    except TypeError:  # more than JSON, such as dates for keys: nothing to share it by
        return _from_fields(fields)
    return _from_json(text)


@lru_cache(maxsize=512)
def _from_json(text: str) -> Hours:
    return _from_fields(json.loads(text))


def _from_fields(fields: list[Any]) -> Hours:
    timezone, weekly_hours, holidays, exceptions, *rest = fields
    rules = dict(zip(rest[::2], rest[1::2], strict=True))
    return Calendar(timezone, weekly_hours, holidays or (), exceptions, **rules)


@lru_cache(maxsize=64)
def business_week(timezone: str) -> Hours:
    """Monday to Friday 09:00-17:00 in that zone, the default calendar. Raises CalendarError for an unknown zone."""
    return Calendar(timezone, {day: [["09:00", "17:00"]] for day in DAYS[:5]})
