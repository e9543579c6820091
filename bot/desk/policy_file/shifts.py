"""Who works when, and who is on call: working hours of people, the rota and who stands in for whom."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.desk.policy_file.calendars import (
    calendar_choice,
    check_timezone,
    hours_of,
    read_calendar,
)
from bot.desk.policy_file.intervals import read_days
from bot.desk.policy_file.people import person_key, read_people
from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.special_dates import read_date
from bot.desk.policy_file.yaml_nodes import Node
from triage.hours import ELAPSED, hours_from_data
from triage.recurring import DAYS
from triage.rota import Rota, StandIn, Turns
from triage.zones import zone

LAYER_KEYS = ("people", "handover", "starts", "days", "hours")
FIRST = date(2024, 1, 1)  # a Monday: from here turns are counted where the file names no other date
LONGEST_TURN = 366
MOST_LAYERS, MOST_OVERRIDES = 5, 500

_HANDOVER = re.compile(r"(?:([a-z]{3}) )?([01]?\d|2[0-3])[:h]([0-5]\d)", re.IGNORECASE)

Given = dict[str, Any]


def read_shifts(reader: Reader, node: Node, calendars: list[str]) -> Given:
    """By person: `{calendar, timezone?}`, a calendar by its name, or the data of one of their own."""
    found: Given = {}
    for written, child in reader.names(node, "ana@example.com").items():
        person = person_key(written)
        if person is None:
            reader.problem(child, f"`{written[:60]}` is not a person; write a member id or an email.")
        elif (hours := _own_hours(reader, child, calendars)) is not None:
            found[person] = hours
    return found


def _own_hours(reader: Reader, node: Node, calendars: list[str]) -> Given | None:
    keys = reader.names(node, "hours")
    if node.value is not None and not isinstance(node.value, dict):
        return None
    if "calendar" not in keys:
        return read_calendar(reader, node, "working hours need `hours: {mon-fri: 09:00-17:00}` or `calendar: office`.")
    keys = reader.mapping(node, ("calendar", "timezone"))
    name = calendar_choice(reader, keys["calendar"], calendars)
    timezone = check_timezone(reader, keys["timezone"]) if "timezone" in keys else None
    return None if name is None else {"calendar": name, **({"timezone": timezone} if timezone else {})}


def resolve_shifts(given: Given, specs: Given, timezone: str) -> Given:
    """The working hours of each person as data, see `triage.hours.hours_from_data`; beside them the calendar's name."""
    return {person: _resolved(own, specs, timezone) for person, own in given.items()}


def _resolved(own: Given, specs: Given, timezone: str) -> Given:
    name = own.get("calendar")
    if name == "elapsed":
        return ELAPSED.to_data()
    if name is None:
        return hours_of(own, timezone).to_data()
    return {**hours_of({**specs[name], **own}, timezone).to_data(), "calendar": name}


def read_oncall(reader: Reader, node: Node, calendars: list[str]) -> Given:
    """Layers of turns, overrides, and the calendar that the rota is kept in."""
    keys = reader.mapping(node, (*LAYER_KEYS, "timezone", "layers", "overrides", "calendar"))
    found: Given = {}
    if "timezone" in keys and (timezone := check_timezone(reader, keys["timezone"])):
        found["timezone"] = timezone
    if "calendar" in keys and (calendar := _source(reader, keys["calendar"])):
        found["calendar"] = calendar
    if "layers" in keys:
        for key in LAYER_KEYS:
            if key in keys:
                reader.problem(keys[key], f"write `{key}` inside each of the `layers`, or leave `layers` out.")
        layers = [_layer(reader, each, calendars) for each in reader.items(keys["layers"], MOST_LAYERS)]
        found["layers"] = [each for each in layers if each]
    elif own := [key for key in LAYER_KEYS if key in keys]:
        layer = _layer(reader, Node(node.path, {key: keys[key] for key in own}, node.line), calendars)
        found["layers"] = [layer] if layer else []
    if "overrides" in keys:
        overrides = [_override(reader, each) for each in reader.items(_as_list(keys["overrides"]), MOST_OVERRIDES)]
        found["overrides"] = [each for each in overrides if each]
    return found


def _as_list(node: Node) -> Node:
    return Node(node.path, [node], node.line) if isinstance(node.value, dict) else node


def _source(reader: Reader, node: Node) -> str | None:
    text = reader.text(node)
    if text is not None and text.startswith("webcal://"):
        return "https" + text.removeprefix("webcal")
    here = text is not None and text.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    if text is not None and "://" in text and not (here or text.startswith(("https://", "file://"))):
        reader.problem(node, f"{shown(node)} is no address of a calendar; write https://..., or the path of a file.")
        return None
    return text


