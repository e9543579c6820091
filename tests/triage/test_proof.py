"""Each deadline that counts is proven once, and each that was missed says why it was due then."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.triage.actions import Step, live, openings, steps
from tests.triage.kept import deadlines_kept
from triage.figures import Kept
from triage.proof import proven
from triage.terms import ClockKind


@given(openings, steps)
def test_what_is_proven_adds_up_to_the_figures(opening: dict[str, Any], life: list[Step]) -> None:
    story = live(opening, life)
    found = proven(story.events)
    counted: dict[ClockKind, Kept] = {}
    for each in found:
        counted[each.kind] = counted.get(each.kind, Kept()) + Kept(int(each.kept), int(not each.kept))
    assert counted == {kind: kept for kind, kept in deadlines_kept(story.events).items() if kept != Kept()}


@given(openings, steps)
def test_every_breach_says_why_it_was_due_then(opening: dict[str, Any], life: list[Step]) -> None:
    for each in proven(live(opening, life).events):
        if each.kept:
            assert each.why is None
        else:
            assert each.why is not None
            assert each.why.clock.deadline == each.cycle.clock.deadline
            assert [line.event for line in each.why.lines if line.event is not None and line.event.body_id] == []
