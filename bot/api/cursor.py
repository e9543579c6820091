"""Where a page begins, as a text that programs hand back and need not understand."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from bot.api.problem import Problem

LONGEST = 300
HIGHEST = 2**53  # above it not every program's numbers are exact


def written(kind: str, **values: int | str | None) -> str:
    """The cursor of a list of that kind."""
    data = json.dumps({"k": kind, **values}, separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def read(kind: str, text: str) -> dict[str, Any]:
    """The inverse. Raises Problem where it is no cursor of such a list."""
    try:
        if len(text) > LONGEST:
            raise ValueError
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise Problem(400, "bad_cursor") from None
    if not isinstance(found, dict) or found.pop("k", None) != kind:
        raise Problem(400, "bad_cursor")
    return found


def number(found: dict[str, Any], name: str) -> int:
    """A number in it."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < HIGHEST:
        raise Problem(400, "bad_cursor")
    return value


def instant(found: dict[str, Any], name: str) -> datetime | None:
    """An instant in it; None: there is none."""
    value = found.get(name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # the last of what is before the first or after the last year
        raise Problem(400, "bad_cursor") from None
