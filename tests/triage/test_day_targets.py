"""Targets told by the day: working days to closing or to the same time, a time of the next one, the end of the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.day_reference import DAYS, Day, SlowDays
from triage.clocks import Clock, Clocks
from triage.day_targets import NEVER, Days, Until, allowance, clock_minute, clock_text, days_from
from triage.hours import ELAPSED, Calendar
from triage.instants import epoch, instant
from triage.opentable import LAST
from triage.target import Rule, Target, target_from_data
from triage.terms import ClockKind, Terms, terms_from_data

RESTORE = ClockKind.RESTORE
WORK = ("mon", "tue", "wed", "thu", "fri")
# 23 November 2026 is a Monday.
OFFICE = Calendar(
    "Europe/Paris",
    {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in WORK},
    ["2026-12-25"],
    {"2026-12-24": [["09:00", "12:00"]], "2026-12-26": [["10:00", "12:00"]]},
)
NIGHTS = Calendar("Europe/Paris", {day: [["22:00", "06:00"]] for day in WORK}, ["2026-11-25"])
ALL_WEEK = Calendar("Europe/Paris", {day: [["00:00", "24:00"]] for day in WORK})
TO_CLOSING = Days(1)
END_OF_DAY = Days(0)
NEXT_BY_16 = Days(1, 16 * 60)
SAME_TIME = Days(1, Until.SAME_TIME)


class Line(NamedTuple):
    """A mark: the nth thing that happened."""

    seq: int
    recorded_at: datetime


def at(text: str) -> datetime:
    """`11-23 09:00` of 2026 in Paris."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Europe/Paris"))


def by_day(days: Days, hours: Calendar = OFFICE, **more: Any) -> Target:
    return Target(3600, hours, Rule(hours, days, **more))


def clock(target: Target, start: datetime, *pauses: tuple[datetime, datetime]) -> Clock:
    clocks = Clocks(start, start, Terms(targets={RESTORE: target}), Line(1, start))
    for n, (begin, end) in enumerate(pauses, 2):
        clocks.wait(begin, Line(n, begin))
        clocks.resume(end, Line(n, end))
    found = clocks.clock(RESTORE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("days", "start", "due"),
    [
        pytest.param(Days(3), "11-23 10:00", "11-26 18:00", id="the day of the report is not counted"),
        pytest.param(Days(3), "11-23 09:00", "11-26 18:00", id="nor where it came exactly at opening"),
        pytest.param(Days(3), "11-23 08:00", "11-26 18:00", id="nor before opening"),
        pytest.param(Days(3), "11-23 18:00", "11-26 18:00", id="nor exactly at closing"),
        pytest.param(Days(3), "11-23 23:59", "11-26 18:00", id="nor after closing"),
        pytest.param(Days(3), "11-24 00:00", "11-27 18:00", id="midnight is the next day"),
        pytest.param(Days(1), "11-28 11:00", "11-30 18:00", id="after a Saturday the first is Monday"),
        pytest.param(Days(1), "12-23 11:00", "12-24 12:00", id="a short day is one"),
        pytest.param(Days(2), "12-23 11:00", "12-26 12:00", id="a holiday is none, a Saturday that opens is one"),
        pytest.param(END_OF_DAY, "11-23 10:00", "11-23 18:00", id="end of day"),
        pytest.param(END_OF_DAY, "11-23 13:00", "11-23 18:00", id="end of day, from the midday break"),
        pytest.param(END_OF_DAY, "11-23 18:00", "11-24 18:00", id="end of day, exactly at closing: the next"),
        pytest.param(END_OF_DAY, "11-23 17:59:59", "11-23 18:00", id="end of day, a second before it"),
        pytest.param(END_OF_DAY, "11-23 07:00", "11-23 18:00", id="end of day, before opening"),
        pytest.param(END_OF_DAY, "11-28 10:00", "11-30 18:00", id="end of day, on a Saturday: Monday's"),
        pytest.param(NEXT_BY_16, "11-23 10:00", "11-24 16:00", id="next business day by 16:00"),
        pytest.param(NEXT_BY_16, "11-27 17:00", "11-30 16:00", id="next business day by 16:00, over a weekend"),
        pytest.param(NEXT_BY_16, "12-23 10:00", "12-24 12:00", id="by 16:00 of a day that closes at 12:00: then"),
        pytest.param(Days(1, 13 * 60), "11-23 10:00", "11-24 12:30", id="by a time in the midday break: before it"),
        pytest.param(Days(1, 8 * 60), "11-23 10:00", "11-24 09:00", id="by a time before opening: at opening"),
        pytest.param(Days(1, 9 * 60), "11-23 20:00", "11-24 09:00", id="by opening, with nothing open until then"),
        pytest.param(Days(2, 16 * 60), "11-23 10:00", "11-25 16:00", id="two business days by 16:00"),
        pytest.param(SAME_TIME, "11-23 10:15", "11-24 10:15", id="same time"),
        pytest.param(Days(3, Until.SAME_TIME), "11-26 10:15", "12-01 10:15", id="same time, over a weekend"),
        pytest.param(SAME_TIME, "11-23 07:00", "11-24 09:00", id="same time, before opening: as from opening"),
        pytest.param(SAME_TIME, "11-23 20:00", "11-25 09:00", id="same time, after closing: from the next opening"),
        pytest.param(SAME_TIME, "11-28 10:00", "12-01 09:00", id="same time, on a Saturday: from Monday's opening"),
        pytest.param(SAME_TIME, "11-23 13:00", "11-24 13:30", id="same time, in the midday break: as from its end"),
        pytest.param(SAME_TIME, "12-23 17:00", "12-26 10:00", id="same time, when it is closed: the next opening"),
    ],
)
def test_a_target_in_working_days_is_due_when_a_contract_says(days: Days, start: str, due: str) -> None:
    assert clock(by_day(days), at(start)).deadline == at(due)


