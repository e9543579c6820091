"""Targets, lead times, and which clocks pause while waiting."""

from __future__ import annotations

import re
from typing import Any

from bot.policy_file.calendars import calendar_choice
from bot.policy_file.reader import SEVERITIES, Reader
from bot.policy_file.tree import Node
from triage.terms import ClockKind

CLOCKS = tuple(kind.value for kind in ClockKind)
NONE = ("none", "off")

_PERCENT = re.compile(r"(\d{1,2}(?:\.\d+)?) ?%")


def read_targets(reader: Reader, node: Node, calendars: list[str]) -> dict[str, dict[str, Any]]:
    """By severity and clock: `{"seconds", "days", "hours"}`, or None for no such clock.

    `hours` is `elapsed`, `business` (the desk's calendar), the name of a calendar, or one written out.
    """
    return {
        severity: {clock: _target(reader, target, calendars) for clock, target in reader.mapping(child, CLOCKS).items()}
        for severity, child in reader.severities(node).items()
    }


def _target(reader: Reader, node: Node, calendars: list[str]) -> dict[str, Any] | None:
    if isinstance(node.value, str) and node.value.lower() in NONE:
        return None
    length, calendar = node, None
    if isinstance(node.value, dict):
        keys = reader.mapping(node, ("within", "calendar"))
        if "within" not in keys:
            reader.problem(node, "say how long: `within: 48h`.")
            return None
        length, calendar = keys["within"], keys.get("calendar")
    duration = reader.duration(length)
    if duration is None:
        return None
    hours: Any = "business" if duration.business else "elapsed"
    if calendar is not None:
        hours = calendar_choice(reader, calendar, [*calendars, "business"]) or hours
    return {"seconds": duration.seconds, "days": duration.days, "hours": hours}


def read_lead_times(reader: Reader, node: Node) -> dict[str, dict[str, list[float]]]:
    """By severity and clock: seconds before the due instant, or shares of the target below 1.

    Written by clock, for all severities (`response: [5m]`) or for some (`update: {1: [10m]}`).
    """
    found: dict[str, dict[str, list[float]]] = {}
    for clock, child in reader.mapping(node, CLOCKS).items():
        by_severity = reader.severities(child) if isinstance(child.value, dict) else dict.fromkeys(SEVERITIES, child)
        shared = None if isinstance(child.value, dict) else _leads(reader, child)
        for severity, leads in by_severity.items():
            found.setdefault(severity, {})[clock] = _leads(reader, leads) if shared is None else shared
    return found


def _leads(reader: Reader, node: Node) -> list[float]:
    found: list[float] = []
    for item in reader.items(node):
        match = _PERCENT.fullmatch(item.value.strip()) if isinstance(item.value, str) else None
        if match and 0 < float(match[1]) < 100:
            found.append(round(float(match[1]) / 100, 4))
        elif match:
            reader.problem(item, "a share of the target lies between 1% and 99%.")
        elif (seconds := reader.elapsed(item)) is not None:
            found.append(seconds)
    return list(dict.fromkeys(found))


def read_pauses(reader: Reader, node: Node) -> list[str] | None:
    """The clocks that stop while waiting for the customer; None where it is not said."""
    keys = reader.mapping(node, ("pauses",))
    if "pauses" not in keys:
        return None
    return sorted({clock for item in reader.items(keys["pauses"]) if (clock := reader.choice(item, CLOCKS))})
