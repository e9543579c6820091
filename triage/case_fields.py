"""Reading the fields of a case, each refused with one sentence when it is not what it should be."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.hours import Hours, hours_from_data
from triage.instants import Seconds, Span, epoch, instant, utc, whole_second
from triage.named_hours import hours_of

_CALENDAR = ("weekly_hours", "weeks", "periods", "based_on")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_NEVER = 1e15  # minutes: longer than all the years that are counted, and far from what a float cannot hold
_MOST = 10**9  # stretches: more than the years that are counted have minutes


class CaseError(ValueError):
    """A case that cannot be answered; the message is one sentence saying why."""


class Case:
    """A case as it was written. Every method raises CaseError for a field that is missing or of another shape."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @property
    def fields(self) -> Mapping[str, Any]:
        """All of them, as they were written."""
        return self._fields

    def get(self, name: str) -> Any:
        """The field as it was written, or None."""
        return self._fields.get(name)

    @property
    def has_calendar(self) -> bool:
        """Whether it says in which hours time counts where nothing else does."""
        return any(self._fields.get(name) is not None for name in ("clock", "calendar", *_CALENDAR))

    def hours(self) -> Hours:
        """What time is counted in. Raises CalendarError where the calendar is none."""
        fields = self._fields
        clock = fields.get("clock")
        if clock is not None:
            if clock == "elapsed":
                return hours_from_data({"clock": clock})
            calendars = fields.get("calendars")
            if isinstance(calendars, Mapping) and isinstance(clock, str) and clock in calendars:
                return self.hours_of(clock)
            raise CaseError(f'clock: {clock!r} is not known; write "elapsed", or leave it out and give a calendar.')
        given = fields if not fields.keys().isdisjoint(_CALENDAR) else fields.get("calendar")
        if given is None:
            raise CaseError('Give a calendar, timezone and weekly_hours, or "clock": "elapsed".')
        return self.hours_of(given)

    def hours_of(self, value: object) -> Hours:
        """The hours that a field means by a value: "elapsed", the name of one of the case's `calendars`, or a calendar.

        One that names no `timezone` is in the case's. Raises CaseError or CalendarError where it is none of them.
        """
        calendars = self._fields.get("calendars")
        if calendars is None:
            calendars = {}
        elif not isinstance(calendars, Mapping):
            raise CaseError("calendars: give an object of calendars by name.")
        return hours_of(value, calendars, self._fields.get("timezone"))

    def moment(self, name: str) -> datetime:
        """An instant."""
        value = self._fields.get(name)
        if value is None:
            raise CaseError(f"{name} is missing; give an instant such as 2026-11-23T09:00:00Z.")
        return read_instant(name, value)

    def instant(self, name: str) -> int:
        """An instant, in seconds since 1970."""
        return epoch(self.moment(name))

    def seconds(self, name: str) -> int:
        """A number of minutes, rounded to seconds."""
        value = self._fields.get(name)
        if value is None:
            raise CaseError(f"{name} is missing; give a number of minutes.")
        return read_minutes(name, value)

    def count(self, name: str) -> int:
        """A whole number."""
        value = self._fields.get(name)
        value = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise CaseError(f"{name}: {value!r} is not a whole number, 0 or more.")
        return min(value, _MOST)

    def paused(self) -> list[Span]:
        """The spans in `pauses`; none where it is left out."""
        given = self._fields.get("pauses")
        if given is None:
            return []
        if not isinstance(given, list):
            raise CaseError("pauses: give a list of [from, to], to may be null.")
        spans: list[Span] = []
        for pause in given:
            if not isinstance(pause, list) or len(pause) != 2:
                raise CaseError(f"pauses: {pause!r} is not [from, to], to may be null.")
            end = pause[1]
            spans.append((read_instant("pauses", pause[0]), None if end is None else read_instant("pauses", end)))
        return spans

    def pauses(self) -> list[Seconds]:
        """The spans in `pauses`, in seconds since 1970."""
        return [(epoch(start), None if end is None else epoch(end)) for start, end in self.paused()]


def read_instant(name: str, value: object) -> datetime:
    """An instant in ISO 8601 with offset or Z, in UTC, a fraction of a second dropped."""
    moment = read_moment(name, value)
    return whole_second(moment) if moment.microsecond else moment


def read_moment(name: str, value: object) -> datetime:
    """An instant in ISO 8601 with offset or Z, in UTC."""
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]  # what is no text is refused below
    except (TypeError, ValueError):
        raise CaseError(f"{name}: {value!r} is not an instant; write it like 2026-11-23T09:00:00Z.") from None
    offset = moment.utcoffset()
    if offset is None:
        raise CaseError(f"{name}: {value!r} has no offset; end it with Z or one such as +01:00.")
    try:
        return utc(moment) if offset else moment
    except OverflowError:
        raise CaseError(f"{name}: {value!r} lies outside the years 1 to 9999 in UTC.") from None


def read_minutes(name: str, value: object) -> int:
    """A number of minutes as seconds, rounded to the nearest."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise CaseError(f"{name}: {value!r} is not a number of minutes, 0 or more.")
    return value * 60 if isinstance(value, int) else math.floor(min(value, _NEVER) * 60 + 0.5)


def number(value: str) -> int | float | str:
    """A number that was written as text; any other text as it is."""
    text = value.strip()
    return value if not _NUMBER.fullmatch(text) else float(text) if "." in text else int(text)


def written(seconds: int | datetime) -> str:
    """An instant as results show it: UTC, to the second."""
    moment = instant(seconds) if isinstance(seconds, int) else seconds
    return f"{moment.isoformat()[:19]}Z"


def minutes(seconds: int) -> float:
    """Seconds as minutes: a whole number, or a fraction where seconds remain."""
    whole, rest = divmod(seconds, 60)
    return seconds / 60 if rest else whole
