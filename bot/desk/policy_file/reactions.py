"""What each emoji does. Its name here is its common short name; a platform that has another for it translates."""

from __future__ import annotations

from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node

VERBS = ("take", "escalate", "resolve", "new")
#: What they do where the policy file says nothing of it.
REACTIONS = {"eyes": "take", "rotating_light": "escalate", "white_check_mark": "resolve", "ticket": "new"}


def read_reactions(reader: Reader, node: Node) -> dict[str, str]:
    """What each emoji does, by its name without colons."""
    found = {}
    for emoji, child in reader.names(node, "eyes").items():
        if verb := reader.choice(child, VERBS):
            found[emoji.strip(":")] = verb
    return found
