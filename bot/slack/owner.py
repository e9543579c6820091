"""Whose a button or a form is. Where a channel belongs to two workspaces, or a person does, what is pressed may come to
the wrong one: every button and form says which organisation made it, and another's is refused."""

from __future__ import annotations

import json
from typing import Any

KEY = "organisation"
Json = dict[str, Any]


def marked(content: Json, organisation: int) -> Json:
    """A message or a view as it is sent, each of its buttons and menus, and its context, saying whose they are."""
    found = dict(content)
    if "private_metadata" in found:
        found["private_metadata"] = _with_owner(found["private_metadata"], organisation)
    if isinstance(found.get("view"), dict):
        found["view"] = marked(found["view"], organisation)
    if isinstance(found.get("blocks"), list):
        found["blocks"] = _walk(found["blocks"], organisation)
    return found


def is_anothers(value: Json, organisation: int) -> bool:
    """Whether what came back with a press or a form says that it is another organisation's. What says nothing was made
    before anything did."""
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
