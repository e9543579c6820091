"""What is left out of the work after a warning changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, Story
from triage.agenda import agenda, upcoming
from triage.due import decide_due
from triage.fold import fold
from triage.owning import take
from triage.warned import after_warning, due_after_warning, is_warned_alone


def pass_on(story: Story, *, there: bool = True, written: bool = False) -> bool:
    """Let what is due next be recorded; whether that was a warning alone, of which then the same was known."""
    ticket = story.ticket
    now = max(agenda(ticket)[0].at, story.events[-1].recorded_at)
    coming = agenda(ticket, until=now)
    change = decide_due(ticket, now, there=there, written=written, coming=coming)
    new = [replace(event, seq=seq) for seq, event in enumerate(change.events, len(story.events) + 1)]
    story.record(change)
    if not new or not is_warned_alone(new):
        return False
    after = after_warning(ticket, new)
    assert after == fold(story.events)
    assert due_after_warning(coming, new) == upcoming(after)
    return True


def test_most_of_what_a_ticket_with_an_owner_is_warned_of_is_not_worked_out_again() -> None:
    story = Story("09:00", severity=1)
    story.act(take, "09:01", by=ANA)
    assert pass_on(story)
    assert pass_on(story, written=True) is False


@given(openings, steps, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_after_a_warning_the_ticket_is_as_if_it_was_folded_again(
    opening: dict[str, Any], life: list[Step], then: list[tuple[bool, bool]]
) -> None:
    story = live(opening, life)
    for there, written in then:
        if not agenda(story.ticket):
            return
        pass_on(story, there=there, written=written)
