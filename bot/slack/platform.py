"""What Slack's keys are like."""

from __future__ import annotations

PLATFORM = "slack"


def is_group_id(native_id: str) -> bool:
    """Whether that is a user group's id rather than a person's."""
    return native_id.startswith("S")
