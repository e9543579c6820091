"""Why a clock is due when it is: every sum adds up to the deadline it explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, CLEO, POLICY, Story, at
from triage import answering, awaiting, reporting, resolving, restoring, sorting, updating
from triage.clock import ClockState
from triage.day_targets import Days, Until
from triage.desk import Desk
from triage.hours import ELAPSED, Calendar
from triage.policy import Policy
from triage.target import Rule
from triage.terms import Category, ClockKind, Target
from triage.why import LONGEST_RUN, Because, Line, Why, why

RESPONSE, UPDATE, RESTORE = ClockKind
HOUR = 3600
OFFICE = Calendar(
    "Europe/Paris",
    {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays=["2026-11-25"],
)
DAYS = Policy(desk=Desk(timezone="Europe/Paris", hours=OFFICE))


def told(story: Story, kind: ClockKind) -> Why:
    found = why(story.events, kind)
    assert found is not None
    return found


def lines(found: Why, *which: Because) -> list[Line]:
    return [line for line in found.lines if line.because in which]


def sum_up(found: Why) -> None:
    """The counted lines add up to the allowance and end at the deadline, one after another, pauses between them."""
    clock = found.clock
    walked = lines(found, Because.COUNTED, Because.CLOSED, Because.SUMMED, Because.PAUSED)
    if clock.promised is not None:
        assert walked == []
        assert lines(found, Because.PROMISED)[0].until == clock.deadline
        return
    edges = [clock.base, *(line.until for line in walked)]
    assert [line.at for line in walked] == edges[:-1], "each begins where the one before ended"
    counted = lines(found, Because.COUNTED, Because.SUMMED)
    total = sum(line.seconds for line in counted)
    for line in counted:
        assert line.at is not None
        assert line.until is not None
        assert line.seconds == clock.allowance.hours.between(line.at, line.until)
    if clock.deadline is not None:
        assert total == clock.allowance.seconds
        assert edges[-1] == clock.deadline
        assert lines(found, Because.DUE)[0].at == clock.deadline
    elif clock.state is ClockState.PAUSED:
        assert lines(found, Because.LEFT)[0].seconds == clock.allowance.seconds - total
        assert edges[-1] == max(clock.base, clock.pauses[-1][0])


def in_days(days: Days, **more: Any) -> Target:
    return Target(8 * HOUR, OFFICE, Rule(OFFICE, days, **more))


# In every severity another form for every clock, so that a change of severity is one of form, too.
BY_DAY = replace(
    DAYS,
    targets={
        1: {
            RESPONSE: Target(900, rule=Rule(OFFICE, not_before=540, otherwise=Target(3600))),
            UPDATE: in_days(Days(0)),
            RESTORE: in_days(Days(1, 16 * 60)),
        },
        2: {
            RESPONSE: in_days(Days(1), otherwise=in_days(Days(1, 600))),
            UPDATE: Target(3600, OFFICE, Rule(OFFICE, not_before=840)),
            RESTORE: in_days(Days(2, Until.SAME_TIME)),
        },
        3: {RESPONSE: in_days(Days(2)), UPDATE: in_days(Days(1, Until.SAME_TIME)), RESTORE: in_days(Days(3))},
    },
    update_bases={"": {2: "last_contact", 3: "unanswered_customer"}},
)


@settings(max_examples=examples(250))
@given(openings, steps, st.sampled_from([POLICY, DAYS, BY_DAY, BY_DAY]))
def test_every_sum_of_a_random_ticket_adds_up(opening: dict[str, Any], life: list[Step], policy: Policy) -> None:
    story = live({**opening, "policy": policy}, life)
    for kind, clock in story.ticket.clocks.items():
        found = told(story, kind)
        assert found.clock == clock
        sum_up(found)
    for kind in set(ClockKind) - set(story.ticket.clocks):
        assert why(story.events, kind) is None


@pytest.mark.parametrize(
    ("opened", "severity", "kind", "because", "due"),
    [
        ("10:00", 3, RESTORE, [Because.DECIDED], "4 17:00"),
        ("10:00", 2, RESTORE, [Because.DECIDED], "3 10:00"),
        ("10:00", 1, RESPONSE, [Because.DECIDED], "10:15"),
        ("06:00", 1, RESPONSE, [Because.OUTSIDE], "07:00"),
        ("06:00", 2, RESPONSE, [Because.OUTSIDE, Because.DECIDED], "1 09:00"),
    ],
)
def test_a_target_told_by_the_day_says_what_it_comes_to(
    opened: str, severity: int, kind: ClockKind, because: list[Because], due: str
) -> None:
    """Office hours are those of Paris, an hour ahead; Wednesday is a holiday."""
    found = told(Story(opened, severity=severity, policy=BY_DAY), kind)
    shown = lines(found, Because.OUTSIDE, Because.DECIDED)
    assert [line.because for line in shown] == because
    [target] = lines(found, Because.TARGET)
    assert target.target is not None
    assert target.target.of == BY_DAY.target(severity, kind)
    assert found.clock.due == at(due)
    for line in shown:
        if line.because is Because.DECIDED:
            assert (line.until, line.seconds) == (found.clock.due, found.clock.target.seconds)
    sum_up(found)


def test_an_update_may_count_from_what_the_customer_wrote() -> None:
    story = Story("10:00", severity=3, policy=BY_DAY)
    assert why(story.events, UPDATE) is None, "nothing is to be answered"
    story.act(answering.customer_wrote, "11:00", "and now?", by=CLEO, at=at("11:00"))
    found = told(story, UPDATE)
    [asked] = lines(found, Because.ASKED)
    assert (asked.at, found.clock.due) == (at("11:00"), at("1 11:00"))
    sum_up(found)
    story.act(updating.update, "11:30", "on it")
    assert why(story.events, UPDATE) is None, "answered"
    story.act(sorting.change_severity, "12:00", BY_DAY, 2, "worse")
    assert told(story, UPDATE).clock.started_at == at("12:00"), "a clock that is new starts at the change"


def test_nights_weekends_and_holidays_are_stepped_over_by_name() -> None:
    story = Story("15:00", severity=3, policy=DAYS)
    found = told(story, RESTORE)
    closed = [line for line in found.lines if line.because is Because.CLOSED]
    assert (closed[0].at, closed[0].until, closed[0].dates) == (at("17:00"), at("1 08:00"), ())
    assert found.clock.deadline is not None
    sum_up(found)
    whole = [day for line in found.lines for day in line.dates]
    assert whole == [date(2026, 11, 25)]


def test_a_pause_says_who_began_and_ended_it() -> None:
    story = Story("09:00", severity=1)
    waited = story.act(awaiting.wait, "10:00", "logs", by=ANA).events[0]
    story.act(answering.customer_wrote, "11:30", "here they are", at=at("11:30"), by=CLEO)
    [pause] = lines(told(story, RESTORE), Because.PAUSED)
    assert (pause.at, pause.until, pause.seconds) == (at("10:00"), at("11:30"), 90 * 60)
    assert pause.event is not None
    assert pause.ended_by is not None
    assert (pause.event.actor, pause.event.fact) == (ANA.id, waited.fact)
    assert pause.ended_by.actor == CLEO.id
    sum_up(told(story, RESTORE))


def test_while_it_is_paused_the_sum_ends_with_what_is_left() -> None:
    story = Story("09:00", severity=1)
    story.act(awaiting.wait, "10:00", "logs")
    found = told(story, RESTORE)
    assert (found.lines[-1].because, found.lines[-1].seconds) == (Because.LEFT, 5 * HOUR)


def test_a_corrected_report_is_shown_with_what_it_was() -> None:
    story = Story("09:00", severity=1)
    story.act(reporting.correct_report, "09:30", at("08:15"), "they called")
    found = told(story, RESTORE)
    [corrected] = lines(found, Because.CORRECTED)
    assert (corrected.at, corrected.until) == (at("09:00"), at("08:15"))
    assert (found.lines[0].because, found.lines[0].at) == (Because.REPORTED, at("08:15"))
    assert found.clock.due == at("14:15")


def test_a_change_of_severity_shows_both_targets() -> None:
    story = Story("09:00", severity=2)
    story.act(sorting.change_severity, "10:00", POLICY, 1, "worse")
    [changed] = lines(told(story, RESTORE), Because.CHANGED)
    assert (changed.before, changed.target) == (Target(24 * HOUR), Target(6 * HOUR))


@pytest.mark.parametrize(
    ("severities", "changed_at", "because", "due"),
    [
        ((1, 2), "09:05", None, "10:00"),  # from the opening it is due later than before: nothing to explain
        ((3, 1), "09:05", Because.FRESH, "09:35"),  # earlier: the change and 30 minutes come before the old 13:00
        ((1, 2), "09:31", Because.HELD, "09:30"),  # overdue, and not due later because of the change
        ((3, 1), "12:50", Because.HELD, "13:00"),  # earlier: the old 13:00 comes before the change and 30 minutes
    ],
)
def test_a_deadline_that_a_change_may_not_put_into_the_past(
    severities: tuple[int, int], changed_at: str, because: Because | None, due: str
) -> None:
    story = Story("09:00", severity=severities[0])
    story.act(sorting.change_severity, changed_at, POLICY, severities[1], "worse")
    found = told(story, UPDATE)
    shown = lines(found, Because.FRESH, Because.HELD)
    assert [line.because for line in shown] == ([because] if because else [])
    assert found.clock.due == at(due)
    sum_up(found)


def test_a_promise_stands_in_the_place_of_the_sum() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.promise, "09:10", at("10:30"))
    found = told(story, UPDATE)
    [promised] = lines(found, Because.PROMISED)
    assert promised.event is not None
    assert (promised.event.actor, promised.until) == (ANA.id, at("10:30"))
    sum_up(found)


def test_a_clock_that_was_met_says_when_and_after_how_long() -> None:
    story = Story("09:00", severity=1)
    story.act(restoring.restored, "11:00")
    assert told(story, RESTORE).lines[-1] == Line(Because.MET, at("11:00"), seconds=2 * HOUR)
    story.act(resolving.resolve, "12:00")
    assert told(story, RESTORE).lines[-1].because is Because.MET
    assert told(story, UPDATE).lines[-1].because is Because.STOPPED


def test_a_clock_new_to_the_ticket_begins_at_its_change() -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None)
    story.act(sorting.change_category, "10:00", POLICY, Category.INCIDENT, 2)
    found = told(story, UPDATE)
    begun = found.lines[0]
    assert begun.event is not None
    assert (begun.because, begun.at, begun.event.actor) == (Because.BEGUN, at("10:00"), ANA.id)


def test_a_long_sum_is_shown_by_its_beginning_and_its_end() -> None:
    months = replace(POLICY, targets={3: {RESTORE: Target(1000 * HOUR, OFFICE)}, 1: {}, 2: {}})
    found = told(Story("09:00", severity=3, policy=months), RESTORE)
    assert len(lines(found, Because.COUNTED, Because.CLOSED, Because.SUMMED)) < LONGEST_RUN
    [summed] = lines(found, Because.SUMMED)
    assert summed.count > 100
    assert summed.total < 1000 * HOUR == found.lines[-2].total
    sum_up(found)


def test_a_calendar_that_ends_before_the_target_is_used_up_has_no_deadline() -> None:
    once = Calendar("UTC", {}, exceptions={"2026-11-24": [["09:00", "10:00"]]})
    found = told(
        Story("09:00", severity=3, policy=replace(POLICY, targets={3: {RESTORE: Target(2 * HOUR, once)}})), RESTORE
    )
    assert found.lines[-1] == Line(Because.DUE, None)


def test_around_the_clock_nothing_is_stepped_over() -> None:
    assert ELAPSED.closed_dates(0, 10**9) == []
    assert OFFICE.closed_dates(*(int(datetime.timestamp(at(day))) for day in ("1 17:00", "3 08:00"))) == [
        date(2026, 11, 25)
    ]
