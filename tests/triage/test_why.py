"""Why a clock is due when it is: every sum adds up to the deadline it explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, CLEO, POLICY, Story, at
from triage import answering, awaiting, noting, reporting, resolving, restoring, sorting, updating
from triage.clock import ClockState
from triage.day_targets import Days, Until
from triage.desk import Desk
from triage.hours import ELAPSED, Calendar
from triage.opening_hours import written_day
from triage.policy import Policy
from triage.recurring import DAYS as DAY_NAMES
from triage.special_dates import Special, SpecialDate
from triage.target import Rule
from triage.terms import Category, ClockKind, Target
from triage.why import LONGEST_RUN, Because, Line, Why, why

RESPONSE, UPDATE, RESTORE = ClockKind
HOUR = 3600
DAY = timedelta(days=1)
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
    for line in walked:
        assert line.at is not None
        assert line.until is not None
        assert line.at < line.until
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


def open_by_hand(found: Why) -> list[tuple[datetime, datetime]]:
    """When it was open, from the week at its beginning and the dates that the lines tell alone."""
    calendar = found.clock.allowance.hours
    assert isinstance(calendar, Calendar)
    zone, told = ZoneInfo(calendar.timezone), [each for line in found.lines for each in line.dates]
    assert len({(each.day, each.what) for each in told}) == len(told), "each in one line only"
    own = {each.day: each for each in told if each.what is not Special.WEEK}
    weeks = {each.day for each in told if each.what is Special.WEEK}
    begin, end = found.clock.base, max(line.until for line in found.lines if line.until is not None)

    def instant(day: date, minute: int) -> datetime:
        local = datetime.combine(day + timedelta(days=minute // 1440), time(minute // 60 % 24, minute % 60), zone)
        return local.astimezone(UTC)

    def closed(day: date) -> bool:
        return day in own and own[day].what is not Special.OPEN

    opened = []
    first = kept = begin.astimezone(zone).date() - DAY
    for n in range((end - begin).days + 3):
        day = first + n * DAY
        kept = day if n < 2 or day in weeks else kept  # the week at the beginning is that of the target
        week = calendar.week_on(kept)["weekly_hours"]
        mine = day in own and bool(own[day].opens)
        written = written_day(own[day].opens) if mine else week.get(DAY_NAMES[day.weekday()], [])
        for opens, closes in written:
            start, stop = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
            cuts = [0, *([1440] if (stop := stop if stop > start else stop + 1440) > 1440 else []), 2880]
            for low, high in pairwise(cuts):  # what opens today, and what runs over into tomorrow
                part = max(start, low), min(stop, high)
                is_shut = closed(day + DAY) if low else closed(day) and not mine
                if part[0] < part[1] and not is_shut:
                    opened.append((instant(day, part[0]), instant(day, part[1])))
    return opened


def add_up_by_hand(found: Why) -> None:
    """Whoever knows the week, and reads the lines, comes to the same seconds in each."""
    opened = open_by_hand(found)
    for line in lines(found, Because.COUNTED, Because.CLOSED, Because.SUMMED):
        assert line.at is not None
        assert line.until is not None
        parts = [(max(line.at, begin), min(line.until, end)) for begin, end in opened]
        assert sum((end - begin).total_seconds() for begin, end in parts if begin < end) == line.seconds


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


# Hours of which the first weeks have every kind of date that is not as the week has it.
HALVES = Calendar(
    "Europe/Paris",
    OFFICE.weekly_hours,
    ["2026-11-25", "2026-12-01", "2026-12-08"],
    {"2026-11-24": [["09:00", "12:00"]], "2026-11-28": [["10:00", "12:00"]], "2026-12-01": [["10:00", "11:00"]],
     "2026-12-02..2026-12-05": [["14:00", "16:30"]]},
    yearly={"12-03": [], "last fri of november": [["08:00", "13:30"]]},
    periods=[{"from": "2026-12-07", "weekly_hours": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "sat")}}],
)  # fmt: skip
LATE = Calendar(
    "Europe/Paris",
    {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    ["2026-11-25", "2026-11-28", "2026-12-01", "2026-12-03"],
    {"2026-11-26": [["20:00", "02:00"]], "2026-12-01": [["10:00", "12:00"], ["23:00", "03:00"]], "2026-12-02": []},
)
IN_HALVES, IN_LATE = (
    replace(
        DAYS,
        targets={
            severity: dict(zip(ClockKind, (Target(hours * HOUR, each) for hours in lengths), strict=True))
            for severity, lengths in {1: (1, 2, 6), 2: (4, 10, 24), 3: (8, 16, 90)}.items()
        },
    )
    for each in (HALVES, LATE)
)


@settings(max_examples=examples(150))
@given(openings, steps, st.sampled_from([DAYS, IN_HALVES, IN_LATE]))
def test_with_the_dates_that_it_tells_any_sum_can_be_added_up_by_hand(
    opening: dict[str, Any], life: list[Step], policy: Policy
) -> None:
    story = live({**opening, "policy": policy}, life)
    for kind, clock in story.ticket.clocks.items():
        if clock.promised is None and clock.allowance.hours is not ELAPSED:
            found = told(story, kind)
            sum_up(found)
            add_up_by_hand(found)


@pytest.mark.parametrize(("policy", "start"), [(IN_HALVES, "0 09:00"), (IN_LATE, "1 23:30"), (IN_LATE, "4 21:00")])
def test_a_long_sum_over_special_dates_can_be_added_up_by_hand(policy: Policy, start: str) -> None:
    found = told(Story(start, severity=3, policy=policy), RESTORE)
    assert lines(found, Because.SUMMED)
    sum_up(found)
    add_up_by_hand(found)


# Around the clock, but for a morning and an evening.
ALWAYS = Calendar(
    "Europe/Paris",
    {day: [["00:00", "24:00"]] for day in DAY_NAMES},
    exceptions={"2026-11-24": [["00:00", "12:00"]], "2026-11-26": [["12:00", "24:00"]]},
)
COUNTED, CLOSED = Because.COUNTED, Because.CLOSED


@pytest.mark.parametrize(
    ("hours", "opened", "length", "expected"),
    [
        pytest.param(HALVES, "1 08:30", 1, [(COUNTED, 24, Special.OPEN)], id="a half day"),
        pytest.param(HALVES, "0 17:30", 1, [(COUNTED, 24, Special.OPEN)], id="where it counts, not where it begins"),
        pytest.param(
            HALVES, "1 14:00", 1, [(CLOSED, 24, Special.OPEN), (CLOSED, 25, Special.HOLIDAY)],
            id="one that is over already, where it would have counted",
        ),
        pytest.param(HALVES, "1 08:30", 2.5, [(COUNTED, 24, Special.OPEN)], id="none after the deadline"),
        pytest.param(HALVES, "0 08:30", 2, [], id="none where none is passed by"),
        pytest.param(HALVES, "14 09:00", 2, [], id="the week is in force already: the target says it"),
        pytest.param(HALVES, "13 09:00", 2, [(CLOSED, 7, Special.WEEK)], id="it comes into force"),
        pytest.param(LATE, "4 00:00", 1, [(COUNTED, 26, Special.OPEN)], id="what runs over from a shorter night"),
        pytest.param(LATE, "1 20:00", 2, [], id="due at the midnight before a holiday"),
        pytest.param(LATE, "1 20:00", 3, [(CLOSED, 25, Special.HOLIDAY), (COUNTED, 26, Special.OPEN)], id="after it"),
        pytest.param(ALWAYS, "0 22:00", 1, [], id="due when a special date opens"),
        pytest.param(ALWAYS, "0 22:00", 1.5, [(COUNTED, 24, Special.OPEN)], id="due when it is open"),
        pytest.param(ALWAYS, "0 22:00", 1 + 1 / HOUR, [(COUNTED, 24, Special.OPEN)], id="if only for a second"),
        pytest.param(ALWAYS, "3 23:00", 1, [], id="begun when a special date closes"),
    ],
)  # fmt: skip
def test_a_special_date_is_told_in_the_line_that_it_changes(
    hours: Calendar, opened: str, length: float, expected: list[tuple[Because, int, Special]]
) -> None:
    policy = replace(DAYS, targets={3: {RESTORE: Target(int(length * HOUR), hours)}, 1: {}, 2: {}})
    found = told(Story(opened, severity=3, policy=policy), RESTORE)
    assert [(line.because, each.day.day, each.what) for line in found.lines for each in line.dates] == expected
    add_up_by_hand(found)


def test_a_special_date_that_opens_when_a_pause_begins_is_told_after_it() -> None:
    policy = replace(DAYS, targets={3: {RESTORE: Target(3 * HOUR, ALWAYS)}, 1: {}, 2: {}})
    story = Story("0 22:00", severity=3, policy=policy)
    story.act(awaiting.wait, "0 23:00", "logs")
    story.act(awaiting.resume, "1 05:00")
    found = told(story, RESTORE)
    before, after = lines(found, COUNTED)
    assert (before.dates, [each.day for each in after.dates]) == ((), [date(2026, 11, 24)])
    add_up_by_hand(found)


def test_another_week_is_told_where_it_begins_also_when_that_is_in_a_pause() -> None:
    """Paused from Friday to Tuesday the 8th, a holiday."""
    policy = replace(DAYS, targets={3: {RESTORE: Target(20 * HOUR, HALVES)}, 1: {}, 2: {}})
    story = Story("10 13:00", severity=3, policy=policy)
    story.act(awaiting.wait, "11 10:00", "logs")
    story.act(awaiting.resume, "15 10:00")
    found = told(story, RESTORE)
    after = lines(found, Because.CLOSED, Because.COUNTED)
    paused_until = next(n for n, line in enumerate(after) if line.at == at("15 10:00"))
    assert [each.what for each in after[paused_until].dates] == [Special.WEEK, Special.HOLIDAY]
    assert after[paused_until].dates[0].day == date(2026, 12, 7)
    add_up_by_hand(found)


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
    [holiday] = [line for line in found.lines if line.dates]
    assert holiday.dates == (SpecialDate(date(2026, 11, 25), Special.HOLIDAY),)
    assert (holiday.at, holiday.until) == (at("1 17:00"), at("3 08:00"))


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
    assert (promised.event, promised.until) == (story.events[-1], at("10:30"))
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
    assert not lines(found, Because.CHANGED)


def test_a_long_sum_is_shown_by_its_beginning_and_its_end() -> None:
    months = replace(POLICY, targets={3: {RESTORE: Target(1000 * HOUR, OFFICE)}, 1: {}, 2: {}})
    found = told(Story("09:00", severity=3, policy=months), RESTORE)
    assert len(lines(found, Because.COUNTED, Because.CLOSED, Because.SUMMED)) < LONGEST_RUN
    [summed] = lines(found, Because.SUMMED)
    assert summed.count > 100
    assert summed.total < 1000 * HOUR == found.lines[-2].total
    sum_up(found)


@pytest.mark.parametrize(
    ("opened", "hours", "shown", "counted"),
    [
        pytest.param("08:00", 8, 16, 8, id="sixteen lines: all of them"),
        pytest.param("09:00", 9, 8 + 1 + 5, 4 + 3, id="seventeen: the first eight, the last five, and a sum between"),
    ],
)
def test_of_more_than_sixteen_lines_the_first_eight_and_the_last_five_are_shown(
    opened: str, hours: int, shown: int, counted: int
) -> None:
    daily = Calendar("UTC", {day: [["09:00", "10:00"]] for day in DAY_NAMES})
    policy = replace(POLICY, targets={3: {RESTORE: Target(hours * HOUR, daily)}, 1: {}, 2: {}})
    found = told(Story(opened, severity=3, policy=policy), RESTORE)
    walked = lines(found, Because.COUNTED, Because.CLOSED, Because.SUMMED)
    assert (len(walked), len(lines(found, Because.COUNTED))) == (shown, counted)
    summed = [(n, line.count, line.seconds) for n, line in enumerate(walked) if line.because is Because.SUMMED]
    assert summed == ([] if shown == 16 else [(8, 2, 2 * HOUR)])
    sum_up(found)


def test_a_sum_says_which_update_it_counts_from() -> None:
    story = Story("09:00", severity=1)
    assert told(story, UPDATE).lines[0] == Line(Because.OPENED, at("09:00"))
    story.act(updating.update, "09:10", "we look")
    story.act(noting.note, "09:15", "a cable")
    story.act(updating.update, "09:20", "we found it")
    assert told(story, UPDATE).lines[0] == Line(Because.UPDATED, at("09:20"), event=story.events[-1])
    assert told(story, RESPONSE).lines[0] == Line(Because.OPENED, at("09:00"))


def test_a_sum_says_which_word_of_the_customer_it_counts_from() -> None:
    story = Story("10:00", severity=3, policy=BY_DAY)
    story.act(answering.customer_wrote, "11:00", "and now?", by=CLEO, at=at("11:00"))
    asked = story.events[-1]
    story.act(answering.customer_wrote, "11:10", "hello?", by=CLEO, at=at("11:10"))
    assert told(story, UPDATE).lines[0] == Line(Because.ASKED, at("11:00"), event=asked)


def test_another_trouble_has_a_report_of_its_own_whose_corrections_alone_are_told() -> None:
    story = Story("09:00", severity=1)
    story.act(reporting.correct_report, "09:30", at("08:15"), "they called")
    story.act(sorting.change_category, "10:00", POLICY, Category.INQUIRY, None)
    story.act(sorting.change_category, "11:00", POLICY, Category.INCIDENT, 1, reported_at=at("10:30"))
    changed = story.events[-1]
    story.act(reporting.correct_report, "11:30", at("10:45"), "later")
    corrected = story.events[-1]
    found = told(story, RESTORE)
    assert found.lines[:3] == (
        Line(Because.REPORTED, at("10:45")),
        Line(Because.ANOTHER, at("10:30"), event=changed),
        Line(Because.CORRECTED, at("10:30"), at("10:45"), event=corrected),
    )


@pytest.mark.parametrize(("changed", "count"), [("09:09", 1), ("09:10", 1), ("09:11", 0)])
def test_what_changed_after_a_clock_had_ended_is_not_told_of_it(changed: str, count: int) -> None:
    story = Story("09:00", severity=3)
    if changed <= "09:10":
        story.act(sorting.change_severity, changed, POLICY, 1, "worse")
    story.act(updating.update, "09:10", "we look")
    if changed > "09:10":
        story.act(sorting.change_severity, changed, POLICY, 1, "worse")
    assert len(lines(told(story, RESPONSE), Because.CHANGED)) == count


@pytest.mark.parametrize(("changed", "count"), [("09:09", 0), ("09:10", 1), ("09:11", 1)])
def test_what_changed_before_a_clock_began_is_not_told_of_it(changed: str, count: int) -> None:
    story = Story("09:00", severity=3)
    if changed < "09:10":
        story.act(sorting.change_severity, changed, POLICY, 1, "worse")
    story.act(updating.update, "09:10", "we look")
    if changed >= "09:10":
        story.act(sorting.change_severity, changed, POLICY, 1, "worse")
    assert len(lines(told(story, UPDATE), Because.CHANGED)) == count


def test_a_ticket_reported_before_it_was_opened_has_changed_nothing_by_that() -> None:
    assert not lines(told(Story("09:00", severity=1, reported="08:00"), RESTORE), Because.CHANGED)


def test_a_wait_in_which_service_came_back_is_told_up_to_then() -> None:
    story = Story("09:00", severity=1)
    story.act(awaiting.wait, "10:00", "logs")
    waited = story.events[-1]
    [left] = lines(told(story, RESTORE), Because.LEFT)
    assert (left.event, left.seconds) == (waited, 5 * HOUR)
    story.act(restoring.restored, "11:00")
    [pause] = lines(told(story, RESTORE), Because.PAUSED)
    assert (pause.at, pause.until, pause.event, pause.ended_by) == (at("10:00"), at("11:00"), waited, None)


def test_a_wait_that_was_over_before_service_came_back_is_told_to_its_end() -> None:
    story = Story("09:00", severity=1)
    story.act(awaiting.wait, "10:00", "logs")
    story.act(awaiting.resume, "10:30")
    resumed = story.events[-1]
    story.act(restoring.restored, "12:00")
    [pause] = lines(told(story, RESTORE), Because.PAUSED)
    assert (pause.at, pause.until, pause.ended_by) == (at("10:00"), at("10:30"), resumed)
    sum_up(told(story, RESTORE))


def test_the_sum_ends_with_the_wait_that_goes_on_not_with_one_before() -> None:
    story = Story("09:00", severity=1)
    story.act(awaiting.wait, "10:00", "logs")
    story.act(awaiting.resume, "10:30")
    story.act(awaiting.wait, "11:30", "more logs")
    found = told(story, RESTORE)
    assert lines(found, Because.LEFT)[0].seconds == 4 * HOUR
    sum_up(found)


def test_a_target_by_the_time_of_opening_is_decided_at_the_opening() -> None:
    policy = replace(POLICY, targets={3: {RESTORE: in_days(Days(1, 9 * 60))}, 1: {}, 2: {}})
    found = told(Story("10:00", severity=3, policy=policy), RESTORE)
    [decided] = lines(found, Because.DECIDED)
    assert (decided.until, found.clock.due) == (at("1 08:00"), at("1 08:00"))  # Paris is an hour ahead
    sum_up(found)


def test_a_wait_while_service_was_up_is_told_with_that() -> None:
    story = Story("09:00", severity=1)
    story.act(restoring.restored, "10:00")
    story.act(awaiting.wait, "10:30", "logs")
    story.act(awaiting.resume, "11:00")
    story.act(restoring.relapsed, "12:00")
    story.act(awaiting.wait, "13:00", "logs")
    story.act(awaiting.resume, "13:30")
    paused = [(line.at, line.until) for line in lines(told(story, RESTORE), Because.PAUSED)]
    assert paused == [(at("10:00"), at("12:00")), (at("13:00"), at("13:30"))]
    sum_up(told(story, RESTORE))


def test_a_wait_that_begins_when_it_is_due_is_not_told() -> None:
    story = Story("09:00", severity=1)
    story.act(awaiting.wait, "15:00", "logs")
    story.act(awaiting.resume, "16:00")
    assert not lines(told(story, RESTORE), Because.PAUSED)


def test_what_is_no_hours_adds_none() -> None:
    story = Story("09:00", severity=1)
    story.act(sorting.change_severity, "09:05", POLICY, 2, "less")
    around = lines(told(story, UPDATE), Because.OPENED, Because.CHANGED, Because.DUE)
    assert [(line.seconds, line.total, line.count) for line in around] == [(0, 0, 0)] * 3


def test_a_calendar_that_ends_before_the_target_is_used_up_has_no_deadline() -> None:
    once = Calendar("UTC", {}, exceptions={"2026-11-24": [["09:00", "10:00"]]})
    found = told(
        Story("09:00", severity=3, policy=replace(POLICY, targets={3: {RESTORE: Target(2 * HOUR, once)}})), RESTORE
    )
    assert found.lines[-1] == Line(Because.DUE, None)
