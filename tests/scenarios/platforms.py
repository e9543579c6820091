"""On which platforms a story is told, and what keeps one from being told on Teams."""

from __future__ import annotations

import pytest

SLACK, TEAMS = "slack", "teams"

#: The stories that are told on Teams too, word for word: always, or in `make test-slow` alone, for what they promise
#: there is kept by the same code.
ALWAYS = frozenset({"test_from_new_to_resolved"})
SLOWLY: frozenset[str] = frozenset()

#: What of them is not told on Teams, and why. The README's table of what each platform can do has the same reasons.
NOT_ON_TEAMS: dict[str, str] = {}


def platforms_of(module: str) -> list[object]:
    """Where the stories of that file are told, beside Slack."""
    if module in ALWAYS:
        return [SLACK, TEAMS]
    return [SLACK, pytest.param(TEAMS, marks=pytest.mark.slow)] if module in SLOWLY else [SLACK]
