"""Which organisation a button or a form belongs to. Where a channel or a person is shared by two workspaces, what is
pressed may reach the wrong installation: every button and form carries its organisation, and another's is refused."""

from __future__ import annotations

import json
from typing import Any

KEY = "organisation"
Json = dict[str, Any]


def marked(content: Json, organisation: int) -> Json:
    """The message or view with its organisation written into each button, each menu, and its context."""
    found = dict(content)
    if "private_metadata" in found:
        found["private_metadata"] = _with_owner(found["private_metadata"], organisation)
    if isinstance(found.get("view"), dict):
        found["view"] = marked(found["view"], organisation)
    if isinstance(found.get("blocks"), list):
        found["blocks"] = _walk(found["blocks"], organisation)
    return found


def is_anothers(value: Json, organisation: int) -> bool:
    """Whether the value of a button or form names another organisation. Values from before organisations were written
    say nothing, and are accepted."""
    return KEY in value and value[KEY] != organisation


def _walk(node: Any, organisation: int) -> Any:
    if isinstance(node, list):
        return [_walk(each, organisation) for each in node]
    if not isinstance(node, dict):
        return node
    found = {name: _walk(child, organisation) for name, child in node.items()}
    if "action_id" in found and isinstance(found.get("value"), str):
        found["value"] = _with_owner(found["value"], organisation)
    if found.get("type") == "overflow":
        found["options"] = [
            {**option, "value": _with_owner(option.get("value"), organisation)} for option in found["options"]
        ]
    return found


def _with_owner(text: Any, organisation: int) -> Any:
    """The same JSON object with its owner in it; what is none stays as it is."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return text
    return json.dumps({**value, KEY: organisation}) if isinstance(value, dict) else text
