"""Shadow mode as a policy file writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.desk.policy_file import check_policy, load_policy
from triage.errors import PolicyError

TODAY = date(2026, 11, 30)
LED = "roles: {leads: U0123ABC}\n"


def test_it_ends_when_the_day_begins_at_the_desk() -> None:
    text = "desks: {support: {timezone: Europe/Paris}}\nshadow: {until: 2026-12-14}"
    policy, data = load_policy(text, today=TODAY)
    assert policy.shadow_until == datetime(2026, 12, 13, 23, tzinfo=UTC)
    assert policy.is_silent(datetime(2026, 12, 13, 22, 59, tzinfo=UTC))
    assert not policy.is_silent(datetime(2026, 12, 13, 23, tzinfo=UTC))
    assert data["shadow"] == {"until": "2026-12-14"}


def test_without_it_nothing_is_different() -> None:
    policy, data = load_policy(None, today=TODAY)
    assert policy.shadow_until is None
    assert "shadow" not in data


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("shadow: {until: soon}", "`soon` is not a date"),
        ("shadow: {until: 2027-12-14}", "more than a year away"),
        ("shadow: {from: 2026-12-14}", "`from`"),
        ("shadow: {until: [2026-12-14]}", "is not a date"),
        ("shadow: yes", "until"),
    ],
)
def test_what_is_no_day_is_said_where_it_stands(text: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        check_policy(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        (f"{LED}shadow: {{until: 2026-12-14}}", 0),
        ("shadow: {until: 2026-12-14}", 1),
        (f"{LED}shadow: {{until: 2026-11-30}}", 1),
    ],
)
def test_a_day_that_has_come_and_nobody_to_tell_are_pointed_out(text: str, doubts: int) -> None:
    assert len([each for each in check_policy(text, today=TODAY)[1] if "shadow" in each]) == doubts
