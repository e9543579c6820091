"""A policy's lengths, opening hours and dates in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, format_timedelta, get_day_names
from babel.lists import format_list
from babel.numbers import format_percent

from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS
from bot.desk.policy_file.retention import MONTH, YEAR
from bot.wording.speech import Speech
from triage.day_targets import Until
from triage.hours import ELAPSED, Hours
from triage.recurring import DAYS

_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))
_DAY = 86400
_LONG_UNITS = (("year", YEAR), ("month", MONTH), ("day", 1))
_BABEL_DAYS = {"year": 365, "month": 30, "day": 1}


class Words:
    """Says figures in one language."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._locale = Locale.parse(speech.language)

    def length(self, seconds: int, hours: str = AROUND_THE_CLOCK) -> str:
        """A length in the largest unit that leaves no rest, with the name of the hours that it counts in."""
        unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
        if hours == AROUND_THE_CLOCK and seconds > 2 * _DAY and seconds % _DAY == 0:
            unit, size = "day", _DAY
        if hours == BUSINESS:
            return self._speech.text(f"policy.business_{unit}", count=seconds // size)
        text = format_timedelta(timedelta(seconds=seconds), unit, threshold=10**9, locale=self._locale)  # type: ignore[arg-type]
        return text if hours == AROUND_THE_CLOCK else f"{text} ({hours})"

    def target(self, target: Mapping[str, Any]) -> str:
        """A target of stored data, with the name of the hours that it counts in."""
        length = self.length(target["seconds"], target["hours"])
        if "days" in target:
            length = self.in_days(target["days"], target["until"])
            length += "" if target["hours"] in (BUSINESS, AROUND_THE_CLOCK) else f" ({target['hours']})"
        outside = target.get("otherwise")
        told = self.told(length, target.get("not_before"), None if outside is None else self.target(outside))
        base = target.get("from", "last_update")
        return told if base == "last_update" else self._speech.text(f"policy.from_{base}", target=told)

    def in_days(self, count: int, until: str) -> str:
        """Working days up to the closing of the last, the same time of it, or a time: see `triage.day_targets`."""
        say = self._speech.text
        if count == 0:
            return say("policy.end_of_day")
        days = say("policy.business_day", count=count)
        if until == Until.CLOSING:
            return days
        if until == Until.SAME_TIME:
            return say("policy.same_time", days=days)
        return say("policy.by_time", days=say("policy.next_business_day") if count == 1 else days, time=until)

    def told(self, length: str, not_before: str | None, outside: str | None) -> str:
        """A length with its minimum, and what holds out of hours."""
        say = self._speech.text
        told = length if not_before is None else say("policy.not_before", target=length, time=not_before)
        return told if outside is None else say("policy.out_of_hours", target=told, other=outside)

    def opening(self, seconds: int, hours: Hours) -> str:
        """A length in opening hours, in business days where it is some."""
        if hours is ELAPSED:
            return self.length(seconds)
        if seconds % hours.day_seconds == 0:
            return self._speech.text("policy.business_day", count=seconds // hours.day_seconds)
        return self.length(seconds, BUSINESS)

    def kept(self, days: int) -> str:
        """How long something is kept, in the unit that it was written in."""
        unit, size = next((unit, size) for unit, size in _LONG_UNITS if days % size == 0)
        # Babel's months have 30 days and its years 365.
        many = days // size * _BABEL_DAYS[unit]
        return str(format_timedelta(timedelta(days=many), unit, threshold=10**9, locale=self._locale))  # type: ignore[arg-type]

    def turn(self, days: int) -> str:
        """How long somebody is on call, in weeks where it is some."""
        unit: Literal["week", "day"] = "day" if days % 7 else "week"
        return str(format_timedelta(timedelta(days=days), unit, threshold=10**9, locale=self._locale))

    def percent(self, share: float) -> str:
        """A share of a target."""
        pattern = self._locale.percent_formats[None].pattern.replace("0", "0.##", 1)
        return str(format_percent(share, format=pattern, locale=self._locale))

    def listed(self, words: Iterable[str]) -> str:
        """`a, b and c`."""
        return str(format_list(list(words), locale=self._locale))

    def day(self, day: date) -> str:
        """A date."""
        return self._date(day, "d MMM y")

    def weekday(self, day: int) -> str:
        """A day of the week; 0 is Monday."""
        return str(get_day_names("wide", locale=self._locale)[day])

    def days(self, dates: Iterable[date]) -> str:
        """Dates in order, the year said once."""
        found = []
        for _, days in groupby(dates, key=lambda day: day.year):
            *others, last = days
            found += [self._date(day, "d MMM") for day in others]
            found.append(self.day(last))
        return ", ".join(found)

    def _date(self, day: date, form: str) -> str:
        """A date that is not torn at the end of a line."""
        return str(format_date(day, form, locale=self._locale)).replace(" ", "\u00a0")

    def place(self, place: str) -> str:
        """A country's name, with the code of its part if there is one."""
        country, _, part = place.partition("-")
        name = str(self._locale.territories.get(country, country))
        return f"{name} ({part})" if part else name

    def week(self, weekly: Mapping[str, Any]) -> list[list[str]]:
        """Days and their hours: `Monday to Friday`, `09:00-17:00`."""
        names = get_day_names("wide", locale=self._locale)
        found = []
        for spans, numbers in groupby(range(7), key=lambda number: weekly.get(DAYS[number])):
            first, *others = numbers
            if spans:
                last = names[others[-1]] if others else ""
                days = self._speech.text("policy.days", first=names[first], last=last) if others else names[first]
                found.append([days, self.spans(spans)])
        return found

    def spans(self, spans: Iterable[Iterable[str]]) -> str:
        """The intervals of a day; a night's says so."""
        found = []
        for start, close in spans:
            night = self._speech.text("policy.next_day") if "00:00" < close <= start else ""
            found.append(f"{start}-{close}{night}")
        return ", ".join(found)
