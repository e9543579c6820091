"""When what a text suggests is shown: how sure it has to be, or `off`."""

from __future__ import annotations

import re
from typing import Any

from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.yaml_nodes import Node

ON, OFF = "on", "off"
_SHARE = re.compile(r"(?:0?\.\d{1,3}|0|1(?:\.0{1,3})?)")
_PERCENT = re.compile(r"(\d{1,3})\s?%")


def read_suggestions(reader: Reader, node: Node) -> dict[str, Any]:
    """`off` or `on` alone, or how sure a suggestion has to be: `sure` and `ask_below`."""
    if isinstance(node.value, str):
        word = reader.choice(node, (ON, OFF))
        return {} if word is None else {"on": word == ON}
    keys = reader.mapping(node, ("sure", "ask_below"))
    found = {name: share for name, child in keys.items() if (share := _share(reader, child)) is not None}
    if found.get("ask_below", 0) > found.get("sure", 1):
        reader.problem(node, "`ask_below` is more than `sure`: what is sure would be asked about.")
    return found


def _share(reader: Reader, node: Node) -> float | None:
    """How sure, from 0 to 1; or in percent."""
    text = node.value.strip() if isinstance(node.value, str) else ""
    percent = _PERCENT.fullmatch(text)
    if percent is not None and int(percent[1]) <= 100:
        return int(percent[1]) / 100
    if _SHARE.fullmatch(text):
        return float(text)
    reader.problem(node, f"{shown(node)} is not how sure something is; write from 0 to 1, such as 0.8.")
    return None