@pytest.mark.parametrize(
    ("days", "start", "due"),
    [
        pytest.param(Days(1), "11-25 23:00", "11-27 06:00", id="a night is the day of its opening"),
        pytest.param(Days(1), "11-24 03:00", "11-25 00:00", id="also after midnight; the holiday cuts the next"),
        pytest.param(Days(1), "11-24 12:00", "11-27 06:00", id="between two nights the date is the coming one's"),
        pytest.param(END_OF_DAY, "11-24 03:00", "11-24 06:00", id="the end of the day is that of its night"),
        pytest.param(END_OF_DAY, "11-24 06:00", "11-25 00:00", id="exactly at its closing, of the next one"),
        pytest.param(END_OF_DAY, "11-26 03:00", "11-27 06:00", id="what a holiday leaves of its night is no day"),
        pytest.param(Days(1, 4 * 60), "11-26 23:00", "11-28 04:00", id="by 4:00 is after midnight"),
        pytest.param(Days(1, 6 * 60), "11-26 23:00", "11-28 06:00", id="exactly at closing it is, too"),
        pytest.param(Days(1, 7 * 60), "11-26 23:00", "11-27 22:00", id="by 7:00 is before it opens"),
        pytest.param(SAME_TIME, "11-27 03:00", "11-28 03:00", id="same time after midnight"),
        pytest.param(Days(1), "11-26 00:00", "11-27 06:00", id="what a holiday leaves belongs to the holiday"),
        pytest.param(Days(1), "11-24 06:00", "11-27 06:00", id="exactly at closing the night is over"),
    ],
)
def test_of_nights(days: Days, start: str, due: str) -> None:
    assert clock(by_day(days, NIGHTS), at(start)).deadline == at(due)


@pytest.mark.parametrize(
    ("hours", "minute", "due"),
    [
        pytest.param([["09:00", "09:00"]], 540, "11-24 09:00", id="a day of 24 hours, by its opening"),
        pytest.param([["08:00", "12:00"], ["23:00", "01:00"]], 30, "11-25 00:30", id="two openings, by a night's time"),
        pytest.param([["08:00", "12:00"], ["23:00", "01:00"]], 90, "11-24 08:00", id="by a time that neither has"),
    ],
)
def test_a_time_of_a_day_that_runs_over_midnight(hours: list[list[str]], minute: int, due: str) -> None:
    calendar = Calendar("Europe/Paris", dict.fromkeys(("mon", "tue"), hours))
    assert clock(by_day(Days(1, minute), calendar), at("11-23 11:00")).deadline == at(due)


def test_the_first_minute_of_a_date_makes_it_a_day() -> None:
    minute = Calendar("Europe/Paris", {"sat": [["00:00", "00:01"]]})
    assert clock(by_day(Days(1), minute), at("11-23 10:00")).deadline == at("11-28 00:01")


def test_so_it_does_of_the_day_after_a_working_day() -> None:
    minutes = Calendar("Europe/Paris", {day: [["00:00", "00:01"]] for day in ("sat", "sun")})
    assert clock(by_day(Days(2), minutes), at("11-27 10:00")).deadline == at("11-29 00:01")


