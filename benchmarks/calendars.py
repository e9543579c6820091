"""The places whose opening hours are counted: written once, for Vigie and for whatever it is measured beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays

from triage.hours import Hours, hours_from_data

WORKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4}
FIRST, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 2 * 365  # two years in which everything begins
NONE: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Office:
    """Open on workdays from `opens` to `closes`, but for `lunch` and on `holidays`, by the clocks of `timezone`."""

    timezone: str = "Europe/Paris"
    opens: time = time(9)
    closes: time = time(17)
    lunch: tuple[time, time] | None = None
    holidays: frozenset[date] = NONE

    @cached_property
    def data(self) -> dict[str, Any]:
        """The calendar as a policy file or a case has it."""
        ends = [self.opens, *(self.lunch or ()), self.closes]
        written = [f"{end:%H:%M}" for end in ends]
        day = [written[n : n + 2] for n in range(0, len(written), 2)]
        return {
            "timezone": self.timezone,
            "weekly_hours": dict.fromkeys(WORKDAYS, day),
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
        }

    @cached_property
    def hours(self) -> Hours:
        """What Vigie counts in."""
        return hours_from_data(self.data)

    def local(self, at: datetime) -> datetime:
        """What its clocks show then, as those want it who know no zones."""
        return at.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    def instant(self, local: datetime) -> datetime:
        """The inverse of `local`, in UTC."""
        return local.replace(tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)

    def next_morning(self, closing: datetime) -> datetime | None:
        """The opening that follows a closing in the evening; None where that instant is none."""
        local = self.local(closing)
        if local.time() != self.closes:
            return None
        day = local.date() + timedelta(days=1)
        while day.weekday() not in WORKDAYS.values() or day in self.holidays:
            day += timedelta(days=1)
        return self.instant(datetime.combine(day, self.opens))


def public_holidays(country: str, years: int) -> frozenset[date]:
    """The public holidays of a country, in so many years from the first that is asked about."""
    return frozenset(country_holidays(country, years=range(FIRST.year, FIRST.year + years)))


def some_instants(random: Random, number: int) -> list[datetime]:
    """Instants at any second of two years, most of them while offices are closed."""
    return [FIRST + timedelta(seconds=random.randrange(DAYS * 86400)) for _ in range(number)]
