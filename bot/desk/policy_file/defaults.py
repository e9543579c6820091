"""Lengths and targets as figures: defaults filled in, business days counted, each with the calendar it counts in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.hours import ELAPSED, Hours, hours_from_data
from triage.targets import IN_CALENDAR, TARGETS
from triage.terms import ClockKind

BUSINESS, AROUND_THE_CLOCK = "business", "elapsed"


def hours_by_name(desk: Mapping[str, Any], calendars: Mapping[str, Any]) -> dict[str, Hours]:
    """What the names of hours mean in stored data: `elapsed`, `business` (the desk's), and the named calendars."""
    named = {name: hours_from_data(data) for name, data in calendars.items()}
    return {**named, AROUND_THE_CLOCK: ELAPSED, BUSINESS: hours_from_data(desk["hours"])}


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
    """Every target as `{"seconds", "hours"}` by severity and clock, `hours` being a name; what is missing has no clock.

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
                said = own["hours"] or switch or AROUND_THE_CLOCK
                name = _one_name(counted if said == BUSINESS else said, business)
                resolved[kind.value] = {"seconds": seconds_of(own, hours[name]), "hours": name}
    return found


def _one_name(name: str, business: str) -> str:
    """The desk's calendar has two names: its own, and `business`, which is the one kept; unless it never closes."""
    if business == AROUND_THE_CLOCK:
        return AROUND_THE_CLOCK if name == BUSINESS else name
    return BUSINESS if name == business else name


def _default(severity: int, kind: ClockKind, seconds: int, switch: str | None) -> dict[str, Any]:
    hours = BUSINESS if switch is None and (severity, kind) in IN_CALENDAR else None
    return {"seconds": seconds, "days": 0, "hours": hours}
