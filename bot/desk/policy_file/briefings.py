"""What the desk is told at fixed times: each morning how it stands, once a week how the week went."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from bot.desk.policy_file.reader import Reader, is_none, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.briefing import Briefings, Weekly

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {name[:3]: name for name in DAYS}
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:h]([0-5]\d)|h)", re.ASCII)
_DEFAULT = Weekly()


def read_briefings(reader: Reader, node: Node) -> dict[str, Any]:
    """`morning`: at which time, or `none`. `weekly`: on which `day`, `at` which time, or `none`. The bare word `off`
    ends both."""
    if isinstance(node.value, str):
        return {"morning": None, "weekly": None} if reader.choice(node, ("off",)) else {}
    keys = reader.mapping(node, ("morning", "weekly"))
    found: dict[str, Any] = {}
    if "morning" in keys:
        morning = keys["morning"]
        if is_none(morning):
            found["morning"] = None
        elif (at := _time(reader, morning)) is not None:
            found["morning"] = at
    if "weekly" in keys:
        weekly = keys["weekly"]
        found["weekly"] = None if is_none(weekly) else _weekly(reader, weekly)
    return found


def _weekly(reader: Reader, node: Node) -> dict[str, str]:
    """Also as one line: `monday 09:00`."""
    if isinstance(node.value, str):
        words = dict(zip(("day", "at"), node.value.split(maxsplit=1), strict=False))
        keys = {name: Node(node.path, word, node.line) for name, word in words.items()}
    else:
        keys = reader.mapping(node, ("day", "at"))
    found: dict[str, str] = {"day": DAYS[_DEFAULT.day], "at": f"{_DEFAULT.at:%H:%M}"}
    if "day" in keys:
        text = keys["day"].value
        word = _SHORT.get(text.lower(), text.lower()) if isinstance(text, str) else text
        if (day := reader.choice(Node(keys["day"].path, word, keys["day"].line), DAYS)) is not None:
            found["day"] = day
    if "at" in keys and (at := _time(reader, keys["at"])) is not None:
        found["at"] = at
    return found


def _time(reader: Reader, node: Node) -> str | None:
    match = _TIME.fullmatch(node.value.strip()) if isinstance(node.value, str) else None
    if match is None:
        reader.problem(node, f'{shown(node)} is no time of the day; write "08:30", on the 24-hour clock.')
        return None
    return f"{int(match[1]):02}:{match[2] or '00'}"


def briefings_from(data: dict[str, Any]) -> Briefings:
    """What stored data says."""
    morning, weekly = data.get("morning"), data.get("weekly")
    return Briefings(
        None if morning is None else time.fromisoformat(morning),
        None if weekly is None else Weekly(DAYS.index(weekly["day"]), time.fromisoformat(weekly["at"])),
    )
