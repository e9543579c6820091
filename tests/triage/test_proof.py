"""Each deadline that counts is proven once, and each that was missed says why it was due then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from tests.triage.actions import Step, live, openings, steps
from tests.triage.kept import deadlines_kept
from tests.triage.test_agreements import INNER, held_to
from tests.triage.test_clocks import terms
from triage.figures import Kept
from triage.moving import STAMPED
from triage.proof import Proven, proven
from triage.terms import ClockKind
from triage.why import Line


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


@given(openings, steps)
def test_nothing_of_an_agreement_beside_the_customers_is_in_their_proof(
    opening: dict[str, Any], life: list[Step]
) -> None:
    events = live(opening, life).events
    short = replace(INNER, terms=terms(response=1, update=1, restore=1))
    held = [held_to(event, (short,)) if isinstance(event.fact, STAMPED) else event for event in events]

    def told(lines: tuple[Line, ...]) -> list[object]:
        return [(line.event and line.event.seq, replace(line, event=None, ended_by=None)) for line in lines]

    def shown(of: list[Proven]) -> list[object]:
        return [(each.cycle, each.kept, each.why and told(each.why.lines)) for each in of]

    assert shown(proven(held)) == shown(proven(events))
