"""Targets with their hours, for everybody and by plan; and lead times."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.desk.policy_file.calendars import calendar_choice
from bot.desk.policy_file.one_target import read_target
from bot.desk.policy_file.reader import SEVERITIES, Reader, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.terms import ClockKind, Shown

LAST_CALL = "last_call"
CLOCKS = tuple(kind.value for kind in ClockKind)

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%", re.ASCII)


def read_severities(reader: Reader, node: Node, calendars: list[str]) -> dict[str, dict[str, str]]:
    """By severity: its `meaning` in the desk's own words, and the `hours` that its targets count in."""
    found: dict[str, dict[str, str]] = {}
    for severity, child in reader.severities(node).items():
        keys, own = reader.mapping(child, ("meaning", "hours")), found.setdefault(severity, {})
        if "meaning" in keys and (meaning := reader.text(keys["meaning"])):
            own["meaning"] = meaning
        if "hours" in keys and (hours := calendar_choice(reader, keys["hours"], [*calendars, "business"])):
            own["hours"] = hours
    return found


def read_targets(
    reader: Reader, node: Node, calendars: list[str], severities: dict[str, dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """By severity and clock: what `read_target` answers, or None for no such clock.

    `hours` is what the target says of itself: `elapsed`, `business` (the desk's calendar), the name of a calendar, or
    None where it says nothing, and its severity decides.
    """
    return {
        severity: {
            clock: read_target(reader, target, calendars, severities.get(severity, {}).get("hours"), clock)
            for clock, target in reader.mapping(child, CLOCKS).items()
        }
        for severity, child in reader.severities(node).items()
    }


def read_plans(
    reader: Reader, node: Node, calendars: list[str], severities: dict[str, dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """By name of the plan: its own `targets`, and the `calendar` that its business time is counted in."""
    found: dict[str, dict[str, Any]] = {}
    folded: set[str] = set()
    for name, child in reader.names(node, "gold").items():
        if name.casefold() in folded:
            reader.problem(child, f"the plan `{name}` is there twice: capitals make no difference.")
        folded.add(name.casefold())
        keys, plan = reader.mapping(child, ("targets", "calendar")), found.setdefault(name, {})
        if "targets" in keys:
            plan["targets"] = read_targets(reader, keys["targets"], calendars, severities)
        if "calendar" in keys and (calendar := calendar_choice(reader, keys["calendar"], calendars)):
            plan["calendar"] = calendar
    return found


def read_lead_times(reader: Reader, node: Node, *, last_call: bool = True) -> dict[str, dict[str, Any]]:
    """By severity and clock: seconds before the due instant, or shares of the target below 1; and `last_call`, seconds.

    Written by clock, for all severities (`response: [5m]`) or for some (`update: {1: [10m]}`). `last_call`: whether
    there may be one; an agreement beside the customer's has none.
    """
    keys = reader.mapping(node, (*CLOCKS, LAST_CALL) if last_call else CLOCKS)
    found = _by_severity(reader, {key: child for key, child in keys.items() if key != LAST_CALL}, _leads)
    for severity, calls in _by_severity(reader, {k: n for k, n in keys.items() if k == LAST_CALL}, _call).items():
        if calls[LAST_CALL] is not None:
            found.setdefault(severity, {})[LAST_CALL] = calls[LAST_CALL]
    return found


def read_shown(reader: Reader, node: Node) -> dict[str, dict[str, str]]:
    """By severity and clock: when a warning is shown in the channel as well. Written like the lead times."""
    found = _by_severity(reader, reader.mapping(node, CLOCKS), _shown)
    return {severity: {clock: word for clock, word in words.items() if word} for severity, words in found.items()}


def _by_severity(
    reader: Reader, keys: dict[str, Node], read: Callable[[Reader, Node], Any]
) -> dict[str, dict[str, Any]]:
    """What each key says, for all severities or for each of some."""
    found: dict[str, dict[str, Any]] = {}
    for key, child in keys.items():
        by_severity = reader.severities(child) if isinstance(child.value, dict) else dict.fromkeys(SEVERITIES, child)
        shared = None if isinstance(child.value, dict) else read(reader, child)
        for severity, own in by_severity.items():
            found.setdefault(severity, {})[key] = read(reader, own) if isinstance(child.value, dict) else shared
    return found


def _call(reader: Reader, node: Node) -> int | None:
    return reader.elapsed(node)


def _shown(reader: Reader, node: Node) -> str | None:
    return reader.choice(node, [shown.value for shown in Shown])


def _leads(reader: Reader, node: Node) -> list[float]:
    found: list[float] = []
    for item in reader.items(node, most=10):
        match = _PERCENT.fullmatch(item.value.strip()) if isinstance(item.value, str) else None
        if match and 1 <= float(match[1]) <= 99:
            found.append(round(float(match[1]) / 100, 4))
        elif match:
            reader.problem(item, f"{shown(item)} is no share of a target: write 1% to 99%.")
        elif (seconds := reader.elapsed(item)) is not None:
            found.append(seconds)
    return list(dict.fromkeys(found))