def _layer(reader: Reader, node: Node, calendars: list[str]) -> Given | None:
    keys = reader.mapping(node, LAYER_KEYS, "a rota needs `people`, for example `people: [U0123ABC, U0124ABC]`.")
    if not keys:
        return None
    layer: Given = {"people": _people_in_turn(reader, keys["people"])}
    if "handover" in keys and (handover := _handover(reader, keys["handover"])):
        layer["handover"] = handover
    if "starts" in keys and isinstance(keys["starts"].value, str):
        day = read_date(reader, keys["starts"], keys["starts"].value)
        layer["starts"] = day.isoformat() if day else None
    elif "starts" in keys:
        reader.problem(keys["starts"], "write the date from which turns are counted, such as 2026-11-02.")
    if "days" in keys and (days := reader.number(keys["days"], 1, LONGEST_TURN)):
        layer["days"] = days
    if "hours" in keys:
        hours = keys["hours"]
        if isinstance(hours.value, dict):
            layer["hours"] = read_calendar(reader, Node(node.path, {"hours": hours}, hours.line))
        elif name := calendar_choice(reader, hours, calendars):
            layer["hours"] = {"calendar": name}
    return layer


def _people_in_turn(reader: Reader, node: Node) -> list[str]:
    """Everyone in order; whoever is named twice has two turns."""
    found: list[str] = []
    for item in reader.items(node):
        found += read_people(reader, Node(item.path, [item], item.line))
    if not found and reader.noted == 0:
        reader.problem(node, "nobody takes turns: write `people: [U0123ABC, U0124ABC]`.")
    return found


def _handover(reader: Reader, node: Node) -> Given | None:
    match = _HANDOVER.fullmatch(" ".join(node.value.split())) if isinstance(node.value, str) else None
    days = read_days(reader, node, match[1]) if match and match[1] else []
    if match is None or (match[1] and not days):
        if match is None:
            reader.problem(node, f"{shown(node)} is no time to hand over; write for example `mon 09:00`.")
        return None
    return {"weekday": DAYS.index(days[0]) if days else None, "at": f"{int(match[2]):02}:{match[3]}"}


def _override(reader: Reader, node: Node) -> Given | None:
    wanted = "an override needs `person`, `from` and `to`, for example {person: U0123ABC, from: 2026-12-24 08:00, ...}."
    keys = reader.mapping(node, ("person", "from", "to", "instead_of"), wanted)
    if not keys:
        return None
    if "from" not in keys or "to" not in keys:
        reader.problem(node, wanted)
        return None
    person = read_people(reader, keys["person"])[:1]
    instead = read_people(reader, keys["instead_of"])[:1] if "instead_of" in keys else []
    span = [_moment(reader, keys[key]) for key in ("from", "to")]
    if not person or None in span:
        return None
    if _naive(span[0]) >= _naive(span[1]):
        reader.problem(node, "that override ends before it begins: write a later `to`.")
        return None
    return {"person": person[0], "from": span[0], "to": span[1], "instead_of": instead[0] if instead else None}


def _moment(reader: Reader, node: Node) -> str | None:
    """As it is written: a local time, or one with its offset."""
    try:
        text = node.value.strip() if isinstance(node.value, str) else ""
        return datetime.fromisoformat(text.replace(" ", "T", 1)).isoformat()
    except ValueError:
        reader.problem(node, f"{shown(node)} is no time; write 2026-12-24 08:00, in the time zone of the rota.")
        return None


def _naive(text: str | None) -> datetime:
    """What the clocks show, which is enough to see a slip."""
    return datetime.fromisoformat(text or "").replace(tzinfo=None)


def resolve_oncall(given: Given, specs: Given, timezone: str) -> Given:
    """The rota as data: `layers` with their hours and first dates, `overrides` as instants, `calendar`."""
    own = given.get("timezone", timezone)
    return {
        "calendar": given.get("calendar", ""),
        "layers": [_resolved_layer(layer, specs, own) for layer in given.get("layers", [])],
        "overrides": [
            {**each, "from": _instant(each["from"], own), "to": _instant(each["to"], own)}
            for each in given.get("overrides", [])
        ],
        "timezone": own,
    }


def _resolved_layer(layer: Given, specs: Given, timezone: str) -> Given:
    handover = layer.get("handover", {"weekday": 0, "at": "09:00"})
    starts = date.fromisoformat(layer.get("starts") or FIRST.isoformat())
    if handover["weekday"] is not None:
        starts += timedelta(days=(handover["weekday"] - starts.weekday()) % 7)
    hours = _resolved(layer.get("hours", {"calendar": "elapsed"}), specs, timezone)
    return {
        "people": layer["people"],
        "starts": starts.isoformat(),
        "at": handover["at"],
        "timezone": timezone,
        "days": layer.get("days", 7),
        "hours": hours,
        **({"calendar": hours["calendar"]} if "calendar" in hours else {}),
    }


def _instant(text: str, timezone: str) -> str:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone(timezone))).astimezone(UTC).isoformat()


def rota_from_data(data: Given) -> Rota:
    """The rota of stored data, its people by the names that the policy has for them. Versions that were saved before
    there was one have none."""
    layers = tuple(
        Turns(
            tuple(each["people"]), date.fromisoformat(each["starts"]), time.fromisoformat(each["at"]),
            each["timezone"], each["days"], hours_from_data(each["hours"]),
        )
        for each in data.get("layers", ())
    )  # fmt: skip
    stand_ins = tuple(
        StandIn(
            each["person"], datetime.fromisoformat(each["from"]), datetime.fromisoformat(each["to"]),
            each["instead_of"],
        )
        for each in data.get("overrides", ())
    )  # fmt: skip
    return Rota(layers, stand_ins)
