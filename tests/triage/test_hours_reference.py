"""The engine agrees with the slow reference over random calendars, zones, pauses and dates."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from dateutil.easter import easter
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.hours_reference import DAYS, Pauses, SlowHours, plan_of, tick_for
from triage.hours import Calendar, hours_from_data
from triage.zones import zone, zone_names

ZONES = sorted(zone_names())
WEEK = 7 * 1440
Situation = tuple[Calendar, SlowHours, Pauses, datetime, datetime]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def written(cuts: list[int], shift: int) -> dict[str, list[list[str]]]:
    """A week from minutes at which it opens and closes in turn, turned by `shift`; nothing is open over 24 hours."""
    week: dict[str, list[list[str]]] = {}
    for opens, closes in list(pairwise(sorted(cuts)))[::2]:
        length = min(closes - opens, 1440)
        start = (opens + shift) % WEEK
        day, minute = divmod(start, 1440)
        end = minute + length
        close = "24:00" if end == 1440 else f"{end % 1440 // 60:02}:{end % 60:02}"
        week.setdefault(DAYS[day], []).append([f"{minute // 60:02}:{minute % 60:02}", close])
    return week


minutes = st.integers(0, WEEK - 1) | st.integers(0, 7 * 24 - 1).map(lambda hour: hour * 60)
weeks = st.builds(written, st.lists(minutes, min_size=2, max_size=24, unique=True), minutes)
instants = st.datetimes(datetime(1900, 2, 1), datetime(2200, 11, 1)) | st.datetimes(  # noqa: DTZ001  made aware below
    datetime(1970, 1, 1),  # noqa: DTZ001
    datetime(2040, 1, 1),  # noqa: DTZ001
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A calendar, its slow twin, pauses, and two instants in the twin's window."""
    name = draw(st.sampled_from(ZONES))
    tz = zone(name)
    begin = draw(instants).replace(second=0, microsecond=0, tzinfo=UTC)
    tick = tick_for(tz, begin)
    ticks = 8 * 1440 if tick == 60 else 8 * 3600
    dates = st.integers(-2, ticks * tick // 86400 + 2).map(lambda n: begin.date() + n * DAY)
    week = draw(weeks)
    holidays = draw(st.lists(dates, max_size=3))
    own = st.lists(st.integers(0, 1439), min_size=2, max_size=4, unique=True).map(
        lambda cuts: written(cuts, 0).get("mon", [])
    )
    exceptions = draw(st.dictionaries(dates, own | st.just([]), max_size=2))
    points = st.integers(0, ticks - 1).map(lambda n: begin + timedelta(seconds=n * tick))
    pauses = draw(st.lists(st.tuples(points, points | st.none()), max_size=4))
    slow = SlowHours(tz, week, holidays, exceptions, pauses, begin=begin, ticks=ticks, tick=tick)
    note(f"{name} {week} holidays={holidays} exceptions={exceptions} pauses={pauses}")
    return Calendar(name, week, holidays, exceptions), slow, pauses, draw(points), draw(points)


@settings(max_examples=examples(250))
@given(situations(), st.integers(0, 3000))
def test_every_answer_is_that_of_the_slow_reference(situation: Situation, ticks: int) -> None:
    agree(situation, ticks * situation[1].tick)


def agree(situation: Situation, seconds: int) -> None:
    """Everything that can be asked of both is answered alike, wherever the answer lies in the twin's window."""
    calendar, slow, pauses, start, end = situation
    window_end = slow.begin + timedelta(seconds=slow.ticks * slow.tick)
    due, slow_due = calendar.add(start, seconds, pauses), slow.add(start, seconds)
    if slow_due is None:
        assert due is None or due > window_end
    else:
        assert due == slow_due
    assert calendar.between(start, end, pauses) == (slow.between(start, end) if start < end else 0)
    assert calendar.is_open(start, pauses) == slow.is_open(start)
    upcoming, slow_upcoming = calendar.next_open(start, pauses), slow.next_open(start)
    if slow_upcoming is None:
        assert upcoming is None or upcoming >= window_end
    else:
        assert upcoming == slow_upcoming
    stretches = slow.stretches(start)
    assert calendar.open_intervals(start, len(stretches), pauses) == stretches
    slow_back = slow.back(end, seconds)
    if seconds and slow_back is not None:
        assert calendar.back(end, seconds, pauses) == slow_back


own_hours = st.lists(st.integers(0, 1439), min_size=2, max_size=4, unique=True).map(
    lambda cuts: written(cuts, 0).get("mon", [])
)
special_hours: st.SearchStrategy[Any] = own_hours | st.just([]) | st.just("open")


@st.composite
def ruled(draw: st.DrawFn) -> Situation:
    """A calendar of every kind of rule, its slow twin, and two instants in the twin's window; often about the turn of a
    year, Easter, a change of clock, or the beginning of a period."""
    name = draw(st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Apia", "Asia/Kolkata", "UTC"]))
    around = draw(st.dates(date(1972, 1, 1), date(2190, 1, 1)) | st.dates(date(2000, 1, 1), date(2040, 1, 1)))
    turn, easter_day = date(around.year, 1, 1), easter(around.year)
    day = draw(st.sampled_from([around, turn, easter_day, date(around.year, 3, 1), date(around.year, 10, 27)]))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - 4 * DAY
    near = st.integers(-3, 9).map(lambda n: begin.date() + n * DAY)
    spans = st.tuples(near, st.integers(0, 6)).map(
        lambda at: f"{at[0]}..{at[0] + at[1] * DAY}" if at[1] else f"{at[0]}"
    )
    exceptions = st.dictionaries(spans, special_hours, max_size=3)
    places = ("first", "second", "third", "fourth", "fifth", "last")
    weekday = st.builds(
        lambda place, at: f"{place} {DAYS[at.weekday()]} of {at:%B}".lower(), st.sampled_from(places), near
    )
    point = (
        near.map(lambda at: f"{at:%m-%d}")
        | weekday
        | st.integers(-5, 5).map(lambda n: f"easter{n:+}" if n else "easter")
    )
    fixed = st.tuples(near, st.integers(1, 8)).map(lambda at: f"{at[0]:%m-%d}..{at[0] + at[1] * DAY:%m-%d}")
    yearly = st.dictionaries(point | fixed | st.just("easter-2..easter+1"), special_hours, max_size=4)
    several = st.lists(weeks, min_size=1, max_size=3)
    data: dict[str, Any] = {"weekly_hours": draw(weeks), "holidays": [f"{d}" for d in draw(st.lists(near, max_size=2))]}
    if draw(st.booleans()):
        data |= {"weeks": draw(several), "weeks_from": f"{draw(near)}"}
    data |= {"exceptions": draw(exceptions), "yearly": draw(yearly)}
    data["periods"] = [
        {"from": f"{since}", "weekly_hours": draw(weeks), "yearly": draw(yearly),
         **({"weeks": draw(several)} if draw(st.booleans()) else {})}
        for since in draw(st.lists(near, max_size=2, unique=True))
    ]  # fmt: skip
    ticks = 7 * 1440
    slow = SlowHours(zone(name), {}, begin=begin, ticks=ticks, tick=60, plan=plan_of(data))
    note(f"{name} {begin} {data}")
    points = st.integers(0, ticks - 1).map(lambda n: begin + timedelta(minutes=n))
    calendar = hours_from_data({"timezone": name, **data})
    assert isinstance(calendar, Calendar)
    assert hours_from_data(calendar.to_data()) == calendar
    return calendar, slow, (), draw(points), draw(points)


@settings(max_examples=examples(150))
@given(ruled(), st.integers(0, 3000))
def test_every_rule_of_a_calendar_is_that_of_the_slow_reference(situation: Situation, minutes_: int) -> None:
    agree(situation, minutes_ * 60)


@pytest.mark.parametrize("part", range(12))
def test_every_zone_agrees_with_the_slow_reference_over_a_change_of_clock(part: int) -> None:
    for name in ZONES[part::12]:
        random = Random(name)  # noqa: S311  the same dates every run
        tz = zone(name)
        changes = [at for at in transitions(name) if at > datetime(1901, 1, 1, tzinfo=UTC)]
        later = [at for at in changes if at > datetime(1973, 1, 1, tzinfo=UTC)]
        for at in {random.choice(found) for found in (changes, later) if found} or {datetime(2026, 1, 1, tzinfo=UTC)}:
            day = at.astimezone(tz).date()
            begin = at.replace(second=0) - 3 * HOUR
            tick = tick_for(tz, begin)
            week = written(random.sample(range(WEEK), 60), 0)
            week[DAYS[day.weekday()]] = [["00:00", "00:30"], ["01:15", "02:20"], ["02:40", "24:00"]]
            week.pop(DAYS[(day.weekday() - 1) % 7], None)
            holidays: list[date] = random.choice([[], [day], [day + DAY]])
            slow = SlowHours(tz, week, holidays, begin=begin, ticks=600 if tick == 60 else 12000, tick=tick)
            calendar = Calendar(name, week, holidays)
            points = sorted(begin + timedelta(seconds=random.randrange(slow.ticks) * tick) for _ in range(6))
            for start, end in pairwise(points):
                agree((calendar, slow, (), start, end), random.randrange(60) * tick)


def test_the_clocks_of_no_zone_change_twice_within_six_days() -> None:
    """The engine looks for changes every five days, so this must hold for whatever tzdata is installed."""
    for name in ZONES:
        for earlier, later in pairwise(transitions(name)):
            assert later - earlier > 6 * DAY, name


def transitions(name: str) -> Iterator[datetime]:
    """When a zone's offset changed, as its file tells; years far ahead follow a rule and are not listed."""
    data = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    isut, isstd, leaps, times, types, chars = struct.unpack(">6l", data[20:44])
    at = 44 + times * 5 + types * 6 + chars + leaps * 8 + isstd + isut
    times, types = struct.unpack(">2l", data[at + 32 : at + 40])
    at += 44
    moments = struct.unpack(f">{times}q", data[at : at + 8 * times])
    kinds = data[at + 8 * times : at + 9 * times]
    offsets = [struct.unpack(">l", data[at + 9 * times + 6 * n :][:4])[0] for n in range(types)]
    before = None
    for moment, kind in zip(moments, kinds, strict=True):
        if offsets[kind] != before and moment > -2208988800:
            yield datetime.fromtimestamp(moment, UTC)
        before = offsets[kind]
