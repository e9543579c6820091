"""What a test tool leaves out or says otherwise than Teams."""

from __future__ import annotations

import pytest

from bot.teams.inbound_messages import us_in
from bot.teams.payload import activity_of
from tests.bot.teams.shapes import ANA, APP, message

US = {
    "as Teams has it": (APP, APP),
    "without its prefix": ("00000000-0000-0000-0000-00000000000011", "00000000-0000-0000-0000-00000000000011"),
    "of another bot of ours": ("28:other", "28:other"),
    "of a person": (ANA, APP),
    "none": ("", APP),
}


@pytest.mark.parametrize("case", US)
def test_we_know_ourselves_by_whatever_id_we_are_called(case: str) -> None:
    named, us = US[case]
    raw = message("list") | {"recipient": {"id": named} if named else None}
    assert us_in(activity_of(raw), APP) == us
