"""Instants and spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.instants import Span, epoch, instant, merge, utc, whole_second

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def h(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_utc_keeps_the_instant_and_refuses_what_names_none() -> None:
    there = datetime(2026, 11, 23, 13, tzinfo=ZoneInfo("Europe/Paris"))
    assert utc(there) == NOON
    assert utc(there).tzinfo is UTC
    with pytest.raises(ValueError, match="2026-11-23T12:00:00 has no time zone"):
        utc(NOON.replace(tzinfo=None))


def test_a_whole_second_is_the_one_that_has_begun() -> None:
    assert whole_second(NOON + timedelta(microseconds=999_999)) == NOON
    assert whole_second(NOON) == NOON
    with pytest.raises(ValueError, match="no time zone"):
        whole_second(NOON.replace(tzinfo=None))


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])))
def test_seconds_are_rounded_down_on_both_sides_of_1970(value: datetime) -> None:
    passed = value - instant(epoch(value))
    assert timedelta(0) <= passed < timedelta(seconds=1)
    assert instant(epoch(value)).tzinfo is UTC


@pytest.mark.parametrize(
    ("spans", "merged", "note"),
    [
        ([], [], "nothing"),
        ([(h(3), h(4)), (h(1), h(2))], [(h(1), h(2)), (h(3), h(4))], "in order of start"),
        ([(h(1), h(3)), (h(2), h(4))], [(h(1), h(4))], "overlapping"),
        ([(h(1), h(2)), (h(2), h(3))], [(h(1), h(3))], "touching"),
        ([(h(1), h(4)), (h(2), h(3))], [(h(1), h(4))], "one in another"),
        ([(h(1), h(1)), (h(3), h(2))], [], "without length"),
        ([(h(2), None), (h(1), h(3)), (h(5), h(6))], [(h(1), None)], "without an end"),
        ([(h(2), None), (h(1), None)], [(h(1), None)], "two without an end"),
        ([(h(1), h(2)), (h(3), None)], [(h(1), h(2)), (h(3), None)], "an end, then none"),
    ],
)
def test_merged_spans_are_the_same_time_with_nothing_twice(spans: list[Span], merged: list[Span], note: str) -> None:
    assert merge(spans) == merged, note
    assert merge(merged) == merged, note


def test_merging_looks_at_instants_not_at_what_clocks_show() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert merge([(first, first.replace(fold=1))]) == [(utc(first), utc(first) + timedelta(hours=1))]
    with pytest.raises(ValueError, match="no time zone"):
        merge([(NOON, NOON.replace(tzinfo=None))])
