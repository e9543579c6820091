"""Lines of JSON, as the command line takes them: one object a line, and an answer for each."""

from __future__ import annotations

import json
from typing import Any


def object_in(line: bytes) -> dict[str, Any] | None:
    """The JSON object that a line is; None where it is none."""
    try:
        found = _decode(line.decode())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def not_an_object(number: int, what: str) -> dict[str, Any]:
    """The answer to a line that is no object; `what` is what belongs on one."""
    return {"id": None, "line": number, "error": f"This line is not a JSON object; write one {what} per line."}


def _no_json(constant: str) -> None:
    raise ValueError(constant)


_decode = json.JSONDecoder(parse_constant=_no_json).decode  # NaN and Infinity are Python's, not JSON's
