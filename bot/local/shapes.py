"""The two things every module here shares: what JSON looks like in Python, and how it is written compactly."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def dumps(value: Any) -> str:
    """Compact JSON, other alphabets kept as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loads_object(text: str) -> Json | None:
    """The JSON object in `text`, or None when it is anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # brackets a thousand deep are no object either
        return None
    return value if isinstance(value, dict) else None
