"""Deadlines kept and missed, of closed facts alone."""

from __future__ import annotations

import pytest

from tests.triage.story import Story
from triage import resolving, updating
from triage.figures import Kept, deadlines_kept
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind.RESPONSE, ClockKind.UPDATE, ClockKind.RESTORE


@pytest.mark.parametrize(
    ("answered", "resolved", "kept"),
    [
        ("09:10", "09:50", {RESPONSE: Kept(1, 0), UPDATE: Kept(2, 0), RESTORE: Kept(1, 0)}),
        ("09:15", "10:15", {RESPONSE: Kept(1, 0), UPDATE: Kept(2, 0), RESTORE: Kept(1, 0)}),
        ("09:20", "10:30", {RESPONSE: Kept(0, 1), UPDATE: Kept(1, 1), RESTORE: Kept(1, 0)}),
    ],
)
def test_each_clock_is_kept_or_missed_and_each_update_counts(
    answered: str, resolved: str, kept: dict[ClockKind, Kept]
) -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, answered, "We are on it")
    story.act(resolving.resolve, resolved)
    assert deadlines_kept(story.events) == kept


def test_what_still_runs_is_no_fact_yet() -> None:
    assert deadlines_kept(Story("09:00", severity=2).events) == {}
