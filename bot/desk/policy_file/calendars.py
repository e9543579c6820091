"""Calendars: opening hours by day or by days, public holidays, and dates of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.desk.policy_file.intervals import CLOSED, OPEN, read_days, read_spans
from bot.desk.policy_file.public_holidays import holidays_of, read_place
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node
from triage.hours import Calendar, CalendarError, Hours, hours_from_data
from triage.opening_hours import overlapping, read_openings

KEYS = ("timezone", "hours", "holidays", "exceptions")
ELAPSED_NAMES = ("elapsed", "24/7", "around the clock")
FIRST_YEAR, LAST_YEAR = 2000, 2199

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_calendars(reader: Reader, node: Node) -> dict[str, dict[str, Any]]:
    """Calendars by name, as the data `hours_from_data` takes; without `timezone` where they follow the desk's zone.

    `countries` are those (or their parts) whose public holidays are among `holidays`.
    """
    found = {}
    for name, child in reader.names(node, "office").items():
        if name.lower() in (*ELAPSED_NAMES, "business"):
            reader.problem(child, f"`{name}` already means something; give the calendar another name.")
        else:
            found[name] = read_calendar(reader, child)
    return found


def hours_of(spec: dict[str, Any], timezone: str) -> Hours:
    """The hours of a calendar's data, in its own zone or else in `timezone`."""
    return hours_from_data({"timezone": timezone, **spec})


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


def calendar_choice(reader: Reader, node: Node, names: Iterable[str]) -> str | None:
    """The name of a calendar, or `elapsed`."""
    if isinstance(node.value, str) and node.value.lower() in ELAPSED_NAMES:
        return "elapsed"
    return reader.choice(node, [*names, "elapsed"])


def read_calendar(
    reader: Reader, node: Node, needs: str = "a calendar needs `hours`, for example `hours: {mon-fri: 09:00-17:00}`."
) -> dict[str, Any]:
    """The data of one calendar, as `read_calendars` has it. `needs`: what is said where it has no hours."""
    keys = reader.mapping(node, (*KEYS, "weekly_hours"))
    data: dict[str, Any] = {"weekly_hours": {}, "holidays": [], "exceptions": {}, "countries": []}
    if "timezone" in keys and (timezone := check_timezone(reader, keys["timezone"])):
        data["timezone"] = timezone
    if "weekly_hours" in keys and "hours" in keys:
        reader.problem(keys["weekly_hours"], "`weekly_hours` means the same as `hours`: keep one.")
    elif hours := keys.get("hours") or keys.get("weekly_hours"):
        data["weekly_hours"] = _week(reader, hours)
    else:
        reader.problem(node, needs)
    holidays = _holidays(reader, keys["holidays"], data) if "holidays" in keys else set()
    if "exceptions" in keys:
        _exceptions(reader, keys["exceptions"], data, holidays)
    if data["weekly_hours"]:
        data["holidays"] = _closing(Calendar("UTC", data["weekly_hours"], holidays, data["exceptions"]))
    return data


def _week(reader: Reader, node: Node) -> dict[str, list[list[str]]]:
    """Intervals by day; nothing, with a problem, where they cannot be used."""
    noted = reader.noted
    week: dict[str, list[list[str]]] = {}
    for days, child in reader.names(node, "mon-fri").items():
        spans = read_spans(reader, child)
        for day in read_days(reader, child, days):
            week.setdefault(day, []).extend(spans)
    if reader.noted > noted:
        return {}
    try:
        for sentence in overlapping(read_openings(week)):
            reader.doubt(node, sentence)
    except CalendarError as error:
        never = "the calendar never opens: write for example `mon-fri: 09:00-17:00`."
        reader.problem(node, str(error) if any(week.values()) else never)
        return {}
    return week


def _holidays(reader: Reader, node: Node, data: dict[str, Any]) -> set[date]:
    """The dates of what is listed: countries, parts of them, and dates."""
    found: set[date] = set()
    for item in [node] if isinstance(node.value, dict) else reader.items(node):
        if isinstance(item.value, str) and item.value[:1].isdigit():
            if day := read_date(reader, item, item.value):
                found.add(day)
        elif (place := _place(reader, item)) and place not in data["countries"]:
            data["countries"].append(place)
            found |= holidays_of(place, reader.today)
    return found


def _place(reader: Reader, node: Node) -> str | None:
    """`FR`, `DE-BY` or {country: DE, subdivision: BY}."""
    if not isinstance(node.value, dict):
        country, _, part = (reader.text(node) or "").partition("-")
        return read_place(reader, node, country, part) if country else None
    keys = reader.mapping(node, ("country", "subdivision"), "say which country: {country: DE, subdivision: BY}.")
    words = {key: reader.text(child) for key, child in keys.items()}
    if not words or None in words.values():
        return None
    return read_place(reader, node, words["country"] or "", words.get("subdivision") or "")


def _exceptions(reader: Reader, node: Node, data: dict[str, Any], holidays: set[date]) -> None:
    """Dates that are closed, open although a holiday, or open at hours of their own."""
    for text, child in reader.names(node, "2026-12-24").items():
        day = read_date(reader, child, text)
        if day is None:
            continue
        word = child.value.lower() if isinstance(child.value, str) else None
        if word in CLOSED:
            holidays.add(day)
        elif word in OPEN:
            if day not in holidays:
                reader.doubt(child, "that date is no holiday, so `open` changes nothing.")
            holidays.discard(day)
        elif spans := read_spans(reader, child):
            try:
                for sentence in overlapping(read_openings({}, (), {day: spans})):
                    reader.doubt(child, sentence)
            except CalendarError as error:
                reader.problem(child, str(error))
            else:
                data["exceptions"][day.isoformat()] = spans
        elif child.value in (None, []):
            reader.problem(child, "write `closed`, `open`, or the hours of that date, for example 09:00-12:00.")


def _closing(calendar: Calendar) -> list[str]:
    """The holidays that close anything: one on a day that never opens says nothing."""
    dates = calendar.dates
    return [
        day.isoformat()
        for day in calendar.holidays
        # Hours of its own are open even on a holiday; the night before may run into either.
        if (not dates.own_hours(day) and dates.opening(day))
        or any(close > 1440 for _, close in dates.opening(day - timedelta(days=1)))
    ]


def read_date(reader: Reader, node: Node, text: str) -> date | None:
    """A date."""
    try:
        day = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        reader.problem(node, f"`{text[:60]}` is not a date; write YYYY-MM-DD, from {FIRST_YEAR} to {LAST_YEAR}.")
        return None
    return day
