"""The two things every module here shares: what JSON looks like in Python, and how it is written compactly."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def dumps(value: Any) -> str:
    """Compact JSON, other alphabets kept as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    r"""What a JSON text says; half a character (`\ud800` alone) becomes the sign for what cannot be shown.

    Raises ValueError or RecursionError."""
    value = json.loads(text)
    return _whole(value) if "\\ud" in text.lower() else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def loads_object(text: str) -> Json | None:
    """The JSON object in `text`, or None when it is anything else."""
    try:
        value = loads(text)
    except (ValueError, RecursionError):  # brackets a thousand deep are no object either
        return None
    return value if isinstance(value, dict) else None
