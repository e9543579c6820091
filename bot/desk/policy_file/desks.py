"""Desks: their channels, language, zone and calendar."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from bot.desk.languages import LANGUAGES
from bot.desk.policy_file.calendars import calendar_choice, check_timezone
from bot.desk.policy_file.people import read_people
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node
from triage.keys import id_of, platform_of

KEYS = ("channels", "language", "timezone", "calendar", "regions")
REGION_KEYS = ("calendar", "timezone", "language", "leads", "lead")

# A name stands as `slack:#support` until Slack says which channel that is.
_SLACK = re.compile(r"(?:slack:)?(?:<#([A-Z0-9]+)(?:\|[^>]*)?>|([CG][A-Z0-9]*)|#?([^\s,#@<>]{1,80}))")
# An id as it is, or as it stands in the link that Teams gives.
_TEAMS = re.compile(
    r"(?:teams:)?(19:[^\s/;]+@(?:thread\.\w+|unq\.gbl\.spaces))"
    r"|https://teams\.(?:microsoft\.com|cloud\.microsoft)/l/(?:channel|team)/(19(?::|%3a)[^\s/?]+)\S*",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?!slack:|https?:)[a-z]{2,20}:\S+")  # of another platform


def channel_key(text: str) -> str | None:
    """The key of a channel: `slack:C0123`, which a bare `C0123` means as well, `teams:19:...`, which a bare `19:...` or
    a link means as well, or that of another platform; None for anything else."""
    if (there := teams_channel(text)) is not None:
        return there
    if _OTHER.fullmatch(text):
        return text
    match = _SLACK.fullmatch(text)
    if match is None:
        return None
    return f"slack:{match[1] or match[2] or f'#{match[3]}'}"


def teams_channel(text: str) -> str | None:
    """The key of a channel of Teams, by its id or the link to it; None for anything else."""
    match = _TEAMS.fullmatch(text)
    return None if match is None else f"teams:{unquote(match[1] or match[2])}"


def read_desks(reader: Reader, node: Node, calendars: list[str]) -> list[dict[str, Any]]:
    """The desks in the order of the file, each with the keys that it names."""
    desks = reader.names(node, "support")
    for child in list(desks.values())[1:]:
        reader.doubt(child, "only the first desk of the file is run yet.")
    return [{"name": name, **_desk(reader, child, calendars)} for name, child in desks.items()]


def _desk(reader: Reader, node: Node, calendars: list[str]) -> dict[str, Any]:
    keys = reader.mapping(node, KEYS)
    desk: dict[str, Any] = {}
    if "channels" in keys:
        desk.update(read_channels(reader, keys["channels"]))
    if "language" in keys and (language := reader.choice(keys["language"], LANGUAGES)):
        desk["language"] = language
    if "timezone" in keys and (timezone := check_timezone(reader, keys["timezone"])):
        desk["timezone"] = timezone
    if "calendar" in keys and (calendar := calendar_choice(reader, keys["calendar"], calendars)):
        desk["calendar"] = calendar
    if "regions" in keys:
        desk["regions"] = read_regions(reader, keys["regions"], calendars)
    return desk


def read_regions(reader: Reader, node: Node, calendars: list[str]) -> dict[str, Any]:
    """Regions by name, each with the keys that it names: `calendar`, `timezone`, `language`, `leads`."""
    found: dict[str, dict[str, Any]] = {}
    for name, child in reader.names(node, "emea").items():
        if name.casefold() in {each.casefold() for each in found}:
            reader.problem(child, f"there is a region `{name}` already: keep one.")
        keys = reader.mapping(child, REGION_KEYS)
        region: dict[str, Any] = {}
        if "calendar" in keys and (calendar := calendar_choice(reader, keys["calendar"], calendars)):
            region["calendar"] = calendar
        if "timezone" in keys and (timezone := check_timezone(reader, keys["timezone"])):
            region["timezone"] = timezone
        if "language" in keys and (language := reader.choice(keys["language"], LANGUAGES)):
            region["language"] = language
        if "lead" in keys and "leads" in keys:
            reader.problem(keys["lead"], "`lead` means the same as `leads`: keep one.")
        elif leads := keys.get("leads") or keys.get("lead"):
            region["leads"] = read_people(reader, leads)
        found[name] = region
    return found


def read_channels(reader: Reader, node: Node) -> dict[str, Any]:
    """`channels` (the desk's own) and `customer_channels` (key to customer name) out of one channel, a list whose first
    is the desk's own, or `{desk: C1, escalation: C3, customers: {C2: Acme}}`, where `desk` and `escalation` may list
    one channel for each platform."""
    if not isinstance(node.value, dict):
        ids = [channel for item in reader.items(node) if (channel := _channel(reader, item))]
        return {"channels": ids[:1], "customer_channels": {i: _written(i) for i in ids[1:]}} if ids else {}
    keys = reader.mapping(node, ("desk", "escalation", "customers"))
    found: dict[str, Any] = {}
    if "desk" in keys and (channels := _own(reader, keys["desk"])):
        found["channels"] = channels
    if "escalation" in keys and (channels := _own(reader, keys["escalation"])):
        found["escalation_channels"] = channels
        if both := set(channels) & set(found.get("channels", ())):
            own = f"`{_written(both.pop())}` is the desk's own channel"
            reader.problem(keys["escalation"], f"{own}: climbs are said there anyway; leave it out, or name another.")
    if "customers" in keys:
        found["customer_channels"] = _customers(reader, keys["customers"])
        for channel in (*found.get("channels", ()), *found.get("escalation_channels", ())):
            if channel in found["customer_channels"]:
                own = f"`{_written(channel)}` is the desk's own channel"
                reader.problem(keys["customers"], f"{own}: customers would read what is internal; name another.")
    return found


def _own(reader: Reader, node: Node) -> list[str]:
    """The desk's own channels, at most one on each platform."""
    found: dict[str, str] = {}
    for item in reader.items(node):
        channel = _channel(reader, item)
        if channel is not None and found.setdefault(platform_of(channel), channel) != channel:
            reader.problem(item, "a desk has one channel of its own on each platform; leave one out.")
    return list(found.values())


def _written(channel: str) -> str:
    """A channel as a file may have it: of Slack, without the platform."""
    return id_of(channel).removeprefix("#") if platform_of(channel) == "slack" else channel


def _customers(reader: Reader, node: Node) -> dict[str, str]:
    if not isinstance(node.value, dict):
        ids = [channel for item in reader.items(node) if (channel := _channel(reader, item))]
        return {channel: _written(channel) for channel in ids}
    found = {}
    for key, child in node.value.items():
        channel, name = _channel(reader, Node(child.path, key, child.line)), reader.text(child)
        if channel and name:
            found[channel] = name
    return found


def _channel(reader: Reader, node: Node) -> str | None:
    key = channel_key(node.value.strip()) if isinstance(node.value, str) else None
    if key is None:
        reader.problem(node, "write a channel's id (C0123ABC) or its name (support).")
    return key
