"""The agenda at its edges: what is due at the very instant, and what a cycle belongs to."""

from __future__ import annotations

import pytest

from tests.triage.story import MIA, POLICY, Story, at
from triage import acknowledging, escalation, reporting, sorting, updating
from triage.terms import Category


def test_what_a_correction_makes_overdue_is_proposed_at_the_correction() -> None:
    story = Story("09:00", severity=1)
    story.act(reporting.correct_report, "09:30", at("06:00"), "they called the lead first")
    assert story.planned("escalation", "propose-1") == at("09:30"), "not before anybody could know"
    assert story.planned("escalation", "propose-2") == at("12:00")


@pytest.mark.parametrize(("when", "overdue"), [("15:00", None), ("15:00:01", "15:00:01")])
def test_exactly_due_at_the_change_is_not_overdue(when: str, overdue: str | None) -> None:
    story = Story("09:00", severity=2)
    story.act(sorting.change_severity, when, POLICY, 1, "all sites")  # severity 1 allows six hours
    assert story.planned("escalation", "overdue") == (overdue and at(overdue))


def test_from_the_highest_level_nothing_is_left_to_propose() -> None:
    story = Story("09:00", severity=2)
    for level, minute in enumerate(("09:10", "09:20", "09:30"), 1):
        story.act(escalation.escalate, minute, "impact has grown", by=MIA)
        assert story.ticket.level == level
    story.act(sorting.change_severity, "16:00", POLICY, 1, "all sites")
    story.act(acknowledging.acknowledge, "16:01", by=MIA)
    assert [due for due in story.dues() if due.clock == "escalation"] == []


@pytest.mark.parametrize(("requested", "steps"), [("1 09:00", ["come"]), ("1 09:00:01", ["day-before", "come"])])
def test_a_day_ahead_of_a_requested_date_lies_after_the_opening(requested: str, steps: list[str]) -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None, requested=requested)
    found = [due for due in story.dues() if due.clock == "requested"]
    assert [due.step for due in found] == steps
    assert {due.cycle for due in found} == {1}, "the opening set it"


def test_nudges_belong_to_the_last_update_or_to_the_opening() -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None)
    assert {due.cycle for due in story.dues() if due.clock == "idle"} == {1}
    story.act(updating.update, "10:00", "the line is ordered")
    assert {due.cycle for due in story.dues() if due.clock == "idle"} == {story.ticket.updates.last_seq}
    assert story.ticket.updates.last_seq != 1
