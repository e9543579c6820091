"""The levels of escalation, and what a reaction does."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bot.policy_file.people import read_people
from bot.policy_file.reader import Reader
from bot.policy_file.tree import Node
from triage.policy import LEVELS

REACTION_VERBS = ("take", "escalate", "resolve")


def read_levels(reader: Reader, node: Node) -> list[dict[str, Any]]:
    """The levels in order, each with the keys that it names; `after` is seconds by severity."""
    if node.value is not None and not isinstance(node.value, list):
        reader.problem(node, "write a list: one `- role: ...` for each level, from level 1 up.")
        return []
    levels = [_level(reader, item) for item in reader.items(node)]
    roles = [level["role"].lower() for level in levels if "role" in level]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        reader.problem(node, f"the role `{role}` is there twice: each level has its own.")
    afters = [level.get("after", default_after(place)) for place, level in enumerate(levels)]
    for place, (lower, upper) in enumerate(pairwise(afters), 1):
        for severity in sorted(lower.keys() & upper.keys()):
            if upper[severity] <= lower[severity]:
                item = reader.items(node)[place]
                reader.problem(
                    Node(f"{item.path}.after.{severity}", None, item.line),
                    f"level {place + 1} would be proposed no later than level {place}: write a longer time.",
                )
    return levels


def default_after(place: int) -> dict[str, int]:
    """After how many seconds the level at that place (0 is level 1) is proposed, by severity."""
    after = LEVELS[place].after if place < len(LEVELS) else {}
    return {str(severity): seconds for severity, seconds in after.items()}


def _level(reader: Reader, node: Node) -> dict[str, Any]:
    keys = reader.mapping(node, ("role", "contacts", "after"))
    level: dict[str, Any] = {}
    if "role" in keys and (role := reader.text(keys["role"])):
        level["role"] = role
    if "contacts" in keys:
        level["contacts"] = read_people(reader, keys["contacts"])
    if "after" in keys:
        after = {severity: reader.elapsed(child) for severity, child in reader.severities(keys["after"]).items()}
        level["after"] = {severity: seconds for severity, seconds in after.items() if seconds is not None}
    return level


def read_reactions(reader: Reader, node: Node) -> dict[str, str]:
    """What each emoji does, by its name without colons."""
    found = {}
    for emoji, child in reader.mapping(node).items():
        if verb := reader.choice(child, REACTION_VERBS):
            found[emoji.strip(":")] = verb
    return found
