"""Targets told by the day the slow way, written only to hold the real ones against: every open minute of every date.

Nothing here is shared with the engine but the zone data; local times are resolved by dateutil. Everything lies on whole
minutes, counted from 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.tz import resolve_imaginary

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)

Day = Sequence[Sequence[str]]


class SlowDays:
    """The open minutes of each date from `first` on, for two months."""

    def __init__(
        self, zone: str, week: Mapping[str, Day], holidays: Sequence[date], own: Mapping[date, Day], *, first: date
    ) -> None:
        self.tz = ZoneInfo(zone)
        self.opens: dict[date, list[int]] = {}
        for n in range(60):
            day = first + n * DAY
            minutes: list[int] = []
            for begin, end in own.get(day, week.get(DAYS[day.weekday()], ())):
                last = day + DAY if end == "24:00" or end <= begin else day
                opened = range(self.minute(day, begin), self.minute(last, end.replace("24:00", "00:00")))
                if {day, day + DAY}.isdisjoint(holidays):
                    minutes += opened
                else:
                    minutes += [at for at in opened if not self._closed(at, day, holidays, day in own)]
            self.opens[day] = sorted(minutes)
        self.all = sorted(at for minutes in self.opens.values() for at in minutes)

    def _closed(self, at: int, day: date, holidays: Sequence[date], own: bool) -> bool:
        on = self.shown(at)
        if on == day:
            return day in holidays and not own
        return on in holidays

    def minute(self, day: date, clock: str) -> int:
        """The minute at which the clocks show that."""
        local = datetime.combine(day, time.fromisoformat(clock), self.tz)
        return round(resolve_imaginary(local).astimezone(UTC).timestamp()) // 60

    def shown(self, at: int) -> date:
        return datetime.fromtimestamp(at * 60, self.tz).date()

    def counted(self, begin: int, end: int) -> int:
        return sum(begin <= at < end for at in self.all)

    def next_open(self, at: int) -> int:
        return next(each for each in self.all if each >= at)

    def day_of(self, start: int) -> date:
        today = self.shown(start)
        return next((day for day in (today, today - DAY) if start in self.opens[day]), today)

    def works(self, day: date) -> bool:
        return bool(self.opens[day]) and self.shown(self.opens[day][0]) == day

    def after(self, day: date, count: int) -> date:
        """The working day so many after a date."""
        while count:
            day += DAY
            count -= self.works(day)
        return day

    def closing(self, count: int, start: int) -> int:
        day = self.after(self.day_of(start), count)
        while count == 0 and not (self.works(day) and self.opens[day][-1] >= start):
            day += DAY
        return self.opens[day][-1] + 1

    def by(self, count: int, clock: str, start: int) -> int:
        day = self.after(self.day_of(start), count)
        minutes = self.opens[day]
        at, after_midnight = self.minute(day, clock), self.minute(day + DAY, clock)
        if at < minutes[0] and after_midnight <= minutes[-1] + 1:
            at = after_midnight
        before = [each for each in minutes if each < at]
        return before[-1] + 1 if before else minutes[0]

    def same_time(self, count: int, start: int) -> int:
        opened = self.next_open(start)
        day = self.day_of(opened)
        shown = datetime.fromtimestamp(opened * 60, self.tz)
        last = self.after(day, count) + (shown.date() - day)
        return self.next_open(self.minute(last, f"{shown:%H:%M}"))

    def not_before(self, clock: str, end: int) -> int:
        day = self.shown(end if end in self.all else end - 1)
        earliest = self.minute(day, clock)
        return end if end >= earliest else self.next_open(earliest)

    def length(self, minutes: int, start: int) -> int:
        """Where so many open minutes have passed."""
        return [each for each in self.all if each >= start][minutes - 1] + 1