def test_days_that_touch_at_midnight_are_days_all_the_same() -> None:
    assert clock(by_day(TO_CLOSING, ALL_WEEK), at("11-23 10:00")).deadline == at("11-25 00:00")
    assert clock(by_day(END_OF_DAY, ALL_WEEK), at("11-24 00:00")).deadline == at("11-25 00:00")


@pytest.mark.parametrize(
    ("target", "start", "due"),
    [
        pytest.param(Target(1800, OFFICE, Rule(OFFICE, not_before=600)), "11-23 09:10", "11-23 10:00", id="a minimum"),
        pytest.param(Target(1800, OFFICE, Rule(OFFICE, not_before=600)), "11-23 09:45", "11-23 10:15", id="passed by"),
        pytest.param(Target(1800, OFFICE, Rule(OFFICE, not_before=600)), "11-23 17:30", "11-23 18:00", id="at closing"),
        pytest.param(
            Target(1800, OFFICE, Rule(OFFICE, not_before=1200)), "11-23 09:00", "11-24 09:00", id="one after closing"
        ),
        pytest.param(Target(1800, ELAPSED, Rule(OFFICE, not_before=540)), "11-28 02:00", "11-28 09:00", id="at night"),
        pytest.param(Target(1800, ELAPSED, Rule(OFFICE, not_before=540)), "11-27 23:30", "11-28 09:00", id="midnight"),
        pytest.param(Target(3600, ALL_WEEK, Rule(ALL_WEEK, not_before=540)), "11-23 23:00", "11-24 09:00", id="inside"),
        pytest.param(Target(3600, ALL_WEEK, Rule(ALL_WEEK, not_before=540)), "11-27 23:00", "11-28 00:00", id="closed"),
        pytest.param(Target(3600, OFFICE, Rule(OFFICE, not_before=1080)), "11-23 17:00", "11-23 18:00", id="at it"),
        pytest.param(by_day(NEXT_BY_16, not_before=1020), "11-23 10:00", "11-24 17:00", id="with working days"),
    ],
)
def test_a_minimum_moves_what_is_due_before_it_to_that_time_of_its_day(target: Target, start: str, due: str) -> None:
    assert clock(target, at(start)).deadline == at(due)


@pytest.mark.parametrize(
    ("start", "due", "seconds"),
    [("11-23 10:00", "11-23 10:30", 1800), ("11-23 18:00", "11-24 10:00", 3600), ("11-28 12:00", "11-30 10:00", 3600)],
)
def test_out_of_hours_another_target_holds(start: str, due: str, seconds: int) -> None:
    late = by_day(Days(1, 600))
    found = clock(Target(1800, OFFICE, Rule(OFFICE, otherwise=late)), at(start))
    assert (found.deadline, found.target.seconds) == (at(due), seconds)


def test_out_of_hours_may_be_around_the_clock() -> None:
    target = Target(1800, ELAPSED, Rule(OFFICE, otherwise=Target(7200)))
    assert clock(target, at("11-23 10:00")).deadline == at("11-23 10:30")
    assert clock(target, at("11-28 10:00")).deadline == at("11-28 12:00")


def test_a_pause_moves_it_by_the_part_that_is_in_its_hours() -> None:
    target = by_day(Days(1))
    weekend = at("11-27 17:00"), at("11-30 10:00")
    found = clock(target, at("11-27 10:00"), weekend)
    assert found.deadline == at("12-01 11:00"), "two hours of working time"
    assert found.target.seconds == (2 * 8 * 60 - 60) * 60
    late = clock(target, at("11-27 10:00"), (at("12-01 10:00"), at("12-01 11:00")))
    assert late.deadline == at("11-30 18:00"), "what comes after it is late does not"
    filled = clock(by_day(NEXT_BY_16), at("11-23 10:00"), (at("11-24 09:00"), at("11-24 11:00")))
    assert filled.deadline == at("11-24 18:00"), "what fills its day is due at closing"
    opening = clock(by_day(SAME_TIME), at("11-23 08:00"), (at("11-23 10:00"), at("11-23 11:00")))
    assert opening.deadline == at("11-24 10:00")
    assert clock(by_day(SAME_TIME), at("11-23 08:00"), (at("11-24 08:00"), at("11-24 11:00"))).deadline == at(
        "11-24 11:00"
    )


def test_the_target_of_a_clock_keeps_what_it_followed_from() -> None:
    target = by_day(Days(3))
    found = clock(target, at("11-23 10:00")).target
    assert found == Target(found.seconds, OFFICE, of=target)
    assert found.at(at("11-24 10:00")) is found


