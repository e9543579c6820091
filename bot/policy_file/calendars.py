"""Calendars: opening hours by day or by days, holidays and exceptions, checked by building them once."""

from __future__ import annotations

import re
from typing import Any

from bot.policy_file.reader import Reader
from bot.policy_file.tree import Node, join
from triage.hours import CalendarError, Hours, hours_from_data
from triage.openings import DAYS

KEYS = ("timezone", "hours", "holidays", "exceptions")
ELAPSED_NAMES = ("elapsed", "24/7", "around the clock")

_SPAN = re.compile(r"\s*(\d{1,2}(?::\d\d)?)\s*(?:-|–|to|à)\s*(\d{1,2}(?::\d\d)?)\s*")


def read_calendars(reader: Reader, node: Node) -> dict[str, dict[str, Any]]:
    """Calendars by name."""
    found = {}
    for name, child in reader.mapping(node).items():
        if name in ELAPSED_NAMES or name == "business":
            reader.problem(child, f"`{name}` already means something; give the calendar another name.")
        else:
            found[name] = read_calendar(reader, child)
    return found


def read_calendar(reader: Reader, node: Node) -> dict[str, Any]:
    """One calendar as the data `hours_from_data` takes; without `timezone` where it follows the desk's zone."""
    noted = len(reader.problems)
    keys = reader.mapping(node, (*KEYS, "weekly_hours"))
    data: dict[str, Any] = {"weekly_hours": {}, "holidays": []}
    if "timezone" in keys:
        data["timezone"] = reader.text(keys["timezone"])
    hours = keys.get("hours") or keys.get("weekly_hours")
    if hours is None:
        reader.problem(node, "a calendar needs `hours`, for example `hours: {mon-fri: 09:00-17:00}`.")
        return data
    for days, spans in reader.mapping(hours).items():
        for day in _days(reader, spans, days):
            data["weekly_hours"].setdefault(day, []).extend(_spans(reader, spans))
    if "holidays" in keys:
        data["holidays"] = [str(item.value) for item in reader.items(keys["holidays"])]
    if "exceptions" in keys:
        exceptions = reader.mapping(keys["exceptions"])
        data["exceptions"] = {day: _spans(reader, spans) for day, spans in exceptions.items()}
    if len(reader.problems) == noted:
        _build(reader, node, data)
    return data


def hours_of(spec: dict[str, Any], timezone: str) -> Hours:
    """The hours of a calendar's data, in its own zone or else in `timezone`."""
    return hours_from_data({"timezone": timezone, **{k: v for k, v in spec.items() if v is not None}})


def check_timezone(reader: Reader, node: Node) -> str | None:
    """The name of a time zone."""
    name = reader.text(node)
    if name is not None:
        try:
            hours_from_data({"timezone": name, "weekly_hours": {"mon": [["00:00", "24:00"]]}})
        except CalendarError as error:
            reader.problem(node, str(error))
            return None
    return name


def _build(reader: Reader, node: Node, data: dict[str, Any]) -> None:
    try:
        hours_of(data, "UTC")
    except CalendarError as error:
        reader.problem(node, str(error))


def _days(reader: Reader, node: Node, text: str) -> list[str]:
    """The days that `mon`, `mon-fri` or `sat,sun` mean."""
    days: list[str] = []
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            reader.problem(
                node, f"`{text}` names no days; write {', '.join(DAYS)}, a range (mon-fri) or a list (sat,sun)."
            )
            return []
        start, end = DAYS.index(first), DAYS.index(last or first)
        days.extend(DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1))
    return days


def _spans(reader: Reader, node: Node) -> list[list[str]]:
    """Intervals: `09:00-17:00`, a list of such, or [["09:00", "17:00"], ...]; nothing means closed."""
    entries = reader.items(node)
    if len(entries) == 2 and all(
        isinstance(entry.value, str) and not _SPAN.fullmatch(entry.value) for entry in entries
    ):
        entries = [Node(node.path, entries, node.line)]
    found = []
    for entry in entries:
        span = _span(entry)
        if span is None:
            reader.problem(entry, 'an opening interval reads `09:00-17:00`, or ["09:00", "17:00"].')
        else:
            found.append(span)
    return found


def _span(node: Node) -> list[str] | None:
    if isinstance(node.value, list) and len(node.value) == 2:
        times = [item.value for item in node.value if isinstance(item.value, str)]
        return [_padded(time) for time in times] if len(times) == 2 else None
    match = _SPAN.fullmatch(node.value) if isinstance(node.value, str) else None
    return [_padded(match[1]), _padded(match[2])] if match else None


def _padded(time: str) -> str:
    """`9` and `9:00` as `09:00`; what is no time stays as it is, for the calendar to refuse."""
    hour, _, minute = time.strip().partition(":")
    return f"{hour:0>2}:{minute or '00'}"


def calendar_choice(reader: Reader, node: Node, names: list[str]) -> str | dict[str, Any] | None:
    """The name of a calendar, `elapsed`, or a calendar written out in place."""
    if isinstance(node.value, dict):
        return read_calendar(reader, Node(join(node.path, ""), node.value, node.line))
    if isinstance(node.value, str) and node.value.lower() in ELAPSED_NAMES:
        return "elapsed"
    return reader.choice(node, [*names, "elapsed"])
