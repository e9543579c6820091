"""`quiet`, as it is typed and filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.verbs.quiet import read_hours
from tests.bot.asking import call, told
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT

NIGHT = (22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-07:00", NIGHT),
        ("22-7", NIGHT),
        ("22h–7h", NIGHT),
        ("22h00 à 07h00", NIGHT),
        ("de 22h à 7h", NIGHT),
        ("from 10pm to 7am", NIGHT),
        ("10:00 pm - 7:00 am", NIGHT),
        ("between 22.00 and 7.00", NIGHT),
        ("12:30-13:15", (750, 795)),
        ("20:00-24:00", (1200, 0)),
        ("12am-6am", (0, 360)),
        ("off", (0, 0)),
        ("Aucune", (0, 0)),
        ("22:00", None),
        ("25:00-07:00", None),
        ("22:60-07:00", None),
        ("24:30-07:00", None),
        ("13pm-7am", None),
        ("08:00-08:00", None),
        ("tonight", None),
        ("", None),
    ],
)
def test_people_write_hours_in_many_ways(text: str, hours: tuple[int, int] | None) -> None:
    assert read_hours(text) == hours


async def test_they_are_set_shown_and_ended(desk: DeskRuntime) -> None:
    assert "Your quiet hours: none." in await told(desk, "quiet")
    assert "From 22:00 to 07:00, every day" in await told(desk, "silence 22h-7h", language="en")
    assert (desk.roster.quiet[AGENT.id].starts, desk.roster.quiet[AGENT.id].ends) == NIGHT
    assert "Your quiet hours: 22:00 to 07:00, every day." in await told(desk, "quiet")
    assert "22:00 à 07:00, chaque jour" in await told(desk, "silence", language="fr")
    assert "no quiet hours any more" in await told(desk, "quiet off")
    assert AGENT.id not in desk.roster.quiet


async def test_what_are_no_hours_is_refused_where_they_were_written(desk: DeskRuntime) -> None:
    assert "Type /ticket quiet 22:00-07:00" in await told(desk, "quiet tonight")
    answer = await dispatch.submitted(replace(call(desk, ""), answers={"hours": "tonight"}), "quiet")
    assert list(answer.errors) == ["hours"]
    assert not desk.roster.quiet


async def test_an_empty_form_ends_them(desk: DeskRuntime) -> None:
    await told(desk, "quiet 22:00-07:00")
    await dispatch.submitted(replace(call(desk, ""), answers={"hours": ""}), "quiet")
    assert not desk.roster.quiet


async def test_only_people_of_the_desk_have_any(desk: DeskRuntime) -> None:
    assert (await told(desk, "quiet 22:00-07:00", actor=CUSTOMER)).startswith("Only")
