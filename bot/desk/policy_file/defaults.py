"""Lengths and targets as figures: defaults filled in, each with the calendar it counts in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from triage.hours import ELAPSED, Calendar, Hours, hours_from_data
from triage.recurring import DAYS
from triage.targets import IN_CALENDAR, TARGETS
from triage.terms import ClockKind

BUSINESS, AROUND_THE_CLOCK = "business", "elapsed"
OF_DESK, EVERY_DAY = "*", "24/7"
"""Names in stored data of what says how late it is, and what is out of hours, where time counts around the clock: the
desk's calendar, or days of 24 hours in its zone."""

_ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}


def hours_by_name(desk: Mapping[str, Any], calendars: Mapping[str, Any]) -> dict[str, Hours]:
    """What the names of hours mean in stored data: `elapsed`, `business` (the desk's), the named calendars,
    `OF_DESK` and `EVERY_DAY`."""
    named = {name: hours_from_data(data) for name, data in calendars.items()}
    business = hours_from_data(desk["hours"])
    every_day = Calendar(desk["timezone"], _ALWAYS)
    of_desk = business if isinstance(business, Calendar) else every_day
    return {**named, AROUND_THE_CLOCK: ELAPSED, BUSINESS: business, OF_DESK: of_desk, EVERY_DAY: every_day}


def seconds_of(length: Mapping[str, int], hours: Hours) -> int:
    """The seconds of `{"seconds", "days"}`: a business day is as long as a day of these hours."""
    return length["seconds"] or length["days"] * hours.day_seconds


def resolve_targets(
    targets: Mapping[str, Any],
    severities: Mapping[str, Any],
    hours: Mapping[str, Hours],
    business: str,
    plan: str = BUSINESS,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Every target as stored data, by severity and clock, hours being names: `{"seconds", "hours"}`, and what
    `triage.target` has besides; what is missing has no clock. Of an update, `from` may say what it counts from.

    `targets` and `severities` are what a file says of them. `business` is the name of the desk's calendar, `plan` that
    of the one which business time counts in for a plan's customers.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for severity, defaults in TARGETS.items():
        switch = severities.get(str(severity), {}).get("hours")
        counted = plan if switch in (None, BUSINESS, AROUND_THE_CLOCK) else switch
        found[str(severity)] = resolved = {}
        for kind, figure in defaults.items():
            own = targets.get(str(severity), {}).get(kind.value, _default(severity, kind, figure, switch))
            if own is not None:
                names = _Names(switch or AROUND_THE_CLOCK, counted, business)
                resolved[kind.value] = _resolve(own, names, hours)
    return found


class _Names(NamedTuple):
    """What the words for hours mean in one place of a file."""

    #: The hours of a target that says nothing of them.
    usual: str
    #: What business time is.
    counted: str
    #: The name of the desk's calendar.
    business: str

    def of(self, said: str | None) -> str:
        """The name in stored data of what a target says."""
        said = said or self.usual
        return _one_name(self.counted if said == BUSINESS else said, self.business)


def _resolve(own: Mapping[str, Any], names: _Names, hours: Mapping[str, Hours]) -> dict[str, Any]:
    """One target, with whatever decides it when its clock starts: see `triage.target`."""
    name = names.of(own["hours"])
    until, not_before, outside = own.get("until"), own.get("not_before"), own.get("out_of_hours")
    found: dict[str, Any] = {"seconds": seconds_of(own, hours[name]) or hours[name].day_seconds, "hours": name}
    if until or not_before or outside:
        found["calendar"] = name if isinstance(hours[name], Calendar) else EVERY_DAY if until else OF_DESK
    if until:
        found |= {"days": own["days"], "until": until}
    if not_before:
        found["not_before"] = not_before
    if outside:
        found["otherwise"] = _resolve(outside, names, hours)
    if own.get("from"):
        found["from"] = own["from"]
    return found


def _one_name(name: str, business: str) -> str:
    """The desk's calendar has two names: its own, and `business`, which is the one kept; unless it never closes."""
    if business == AROUND_THE_CLOCK:
        return AROUND_THE_CLOCK if name == BUSINESS else name
    return BUSINESS if name == business else name


def _default(severity: int, kind: ClockKind, seconds: int, switch: str | None) -> dict[str, Any]:
    hours = BUSINESS if switch is None and (severity, kind) in IN_CALENDAR else None
    return {"seconds": seconds, "days": 0, "hours": hours}
