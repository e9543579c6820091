"""What a change makes of a ticket, worked out before it is written."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from storage.foreseen import foresee
from storage.tickets import StoredTicket
from tests.triage.actions import Step, live, openings, steps
from triage.agenda import agenda, upcoming
from triage.due import decide_due
from triage.fold import fold


@given(openings, steps, st.booleans(), st.booleans())
def test_what_is_foreseen_is_what_its_events_make_of_it(
    opening: dict[str, Any], life: list[Step], there: bool, written: bool
) -> None:
    """Also where a warning alone is new, and most of it was not worked out."""
    story = live(opening, life)
    if not agenda(story.ticket):
        return
    now = max(agenda(story.ticket)[0].at, story.events[-1].recorded_at)
    coming = agenda(story.ticket, until=now)
    stored = StoredTicket(1, 1, 1, 1, tuple(story.events), story.ticket, ())
    found = foresee(stored, decide_due(story.ticket, now, there=there, written=written, coming=coming), coming=coming)
    assert found.after.events == (*stored.events, *found.events)
    assert found.after.ticket == fold(found.after.events)
    assert found.version == found.after.ticket.version
    assert found.events == () or found.is_due == upcoming(found.after.ticket)
