"""Whole numbers that stand in a button, a form or its context: they come back from outside."""

from __future__ import annotations

import re

_FIGURE = re.compile(r"[0-9]{1,9}")


def figure(text: object) -> int | None:
    """The number; None where it is none that anything here is counted with."""
    written = str(text)
    return int(written) if _FIGURE.fullmatch(written) else None
