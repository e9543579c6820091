"""What somebody wrote themselves, of whatever they send."""

from __future__ import annotations

import time

import pytest

from bot.email.quoting import own_words

BELOW = "\n\nOn Tue, 10 Mar 2026 at 12:00, Vigie <support@desk.example> wrote:\n> We are on it\n"
FILLED = ["\n", "_\n", "Am 1 schrieb ", "On ", "> ", "Le a\na "]


@pytest.mark.parametrize("filling", FILLED)
def test_nobody_keeps_us_busy_with_one_answer(filling: str) -> None:
    own_words("loaded")
    began = time.process_time()
    own_words(filling * (12_000 // len(filling)))
    assert time.process_time() - began < 2


def test_of_a_long_answer_nothing_is_lost() -> None:
    lines = [f"line {number} of what we saw" for number in range(1000)]
    assert own_words("\n".join(lines)).splitlines() == lines
    endless = "word " * 2000 + "end"
    assert own_words(endless + BELOW) == endless
    assert own_words("It is back" + BELOW + "> more\n" * 5000) == "It is back"
