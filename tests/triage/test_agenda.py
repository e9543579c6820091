"""Everything that will fall due: breaches and their repeats, proposals, reminders, nudges - and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from tests.contents import says
from tests.triage.story import ANA, MIA, POLICY, Story, at
from triage import (
    acknowledging,
    answering,
    awaiting,
    noting,
    owning,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.agenda import agenda, next_of_each, upcoming
from triage.change import Change
from triage.contents.deadlines import BreachContent
from triage.desk import Desk
from triage.escalation import escalate, escalate_by_reaction
from triage.facts.ahead import Breached
from triage.hours import business_week
from triage.notice import NoticeKind
from triage.policy import Policy
from triage.terms import Category, ClockKind, Target

RESPONSE, UPDATE, RESTORE = ClockKind


def due(story: Story, clock: str) -> list[tuple[str, datetime]]:
    return [(step, when) for name, step, when in story.plan() if name == clock]


def breaches(story: Story, clock: str) -> list[tuple[str, datetime]]:
    return [(step, when) for step, when in due(story, clock) if step.startswith("breach")]


def times(*expected: tuple[str, str]) -> list[tuple[str, datetime]]:
    return [(step, at(when)) for step, when in expected]


# -- breaches ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (1, [("breach", "09:15:01"), ("breach-lead", "09:45:01"), ("breach-level", "10:15:01")]),
        (2, [("breach", "09:15:01"), ("breach-lead", "10:15:01"), ("breach-level", "11:15:01")]),
        (3, [("breach", "09:30:01"), ("breach-lead", "13:30:01"), ("breach-level", "1 09:30:01")]),
        (None, [("breach", "09:15:01"), ("breach-lead", "10:15:01"), ("breach-level", "11:15:01")]),
    ],
)
def test_a_breach_climbs_one_update_interval_at_a_time(severity: int | None, expected: list[tuple[str, str]]) -> None:
    if severity == 3:
        expected[-1] = ("breach-level", "1 09:00")  # 17:30:01 is after closing: it waits for the morning
    assert breaches(Story("09:00", severity=severity), RESPONSE) == times(*expected)


def test_the_repeats_of_a_severity_3_breach_at_night_wait_for_opening_one_after_the_other() -> None:
    story = Story("20:00", severity=3)
    assert breaches(story, RESPONSE) == times(
        ("breach", "20:30:01"), ("breach-lead", "1 09:00"), ("breach-level", "1 13:00")
    )


def test_the_repeats_of_severity_1_wait_for_nothing() -> None:
    story = Story("20:00", severity=1)
    assert breaches(story, RESPONSE)[-1] == ("breach-level", at("21:15:01"))


def test_in_business_time_the_repeats_are_counted_in_it_as_well() -> None:
    week = business_week("UTC")
    targets = {3: {kind: Target(4 * 3600, week) for kind in ClockKind}}
    story = Story("15:00", severity=3, policy=Policy(desk=Desk(timezone="UTC"), targets=targets))
    assert breaches(story, UPDATE) == times(
        ("breach", "1 11:00:01"), ("breach-lead", "1 15:00:01"), ("breach-level", "2 11:00:01")
    )


@pytest.mark.parametrize(
    ("answer", "args"),
    [(updating.update, ("on it",)), (owning.take, ()), (acknowledging.acknowledge, ())],
)
def test_an_answer_ends_the_repeats(answer: object, args: tuple[str, ...]) -> None:
    story = Story("09:00", severity=2)
    story.pass_until("09:15:01")
    assert breaches(story, RESPONSE) == times(("breach-lead", "10:15:01"), ("breach-level", "11:15:01"))
    story.act(answer, "09:20", *args)  # type: ignore[arg-type]
    assert breaches(story, RESPONSE) == []


def test_an_acknowledged_clock_is_still_late_and_said_no_more() -> None:
    story = Story("09:00", severity=2)
    story.pass_until("09:15:01")
    story.act(acknowledging.acknowledge, "09:20")
    assert story.ticket.clocks[RESPONSE].breached(at("09:20"))
    assert [notice for _, notice in story.live_until("09:59") if says(notice, "clock") == RESPONSE] == []


def test_what_answered_before_the_breach_was_said_does_not_answer_for_it() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "14:59", "nearly there")
    story.pass_until("15:00:01")
    assert [step for step, _ in breaches(story, RESTORE)] == ["breach-lead", "breach-level"]


def test_an_update_logged_late_clears_the_breach_it_would_have_prevented() -> None:
    story = Story("09:00", severity=1)
    story.act(owning.take, "09:05")
    story.pass_until("09:30:01")
    assert story.ticket.breaches
    story.act(updating.update, "09:40", "by phone", at=at("09:25"))
    assert not story.ticket.breaches
    assert not story.ticket.clocks[UPDATE].breached(at("09:40"))
    assert breaches(story, UPDATE)[0] == ("breach", at("09:55:01"))


def test_an_update_logged_late_that_was_itself_too_early_leaves_the_next_breach_due_at_once() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "10:00", "by phone", at=at("09:10"))
    assert breaches(story, UPDATE)[0] == ("breach", at("10:00"))


def test_a_paused_or_resolved_clock_is_not_breached_and_not_repeated() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "14:58", "nearly")
    story.pass_until("15:00:01")
    story.act(awaiting.wait, "15:10", "is it up?")
    assert due(story, RESTORE) == []
    story.act(resolving.resolve, "15:20")
    assert [due.clock for due in agenda(story.ticket)] == ["rating"]


@pytest.mark.parametrize(
    ("waits_at", "repeats"),
    [
        ("15:10", [("breach-lead", at("17:20:01")), ("breach-level", at("17:50:01"))]),
        ("15:40", [("breach-level", at("17:20:01"))]),
        ("16:10", []),
    ],
)
def test_after_a_wait_a_breach_of_restore_is_repeated_one_step_at_a_time_the_lead_first(
    waits_at: str, repeats: list[tuple[str, datetime]]
) -> None:
    story = Story("09:00", severity=1)
    story.live_until(waits_at)
    story.act(awaiting.wait, waits_at, "a call")
    story.live_until("17:00")
    story.act(awaiting.resume, "17:00")
    assert [(step, when) for clock, step, when in story.plan() if clock == ClockKind.RESTORE] == repeats
    said = [(now, n.content.to) for now, n in story.live_until("18:00") if isinstance(n.content, BreachContent)
            and n.content.clock == ClockKind.RESTORE]  # fmt: skip
    assert said == [(when, step.removeprefix("breach-")) for step, when in repeats]


def test_a_deadline_that_a_change_put_into_the_past_is_said_once_with_the_proposal_to_escalate() -> None:
    story = Story("09:00", severity=3)
    story.act(updating.update, "17:59", "looking")
    story.act(sorting.change_severity, "18:00", POLICY, 1, "all sites")  # restore was due at 15:00
    assert due(story, RESTORE)[0] == ("breach", at("18:00"))
    assert due(story, "escalation")[0] == ("overdue", at("18:00"))
    said = [notice.kind.value for notice in story.pass_until("18:00").notices]
    assert said == ["breach", "proposal", "card"]
    assert not [step for step, _ in due(story, "escalation") if step == "overdue"]


def test_a_breach_on_record_keeps_the_severity_then_in_force() -> None:
    story = Story("09:00", severity=2)
    story.pass_until("09:15:01")
    story.act(sorting.change_severity, "09:20", POLICY, 3, "less bad")
    (breached,) = [event.fact for event in story.events if isinstance(event.fact, Breached)]
    assert breached.severity == 2


# -- proposals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (1, [("propose-1", "11:00"), ("propose-2", "15:00"), ("propose-3", "21:00")]),
        (2, [("propose-1", "21:00"), ("propose-2", "1 09:00"), ("propose-3", "2 09:00")]),
        (3, []),
    ],
)
def test_each_level_is_proposed_at_its_threshold(severity: int, expected: list[tuple[str, str]]) -> None:
    assert due(Story("09:00", severity=severity), "escalation") == times(*expected)


@pytest.mark.parametrize("category", [Category.INQUIRY, Category.PROVISIONING])
def test_only_incidents_are_proposed(category: Category) -> None:
    assert due(Story("09:00", category=category, severity=None), "escalation") == []


def test_thresholds_count_from_the_report() -> None:
    assert due(Story("09:00", reported="08:00"), "escalation")[0] == ("propose-1", at("10:00"))


def test_a_threshold_that_passed_before_the_ticket_was_opened_is_due_at_opening() -> None:
    assert due(Story("09:00", reported="05:00"), "escalation")[0] == ("propose-1", at("09:00"))


def test_thresholds_count_from_the_rise_in_severity() -> None:
    story = Story("09:00", severity=2)
    story.act(sorting.change_severity, "10:00", POLICY, 1, "all sites")
    assert due(story, "escalation")[0] == ("propose-1", at("12:00"))
    story.act(sorting.change_severity, "10:30", POLICY, 2, "one site")
    assert due(story, "escalation")[0] == ("propose-1", at("22:00")), "a fall does not start again"


@pytest.mark.parametrize("leave", ["waiting", "restored", "closed"])
def test_time_in_which_nobody_was_meant_to_hurry_is_left_out(leave: str) -> None:
    story = Story("09:00")
    verbs: dict[str, tuple[Callable[..., Change], Callable[..., Change]]] = {
        "waiting": (partial(awaiting.wait, reason="logs"), awaiting.resume),
        "restored": (restoring.restored, restoring.relapsed),
        "closed": (resolving.resolve, partial(resolving.reopen, counts=False)),
    }
    begin, end = verbs[leave]
    story.act(begin, "09:30")
    assert due(story, "escalation") == []
    story.act(end, "12:30")
    assert due(story, "escalation")[0] == ("propose-1", at("14:00"))


def test_waiting_for_a_vendor_does_not_put_the_proposals_off() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "spare part", what="vendor")
    assert due(story, "escalation")[0] == ("propose-1", at("11:00"))


def test_a_level_already_reached_is_not_proposed() -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "vip")
    story.act(acknowledging.acknowledge, "09:31", by=MIA)
    assert [step for step, _ in due(story, "escalation")] == ["propose-2", "propose-3"]


def test_a_correction_of_the_report_moves_the_thresholds() -> None:
    story = Story("09:00")
    story.act(reporting.correct_report, "09:10", at("08:30"), "they called")
    assert due(story, "escalation")[0] == ("propose-1", at("10:30"))


# -- reminders --------------------------------------------------------------------------------------------------------


def test_waiting_for_the_customer_is_chased_after_1_3_and_5_business_days() -> None:
    story = Story("3 09:00")  # a Thursday
    story.act(awaiting.wait, "3 15:00", "logs")
    assert due(story, "waiting") == times(("chase-1", "4 15:00"), ("chase-2", "8 15:00"), ("close", "10 15:00"))


@pytest.mark.parametrize("what", ["vendor", "maintenance"])
def test_waiting_for_anybody_else_is_not_chased_but_reminded_of_when_asked(what: str) -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "spare part", what=what, until=at("2 14:00"))
    assert due(story, "waiting") == times(("until", "2 14:00"))


def test_wait_until_reminds_and_does_not_resume() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "logs", until=at("14:00"))
    said = [says(notice, "step") for _, notice in story.live_until("14:00") if notice.kind.value == "chase"]
    assert said == ["until"]
    assert story.ticket.waiting is not None


def test_a_new_wait_is_chased_anew() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "logs")
    story.live_until("1 10:00")
    story.act(awaiting.resume, "1 11:00")
    story.act(awaiting.wait, "1 12:00", "more logs")
    assert due(story, "waiting")[0] == ("chase-1", at("2 12:00"))


def test_a_requested_date_is_reminded_of_a_day_ahead_and_when_it_comes() -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None, requested="3 10:00")
    assert due(story, "requested") == times(("day-before", "2 10:00"), ("come", "3 10:00"))
    near = Story("09:00", category=Category.PROVISIONING, severity=None, requested="20:00")
    assert due(near, "requested") == times(("come", "20:00"))


def test_provisioning_without_an_update_is_nudged_twice() -> None:
    story = Story("14:00", category=Category.PROVISIONING, severity=None)
    assert due(story, "idle") == times(("nudge", "1 10:00"), ("nudge-lead", "1 14:00"))
    story.act(updating.update, "1 09:30", "line ordered")
    assert due(story, "idle") == times(("nudge", "1 13:30"), ("nudge-lead", "2 09:30"))
    story.act(updating.promise, "1 10:00", at("4 10:00"))
    assert due(story, "idle") == [], "a promise says when somebody will look"
    story.act(updating.update, "1 11:00", "earlier than promised")
    story.act(awaiting.wait, "1 11:30", "address needed")
    assert due(story, "idle") == [], "the customer is chased instead"
    story.act(awaiting.resume, "2 11:00")
    assert due(story, "idle")[0] == ("nudge", at("2 15:00"))


@pytest.mark.parametrize(("category", "severity"), [(Category.INCIDENT, 3), (Category.INQUIRY, None)])
def test_what_has_an_update_frequency_is_not_nudged(category: Category, severity: int | None) -> None:
    assert due(Story("09:00", category=category, severity=severity), "idle") == []


# -- the agenda as a whole ---------------------------------------------------------------------------------------------


def test_the_agenda_is_in_order_and_upcoming_is_the_first_of_each_clock() -> None:
    story = Story("09:00")
    story.act(escalate_by_reaction, "09:05", by=MIA)
    found = agenda(story.ticket)
    assert [due.at for due in found] == sorted(due.at for due in found)
    assert len({due.key for due in found}) == len(found)
    first = upcoming(story.ticket)
    assert set(first) == {due.clock for due in found}
    assert all(first[due.clock].at <= due.at for due in found)


@pytest.mark.parametrize("severity", [1, 3, None])
@pytest.mark.parametrize("passed", ["09:00", "09:25", "09:40", "11:20", "16:00"])
def test_up_to_an_instant_it_has_all_that_is_due_by_then_and_what_comes_next_of_each_clock(
    passed: str, severity: int | None
) -> None:
    story = Story("09:00", severity=severity)
    story.act(escalate_by_reaction, "09:05", by=MIA)
    story.pass_until(at(passed))
    whole = agenda(story.ticket)
    assert upcoming(story.ticket) == next_of_each(whole)
    for until in [due.at for due in whole]:
        found = agenda(story.ticket, until=until)
        assert [due for due in found if due.at <= until] == [due for due in whole if due.at <= until]
        assert next_of_each(due for due in found if due.at > until) == next_of_each(
            due for due in whole if due.at > until
        )


def test_what_is_on_record_is_left_out() -> None:
    story = Story("09:00")
    (warning,) = [d for d in story.dues() if d.clock == RESPONSE and d.step == "left-300"]
    story.pass_until(warning.at)
    assert warning.key in story.ticket.said
    assert warning not in story.dues()


def test_a_note_or_a_customers_message_moves_nothing() -> None:
    story = Story("09:00")
    before = agenda(story.ticket)
    story.act(noting.note, "09:01", "hm")
    story.act(answering.customer_wrote, "09:02", "any news", at=at("09:02"), by=ANA)
    assert agenda(story.ticket) == before


# -- what a change made late ------------------------------------------------------------------------------------------


def test_a_severity_that_rose_while_service_was_up_counts_from_the_relapse_on() -> None:
    story = Story(severity=2)
    story.act(restoring.restored, "16:00")
    story.act(sorting.change_severity, "16:10", POLICY, 1, "All of it.")
    story.act(restoring.relapsed, "18:00")
    assert breaches(story, "restore") == times(
        ("breach", "18:00"), ("breach-lead", "18:30"), ("breach-level", "19:00")
    ), "its assignee is told first, and nobody above before they could do anything"


def test_nobody_is_warned_of_what_is_late_already_because_it_is_due_later_now() -> None:
    story = Story()
    story.live_until("12:00")
    story.act(sorting.change_severity, "12:30", POLICY, 2, "A part of it.")
    assert [step for step, _ in due(story, "update")] == []


def test_after_an_outage_whoever_should_have_heard_of_a_breach_first_is_told_beside_the_lead() -> None:
    story = Story(severity=2)
    story.act(updating.update, "09:10", "We look.")
    story.live_until("10:00")
    change = story.pass_until("11:30")  # the breach of 10:10:01, and its repeat an interval later
    assert [notice.kind for notice in change.notices if notice.kind is not NoticeKind.CARD] == [NoticeKind.CATCH_UP]
    assert says(change.notices[0], "to") == "lead"
