"""A snooze holds warnings and reminders back for a while, never past a deadline, and never a breach."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, BEN, POLICY, Story, at
from triage import owning, sorting, updating
from triage.agenda import BREACH_STEPS, ESCALATION, agenda
from triage.errors import Refusal
from triage.snoozing import snooze
from triage.terms import Category, ClockKind
from triage.warnings import LAST_CALL


def test_a_warning_waits_for_the_end_of_the_snooze() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:00", "on it")
    assert story.planned("update", "left-900") == at("09:45")
    story.act(snooze, "09:10", at("09:50"))
    assert story.planned("update", "left-900") == at("09:50")
    story.act(snooze, "09:20", at("10:00"))  # its deadline, to the second
    assert story.planned("update", "left-900") == at("09:45")
    story.act(snooze, "09:25", None)
    assert story.planned("update", "left-900") == at("09:45")


def test_a_warning_whose_deadline_comes_first_is_said_all_the_same_and_the_breach_is_never_held_back() -> None:
    story = Story("09:00", severity=2)
    story.act(snooze, "09:01", at("12:00"))
    assert story.planned("response", "left-300") == at("09:10")
    assert story.planned("response", "breach") == at("09:15:01")


def test_reminders_wait_as_well() -> None:
    story = Story("09:00", severity=None, category=Category.PROVISIONING)
    assert story.planned("idle", "nudge") == at("13:00")
    story.act(snooze, "09:10", at("15:30"))
    assert story.planned("idle", "nudge") == at("15:30")


def test_whoever_gets_the_ticket_next_is_warned_and_so_is_everyone_when_its_severity_rises() -> None:
    for verb, args in ((owning.assign, (BEN,)), (sorting.change_severity, (POLICY, 1, "it grew"))):
        story = Story("09:00", severity=2)
        story.act(owning.take, "09:01")
        story.act(snooze, "09:02", at("12:00"))
        assert story.ticket.snoozed_until == at("12:00")
        story.act(verb, "09:05", *args)
        assert story.ticket.snoozed_until is None
    story = Story("09:00", severity=2)
    story.act(owning.take, "09:01")
    story.act(snooze, "09:02", at("12:00"))
    story.act(sorting.change_severity, "09:05", POLICY, 3, "it shrank")
    assert story.ticket.snoozed_until == at("12:00")


@pytest.mark.parametrize(("until", "code"), [("08:59", "snooze_in_past"), ("400 09:00", "too_far_ahead")])
def test_a_snooze_lies_ahead_and_within_reach(until: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(snooze, "09:01", at(until))


@given(openings, steps, st.integers(1, 100_000))
def test_a_snooze_only_moves_warnings_and_reminders_and_never_past_their_deadline(
    opening: dict[str, Any], life: list[Step], seconds: int
) -> None:
    story = live(opening, life)
    with suppress(Refusal):
        story.act(snooze, story.events[-1].recorded_at, None)
    before = {due.key: due.at for due in agenda(story.ticket)}
    deadlines = {kind: clock.due for kind, clock in story.ticket.clocks.items()}
    now = story.events[-1].recorded_at
    until = now + timedelta(seconds=seconds)
    with suppress(Refusal):
        story.act(snooze, now, until, by=ANA)
    after = {due.key: due.at for due in agenda(story.ticket)}
    # What would be said after the last call only because it was held back is left to it.
    assert {key for key in set(before) ^ set(after) if key[0] not in set(ClockKind)} == set()
    assert {clock for clock, _, _ in before} == {clock for clock, _, _ in after}
    for (clock, step, cycle), instant in after.items():
        was = before.get((clock, step, cycle))
        if step == LAST_CALL:
            assert was in (instant, None)
        elif was is None:
            raise AssertionError(f"{step} is new")
        elif step in BREACH_STEPS or clock == ESCALATION:
            assert instant == was
        elif instant != was:
            due = deadlines.get(clock)  # type: ignore[call-overload]
            assert was < instant == until
            assert due is None or instant < due
