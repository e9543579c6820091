"""What a desk is told at fixed times, where it asked for it: each morning how it stands, once a week how the week went
(policy: Digests)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from triage.days import DAY
from triage.desk import Desk
from triage.hours import ELAPSED
from triage.zones import zone

MORNING, WEEKLY = "morning", "weekly"
# So much later it is not said any more: by then the desk knows how it stands, and the next is near.
MORNING_WITHIN, WEEKLY_WITHIN = timedelta(hours=1), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Weekly:
    """When a week is told of."""

    #: On which day; 0 is Monday.
    day: int = 0
    #: At which time in the desk's zone.
    at: time = time(9)


@dataclass(frozen=True, slots=True)
class Briefings:
    """What a desk has asked to be told at fixed times."""

    #: In its channel, on each day on which it is open: at which time in its zone; None: nothing is.
    morning: time | None = None
    #: To its managers alone; None: nothing is.
    weekly: Weekly | None = None


def mornings(wanted: Briefings, desk: Desk, since: datetime, until: datetime) -> Iterator[datetime]:
    """When the desk is told how it stands, from the day of `since` to that of `until`."""
    if wanted.morning is not None:
        for day in _days(desk, since, until):
            if _is_open_on(desk, day):
                yield _instant(desk, day, wanted.morning)


def weeklies(wanted: Briefings, desk: Desk, since: datetime, until: datetime) -> Iterator[datetime]:
    """When its managers are told how the week went, open or not, from the day of `since` to that of `until`."""
    if wanted.weekly is not None:
        for day in _days(desk, since, until):
            if day.weekday() == wanted.weekly.day:
                yield _instant(desk, day, wanted.weekly.at)


def is_late(key: str, due: datetime, now: datetime) -> bool:
    """Whether what fell due at `due` is better not said any more."""
    return now - due > (MORNING_WITHIN if key == MORNING else WEEKLY_WITHIN)


def end_of_day(desk: Desk, now: datetime) -> datetime:
    """When the day of `now` is over in the desk's zone."""
    return _instant(desk, _local(desk, now) + DAY, time())


def closed_since(desk: Desk, now: datetime) -> datetime:
    """Since when nobody needs to have looked: when the desk last closed before the day of `now`. One that never closes
    is told of a day."""
    if desk.working is ELAPSED:
        return now - DAY
    second = timedelta(seconds=1)
    return desk.working.back(_instant(desk, _local(desk, now), time()), 1) + second


def _local(desk: Desk, at: datetime) -> date:
    return at.astimezone(zone(desk.timezone)).date()


def _days(desk: Desk, since: datetime, until: datetime) -> Iterator[date]:
    first, last = _local(desk, since), _local(desk, until)
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)


def _is_open_on(desk: Desk, day: date) -> bool:
    opens = desk.working.next_open(_instant(desk, day, time()))
    return opens is not None and opens < _instant(desk, day + DAY, time())


def _instant(desk: Desk, day: date, at: time) -> datetime:
    """A time of the day that a change of clock skips moves forward by as much; one that comes twice is the first."""
    return datetime.combine(day, at, zone(desk.timezone)).astimezone(UTC)
