"""What a policy file says, key by key; and one layer laid over another."""

from __future__ import annotations

from typing import Any

from bot.policy_file.calendars import read_calendars
from bot.policy_file.desks import plain_data, read_desks
from bot.policy_file.levels import read_levels, read_reactions
from bot.policy_file.people import read_roles, read_skills
from bot.policy_file.reader import Reader
from bot.policy_file.targets import read_lead_times, read_pauses, read_targets
from bot.policy_file.tree import Node
from triage.errors import PolicyError

# Kept with each version as they are written.
KEPT = ("plans", "categories", "severities", "redirects", "queue")
KEYS = (
    "version", "desks", "calendars", "targets", "lead_times", "waiting", "promises", "levels", "roles", "skills",
    "reactions", *KEPT,
)  # fmt: skip

Given = dict[str, Any]


def read_policy(root: Node) -> Given:
    """Only what the file names, checked. Raises PolicyError with every problem at once."""
    reader = Reader()
    # A key with nothing below it is a key left out.
    keys = {key: node for key, node in reader.mapping(root, KEYS).items() if node.value is not None}
    given: Given = {}
    if "calendars" in keys:
        given["calendars"] = read_calendars(reader, keys["calendars"])
    names = list(given.get("calendars", {}))
    if "version" in keys and (version := reader.number(keys["version"], 1, 10**6)):
        given["version"] = version
    if "desks" in keys:
        given["desks"] = read_desks(reader, keys["desks"], names)
    if "targets" in keys:
        given["targets"] = read_targets(reader, keys["targets"], names)
    if "lead_times" in keys:
        given["leads"] = read_lead_times(reader, keys["lead_times"])
    if "waiting" in keys and (pauses := read_pauses(reader, keys["waiting"])) is not None:
        given["pauses"] = pauses
    if "promises" in keys:
        promises = reader.mapping(keys["promises"], ("intervals",))
        if "intervals" in promises and (intervals := reader.number(promises["intervals"], 1, 1000)):
            given["promise_intervals"] = intervals
    if "levels" in keys:
        given["levels"] = read_levels(reader, keys["levels"])
    if "roles" in keys:
        given["roles"] = read_roles(reader, keys["roles"])
    if "skills" in keys:
        given["skills"] = read_skills(reader, keys["skills"])
    if "reactions" in keys:
        given["reactions"] = read_reactions(reader, keys["reactions"])
    given.update({key: plain_data(keys[key]) for key in KEPT if key in keys})
    if reader.problems:
        raise PolicyError(reader.problems)
    return given


def lay_over(upper: Given, lower: Given) -> Given:
    """`upper` with what it leaves out taken from `lower`: desks and levels by position, everything else by key.

    A lower layer never adds a desk or a level to those that the upper one has.
    """
    merged: Given = _fill(upper, lower)
    for key in ("desks", "levels"):
        if key in upper:
            below: list[Given] = [*lower.get(key, []), *({} for _ in upper[key])]
            merged[key] = [_fill(own, under) for own, under in zip(upper[key], below, strict=False)]
    return merged


def _fill(upper: Any, lower: Any) -> Any:
    if isinstance(upper, dict) and isinstance(lower, dict):
        return {**lower, **{key: _fill(value, lower.get(key)) for key, value in upper.items()}}
    return upper
