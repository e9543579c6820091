"""When a major incident is proposed."""

from __future__ import annotations

from typing import Any

from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.yaml_nodes import Node

FEWEST, MOST = 2, 100  # tickets
SHORTEST, LONGEST = 300, 7 * 86400  # seconds


def read_major(reader: Reader, node: Node) -> dict[str, Any]:
    """`alike`: from how many tickets on; `within`: opened within which time."""
    keys = reader.mapping(node, ("alike", "within"))
    found: dict[str, Any] = {}
    if "alike" in keys and (alike := reader.number(keys["alike"], FEWEST, MOST)) is not None:
        found["alike"] = alike
    if "within" in keys and (within := reader.elapsed(keys["within"])) is not None:
        if SHORTEST <= within <= LONGEST:
            found["within"] = within
        else:
            reader.problem(keys["within"], f"{shown(keys['within'])} is too short or too long; write from 5m to 7d.")
    return found