def test_a_calendar_that_closes_for_good_reaches_no_working_day() -> None:
    once = Calendar("Europe/Paris", {}, exceptions={"2026-11-23": [["09:00", "12:00"]]})
    for days in (Days(1), Days(1, 600), SAME_TIME):
        assert by_day(days, once).at(at("11-23 10:00")) == Target(NEVER, once, of=by_day(days, once))
        around = Target(3600, ELAPSED, Rule(once, days))
        assert clock(around, at("11-23 10:00")).deadline is None, "also where every second counts"
        assert clock(by_day(days, once), at("11-23 10:00")).deadline is None
    assert clock(by_day(END_OF_DAY, once), at("11-23 10:00")).deadline == at("11-23 12:00")
    assert clock(by_day(END_OF_DAY, once), at("11-23 12:00")).deadline is None
    assert clock(by_day(SAME_TIME, once), at("11-23 12:00")).deadline is None


def test_the_last_second_of_the_years_that_are_counted_can_be_reached() -> None:
    start = epoch(at("11-23 10:00"))
    assert allowance(LAST - start, None, ELAPSED, OFFICE, start) == (LAST - start, False)
    assert allowance(LAST - start + 1, None, ELAPSED, OFFICE, start) == (NEVER, False)


def test_the_same_time_is_the_local_one_when_the_clocks_change() -> None:
    week = Calendar("Europe/Paris", {day: [["00:00", "24:00"]] for day in DAYS})
    spring = datetime(2027, 3, 27, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert clock(by_day(SAME_TIME, week), spring).deadline == datetime(2027, 3, 28, 1, 30, tzinfo=ZoneInfo("UTC"))
    assert clock(by_day(SAME_TIME, week), spring).target.seconds == 86400, "the hour that is skipped, moved on by it"
    autumn = clock(by_day(SAME_TIME, week), at("10-24 12:00"))
    assert (autumn.deadline, autumn.target.seconds) == (at("10-25 12:00"), 90000)


@pytest.mark.parametrize("days", [Days(3), END_OF_DAY, NEXT_BY_16, SAME_TIME, None])
def test_terms_keep_a_target_with_all_that_it_says(days: Days | None) -> None:
    night = by_day(Days(2, 245), NIGHTS, not_before=61)
    target = Target(900, ELAPSED if days is None else OFFICE, Rule(OFFICE, days, not_before=540, otherwise=night))
    terms = Terms(targets={RESTORE: target}, working=ALL_WEEK)
    assert terms_from_data(terms.to_data()) == terms
    assert terms.to_data()["hours"][0] == ALL_WEEK.to_data()


def test_a_target_of_stored_data_without_a_calendar_is_a_length() -> None:
    assert target_from_data({"seconds": 60, "hours": "business"}, {"business": OFFICE}) == Target(60, OFFICE)


@given(st.integers(0, 1440))
def test_a_time_of_day_is_written_as_it_is_read(minute: int) -> None:
    assert clock_minute(clock_text(minute)) == minute
    assert days_from(2, Days(2, minute).text) == Days(2, minute)


# -- against the slow reference ------------------------------------------------------------------------------------

BY_DAY: list[Day] = [
    (), [["09:00", "17:00"]], [["09:00", "12:30"], ["13:30", "18:00"]], [["00:00", "24:00"]], [["14:00", "15:00"]],
    [["02:30", "10:00"]],
]  # fmt: skip
BY_NIGHT: list[Day] = [(), [["22:00", "06:00"]], [["18:00", "02:30"]], [["08:00", "12:00"], ["23:00", "01:00"]]]
# The clocks change in each of them: on 25 October and 28 March, 1 November and 14 March, 4 October and 4 April.
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]
FIRSTS = [date(2026, 9, 28), date(2026, 10, 19), date(2027, 3, 8), date(2027, 3, 29)]


class Place(NamedTuple):
    """A calendar twice, and about when."""

    calendar: Calendar
    slow: SlowDays
    first: date


@st.composite
def places(draw: st.DrawFn) -> Place:
    first, zone = draw(st.sampled_from(FIRSTS)), draw(st.sampled_from(ZONES))
    kinds = draw(st.sampled_from([BY_DAY, BY_NIGHT]))
    week = {day: draw(st.sampled_from(kinds)) for day in DAYS} | {draw(st.sampled_from(DAYS)): kinds[1]}
    dates = st.integers(0, 14).map(lambda n: first + timedelta(days=n))
    holidays = draw(st.lists(dates, max_size=3, unique=True))
    own = draw(st.dictionaries(dates, st.sampled_from(kinds[1:]), max_size=2))
    calendar = Calendar(zone, week, holidays, own)
    return Place(calendar, SlowDays(zone, week, holidays, own, first=first - timedelta(days=3)), first)


