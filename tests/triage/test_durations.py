"""Lengths of time as people and policies write them: around the clock, or in business time that can be counted."""

from __future__ import annotations

import pytest

from triage.durations import IN_DAYS, Duration, parse_duration, read_duration


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("90s", Duration(90)), ("2d", Duration(172800)), ("1 week", Duration(604800)),
        ("48 business hours", Duration(172800, business=True)),
        ("90 business seconds", Duration(90, business=True)),
        ("86400 business seconds", Duration(86400, business=True)),
        ("1h30 ouvrées", Duration(5400, business=True)),
        ("6 business days", Duration(0, business=True, days=6)), ("6 working days", Duration(0, business=True, days=6)),
        ("6 jours ouvrés", Duration(0, business=True, days=6)), ("6j ouvrés", Duration(0, business=True, days=6)),
        # Nobody but the calendar knows how long these are.
        ("1.5 business days", None), ("1 business week", None), ("1 day 4 business hours", None),
        ("2 semaines ouvrées", None),
        ("48 business working hours", None),
        ("0 business days", None), ("business", None), ("400 business days", None), ("-1 business day", None),
    ],
)  # fmt: skip
def test_business_time_is_hours_of_opening_or_whole_business_days(text: str, found: Duration | None) -> None:
    assert parse_duration(text) == found


@pytest.mark.parametrize(("text", "days"), [("2d", True), ("2 jours", True), ("1 week", True), ("2 sem", True),
                                            ("30 seconds", False), ("5h", False), ("1h30", False)])  # fmt: skip
def test_a_length_in_days_is_told_from_others(text: str, days: bool) -> None:
    assert bool(IN_DAYS.search(text)) is days


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("6h", 21600), ("2d", 172800), ("1h30m", 5400), ("1h30", 5400), ("3j", 259200),
     ("1 day 2 hours", 93600), ("2m30", 150), ("1s", 1), ("1 week, 1 day and 1h 30", 696600)],
)  # fmt: skip
def test_durations_read_as_people_write_them(text: str, seconds: int) -> None:
    assert parse_duration(text) == Duration(seconds)


def test_days_around_the_clock_are_seconds_and_no_business_days() -> None:
    found = parse_duration("2d")
    assert found is not None
    assert (found.seconds, found.business, found.days) == (172800, False, 0)


def test_sixty_characters_are_the_most_that_is_read() -> None:
    text = "00000001 weeks, 0000001 days, 0000001 hours, 0000001 minutes"
    assert parse_duration(text) == Duration(694860)
    assert parse_duration(f"0{text}") is None


def test_a_year_is_the_longest_that_is_read() -> None:
    assert parse_duration("366d") == Duration(366 * 86400)
    assert parse_duration("366d 1s") is None


@pytest.mark.parametrize(
    ("text", "found"), [("2h, then more", (7200, 2)), ("1h 30 minutes", (5400, 13)), ("soon", None), ("", None)]
)
def test_a_length_at_the_beginning_of_a_text_is_told_with_where_it_ends(
    text: str, found: tuple[int, int] | None
) -> None:
    assert read_duration(text) == found


@pytest.mark.parametrize("text", ["", "15", "m", "1m1h", "1m1m", "15 m x", "1h90", "-1h", "0m", "9999999d"])
def test_what_is_no_elapsed_time_is_none(text: str) -> None:
    assert parse_duration(text) is None
