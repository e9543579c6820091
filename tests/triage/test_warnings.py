"""When to warn: lead times, shares of the target, half of what is left; in the clock's own hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.story import ANA, CLEO, POLICY, Story, at
from tests.triage.test_agreements import GROUP, NETOPS, hand
from tests.triage.test_agreements import story as beside
from triage import owning, restoring, sorting, updating
from triage.clock import Clock, ClockState
from triage.hours import ELAPSED, Calendar, Hours, business_week
from triage.instants import epoch
from triage.targets import LEADS
from triage.terms import Category, ClockKind, LeadTime, Shown, Target, Terms
from triage.warnings import all_warnings, is_last_call, is_shown, last_call, warnings

RESPONSE, UPDATE, RESTORE = ClockKind
WEEK = business_week("UTC")  # Monday to Friday, 09:00 to 17:00


def running(
    start: str, seconds: int, hours: Hours = ELAPSED, *, set_at: str | None = None, kind: ClockKind = RESTORE
) -> Clock:
    target = Target(seconds, hours)
    began = at(start)
    return Clock(
        kind=kind, state=ClockState.RUNNING, target=target, started_at=began, base=began, allowance=target, paused=(),
        deadline=hours.add(began, seconds), ended_at=None, cycle=1, set_at=at(set_at or start),
    )  # fmt: skip


def steps(story: Story, clock: str) -> list[tuple[str, datetime]]:
    return [(step, when) for name, step, when in story.plan() if name == clock and not step.startswith("breach")]


@pytest.mark.parametrize(
    ("severity", "clock", "expected"),
    [
        (1, RESPONSE, [("left-300", "09:10")]),
        (1, UPDATE, [("left-600", "09:20")]),
        (1, RESTORE, [("used-0.5", "12:00"), ("used-0.75", "13:30"), ("used-0.9", "14:24"), ("left-900", "14:45")]),
        (2, RESPONSE, [("left-300", "09:10")]),
        (2, UPDATE, [("left-900", "09:45")]),
        (
            2,
            RESTORE,
            [("used-0.5", "21:00"), ("used-0.75", "1 03:00"), ("used-0.9", "1 06:36"), ("left-900", "1 08:45")],
        ),
        (3, RESPONSE, [("left-300", "09:25")]),
        (3, UPDATE, [("left-900", "12:45")]),
        # 36 and 43.2 of 48 business hours: the fourth and sixth working day.
        (3, RESTORE, [("used-0.75", "4 13:00"), ("used-0.9", "7 12:12"), ("left-900", "7 16:45")]),
    ],
)
def test_the_policys_lead_times(severity: int, clock: ClockKind, expected: list[tuple[str, str]]) -> None:
    assert steps(Story("09:00", severity=severity), clock) == [(step, at(when)) for step, when in expected]


@pytest.mark.parametrize(
    ("start", "seconds", "lead", "when"),
    [
        pytest.param("09:00", 10 * 3600, 900, "1 10:45", id="inside one interval"),
        pytest.param("09:00", 9 * 3600, 7200, "16:00", id="over the night"),
        pytest.param("09:00", 9 * 3600, 3600, "17:00", id="between two intervals: the earlier closing"),
        pytest.param("4 16:00", 2 * 3600, 5400, "4 16:30", id="over the weekend"),
        pytest.param("4 09:00", 9 * 3600, 3600, "4 17:00", id="between two intervals over the weekend"),
    ],
)
def test_lead_times_are_walked_back_through_business_hours(start: str, seconds: int, lead: int, when: str) -> None:
    assert warnings(running(start, seconds, WEEK), (LeadTime(seconds=lead),)) == [(at(when), f"left-{lead}")]


def test_a_share_that_falls_between_two_intervals_is_the_earlier_closing() -> None:
    lunch = Calendar("UTC", {"mon": [["09:00", "12:00"], ["13:00", "16:00"]]})
    assert warnings(running("09:00", 6 * 3600, lunch), (LeadTime(share=0.5),)) == [(at("12:00"), "used-0.5")]


@pytest.mark.parametrize(
    ("set_at", "expected"),
    [
        pytest.param("09:00", ["used-0.5", "left-900"], id="all ahead"),
        pytest.param("10:00", ["left-900"], id="half was used up just then: not said"),
        pytest.param("10:29", ["left-900"], id="half is past: not said"),
        pytest.param("10:50", ["half-left"], id="none is left: once at half the time left"),
        pytest.param("10:59:59", [], id="no room for any"),
        pytest.param("11:00", [], id="past due when it was set"),
        pytest.param("12:00", [], id="long past due"),
    ],
)
def test_a_lead_time_already_past_when_the_deadline_is_set_is_not_said(set_at: str, expected: list[str]) -> None:
    clock = running("09:00", 7200, set_at=set_at)
    found = warnings(clock, (LeadTime(share=0.5), LeadTime(seconds=900)))
    assert [step for _, step in found] == expected
    if expected == ["half-left"]:
        assert found[0][0] == at("10:55")


def test_half_of_what_is_left_is_counted_in_the_clocks_hours() -> None:
    clock = running("09:00", 9 * 3600, WEEK, set_at="15:00")  # due Tuesday 10:00: three business hours left
    assert warnings(clock, (LeadTime(seconds=5 * 3600),)) == [(at("16:30"), "half-left")]


def test_a_deadline_is_no_warning_of_itself() -> None:
    assert warnings(running("09:00", 7200), (LeadTime(seconds=0), LeadTime(seconds=900))) == [(at("10:45"), "left-900")]


def test_nothing_is_said_of_time_that_does_not_count() -> None:
    paused = running("09:00", 7200)._replace(paused=((epoch(at("09:00")), epoch(at("11:00"))),))
    assert warnings(paused, (LeadTime(seconds=900),)) == [], "no time is left to warn in"
    for state in (ClockState.PAUSED, ClockState.MET, ClockState.STOPPED):
        assert warnings(running("09:00", 7200)._replace(state=state), (LeadTime(seconds=900),)) == []


def test_a_promise_has_no_target_to_take_a_share_of() -> None:
    promised = running("09:00", 7200)._replace(promised=at("11:00"))
    assert warnings(promised, (LeadTime(share=0.75), LeadTime(seconds=900))) == [(at("10:45"), "left-900")]


def test_without_lead_times_nothing_is_said() -> None:
    assert warnings(running("09:00", 7200), ()) == []


def test_a_promise_is_warned_of_by_the_clock_on_the_wall_whatever_the_hours() -> None:
    story = Story("09:00", severity=3)
    story.act(updating.promise, "09:30", at("13:00"))
    assert steps(story, UPDATE) == [("left-900", at("12:45"))]


@pytest.mark.parametrize("by", [ANA, CLEO])
def test_a_promise_without_an_update_frequency_is_warned_of_too(by: object) -> None:
    category = Category.PROVISIONING
    story = Story("09:00", category=category, severity=None, by=by)  # type: ignore[arg-type]
    story.act(updating.promise, "09:30", at("13:00"))
    (when,) = [when for step, when in steps(story, UPDATE) if step.startswith("left")]
    assert when in (at("12:45"), at("12:50"))


def test_an_update_sets_new_warnings_in_a_new_cycle() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "09:05", "on it")
    (due,) = [due for due in story.dues() if due.clock == UPDATE and due.step == "left-600"]
    assert (due.at, due.cycle) == (at("09:25"), 2)


def test_a_severity_that_leaves_less_time_than_the_lead_is_warned_of_halfway() -> None:
    story = Story("09:00", severity=3)
    story.act(sorting.change_severity, "14:50", POLICY, 1, "all sites")
    assert steps(story, RESTORE) == [("half-left", at("14:55"))]


@given(
    st.integers(60, 200_000),
    st.integers(0, 200_000),
    st.lists(
        st.one_of(
            st.integers(1, 100_000).map(lambda s: LeadTime(seconds=s)),
            st.floats(0.01, 0.99).map(lambda s: LeadTime(share=s)),
        )
    ),
    st.sampled_from([ELAPSED, WEEK]),
)
def test_every_warning_lies_after_the_setting_and_before_the_deadline(
    seconds: int, later: int, leads: list[LeadTime], hours: Hours
) -> None:
    clock = running("09:00", seconds, hours)._replace(set_at=at("09:00") + timedelta(seconds=later))
    assert clock.due is not None
    found = warnings(clock, tuple(leads))
    assert all(clock.set_at < when < clock.due for when, _ in found)
    if leads and hours is ELAPSED and clock.due - clock.set_at > timedelta(seconds=1):
        assert found, "there is always one where there is room"


def test_every_severity_has_its_lead_times() -> None:
    assert {severity: set(leads) for severity, leads in LEADS.items()} == {n: set(ClockKind) for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (RESPONSE, [("left-300", "09:10"), ("last-call", "09:12")]),
        (UPDATE, [("left-600", "09:20"), ("last-call", "09:27")]),
        (RESTORE, [("used-0.5", "12:00"), ("used-0.75", "13:30"), ("used-0.9", "14:24"), ("left-900", "14:45")]),
    ],
)
def test_of_all_warnings_the_last_call_is_the_last(kind: ClockKind, expected: list[tuple[str, str]]) -> None:
    ticket = Story("09:00", severity=1).ticket
    assert all_warnings(ticket, kind) == [(at(when), step) for step, when in expected]
    assert [step for step, _ in expected if is_last_call(ticket, kind, step)] == [expected[-1][0]]


def test_an_agreement_beside_the_customers_has_its_own_warnings_and_no_last_call() -> None:
    found = beside(GROUP)
    hand(found, "10:00", NETOPS)
    assert all_warnings(found.ticket, "restore/network") == [(at("11:45"), "left-900")]
    assert all_warnings(found.ticket, "response/network") == [], "none were agreed"
    assert all_warnings(found.ticket, "restore/carrier") == []


@pytest.mark.parametrize(
    ("seconds", "before", "set_at", "expected"),
    [
        pytest.param(900, 180, "09:00", "09:12", id="so long before"),
        pytest.param(900, 180, "09:11:59", "09:12", id="just ahead"),
        pytest.param(900, 180, "09:12", "09:13:30", id="just then: at half the time left"),
        pytest.param(900, 180, "09:13", "09:14", id="past: at half the time left"),
        pytest.param(900, 180, "09:14:58", "09:14:59", id="two seconds left"),
        pytest.param(900, 180, "09:14:59", None, id="one second left: no room"),
        pytest.param(900, 180, "09:15", None, id="due when it was set"),
        pytest.param(900, 180, "09:16", None, id="past due when it was set"),
        pytest.param(900, 0, "09:00", None, id="the deadline itself is no last call"),
    ],
)
def test_the_last_call_lies_so_long_before_or_at_half_the_time_left(
    seconds: int, before: int, set_at: str, expected: str | None
) -> None:
    clock = running("09:00", seconds, set_at=set_at, kind=RESPONSE)
    assert last_call(clock, Terms(last_call=before)) == (expected and (at(expected), "last-call"))


def test_the_last_call_of_the_time_to_restore_is_its_last_warning() -> None:
    clock = running("09:00", 7200)
    leads: dict[ClockKind, tuple[LeadTime, ...]] = {RESTORE: (LeadTime(share=0.5), LeadTime(seconds=900))}
    assert last_call(clock, Terms(leads=leads)) == (at("10:45"), "left-900")
    assert last_call(clock, Terms(leads=leads), [(at("10:00"), "used-0.5")]) == (at("10:00"), "used-0.5")
    assert last_call(clock, Terms(leads=leads), []) is None
    assert last_call(clock, Terms()) is None


def test_what_does_not_run_has_no_last_call_and_one_that_was_said_remains_one() -> None:
    assert last_call(running("09:00", 900, kind=RESPONSE)._replace(state=ClockState.PAUSED), Terms()) is None
    story = Story("09:00", severity=1)
    story.act(updating.update, "09:13", "on it")
    story.act(restoring.restored, "14:50")
    assert all_warnings(story.ticket, RESPONSE) == all_warnings(story.ticket, RESTORE) == []
    assert is_last_call(story.ticket, RESPONSE, "last-call")
    assert not is_last_call(story.ticket, RESPONSE, "left-300")
    assert not is_last_call(story.ticket, RESTORE, "left-900")
    wanted = Story("09:00", category=Category.PROVISIONING, severity=None).ticket
    assert all_warnings(wanted, RESTORE) == []
    assert not is_last_call(wanted, RESTORE, "left-900")


@pytest.mark.parametrize(
    ("rule", "taken", "there", "when", "shown"),
    [
        (Shown.ALWAYS, True, True, "12:00", True),
        (Shown.NEVER, False, False, "12:00", False),
        (Shown.UNOWNED, False, True, "12:00", True),
        (Shown.UNOWNED, True, True, "12:00", False),
        (Shown.UNOWNED, True, False, "12:00", True),
        (Shown.UNOWNED, False, False, "20:00", False),
        (Shown.UNOWNED, True, True, "20:00", False),
        (Shown.ALWAYS, True, True, "20:00", True),
    ],
)
def test_the_channel_hears_of_what_nobody_on_duty_has_unless_it_can_wait_for_opening(
    rule: Shown, when: str, *, taken: bool, there: bool, shown: bool
) -> None:
    story = Story("09:00", severity=3)
    if taken:
        story.act(owning.take, "09:05", by=ANA)
    ticket = replace(story.ticket, terms=replace(story.ticket.terms, shown={RESTORE: rule}, quiet_nights=True))
    assert is_shown(ticket, RESTORE, at(when), there=there) is shown


def test_whoever_says_nothing_of_it_shows_what_is_unowned() -> None:
    story = Story("09:00", severity=1)
    ticket = replace(story.ticket, terms=replace(story.ticket.terms, shown={}))
    assert is_shown(ticket, RESTORE, at("20:00"), there=False), "severity 1 waits for no opening"
