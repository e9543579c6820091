"""`away` and `back`, as they are typed and filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from tests.bot.asking import call, told
from tests.bot.samples import CUSTOMER
from tests.bot.verbs.test_handover import LEAD, messages
from tests.factories import AGENT, NOW


@pytest.mark.parametrize(
    ("words", "until", "reason"),
    [
        ("away", None, ""),
        ("away dentist", None, "dentist"),
        ("away until 16:00 dentist", 6, "dentist"),
        ("away 2h", 2, ""),
        ("away until Tuesday 9:00", 23, ""),
        ("away dentist until 16:00", 6, "dentist"),
        ("absent", None, ""),
    ],
)
async def test_a_time_and_a_reason_are_read_and_both_may_be_missing(
    desk: DeskRuntime, words: str, until: int | None, reason: str
) -> None:
    await told(desk, words)
    absence = desk.directory.absence(AGENT.id, NOW)
    assert absence is not None
    assert (absence.until and round((absence.until - NOW).total_seconds() / 3600), absence.reason) == (until, reason)


async def test_what_is_no_time_is_said_and_changes_nothing(desk: DeskRuntime) -> None:
    assert "not a time" in await told(desk, "away until someday")
    assert desk.directory.absence(AGENT.id, NOW) is None
    assert "not away" in await told(desk, "back")


async def test_a_form_with_a_time_that_has_passed_says_so_under_it(desk: DeskRuntime) -> None:
    filled = replace(call(desk, ""), answers={"until": str(int(NOW.timestamp()))})
    answer = await dispatch.submitted(filled, "away")
    assert list(answer.errors) == ["until"]
    assert "has passed" in answer.errors["until"]


async def test_only_people_of_the_desk_are_away(desk: DeskRuntime) -> None:
    for words in ("away", "back"):
        assert (await told(desk, words, actor=CUSTOMER)).startswith("Only")


async def test_the_lead_is_asked_about_what_presses_of_whoever_goes_away(desk: DeskRuntime) -> None:
    for words in ("new sev1 Fibre cut", "take 1", "new sev3 Odd lamp", "take 2", "away", "away until 16:00"):
        await told(desk, words)
    (asked,) = await messages(desk, "left_open")
    said = (" is away. ", " is still theirs, and nobody on shift has accepted it", "Fibre cut", "Accept #1", " assign ")
    assert [words for words in said if words not in asked] == []
    assert "Odd lamp" not in asked


async def test_nobody_is_asked_about_what_was_taken_over_meanwhile(desk: DeskRuntime) -> None:
    for words in ("new sev1 Fibre cut", "take 1", "away"):
        await told(desk, words)
    await told(desk, "assign 1 me", actor=LEAD)
    assert await messages(desk, "left_open") == []
