"""People as a policy names them: platform ids, user groups, emails; and the lists they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.keys import is_forgotten

ROLES = ("agents", "leads", "managers", "admins", "helpers")

# An id has a digit; a name written in capitals has none.
_SLACK_ID = r"([UWS](?=[A-Z]*\d)[A-Z0-9]{2,})"
_SLACK = re.compile(rf"(?:slack:)?{_SLACK_ID}|<(?:@|!subteam\^){_SLACK_ID}(?:\|[^>]*)?>")
_BOT = re.compile(r"(?:slack:)?([ABUW](?=[A-Z]*\d)[A-Z0-9]{2,})")
_OTHER = re.compile(r"(?!slack:)[a-z]{2,20}:\S+")  # of another platform
# The id that somebody has in Entra, by which Teams knows them too.
_ENTRA = re.compile(r"(?:teams:)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def person_key(text: str) -> str | None:
    """The key of a person or user group: `slack:U0123`, `teams:...`, which a bare id of Entra means as well, or an
    email; None for anything else."""
    if match := _SLACK.fullmatch(text):
        return f"slack:{match[1] or match[2]}"
    if match := _ENTRA.fullmatch(text):
        return f"teams:{match[1].lower()}"
    return text if _OTHER.fullmatch(text) or _EMAIL.fullmatch(text) or is_forgotten(text) else None


def names_group(key: str) -> bool:
    """Whether a person's key, as a policy has it, is a user group's: of Slack's those that begin with S."""
    return key.startswith("slack:S")


def read_people(reader: Reader, node: Node, words: Collection[str] = ()) -> list[str]:
    """The keys of a list of people, each once, in order. `words` stand for somebody too, there."""
    found: dict[str, None] = {}
    for item in reader.items(node):
        named = item.value.strip() if isinstance(item.value, str) else ""
        key = named if named in words else person_key(named)
        if key is None:
            reader.problem(
                item,
                f"{shown(item)} is not a person; write a member id such as U0123ABC (their profile, Copy member ID), "
                "a user group such as slack:S0123ABC, or an email.",
            )
        else:
            found[key] = None
    return list(found)


def read_bots(reader: Reader, node: Node) -> list[str]:
    """The keys of a list of apps and workflows, each once, in order."""
    found: dict[str, None] = {}
    for item in reader.items(node):
        key = _bot_key(item.value.strip()) if isinstance(item.value, str) else None
        if key is None:
            reader.problem(
                item,
                f"{shown(item)} is not a bot; write its bot id such as B0123ABC, or its app id such as A0123ABC. "
                "Vigie names both when it leaves out a post.",
            )
        else:
            found[key] = None
    return list(found)


def _bot_key(text: str) -> str | None:
    if match := _BOT.fullmatch(text):
        return f"slack:{match[1]}"
    return text if _OTHER.fullmatch(text) else None


def read_roles(reader: Reader, node: Node) -> dict[str, list[str]]:
    """People by role, for the roles that are named."""
    return {role: read_people(reader, child) for role, child in reader.mapping(node, ROLES).items()}


def read_skills(reader: Reader, node: Node) -> dict[str, list[str]]:
    """People by skill. `network: [U1]` and `U1: [network]` say the same."""
    found: dict[str, dict[str, None]] = {}
    for key, child in reader.names(node, "network").items():
        person = person_key(key)
        if person is None:
            found.setdefault(key, {}).update(dict.fromkeys(read_people(reader, child)))
            continue
        for item in reader.items(child):
            if skill := reader.text(item):
                found.setdefault(skill, {})[person] = None
    return {skill: list(people) for skill, people in found.items()}
