"""Lengths of time as a policy writes them: around the clock, or in business time that can be counted."""

from __future__ import annotations

import pytest

from bot.durations import IN_DAYS, Duration, parse_duration


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
        ("0 business days", None), ("business", None), ("400 business days", None), ("-1 business day", None),
    ],
)  # fmt: skip
def test_business_time_is_hours_of_opening_or_whole_business_days(text: str, found: Duration | None) -> None:
    assert parse_duration(text) == found


@pytest.mark.parametrize(("text", "days"), [("2d", True), ("2 jours", True), ("1 week", True), ("2 sem", True),
                                            ("30 seconds", False), ("5h", False), ("1h30", False)])  # fmt: skip
def test_a_length_in_days_is_told_from_others(text: str, days: bool) -> None:
    assert bool(IN_DAYS.search(text)) is days
