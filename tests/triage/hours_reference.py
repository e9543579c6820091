"""Business time the slow way, written only to hold the real one against: mark every tick of a window open or closed.

A tick is a minute, or a second where a zone's offset is not in whole minutes. Nothing here is shared with the engine
but the zone data, and local times are resolved by dateutil.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from itertools import pairwise
from typing import Any

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta
from dateutil.tz import resolve_imaginary

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)

Week = Mapping[str, Sequence[Sequence[str]]]
Pauses = Sequence[tuple[datetime, datetime | None]]
Spans = Sequence[Sequence[str]]
Plan = Callable[[date], tuple[Spans, bool, bool]]
"""Of a date: what opens on it, whether it is closed all day, and whether hours of that very date hold all the same."""


def tick_for(tz: tzinfo, begin: datetime) -> int:
    """A minute where the offsets around `begin` are whole minutes, else a second."""
    offsets = [(begin + n * DAY).astimezone(tz).utcoffset() or timedelta() for n in range(-6, 14)]
    return 60 if all(offset.total_seconds() % 60 == 0 for offset in offsets) else 1


class SlowHours:
    """A calendar from `begin` on, for `ticks` ticks of `tick` seconds; whatever is asked must lie on ticks."""

    def __init__(
        self,
        tz: tzinfo,
        week: Week,
        holidays: Sequence[date] = (),
        exceptions: Mapping[date, Sequence[Sequence[str]]] | None = None,
        pauses: Pauses = (),
        *,
        begin: datetime,
        ticks: int,
        tick: int,
        plan: Plan | None = None,
    ) -> None:
        self.begin, self.ticks, self.tick = begin, ticks, tick
        self.open = bytearray(ticks)
        plan = cache(plan or _plain(week, holidays, exceptions or {}))
        first = begin.astimezone(tz).date() - 3 * DAY
        for n in range(ticks * tick // 86400 + 7):
            day = first + n * DAY
            for written in plan(day)[0]:
                self._mark(tz, day, (written[0], written[1]), plan)
        for start, end in pauses:
            low = self._index(start)
            high = self.ticks if end is None else self._index(end)
            for n in range(low, high):
                self.open[n] = 0

    def _mark(self, tz: tzinfo, day: date, written: tuple[str, str], plan: Plan) -> None:
        _, closed, own = plan(day)
        start, close = written
        next_day = day + DAY
        runs_over = close <= start and close != "24:00"
        opens = _resolve(tz, day, start)
        closes = _resolve(tz, next_day, close) if runs_over else _resolve(tz, day, close)
        midnight = _resolve(tz, next_day, "00:00")
        for n in range(self._index(opens), self._index(closes)):
            at = self.begin + timedelta(seconds=n * self.tick)
            if closed and not own and (not runs_over or at < midnight):
                continue
            shown = at.astimezone(tz).date()
            if plan(shown)[1] and not (own and shown == day):
                continue
            self.open[n] = 1

    def _index(self, at: datetime) -> int:
        seconds = round((at - self.begin).total_seconds())
        return max(0, min(self.ticks, -(-seconds // self.tick)))

    def add(self, start: datetime, seconds: int) -> datetime | None:
        """None when the window ends first."""
        n = self._index(start)
        while seconds > 0:
            if n >= self.ticks:
                return None
            seconds -= self.open[n] * self.tick
            n += 1
        return self.begin + timedelta(seconds=n * self.tick)

    def back(self, end: datetime, seconds: int) -> datetime | None:
        """None when the window begins later."""
        n = self._index(end)
        while seconds > 0:
            n -= 1
            if n < 0:
                return None
            seconds -= self.open[n] * self.tick
        while n > 0 and not self.open[n - 1]:
            n -= 1
        return None if n == 0 else self.begin + timedelta(seconds=n * self.tick)

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self.open[self._index(start) : self._index(end)]) * self.tick

    def is_open(self, at: datetime) -> bool:
        return bool(self.open[self._index(at)])

    def next_open(self, start: datetime) -> datetime | None:
        """None when there is none in the window."""
        found = self.open.find(1, self._index(start))
        return None if found < 0 else self.begin + timedelta(seconds=found * self.tick)

    def stretches(self, start: datetime) -> list[tuple[datetime, datetime]]:
        """All that end within the window."""
        n = self._index(start)
        edges = [i for i in range(n + 1, self.ticks) if self.open[i] != self.open[i - 1]]
        edges = [n, *edges] if n < self.ticks and self.open[n] else edges
        moments = [self.begin + timedelta(seconds=i * self.tick) for i in edges]
        return list(pairwise(moments))[::2]


def _resolve(tz: tzinfo, day: date, clock: str) -> datetime:
    if clock == "24:00":
        day, clock = day + DAY, "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), tz)  # fold=0: the first occurrence
    return resolve_imaginary(local).astimezone(UTC)


def _plain(week: Week, holidays: Sequence[date], exceptions: Mapping[date, Spans]) -> Plan:
    """A week, dates that are closed, and dates with hours of their own."""

    def plan(day: date) -> tuple[Spans, bool, bool]:
        own = exceptions.get(day)
        spans = week.get(DAYS[day.weekday()], ()) if own is None else own
        return spans, day in holidays or own == [], bool(own)

    return plan


def plan_of(data: Mapping[str, Any]) -> Plan:
    """A calendar as it is written, date by date: every rule is asked whether it speaks of the date."""

    def plan(day: date) -> tuple[Spans, bool, bool]:
        text = day.isoformat()
        exceptions = data.get("exceptions", {})
        if text in exceptions:
            own = exceptions[text]
            if own == "open":
                return usual(data, day), False, False
            return own, text in data.get("holidays", ()) or own == [], own != []
        found = said(data, day)
        closed = text in data.get("holidays", ()) or found == []
        return (usual(data, day) if found in (None, "open") else found), closed, False

    return plan


def said(data: Mapping[str, Any], day: date) -> Any:
    """What ranges of dates, and dates that come every year, say of a date; None where nothing does."""
    ranges = [
        ((date.fromisoformat(last) - date.fromisoformat(first)).days, -date.fromisoformat(first).toordinal(), own)
        for text, own in data.get("exceptions", {}).items() if ".." in text
        for first, last in [text.split("..")] if first <= day.isoformat() <= last
    ]  # fmt: skip
    if ranges:
        return min(ranges, key=lambda found: found[:2])[2]
    spoken: dict[str, Any] = {}
    for part in [data, *in_force(data, day)]:
        spoken |= part.get("yearly", {})
    yearly = [(length, minutes(own), own) for text, own in spoken.items() if (length := covers(text, day)) is not None]
    return min(yearly, key=lambda found: found[:2])[2] if yearly else None


def in_force(data: Mapping[str, Any], day: date) -> list[Mapping[str, Any]]:
    """The periods that have begun, in order."""
    return [
        each for each in sorted(data.get("periods", ()), key=lambda p: p["from"]) if each["from"] <= day.isoformat()
    ]


def usual(data: Mapping[str, Any], day: date) -> Spans:
    """What the week that is in force opens on a date."""
    part = [data, *in_force(data, day)][-1]
    if "weeks" not in part:
        found: Spans = part["weekly_hours"].get(DAYS[day.weekday()], ())
        return found
    first = date.fromisoformat(part.get("weeks_from") or part["from"])
    while first.weekday() > 0:
        first -= DAY
    monday = day - day.weekday() * DAY
    week = part["weeks"][(monday - first).days // 7 % len(part["weeks"])]
    return week.get(DAYS[day.weekday()], ())  # type: ignore[no-any-return]


def covers(text: str, day: date) -> int | None:
    """The length of the range, 0 of a single date, if what comes every year comes on that date."""
    first, dots, last = text.partition("..")
    lengths = []
    for year in range(day.year - 2, day.year + 3):
        begins = point(first, year, 1 if dots else 0)
        ends = point(last, year, -1) if dots else begins
        if begins is None or ends is None:
            continue
        if ends < begins:
            ends = point(last, year + 1, -1)
        if ends is not None and begins <= day <= ends:
            lengths.append((ends - begins).days)
    return min(lengths, default=None)


def point(text: str, year: int, beside: int) -> date | None:
    """A date of the year; what the year has not is None, or the day after (1) or before (-1)."""
    if text.startswith("easter"):
        return easter(year) + int(text.removeprefix("easter") or 0) * DAY
    if text[:2].isdigit():
        month, day = int(text[:2]), int(text[3:5])
        try:
            return date(year, month, day) + int(text[5:] or 0) * DAY
        except ValueError:
            return {0: None, 1: date(year, 3, 1), -1: date(year, 2, 28)}[beside]
    place, weekday, _, month_name = text.split()
    name, _, shift = month_name.partition("+")
    at = datetime.strptime(f"{year} {name}", "%Y %B").replace(tzinfo=UTC).date()
    number = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}[place]
    which = dict(zip(DAYS, (MO, TU, WE, TH, FR, SA, SU), strict=True))[weekday]
    found: date = at + relativedelta(day=31 if number < 0 else 1, weekday=which(number))
    if found.month == at.month:
        return found + int(shift or 0) * DAY
    return {0: None, 1: at + relativedelta(months=1), -1: at + relativedelta(day=31)}[beside]


def minutes(own: Any) -> int:
    """How many minutes of a date are open; as usual is more than any."""
    if own == "open":
        return 10_000
    marks = set()
    for start, close in own:
        low, high = (int(text[:2]) * 60 + int(text[3:]) for text in (start, close))
        marks |= set(range(low, high if high > low else high + 1440))
    return len(marks)
