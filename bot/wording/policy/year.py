"""A calendar's year at a glance: a line for each month with a sign for each date and its open hours, then what is
closed, what is open at other hours than usual, and the longest times that nothing is. 80 columns are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from textwrap import wrap

from babel.dates import format_datetime, get_month_names
from babel.numbers import format_decimal

from bot.wording.policy.words import Words
from bot.wording.speech import Speech
from triage.hours import Calendar, Hours
from triage.opening_hours import written_day
from triage.openings import Day
from triage.zones import zone

WIDTH = 80
GAPS = 3  # so many of the longest
USUAL, OTHER, CLOSED, NEVER = "#", "+", "x", "."

_ONE = timedelta(days=1)
_MONTH = 11  # letters
_HOUR = 3600
_AROUND = 100 * 24 * _HOUR  # so long before and after, openings are looked for


def year_shown(name: str, hours: Hours, year: int, speech: Speech) -> str:
    """The year as plain text. What is around the clock has none to show."""
    if not isinstance(hours, Calendar):
        return speech.text("policy.always", calendar=name)
    shown = _Year(hours, year, speech)
    title = speech.text("calendar_year.title", calendar=name, timezone=hours.timezone, year=year)
    parts = [[title], [*shown.months()], [shown.legend()], [*shown.closed()], [*shown.other()], [*shown.gaps()]]
    parts.append([*shown.unknown()])
    lines = ["\n".join(line for text in part for line in _wrapped(text)) for part in parts if part]
    return "\n\n".join(lines)


def year_in_brief(name: str, hours: Calendar, today: date, speech: Speech) -> str:
    """The twelve months from the first of this one on, in a line."""
    shown = _Year(hours, today.year, speech, today.month)
    names = get_month_names("abbreviated", locale=speech.language)
    months = ", ".join(f"{names[first.month]} {shown.hours_of(first, after)}" for first, after in shown.parts)
    total = shown.hours_of(shown.first, shown.after)
    count = len(shown.special(CLOSED))
    first = Words(speech).day(shown.first)
    said = speech.text("calendar_year.brief", calendar=name, hours=total, first=first, months=months, count=count)
    return " ".join([said, *[f"{gap}" for gap in shown.gaps(1)]])


class _Year:
    def __init__(self, hours: Calendar, year: int, speech: Speech, month: int = 1) -> None:
        self._hours, self._speech, self._words = hours, speech, Words(speech)
        self._zone = zone(hours.timezone)
        starts = [date(year + (month + n - 1) // 12, (month + n - 1) % 12 + 1, 1) for n in range(13)]
        self.parts = [*pairwise(starts)]
        self.first, self.after = starts[0], starts[-1]
        found = hours.dates.hours(self.first.toordinal(), self.after.toordinal() - 1)
        self._days = {date.fromordinal(day): opens for day, opens in found}

    def months(self) -> Iterator[str]:
        """A line for each month, below the numbers of the days."""
        yield f"{'':{_MONTH}}{''.join(str(n % 10) for n in range(1, 32))}"
        names = get_month_names("wide", locale=self._speech.language)
        for first, after in self.parts:
            signs = "".join(self._sign(day) for day in _dates(first, after))
            open_ = self._speech.text("calendar_year.hours", hours=self.hours_of(first, after))
            yield f"{names[first.month]:{_MONTH}}{signs:31}{open_:>12}"
        whole = self._speech.text("calendar_year.hours", hours=self.hours_of(self.first, self.after))
        yield f"{self._speech.text('calendar_year.whole'):{_MONTH}}{'':31}{whole:>12}"

    def legend(self) -> str:
        """What the signs mean."""
        return self._speech.text("calendar_year.legend", usual=USUAL, other=OTHER, closed=CLOSED, never=NEVER)

    def closed(self) -> Iterator[str]:
        """The dates on which nothing opens, though something usually does."""
        if dates := self.special(CLOSED):
            yield self._speech.text("calendar_year.closed", count=len(dates), dates=self._words.days(dates))

    def other(self) -> Iterator[str]:
        """The dates with other hours, by those."""
        dates = sorted(self.special(OTHER), key=lambda day: (self._days[day], day))
        for opens, days in groupby(dates, key=self._days.__getitem__):
            spans = self._words.spans(written_day(opens))
            yield self._speech.text("calendar_year.other", hours=spans, dates=self._words.days(days))

    def gaps(self, count: int = GAPS) -> Iterator[str]:
        """The longest times that nothing is open, whole, also where they begin before or end after. Of those alike the
        first."""
        longest = sorted(self._gaps(), key=lambda gap: (gap[0] - gap[1], gap[0]))
        for start, end in longest[:count]:
            days, rest = divmod(end - start, 24 * _HOUR)
            yield self._speech.text(
                "calendar_year.gap", days=days, hours=rest // _HOUR, since=self._moment(start), until=self._moment(end)
            )

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """From when to when nothing is open; what goes on for long is cut where the twelve months begin or end."""
        begin, end = self._instant(self.first), self._instant(self.after)
        before, behind = begin - _AROUND, end + _AROUND
        closed = before
        for start, close in self._hours.stretches(before):
            if start > max(begin, closed):
                yield begin if closed == before else closed, start if start <= behind else end
            if close is None or close >= end:
                return
            closed = close
        yield max(begin, closed), end

    def unknown(self) -> Iterator[str]:
        """That there are holidays, but none of them in these months."""
        known = [date.fromisoformat(day) for day in self._hours.to_data().get("holidays", ())]
        if known and not any(self.first <= day < self.after for day in known):
            first, last = self._words.day(known[0]), self._words.day(known[-1])
            yield self._speech.text("calendar_year.unknown", year=self.first.year, first=first, last=last)

    def special(self, sign: str) -> list[date]:
        """The dates with that sign."""
        return [day for day in self._days if self._sign(day) == sign]

    def hours_of(self, first: date, after: date) -> str:
        """How many hours are open from one date up to another, without its own."""
        seconds = self._hours.seconds_between(self._instant(first), self._instant(after))
        return str(format_decimal(round(seconds / _HOUR, 1), locale=self._speech.language))

    def _sign(self, day: date) -> str:
        opens, usual = self._days[day], self._usual(day)
        if not opens:
            return CLOSED if usual else NEVER
        return USUAL if opens == usual else OTHER

    def _usual(self, day: date) -> Day:
        return self._hours.dates.usual(day.toordinal())

    def _instant(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp())

    def _moment(self, at: int) -> str:
        moment = datetime.fromtimestamp(at, self._zone)
        return str(format_datetime(moment, "EEE d MMM HH:mm", tzinfo=self._zone, locale=self._speech.language))


def _dates(first: date, after: date) -> Iterable[date]:
    return (first + n * _ONE for n in range((after - first).days))


def _wrapped(text: str) -> list[str]:
    return [text] if len(text) <= WIDTH else wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
