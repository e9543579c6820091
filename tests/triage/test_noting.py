"""Notes are the desk's own."""

from __future__ import annotations

from tests.triage.story import Story, at, due, told
from triage import noting
from triage.notice import Audience
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind


def test_the_receipt_and_a_note_meet_nothing() -> None:
    story = Story("09:00")
    change = story.act(noting.note, "09:05", "looks like the fibre")
    assert told(change, Audience.CUSTOMER) == []
    assert due(story, RESPONSE) == at("09:15")
