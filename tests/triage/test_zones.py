"""What a zone's changes of clock do to local times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage.instants import epoch
from triage.zones import LocalTimes, zone

HOUR, DAY = 3600, 86400


def at(text: str) -> int:
    return epoch(datetime.fromisoformat(text).replace(tzinfo=UTC))


def local(name: str, around: str) -> LocalTimes:
    return LocalTimes(zone(name), at(around) - 10 * DAY, at(around) + 10 * DAY)


def test_a_date_is_one_span_as_a_rule() -> None:
    spans = local("Europe/Paris", "2026-11-23").spans(at("2026-11-23"), at("2026-11-24"))
    assert spans == [(at("2026-11-22 23:00"), at("2026-11-23 23:00"))]


@pytest.mark.parametrize(
    ("name", "date", "hours"), [("Europe/Paris", "2026-10-25", 25), ("Europe/Paris", "2027-03-28", 23)]
)
def test_a_date_in_which_the_clocks_change_is_longer_or_shorter(name: str, date: str, hours: int) -> None:
    before, after = local(name, date).spans(at(date), at(date) + DAY)
    assert before[1] == after[0], "at the change"
    assert after[1] - before[0] == hours * HOUR


def test_a_date_that_was_skipped_is_no_time_at_all() -> None:
    samoa = local("Pacific/Apia", "2011-12-30")
    assert samoa.spans(at("2011-12-30"), at("2011-12-31")) == []
    assert samoa.spans(at("2011-12-29"), at("2011-12-30")) == [(at("2011-12-29 10:00"), at("2011-12-30 10:00"))]
    assert samoa.spans(at("2011-12-31"), at("2012-01-01")) == [(at("2011-12-30 10:00"), at("2011-12-31 10:00"))]


def test_a_date_that_ends_twice_is_two_spans() -> None:
    """In St John's the clocks went back at 00:01, to 23:01 of the day before."""
    spans = local("America/St_Johns", "2006-10-28").spans(at("2006-10-28"), at("2006-10-29"))
    assert spans == [(at("2006-10-28 02:30"), at("2006-10-29 02:30")), (at("2006-10-29 02:31"), at("2006-10-29 03:30"))]


@pytest.mark.parametrize(
    ("wall", "instant", "note"),
    [
        ("2027-03-28 01:59:59", "2027-03-28 00:59:59", "the second before"),
        ("2027-03-28 02:00:00", "2027-03-28 01:00:00", "the first that is skipped"),
        ("2027-03-28 02:59:59", "2027-03-28 01:59:59", "the last"),
        ("2027-03-28 03:00:00", "2027-03-28 01:00:00", "the first after"),
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59", "the second before those that come twice"),
        ("2026-10-25 02:00:00", "2026-10-25 00:00:00", "the first that does"),
        ("2026-10-25 02:59:59", "2026-10-25 00:59:59", "the last"),
        ("2026-10-25 03:00:00", "2026-10-25 02:00:00", "the first that does not"),
    ],
)
def test_skipped_times_move_forward_and_repeated_ones_are_the_first(wall: str, instant: str, note: str) -> None:
    assert local("Europe/Paris", wall[:10]).instant(at(wall)) == at(instant), note
