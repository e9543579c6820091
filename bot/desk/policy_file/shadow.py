"""Shadow mode: until which day Vigie listens and counts beside another help desk, and says nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.special_dates import read_date
from bot.desk.policy_file.yaml_nodes import Node
from triage.zones import zone

LONGEST = timedelta(days=366)  # a slip of the pen would silence a desk for good


def read_shadow(reader: Reader, node: Node) -> dict[str, str]:
    """`until`: the day on which Vigie begins to speak, in the desk's zone."""
    keys = reader.mapping(node, ("until",), needs="write `until:` and the day on which Vigie begins to speak.")
    if "until" not in keys:
        return {}
    child = keys["until"]
    day = read_date(reader, child, child.value if isinstance(child.value, str) else "")
    if day is None:
        return {}
    if day > reader.today + LONGEST:
        reader.problem(child, f"{day} is more than a year away; write a day that is nearer.")
        return {}
    return {"until": day.isoformat()}


def shadow_from(data: dict[str, Any], timezone: str) -> datetime | None:
    """When the day begins that stored data names; None: it names none."""
    if "until" not in data:
        return None
    return datetime.combine(date.fromisoformat(data["until"]), time(), zone(timezone)).astimezone(UTC)
