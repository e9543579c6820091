"""The levels of escalation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.desk.policy_file.pages import read_targets_named
from bot.desk.policy_file.people import read_people
from bot.desk.policy_file.reader import Reader, is_none
from bot.desk.policy_file.yaml_nodes import Node
from triage.levels import LEVELS, ON_CALL
from triage.terms import Climbing

MOST_LEVELS = 9
MODES = tuple(mode.value for mode in Climbing)


def read_levels(reader: Reader, node: Node, targets: Collection[str] = ()) -> list[dict[str, Any]]:
    """The levels in order, each with the keys that it names; `after` is seconds by severity, `page` names of
    `targets`."""
    if node.value is not None and not isinstance(node.value, list):
        reader.problem(node, "write a list: one `- role: ...` for each level, from level 1 up.")
        return []
    items = reader.items(node, MOST_LEVELS)
    levels = [_level(reader, item, targets) for item in items]
    roles: dict[str, int] = {}
    highest: dict[str, tuple[int, int]] = {}  # by severity: the level below, and after how long it is proposed
    for place, (item, level) in enumerate(zip(items, levels, strict=True)):
        role = level.get("role", default_role(place))
        if (other := roles.setdefault(role.lower(), place)) != place:
            reader.problem(item, f"level {other + 1} is called `{role}` too: give each level a role of its own.")
        for severity, seconds in level.get("after", default_after(place)).items():
            below, earlier = highest.get(severity, (0, 0))
            if seconds <= earlier:
                reader.problem(
                    _after(item, severity),
                    f"level {place + 1} would be proposed no later than level {below}: write a longer time.",
                )
            highest[severity] = place + 1, seconds
    return levels


def default_role(place: int) -> str:
    """What the level at that place (0 is level 1) is called where the file does not say."""
    return LEVELS[place].role if place < len(LEVELS) else f"level {place + 1}"


def default_after(place: int) -> dict[str, int]:
    """After how many seconds the level at that place (0 is level 1) is proposed, by severity."""
    after = LEVELS[place].after if place < len(LEVELS) else {}
    return {str(severity): seconds for severity, seconds in after.items()}


def read_escalation(reader: Reader, node: Node) -> dict[str, Any]:
    """What happens at the thresholds: `mode`; and how soon a level is to be acknowledged: `acknowledge_within`, in
    seconds, None for never. A bare word is the mode."""
    if isinstance(node.value, str):
        mode = reader.choice(node, MODES)
        return {"mode": mode} if mode else {}
    keys = reader.mapping(node, ("mode", "acknowledge_within"))
    found: dict[str, Any] = {}
    if "mode" in keys and (mode := reader.choice(keys["mode"], MODES)):
        found["mode"] = mode
    if "acknowledge_within" in keys:
        within = keys["acknowledge_within"]
        if is_none(within):
            found["acknowledge_within"] = None
        elif (seconds := reader.elapsed(within)) is not None:
            found["acknowledge_within"] = seconds
    return found


def _after(item: Node, severity: str) -> Node:
    """Where a threshold stands, or would."""
    node = item
    for key in ("after", severity):
        inside = node.value if isinstance(node.value, dict) else {}
        node = inside.get(key, Node(f"{node.path}.{key}", None, node.line))
    return node


def _level(reader: Reader, node: Node, targets: Collection[str]) -> dict[str, Any]:
    keys = reader.mapping(node, ("role", "contacts", "after", "page"))
    level: dict[str, Any] = {}
    if "role" in keys and (role := reader.text(keys["role"])):
        level["role"] = role
    if "contacts" in keys:
        level["contacts"] = read_people(reader, keys["contacts"], words=(ON_CALL,))
    if "after" in keys:
        after = {severity: reader.elapsed(child) for severity, child in reader.severities(keys["after"]).items()}
        level["after"] = {severity: seconds for severity, seconds in after.items() if seconds is not None}
    if "page" in keys:
        level["page"] = read_targets_named(reader, keys["page"], targets)
    return level
