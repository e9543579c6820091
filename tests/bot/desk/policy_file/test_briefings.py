"""The policy key `digest`: what the desk is told at fixed times, and what is wrong with how it was written."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.desk.policy_file import check_policy, load_policy
from triage.briefing import Briefings, Weekly
from triage.errors import PolicyError

TODAY = date(2026, 11, 25)


def told(text: str) -> Briefings:
    return load_policy(text, today=TODAY)[0].briefings


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('digest: {morning: "08:30"}', Briefings(time(8, 30))),
        ("digest: {morning: 8:30}", Briefings(time(8, 30))),
        ("digest: {morning: 8h30}", Briefings(time(8, 30))),
        ("digest: {morning: 7h}", Briefings(time(7))),
        ("digest: {morning: none}", Briefings()),
        ("digest: off", Briefings()),
        ("digest: {weekly: {day: tue, at: 9h15}}", Briefings(None, Weekly(1, time(9, 15)))),
        ("digest: {weekly: monday 09:00}", Briefings(None, Weekly(0, time(9)))),
        ("digest: {weekly: Fri}", Briefings(None, Weekly(4, time(9)))),
        ("digest: {weekly: {day: Friday}}", Briefings(None, Weekly(4, time(9)))),
        ("digest: {morning: 8h, weekly: {at: 10:00}}", Briefings(time(8), Weekly(0, time(10)))),
        ("version: 1", Briefings()),
    ],
)
def test_each_is_told_at_the_time_that_the_policy_says(text: str, wanted: Briefings) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("digest: {morning: at dawn}", "`at dawn` is no time of the day"),
        ("digest: {morning: 24:00}", "`24:00` is no time of the day"),
        ("digest: {weekly: {day: someday}}", "`someday` is not known here"),
        ("digest: {weekly: {at: 9}}", "`9` is no time of the day"),
        ("digest: {daily: 8h}", "`daily`"),
        ("digest: on", "`on` is not known here"),
    ],
)
def test_what_is_no_time_is_said_where_it_stands(text: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        check_policy(text, today=TODAY)


def test_nobody_to_tell_it_to_is_pointed_out() -> None:
    for text, doubts in (
        ("digest: {morning: 8h, weekly: {}}", 2),
        ("digest: {morning: 8h, weekly: {}}\ndesks: {support: {channels: C0123ABC}}\nroles: {leads: U0123ABC}", 0),
    ):
        found = [each for each in check_policy(text, today=TODAY)[1] if "digest." in each]
        assert len(found) == doubts, found


def test_a_policy_that_does_not_ask_for_it_says_nothing_of_it() -> None:
    assert load_policy("digest: off", today=TODAY)[1] == load_policy(None, today=TODAY)[1]
