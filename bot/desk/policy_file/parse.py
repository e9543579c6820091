"""What a policy file says, key by key; and one layer laid over another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.desk.policy_file.agreements import read_agreements
from bot.desk.policy_file.assignment import read_assignment
from bot.desk.policy_file.briefings import read_briefings
from bot.desk.policy_file.calendars import read_calendars
from bot.desk.policy_file.desks import read_desks
from bot.desk.policy_file.levels import read_escalation, read_levels
from bot.desk.policy_file.major import read_major
from bot.desk.policy_file.pages import read_pages
from bot.desk.policy_file.people import read_bots, read_roles, read_skills
from bot.desk.policy_file.reactions import read_reactions
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.replies import read_replies
from bot.desk.policy_file.retention import read_retention
from bot.desk.policy_file.rules import (
    read_categories,
    read_intake,
    read_queue,
    read_redirects,
    read_satisfaction,
    read_waiting,
)
from bot.desk.policy_file.shadow import read_shadow
from bot.desk.policy_file.shifts import read_oncall, read_shifts
from bot.desk.policy_file.starts import read_starts
from bot.desk.policy_file.suggestions import read_suggestions
from bot.desk.policy_file.targets import read_lead_times, read_plans, read_severities, read_shown, read_targets
from bot.desk.policy_file.yaml_nodes import Node

# What can be read without knowing anything of the rest.
_ALONE: dict[str, Callable[[Reader, Node], Any]] = {
    "categories": read_categories, "lead_times": read_lead_times, "show_in_channel": read_shown,
    "waiting": read_waiting, "page": read_pages, "escalation": read_escalation,
    "roles": read_roles, "skills": read_skills, "assignment": read_assignment, "major": read_major,
    "suggestions": read_suggestions, "redirects": read_redirects, "replies": read_replies,
    "reactions": read_reactions, "queue": read_queue, "intake": read_intake,
    "bots": read_bots, "satisfaction": read_satisfaction, "retention": read_retention, "digest": read_briefings,
    "shadow": read_shadow, "starts": read_starts,
}  # fmt: skip
KEYS = (
    "version",
    "desks",
    "calendars",
    "plans",
    "severities",
    "targets",
    "agreements",
    "promises",
    "people",
    "oncall",
    "levels",
    *_ALONE,
)

Given = dict[str, Any]


def read_policy(reader: Reader, root: Node) -> Given:
    """Only what the file names, under the file's own keys; what is wrong with it is noted by the reader."""
    # A key with nothing below it is a key left out.
    keys = {key: node for key, node in reader.mapping(root, KEYS).items() if node.value is not None}
    given: Given = {key: read(reader, keys[key]) for key, read in _ALONE.items() if key in keys}
    if "version" in keys and (version := reader.number(keys["version"], 1, 10**6)):
        given["version"] = version
    if "calendars" in keys:
        given["calendars"] = read_calendars(reader, keys["calendars"])
    names = list(given.get("calendars", {}))
    if "desks" in keys:
        given["desks"] = read_desks(reader, keys["desks"], names)
    if "severities" in keys:
        given["severities"] = read_severities(reader, keys["severities"], names)
    severities = given.get("severities", {})
    if "targets" in keys:
        given["targets"] = read_targets(reader, keys["targets"], names, severities)
    if "plans" in keys:
        given["plans"] = read_plans(reader, keys["plans"], names, severities)
    if "agreements" in keys:
        given["agreements"] = read_agreements(reader, keys["agreements"], names, severities)
    if "levels" in keys:
        given["levels"] = read_levels(reader, keys["levels"], given.get("page", {}).get("targets", {}))
    if "people" in keys:
        given["people"] = read_shifts(reader, keys["people"], names)
    if "oncall" in keys:
        given["oncall"] = read_oncall(reader, keys["oncall"], names)
    if "promises" in keys:
        promises = reader.mapping(keys["promises"], ("intervals",))
        if "intervals" in promises and (intervals := reader.number(promises["intervals"], 1, 1000)):
            given["promise_intervals"] = intervals
    return given


def lay_over(upper: Given, lower: Given) -> Given:
    """`upper` with what it leaves out taken from `lower`: desks and levels by position, people's working hours by
    person, the rota as a whole, everything else by key.

    A lower layer never adds a desk or a level to those that the upper one has.
    """
    merged: Given = _fill(upper, lower)
    for key in ("desks", "levels"):
        if key in upper:
            below: list[Given] = [*lower.get(key, []), *({} for _ in upper[key])]
            merged[key] = [_fill(own, under) for own, under in zip(upper[key], below, strict=False)]
    if "people" in merged:
        merged["people"] = {**lower.get("people", {}), **upper.get("people", {})}
    if "oncall" in upper:
        merged["oncall"] = upper["oncall"]
    return merged


def _fill(upper: Any, lower: Any) -> Any:
    if isinstance(upper, dict) and isinstance(lower, dict):
        return {**lower, **{key: _fill(value, lower.get(key)) for key, value in upper.items()}}
    return upper
