"""What if: the deadlines before and after, and nothing changed."""

from __future__ import annotations

import pytest

from tests.triage.story import POLICY, Story, at
from triage import awaiting, sorting
from triage.change import Change
from triage.supposing import Difference, answered_at, differences, next_proposal, suppose
from triage.terms import Category, ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind


def supposed(story: Story, change: Change) -> dict[ClockKind, Difference]:
    before = list(story.events)
    found = differences(story.ticket, suppose(story.events, change))
    assert story.events == before, "nothing was changed"
    return {each.kind: each for each in found}


def test_another_severity_is_shown_with_every_deadline_before_and_after() -> None:
    story = Story("09:00", severity=2)
    change = sorting.change_severity(story.ticket, story.opener, at("10:00"), POLICY, 1, "what if")
    found = supposed(story, change)
    assert [(each.before.due, each.after.due) for each in found.values() if each.before and each.after] == [
        (at("09:15"), at("09:15")),
        (at("10:00"), at("10:00")),
        (at("1 09:00"), at("15:00")),
    ]
    assert [kind for kind, each in found.items() if each.moved] == [RESTORE]
    assert (next_proposal(story.ticket), next_proposal(suppose(story.events, change))) == (at("21:00"), at("12:00"))


def test_a_wait_until_a_time_is_shown_as_if_the_customer_answered_then() -> None:
    story = Story("09:00", severity=1)
    change = awaiting.wait(story.ticket, story.opener, at("10:00"), "what if", until=at("1 09:00"))
    assert supposed(story, change)[RESTORE].after == suppose(story.events, change).clocks[RESTORE]
    found = supposed(story, answered_at(change, at("1 09:00")))[RESTORE]
    assert found.after is not None
    assert found.after.due == at("1 14:00"), "an hour was used up before, five are left"


@pytest.mark.parametrize("what", ["vendor", "maintenance"])
def test_other_waits_move_nothing_whenever_they_end(what: str) -> None:
    story = Story("09:00", severity=1)
    change = awaiting.wait(story.ticket, story.opener, at("10:00"), "what if", what=what, until=at("1 09:00"))
    assert answered_at(change, at("1 09:00")) is change
    assert not any(each.moved for each in supposed(story, change).values())


def test_a_clock_that_comes_or_goes_has_one_side_only() -> None:
    story = Story("09:00", severity=None, category=Category.INQUIRY)
    change = sorting.change_category(
        story.ticket, story.opener, at("10:00"), POLICY, Category.INCIDENT, 1, reported_at=at("09:30")
    )
    found = supposed(story, change)[RESTORE]
    assert found.before is None
    assert found.after is not None
    assert (found.after.due, found.moved) == (at("15:30"), True)
