"""JSON with parts that are gone or of another kind."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
ODD = [None, "", "x", 3, [], [None], {}, {"x": 1}, True, "9" * 40]


def paths(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from paths(child, (*at, key))


def unsound(data: st.DataObject, body: Json, least: int = 0) -> Json:
    """The same with up to three parts gone or of another kind."""
    body = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(least, 3))):
        found = list(paths(body))
        if not found:
            break
        *way, last = data.draw(st.sampled_from(found))
        node: Any = body
        for key in way:
            node = node[key]
        if data.draw(st.booleans()) and isinstance(node, dict):
            del node[last]
        else:
            node[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    return body
