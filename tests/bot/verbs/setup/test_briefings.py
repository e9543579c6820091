"""What a desk is told at fixed times is chosen in chat, in whoever's language."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.desk.policy_file import load_policy
from bot.verbs.setup.briefings import chosen_briefings, written_briefings
from triage.briefing import Briefings, Weekly
from triage.errors import PolicyError

TODAY = date(2026, 11, 25)
TOLD = [Briefings(), Briefings(time(8, 5)), Briefings(time(7), Weekly(6, time(23, 30))), Briefings(None, Weekly())]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("told", TOLD)
def test_what_is_shown_in_a_form_is_read_as_it_was(told: Briefings, language: str) -> None:
    chosen = {"digest": chosen_briefings(written_briefings(told, language))}
    assert load_policy(chosen, today=TODAY)[0].briefings == told


def test_it_is_typed_as_people_write_it() -> None:
    chosen = {"digest": chosen_briefings({"morning": " 8h30 ", "weekly": "Lundi  9h"})}
    assert load_policy(chosen, today=TODAY)[0].briefings == Briefings(time(8, 30), Weekly(0, time(9)))


def test_what_is_no_time_is_refused_at_its_field() -> None:
    with pytest.raises(PolicyError, match=r"digest\.weekly"):
        load_policy({"digest": chosen_briefings({"weekly": "now and then"})}, today=TODAY)
