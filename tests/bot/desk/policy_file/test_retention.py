"""The policy key `retention`: for how long is kept what nobody looks for again."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.policy_file import load_policy
from bot.desk.policy_file.retention import FEWEST, MOST
from bot.server.settings import FEWEST_DAYS, MOST_DAYS

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("30 days", 30), ("90d", 90), ("13 weeks", 91), ("18 months", 558), ("2 years", 732), ("1 An", 366),
        ("6 mois", 186), ("90 jours", 90), ("forever", None), ("Forever", None),
    ],
)  # fmt: skip
def test_a_length_is_in_days_weeks_months_or_years_or_forever(text: str, days: int | None) -> None:
    assert load_policy(f"retention: {{texts: {text}}}", today=TODAY)[1]["retention"] == {"texts": days}


def test_what_a_policy_does_not_say_is_not_in_it() -> None:
    before = load_policy("version: 1", today=TODAY)[1]
    assert load_policy("version: 1\nretention:\n", today=TODAY)[1] == before
    assert "retention" not in before


def test_the_bounds_are_those_of_the_environment() -> None:
    assert (FEWEST, MOST) == (FEWEST_DAYS, MOST_DAYS)
