"""Lines of JSON, as the command line takes them: one object a line, and an answer for each."""

from __future__ import annotations

import json
import math
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


def _finite(written: str) -> float:
    if math.isinf(found := float(written)):  # 1e400: it could not be answered as JSON
        raise ValueError(written)
    return found


# NaN and Infinity are Python's, not JSON's.
_decode = json.JSONDecoder(parse_constant=_no_json, parse_float=_finite).decode
