"""What is counted up once serves every later question, whatever was asked first, and costs little."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import hours as hours_module
from triage.hours import ELAPSED, Calendar
from triage.instants import epoch
from triage.opening_days import open_spans
from triage.opening_hours import read_openings
from triage.opentable import FIRST, LAST, OpenTable, Unbroken
from triage.zones import CalendarError, zone

WEEK = {"mon": [["09:00", "12:00"]], "wed": [["22:00", "03:00"]]}
OPENINGS = read_openings(WEEK)
BASE = epoch(datetime(2026, 1, 1, tzinfo=UTC))


def table() -> OpenTable:
    tz = zone("Europe/Paris")
    return OpenTable(lambda begin, end: open_spans(OPENINGS, tz, begin, end))


days = st.integers(-2000, 2000)


@given(st.lists(days, min_size=1, max_size=8), st.integers(1, 10**6))
def test_answers_do_not_depend_on_what_was_asked_before(asked: list[int], seconds: int) -> None:
    one = table()
    for day in asked:
        at, fresh = BASE + day * 86400 + 12345, table()
        assert one.after(at, seconds) == fresh.after(at, seconds) == fresh.locate(fresh.position(at) + seconds)
        assert one.locate(one.position(at) - seconds) == fresh.locate(fresh.position(at) - seconds)
        assert one.next_open(at) == fresh.next_open(at)


@pytest.mark.parametrize("asked", [(0, -900, 900), (0, 900, -900), (900, -900, 0), (0, -900, -1800, 900, 1800)])
def test_what_is_counted_before_fits_what_is_counted_after(asked: tuple[int, ...]) -> None:
    one, whole = table(), table()
    whole.position(BASE - 3000 * 86400)
    whole.position(BASE + 3000 * 86400)
    for day in asked:
        one.position(BASE + day * 86400)
    for day in range(-1800, 1800, 7):
        at = BASE + day * 86400
        assert one.position(at) - one.position(BASE) == whole.position(at) - whole.position(BASE)
        assert one.after(at, 10**6) == whole.after(at, 10**6)
        assert one.next_open(at) == whole.next_open(at)


def test_the_first_instant_counted_is_like_any_other() -> None:
    """Tables begin at a multiple of some days, so one that is asked at such an instant has nothing before it."""
    whole = table()
    whole.position(BASE - 500 * 86400)
    for day in range(130):
        at, one = BASE + day * 86400, table()
        assert one.after(at, 3600) == whole.after(at, 3600)
        assert one.next_open(at) == whole.next_open(at)
        assert next(table().stretches(at)) == next(whole.stretches(at))


@given(st.integers(0, 200), st.integers(-2, 2))
def test_walking_back_to_where_the_counting_began_finds_the_closing_before_it(day: int, more: int) -> None:
    at, one, whole = BASE + day * 86400, table(), table()
    whole.position(BASE - 500 * 86400)
    position = one.position(at)  # what was open since the counting began, at 0
    assert one.locate(more) == whole.locate(whole.position(at) - position + more)


def test_stretches_go_on_while_earlier_years_are_asked_for() -> None:
    one = table()
    stretches = one.stretches(BASE)
    found = [next(stretches) for _ in range(3)]
    one.position(BASE - 1000 * 86400)
    found += [next(stretches) for _ in range(50)]
    again = table().stretches(BASE)
    assert found == [next(again) for _ in range(53)]


def test_stretches_begin_where_it_is_open_and_have_a_length() -> None:
    monday = epoch(datetime(2026, 11, 23, tzinfo=UTC))
    found = islice(table().stretches(monday), 200)
    assert next(found) == (monday + 8 * 3600, monday + 11 * 3600)  # 09:00 to 12:00 in Paris
    assert all(end is not None and begin < end for begin, end in found)
    assert next(table().stretches(monday + 9 * 3600)) == (monday + 9 * 3600, monday + 11 * 3600)


def test_what_never_opens_has_no_stretches() -> None:
    def nothing(_begin: int, _end: int) -> list[tuple[int, int]]:
        return []

    assert list(OpenTable(nothing).stretches(BASE)) == []
    assert OpenTable(nothing).next_open(BASE) is None


def test_time_that_never_closes_is_numbered_by_itself() -> None:
    line = Unbroken()
    assert line.locate(FIRST) == line.position(FIRST) == FIRST
    assert line.locate(LAST) == line.position(LAST) == LAST
    assert line.locate(LAST + 1) is None
    assert line.after(LAST - 1, 1) == LAST
    assert line.after(LAST, 1) is None
    for ask, outside in ((line.locate, FIRST - 1), (line.position, FIRST - 1), (line.position, LAST + 1)):
        with pytest.raises(CalendarError, match="1900"):
            ask(outside)


def test_the_last_second_that_is_counted_is_open_and_nothing_opens_after_it() -> None:
    always = Calendar("UTC", {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
    for hours in (ELAPSED, always):
        assert hours.next_open_seconds(LAST) == LAST
        assert hours.next_open_seconds(LAST + 1) is None


def test_threads_may_ask_at_once() -> None:
    shared, starts = table(), [BASE + n * 40 * 86400 for n in range(-60, 60)]
    alone = [table().after(at, 10**6) for at in starts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda at: shared.after(at, 10**6), starts)) == alone


def test_equal_calendars_share_what_was_counted_and_let_it_go_together() -> None:
    gc.collect()
    before = len(hours_module._tables)  # noqa: SLF001  that nothing is kept cannot be seen from outside
    calendars = [Calendar("Europe/Paris", WEEK, ["2031-05-05"]) for _ in range(3)]
    calendars[0].add(datetime(2026, 1, 1, tzinfo=UTC), 3600)
    assert len(hours_module._tables) == before + 1  # noqa: SLF001
    del calendars
    gc.collect()
    assert len(hours_module._tables) == before  # noqa: SLF001


def test_a_calendar_that_nothing_was_asked_of_counts_nothing() -> None:
    asked = []

    def spans(begin: int, end: int) -> list[tuple[int, int]]:
        asked.append((begin, end))
        return [(begin, end)]

    one = OpenTable(spans)
    assert not asked
    one.position(BASE)
    assert len(asked) == 1
    one.after(BASE, int(timedelta(days=200).total_seconds()))
    assert 3 <= len(asked) <= 5
    one.after(BASE + 86400, 3600)
    assert len(asked) <= 5
