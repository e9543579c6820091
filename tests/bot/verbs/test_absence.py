"""`away` and `back`, as they are typed and filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from tests.bot.asking import call, told
from tests.bot.samples import CUSTOMER
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
