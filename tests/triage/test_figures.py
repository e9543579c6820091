"""Deadlines kept and missed, of closed facts alone."""

from __future__ import annotations

import pytest

from tests.triage.kept import deadlines_kept
from tests.triage.story import ANA, MIA, POLICY, Story, at
from triage import awaiting, escalation, resolving, restoring, sorting, updating
from triage.cycles import cycles
from triage.figures import Climbed, Kept, Promises, TicketFigures, Waited, figures_of
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


def test_an_answer_within_the_second_is_one_in_time() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:00", "We are on it")
    assert deadlines_kept(story.events)[RESPONSE] == Kept(1, 0)


def test_what_still_runs_is_no_fact_yet() -> None:
    assert deadlines_kept(Story("09:00", severity=2).events) == {}


def test_what_was_met_in_time_stays_so_when_the_ticket_is_opened_again_after_its_deadline() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "09:05", "We are on it")
    story.act(resolving.resolve, "09:30")
    story.act(resolving.reopen, "1 10:00", counts=False)
    story.act(resolving.resolve, "1 10:10")
    assert deadlines_kept(story.events) == {RESPONSE: Kept(1, 0), UPDATE: Kept(3, 0), RESTORE: Kept(1, 0)}


def test_what_was_restored_in_time_stays_so_when_it_fails_again_after_the_deadline() -> None:
    story = Story("09:00", severity=1)
    story.act(restoring.restored, "10:00")
    story.act(restoring.relapsed, "16:00")
    story.act(resolving.resolve, "16:30")
    assert deadlines_kept(story.events)[RESTORE] == Kept(1, 0)


def figures(story: Story) -> TicketFigures:
    return figures_of(story.ticket, story.events)


def test_a_deadline_counts_for_the_severity_that_was_in_force() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "09:40", "Late by ten minutes")
    story.act(sorting.change_severity, "09:50", POLICY, 2, "A backup carries it", by=MIA)
    story.act(updating.update, "10:00", "In time")
    story.act(resolving.resolve, "10:10")
    assert figures(story).kept == {
        (RESPONSE, 1): Kept(0, 1),
        (UPDATE, 1): Kept(0, 1),
        (UPDATE, 2): Kept(2, 0),
        (RESTORE, 2): Kept(1, 0),
    }


def test_a_deadline_whose_place_another_took_was_not_kept() -> None:
    story = Story("09:00", severity=3)
    story.act(sorting.change_severity, "09:05", POLICY, 2, "More users are hit", by=MIA)
    story.act(updating.update, "09:10", "We are on it")
    story.act(resolving.resolve, "09:20")
    assert (UPDATE, 3) not in figures(story).kept
    assert (RESPONSE, 3) not in figures(story).kept


def test_promises_are_kept_broken_or_moved() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.promise, "09:05", at("09:30"))
    story.act(updating.update, "09:30", "As promised")
    story.act(updating.promise, "09:35", at("10:00"))
    story.act(updating.promise, "09:50", at("10:10"), "It takes longer")
    story.act(updating.update, "10:20", "Later than promised")
    story.act(resolving.resolve, "10:30")
    assert figures(story).promises == Promises(kept=1, broken=1, moved=1)


def test_a_deadline_was_moved_only_where_a_promise_took_the_place_of_another() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.promise, "09:05", at("09:30"))
    story.act(updating.update, "09:20", "Earlier than promised")
    story.act(updating.promise, "09:35", at("10:00"))
    story.act(updating.promise, "09:50", at("10:10"), "It takes longer")
    assert [each.moved for each in cycles(story.events)[UPDATE]] == [False, False, False, True, False]


def test_waiting_is_summed_by_what_and_by_whom_and_ends_with_the_ticket() -> None:
    story = Story("09:00", severity=2)
    story.act(awaiting.wait, "09:10", "Needs a password")
    story.act(awaiting.resume, "09:40")
    story.act(awaiting.wait, "10:00", "The carrier is on it", what="vendor", by=MIA)
    story.act(resolving.resolve, "10:20", "Repaired")
    found = figures(story)
    assert found.waited == (Waited("customer", ANA.id, 1800), Waited("vendor", MIA.id, 1200))


def test_what_a_clock_took_leaves_pauses_out() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:10", "We are on it")
    story.act(awaiting.wait, "09:10", "Needs a password")
    story.act(awaiting.resume, "09:40")
    story.act(restoring.restored, "10:00")
    story.act(resolving.resolve, "12:00", "Repaired")
    assert figures(story).taken == {RESPONSE: 600, RESTORE: 1800}


def test_an_inquiry_has_taken_no_time_to_restore() -> None:
    story = Story("09:00", severity=None)
    story.act(resolving.resolve, "10:20", "Answered")
    assert RESTORE not in figures(story).taken
    assert not any(kind is RESTORE for kind, _ in figures(story).kept)


def test_every_level_counts_with_how_it_was_reached() -> None:
    story = Story("09:00", severity=1)
    story.act(escalation.escalate, "09:10", "The whole region is down")
    story.act(escalation.escalate_by_reaction, "09:20", by=MIA)
    story.act(resolving.resolve, "09:30", "Repaired")
    assert figures(story).climbed == (Climbed(1, "command"), Climbed(2, "reaction"))
