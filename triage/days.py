"""Whole days in a zone, as reports are about: the week before this one, the month before, from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row."""

    #: The first, included.
    first: date
    #: The last, included.
    last: date

    def since(self, zone: tzinfo) -> datetime:
        """When they begin (UTC)."""
        return _midnight(self.first, zone)

    def until(self, zone: tzinfo) -> datetime:
        """When they are over (UTC)."""
        return _midnight(self.last + DAY, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def week_of(day: date) -> Days:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + 6 * DAY)


def week_before(day: date) -> Days:
    """The week before the one that `day` is in."""
    return week_of(day - 7 * DAY)


def month_of(day: date) -> Days:
    """The calendar month."""
    following = (day.replace(day=1) + 31 * DAY).replace(day=1)
    return Days(day.replace(day=1), following - DAY)


def month_before(day: date) -> Days:
    """The month before the one that `day` is in."""
    return month_of(day.replace(day=1) - DAY)
