"""One target as a file says it: a length, working days, a time of day; a minimum, another one out of hours, and what
the next replies count from."""

from __future__ import annotations

from typing import Any

from bot.desk.policy_file.calendars import calendar_choice
from bot.desk.policy_file.reader import Reader, is_none, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.day_targets import Days, clock_text
from triage.durations import Duration
from triage.target_text import SUCH_AS, read_clock, read_target_text
from triage.terms import UPDATE_BASES, ClockKind

KEYS = ("within", "calendar", "not_before", "out_of_hours")
FROM = "from"


def read_target(
    reader: Reader, node: Node, calendars: list[str], switch: str | None, kind: str | None = None
) -> dict[str, Any] | None:
    """`{"seconds", "days", "until", "hours", "not_before", "out_of_hours", "from"}`, or None for no such clock. Working
    days have an `until`; without one they are some of a length.

    `switch` is what the severity says of hours; `kind` is the clock, None where it is what holds out of hours.
    """
    if is_none(node):
        return None
    keys: dict[str, Node] = {}
    if isinstance(node.value, dict):
        known = (*KEYS, FROM) if kind == ClockKind.UPDATE else KEYS
        keys = reader.mapping(node, known, "say how long: `within: 48h`.")
        if not keys:
            return None
    length = keys.get("within", node)
    found = _length(reader, length)
    if found is None:
        return None
    business = isinstance(found, Days) or found.business
    hours = "business" if business else None
    if "calendar" in keys:
        hours = calendar_choice(reader, keys["calendar"], [*calendars, "business"])
    if isinstance(found, Duration) and not found.business and (hours or switch or "elapsed") != "elapsed":
        reader.vague_days(length, found)
    elif business and hours == "elapsed":
        reader.problem(
            length, f"{shown(length)} cannot be counted around the clock: leave `calendar` out, or name one."
        )
    elif business and "calendar" not in keys and switch == "elapsed":
        reader.doubt(length, f"{shown(length)} counts in business time, although its severity says `hours: elapsed`.")
    outside = keys.get("out_of_hours")
    return {
        "seconds": found.seconds if isinstance(found, Duration) else 0,
        "days": found.count if isinstance(found, Days) else found.days,
        "until": found.text if isinstance(found, Days) else None,
        "hours": hours,
        "not_before": _time(reader, keys["not_before"]) if "not_before" in keys else None,
        "out_of_hours": None if outside is None else read_target(reader, outside, calendars, switch),
        FROM: reader.choice(keys[FROM], UPDATE_BASES) if FROM in keys else None,
    }


def _length(reader: Reader, node: Node) -> Duration | Days | None:
    found = read_target_text(node.value) if isinstance(node.value, str) and len(node.value) < 200 else None
    if found is None:
        reader.problem(node, f"{shown(node)} is not a target up to a year; write {SUCH_AS}.")
    return found


def _time(reader: Reader, node: Node) -> str | None:
    """A time of day."""
    minute = read_clock(node.value.strip()) if isinstance(node.value, str) else None
    if minute is None:
        reader.problem(node, f"{shown(node)} is not a time of day; write 09:00.")
    return None if minute is None else clock_text(minute)
