"""Opening hours turned into instants: date by date, and only for the time that is asked about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, tzinfo
from itertools import chain

from triage.instants import EPOCH, YEARS, merge_points
from triage.openings import Day, Openings, Own, Regular, day_minutes
from triage.zones import LocalTimes

_EPOCH_ORDINAL = EPOCH.toordinal()

Special = tuple[dict[int, Own], set[int], set[int]]
"""Dates with hours of their own, dates that are closed all day, and those of these that are open all the same."""


class Dates:
    """What opens on each date. Dates are ordinals, as of `date.toordinal`."""

    __slots__ = ("_holidays", "_own", "_ranges", "_regular", "_since", "_yearly")

    def __init__(self, openings: Openings) -> None:
        self._regular = openings.regular
        self._since = [regular.since for regular in openings.regular]
        self._holidays = {day.toordinal() for day in openings.holidays}
        spans = [(first.toordinal(), last.toordinal(), own) for first, last, own in openings.exceptions]
        self._own = {first: own for first, last, own in spans if first == last}
        self._ranges = sorted((span for span in spans if span[0] < span[1]), key=lambda s: (s[0] - s[1], s[0]))
        self._yearly = openings.yearly

    def between(self, first: int, last: int) -> Special:
        """Of the dates from one to another: the hours of those with some of their own; those that are closed all day;
        and those of them that are open all the same, at hours given for that very date."""
        special: dict[int, Own] = {}
        for low, high, own in chain(self._anniversaries(first, last), self._ranges):
            special.update(dict.fromkeys(range(max(low, first), min(high, last) + 1), own))
        days = range(first, last + 1)
        closed = {day for day in days if day in self._holidays} if self._holidays else set()
        single = {day: self._own[day] for day in days if day in self._own} if self._own else {}
        special |= single
        closed -= {day for day, own in single.items() if own is None}
        closed |= {day for day, own in special.items() if own == ()}
        return special, closed, {day for day, own in single.items() if own}

    def regular(self, day: int) -> Regular:
        """The weeks that are kept on a date."""
        return self._regular[bisect_right(self._since, day) - 1]

    def usual(self, day: int) -> Day:
        """What the week says of a date."""
        return self.regular(day).day(day)

    def opening(self, date_: date) -> Day:
        """What would open on a date, were it not closed all day."""
        day = date_.toordinal()
        own = self.between(day, day)[0].get(day)
        return self.usual(day) if own is None else own

    def own_hours(self, date_: date) -> bool:
        """Whether that very date has hours of its own, which hold even if it is a holiday."""
        return self._own.get(date_.toordinal()) is not None

    def hours(self, first: int, last: int) -> Iterator[tuple[int, Day]]:
        """What opens on each date from one to another; nothing on one that is closed all day."""
        special, closed, own = self.between(first, last)
        for day in range(first, last + 1):
            hours = special.get(day)
            usual = self.usual(day) if hours is None else hours
            yield day, () if day in closed and day not in own else usual

    def begins(self, day: int) -> bool:
        """Whether from that date on another week is kept than before."""
        return day in self._since

    def is_holiday(self, day: int) -> bool:
        """Whether it is one of the holidays."""
        return day in self._holidays

    @property
    def regular_only(self) -> bool:
        """Whether nothing but the week and single dates says when it is open."""
        return not self._yearly and not self._ranges

    @property
    def ever_open(self) -> bool:
        """Whether anything opens in the years that time is counted for."""
        return any(hours for year in YEARS for _, hours in self.hours(*_year(year)))

    def _anniversaries(self, first: int, last: int) -> list[tuple[int, int, Own]]:
        """Those that touch the dates, the stronger ones later: longer ones come first, then those that open longer."""
        # What is of one year may be some days before it, and last into the one after it.
        years = range(date.fromordinal(first).year - 1, date.fromordinal(last).year + 2)
        found = [
            (dates, each)
            for each in self._yearly
            for year in years
            if (dates := each.dates.dates(year)) and dates[0] <= last and dates[1] >= first
        ]
        found.sort(key=lambda one: (one[0][0] - one[0][1], -_length(one[1].own), str(one[1].dates)))
        return [(max(low, each.since), min(high, each.until), each.own) for (low, high), each in found]


def _year(year: int) -> tuple[int, int]:
    return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()


def _length(own: Own) -> int:
    """How long it is open, to compare by; as usual is longer than any day."""
    return 3 * 1440 if own is None else day_minutes(own)


def open_spans(openings: Openings, tz: tzinfo, begin: int, end: int) -> list[tuple[int, int]]:
    """When it is open between two instants (seconds since 1970), in order; what touches or overlaps is one."""
    return spans_between(Dates(openings), tz, begin, end)


def spans_between(dates: Dates, tz: tzinfo, begin: int, end: int) -> list[tuple[int, int]]:
    """As `open_spans`."""
    # Local dates differ from UTC dates by a day at most, and an interval may end a day later than it opens.
    first, last = begin // 86400 + _EPOCH_ORDINAL - 2, end // 86400 + _EPOCH_ORDINAL + 1
    return _merged((max(opens, begin), min(closes, end)) for opens, closes in _opened(dates, tz, first, last))


def day_spans(dates: Dates, tz: tzinfo, date_: date) -> list[tuple[int, int]]:
    """What opens on that local date (seconds since 1970), in order, with what runs over into the next day."""
    day = date_.toordinal()
    return _merged(_opened(dates, tz, day, day))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(opens, closes) for opens, closes in merge_points(spans) if closes is not None]


def _opened(dates: Dates, tz: tzinfo, first: int, last: int) -> Iterator[tuple[int, int]]:
    """What opens on the local dates from one to another, without what closed dates take of it."""
    # What opens on the last one may run into the next, whose end is past the UTC date after it where clocks are behind.
    local, special = LocalTimes(tz, _wall(first - 1), _wall(last + 3)), dates.between(first - 1, last + 2)
    for day in range(first, last + 1):
        yield from _spans_of(dates, special, local, day)


def _spans_of(dates: Dates, special: Special, local: LocalTimes, day: int) -> list[tuple[int, int]]:
    """What opens on one local date, without what closed dates take of it."""
    own, closed, open_all_the_same = special
    hours = own.get(day)
    if hours is None:
        hours = dates.usual(day)
    near = _closed_around(closed, day, day in open_all_the_same) if closed else ()
    if day in near:  # only what runs into the next day is left
        hours = tuple((1440, close) for _, close in hours if close > 1440)
    midnight = _wall(day)
    spans: list[tuple[int, int]] = []
    for start, close in hours:
        span = local.instant(midnight + start * 60), local.instant(midnight + close * 60)
        if near:
            parts = [local.spans(_wall(date_), _wall(date_) + 86400) for date_ in near]
            spans += _without(span, chain.from_iterable(parts))
        else:
            spans.append(span)
    return spans


def always_open_from(openings: Openings) -> int | None:
    """The instant (seconds since 1970), if any, after which it never closes again."""
    day = openings.always_from
    # A day for what the date before would have opened of it, one for any zone.
    return None if day is None else _wall(day + 2)


def _closed_around(closed: set[int], day: int, own: bool) -> list[int]:
    """The closed dates that can take a part of what opens on `day`: its own hours are open even if it is one."""
    return [near for n in range(-1, 3) if (near := day + n) in closed and not (own and n == 0)]


def _without(span: tuple[int, int], closed: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a span; parts that end before they start are none."""
    left = [span]
    for low, high in closed:
        left = [part for start, end in left for part in ((start, min(end, low)), (max(start, high), end))]
    return left


def _wall(day: int) -> int:
    return (day - _EPOCH_ORDINAL) * 86400
