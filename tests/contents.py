"""What notices say, for tests that look at notices of several kinds at once."""

from __future__ import annotations

from typing import Any

from triage.notice import Notice


def says(notice: Notice, name: str) -> Any:
    """What a notice says under that name; None where it says nothing of the kind."""
    return getattr(notice.content, name, None)
