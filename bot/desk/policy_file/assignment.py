"""Who gets what nobody has: the word for how, and the figures beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.desk.policy_file.reader import SEVERITIES, Reader, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.assignment import Mode

SHORTEST, LONGEST = 30, 86400  # seconds in which somebody can be asked to answer
HEAVIEST = 100
KEYS = ("mode", "answer_within", "group_answer_within", "weights")


def read_assignment(reader: Reader, node: Node) -> dict[str, Any]:
    """The mode alone, as a word, or `mode` and the figures, each for all severities or by severity."""
    if isinstance(node.value, str):
        return _mode(reader, node)
    keys = reader.mapping(node, KEYS)
    found = _mode(reader, keys["mode"]) if "mode" in keys else {}
    for name in ("answer_within", "group_answer_within"):
        if name in keys:
            found[name] = _by_severity(reader, keys[name], _seconds)
    if "weights" in keys:
        found["weights"] = _by_severity(reader, keys["weights"], _weight)
    return found


def _mode(reader: Reader, node: Node) -> dict[str, Any]:
    mode = reader.choice(node, [each.value for each in Mode])
    return {"mode": mode} if mode else {}


def _by_severity(reader: Reader, node: Node, read: Callable[[Reader, Node], int | None]) -> dict[str, int]:
    if isinstance(node.value, str):
        value = read(reader, node)
        return {} if value is None else dict.fromkeys(SEVERITIES, value)
    found = {severity: read(reader, child) for severity, child in reader.severities(node).items()}
    return {severity: value for severity, value in found.items() if value is not None}


def _seconds(reader: Reader, node: Node) -> int | None:
    found = reader.elapsed(node)
    if found is not None and not SHORTEST <= found <= LONGEST:
        reader.problem(node, f"{shown(node)} is no time to answer in; write from 30s to 24h.")
        return None
    return found


def _weight(reader: Reader, node: Node) -> int | None:
    return reader.number(node, 0, HEAVIEST)
