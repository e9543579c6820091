"""Calendars: opening hours by day or by days, weeks that alternate or change, and calendars built on others.

What is said of dates is read in `special_dates`; what all of it comes to, in `whole_calendars`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.desk.policy_file.intervals import read_days, read_spans
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.special_dates import read_anniversaries, read_date, read_exceptions, read_holidays
from bot.desk.policy_file.whole_calendars import Given, whole
from bot.desk.policy_file.yaml_nodes import Node
from triage.hours import CalendarError, Hours, hours_from_data
from triage.opening_hours import overlapping, read_openings
from triage.recurring import read_dates

HOURS = ("hours", "weeks", "weeks_from", "holidays", "exceptions", "yearly")
KEYS = ("timezone", *HOURS, "periods")
ELAPSED_NAMES = ("elapsed", "24/7", "around the clock")
MOST_WEEKS, MOST_PERIODS = 53, 1000
NEEDS = "a calendar needs `hours`, for example `hours: {mon-fri: 09:00-17:00}`."


def read_calendars(reader: Reader, node: Node) -> dict[str, Given]:
    """Calendars by name, as the data `hours_from_data` takes; without `timezone` where they follow the desk's zone.

    `countries` are those (or their parts) whose public holidays are among `holidays`.
    """
    nodes = reader.names(node, "office")
    written: dict[str, Given] = {}
    broken = set()
    for name, child in nodes.items():
        if name.lower() in (*ELAPSED_NAMES, "business"):
            reader.problem(child, f"`{name}` already means something; give the calendar another name.")
            continue
        noted = reader.noted
        written[name] = _written(reader, child, NEEDS, [other for other in nodes if other != name])
        if reader.noted > noted:
            broken.add(name)
    return {name: whole(reader, nodes[name], name, written, broken) for name in written}


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


def read_calendar(reader: Reader, node: Node, needs: str = NEEDS) -> Given:
    """The data of one calendar, as `read_calendars` has it. `needs`: what is said where it has no hours."""
    noted = reader.noted
    written = _written(reader, node, needs)
    return whole(reader, node, "", {"": written}, {""} if reader.noted > noted else set())


def _written(reader: Reader, node: Node, needs: str, others: Iterable[str] | None = None) -> Given:
    """What a calendar says itself. It may be built on one of `others`, where there may be some."""
    if node.value is not None and not isinstance(node.value, dict):
        reader.problem(node, needs)
        return {"holidays": [], "exceptions": {}}
    based = () if others is None else ("based_on",)
    noted = reader.noted
    keys = reader.mapping(node, (*KEYS, *based, "weekly_hours"))
    data: Given = {}
    if "timezone" in keys and (timezone := check_timezone(reader, keys["timezone"])):
        data["timezone"] = timezone
    if "based_on" in keys and (base := calendar_choice(reader, keys["based_on"], others or ())):
        data["based_on"] = base
    if reader.noted == noted and not {"hours", "weekly_hours", "weeks", "based_on"} & keys.keys():
        reader.problem(node, needs)
    data |= _hours(reader, keys)
    if "periods" in keys:
        data["periods"] = _periods(reader, keys["periods"], others)
    return data


def _hours(reader: Reader, keys: dict[str, Node], since: date = date.min) -> Given:
    """The weeks, and what is said of dates, of a calendar or of one of its periods."""
    data: Given = {"holidays": [], "exceptions": {}}
    for first, second in (("weekly_hours", "hours"), ("weekly_hours", "weeks"), ("hours", "weeks")):
        if first in keys and second in keys:
            means = f"means the same as `{second}`" if second == "hours" else "is one week, `weeks` are several"
            reader.problem(keys[first], f"`{first}` {means}: keep one.")
            return data
    if hours := keys.get("hours") or keys.get("weekly_hours"):
        data["weekly_hours"] = _week(reader, hours, "based_on" in keys)
    if "weeks" in keys:
        data |= _alternating(reader, keys, since)
    elif "weeks_from" in keys:
        reader.problem(keys["weeks_from"], "this goes with `weeks`, a list of the weeks that alternate.")
    if "holidays" in keys:
        data["holidays"] = read_holidays(reader, keys["holidays"])
    if "exceptions" in keys:
        data["exceptions"] = read_exceptions(reader, keys["exceptions"])
    if "yearly" in keys:
        data["yearly"] = read_anniversaries(reader, keys["yearly"])
    return data


def _alternating(reader: Reader, keys: dict[str, Node], since: date) -> Given:
    noted, given = reader.noted, keys["weeks"]
    listed = reader.items(given, MOST_WEEKS) if isinstance(given.value, list) else []
    weeks = [_week(reader, week, may_be_closed=True) for week in listed]
    if not any(spans for week in weeks for spans in week.values()):
        if reader.noted == noted:
            reader.problem(
                given, "write a list of the weeks that alternate, such as [{mon-fri: 9-17}, {mon-thu: 9-17}]."
            )
        return {}
    begins = keys.get("weeks_from")
    if begins is None and since == date.min:
        reader.problem(keys["weeks"], "say which week is the first: `weeks_from:` and a date in it.")
    day = read_date(reader, begins, str(begins.value)) if begins else None
    return {"weeks": weeks, **({"weeks_from": day.isoformat()} if day else {})}


def _periods(reader: Reader, node: Node, others: Iterable[str] | None) -> list[Given]:
    """What holds from a date on."""
    based = () if others is None else ("based_on",)
    needs = "a period needs `from`, the date on which it begins, and `hours`."
    found: dict[date, Given] = {}
    for item in reader.items(node, MOST_PERIODS, "{from: 2028-01-01, hours: {mon-fri: 9-17}}"):
        keys = reader.mapping(item, ("from", *HOURS, *based, "weekly_hours"), needs)
        since = read_date(reader, keys["from"], str(keys["from"].value)) if keys else None
        if since is None:
            continue
        if since in found:
            reader.problem(item, f"two periods begin on {since}: keep one.")
        if not {"hours", "weekly_hours", "weeks", "based_on"} & keys.keys():
            reader.problem(item, f"from {since} on there are no hours; {needs}")
        period = {"from": since.isoformat(), **_hours(reader, keys, since)}
        if "based_on" in keys and (base := calendar_choice(reader, keys["based_on"], others or ())):
            period["based_on"] = base
        for text in period["exceptions"]:
            if read_dates(text)[0] < since:
                where = keys["exceptions"]
                reader.problem(
                    Node(f"{where.path}.{text}", None, where.line),
                    f"that lies before {since}, when this period begins; write it beside `periods`.",
                )
        found[since] = period
    return list(found.values())


def _week(reader: Reader, node: Node, may_be_closed: bool = False) -> dict[str, list[list[str]]]:
    """Intervals by day; nothing, with a problem, where they cannot be used."""
    noted = reader.noted
    week: dict[str, list[list[str]]] = {}
    for days, child in reader.names(node, "mon-fri").items():
        spans = read_spans(reader, child)
        for day in read_days(reader, child, days):
            week.setdefault(day, []).extend(spans)
    if reader.noted > noted or (may_be_closed and not any(week.values())):
        return week
    try:
        for sentence in overlapping(read_openings(week)):
            reader.doubt(node, sentence)
    except CalendarError as error:
        never = "the calendar never opens: write for example `mon-fri: 09:00-17:00`."
        reader.problem(node, str(error) if any(week.values()) else never)
        return {}
    return week