@st.composite
def starts(draw: st.DrawFn, place: Place) -> int:
    """A minute: at an opening, at a closing, at midnight or anywhere."""
    slow, day = place.slow, place.first + timedelta(days=draw(st.integers(0, 10)))
    minutes = slow.opens[day]
    edges = [slow.minute(day, "00:00"), *([minutes[0], minutes[-1] + 1] if minutes else [])]
    return draw(st.sampled_from(edges)) if draw(st.booleans()) else edges[0] + draw(st.integers(0, 1439))


def expected(slow: SlowDays, days: Days, start: int) -> int:
    if days.until is Until.CLOSING:
        return slow.closing(days.count, start)
    if days.until is Until.SAME_TIME:
        return slow.same_time(days.count, start)
    return slow.by(days.count, days.text, start)


MINUTES = st.integers(0, 1439)
FORMS = st.one_of(
    st.builds(Days, st.integers(0, 4)),
    st.builds(Days, st.integers(1, 4), st.just(Until.SAME_TIME)),
    st.builds(Days, st.integers(1, 4), MINUTES),
)


@settings(max_examples=examples(250))
@given(st.data(), places(), FORMS, st.none() | MINUTES)
def test_whatever_the_calendar_it_is_due_as_the_slow_reference_says(
    data: st.DataObject, place: Place, days: Days, not_before: int | None
) -> None:
    start = data.draw(starts(place))
    slow = place.slow
    end = expected(slow, days, start)
    if not_before is not None:
        end = slow.not_before(clock_text(not_before), end)
    found = clock(by_day(days, place.calendar, not_before=not_before), instant(start * 60))
    assert found.deadline == instant(end * 60)
    assert found.target.seconds == slow.counted(start, end) * 60


@settings(max_examples=examples(100))
@given(st.data(), places(), st.integers(1, 2000), MINUTES)
def test_a_length_with_a_minimum_is_due_as_the_slow_reference_says(
    data: st.DataObject, place: Place, length: int, not_before: int
) -> None:
    start = data.draw(starts(place))
    slow = place.slow
    end = slow.not_before(clock_text(not_before), slow.length(length, start))
    target = Target(length * 60, place.calendar, Rule(place.calendar, not_before=not_before))
    found = clock(target, instant(start * 60))
    assert found.deadline == instant(end * 60)
    assert found.target.seconds == slow.counted(start, end) * 60


@settings(max_examples=examples(100))
@given(st.data(), places(), FORMS, FORMS)
def test_in_hours_or_out_of_hours_is_asked_of_the_start(
    data: st.DataObject, place: Place, inside: Days, outside: Days
) -> None:
    start = data.draw(starts(place))
    is_open = start in place.slow.all
    target = by_day(inside, place.calendar, otherwise=by_day(outside, place.calendar))
    found = clock(target, instant(start * 60))
    assert found.deadline == instant(expected(place.slow, inside if is_open else outside, start) * 60)


@settings(max_examples=examples(100))
@given(st.data(), places(), FORMS, st.integers(0, 3000), st.integers(0, 3000))
def test_a_pause_gives_back_its_open_minutes(
    data: st.DataObject, place: Place, days: Days, after: int, length: int
) -> None:
    """What counts from start to deadline is the target, whatever is paused in between."""
    start = data.draw(starts(place))
    begin, end = start + after, start + after + length
    plain = clock(by_day(days, place.calendar), instant(start * 60))
    found = clock(by_day(days, place.calendar), instant(start * 60), (instant(begin * 60), instant(end * 60)))
    assert plain.deadline is not None
    assert found.deadline is not None
    if instant(begin * 60) >= plain.deadline:
        assert found.deadline == plain.deadline
        return
    due = round(found.deadline.timestamp()) // 60
    counted = [minute for minute in place.slow.all if start <= minute < due and not begin <= minute < end]
    assert len(counted) * 60 == found.target.seconds == found.taken(found.deadline)


def test_a_target_in_other_hours_has_them_out_of_hours_too() -> None:
    plain, late = Target(1800, OFFICE, Rule(OFFICE, TO_CLOSING)), Target(7200, OFFICE)
    assert plain.counted_in(lambda _: NIGHTS) == Target(1800, NIGHTS, Rule(NIGHTS, TO_CLOSING))
    found = Target(1800, OFFICE, Rule(OFFICE, otherwise=late)).counted_in(lambda _: NIGHTS)
    assert found == Target(1800, NIGHTS, Rule(NIGHTS, otherwise=Target(7200, NIGHTS)))
