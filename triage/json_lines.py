"""Lines of JSON, as the command line takes them: one object a line, and an answer for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def object_in(line: bytes) -> dict[str, Any] | None:
    """The JSON object that a line is; None where it is none."""
    try:
        found = _decode(line.decode())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def id_of(found: Mapping[str, Any]) -> Any:
    """What it is called, to be answered with; None where a number in it is beyond all measure (1e400): that is no
    JSON."""
    try:
        json.dumps(found.get("id"), allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return found.get("id")


def not_an_object(number: int, what: str) -> dict[str, Any]:
    """The answer to a line that is no object; `what` is what belongs on one."""
    return {"id": None, "line": number, "error": f"This line is not a JSON object; write one {what} per line."}


def _no_json(constant: str) -> None:
    raise ValueError(constant)


# NaN and Infinity are Python's, not JSON's.
_decode = json.JSONDecoder(parse_constant=_no_json).decode
