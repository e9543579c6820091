"""The loop reads what people read: its patterns know today's sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.chaos.people import Action, Ticket
from tests.chaos.policy import expected
from tests.chaos.verdict import kind_of

AT = "<!date^1795900000^{time}|09:02>"
VALUES = {
    "who": "<@U0ANAREYES1>", "by": "Ana Reyes", "clock": "Update", "deadline": "Update", "number": "7", "at": AT,
    "summary": "Link down. It was due", "left": "3 minutes", "over": "1 hour", "after": "2 hours", "next": "", "do": "",
    "severity": "1", "role": "operations manager",
}  # fmt: skip
SENTENCES = {
    "warning": "warning", "warning_promise": "warning", "breach": "breach", "breach_again": "again",
    "catch_up": "catch-up", "proposal": "proposal", "proposal_overdue": "proposal", "falls_to": "named",
}  # fmt: skip


@pytest.mark.parametrize(("key", "kind"), SENTENCES.items())
def test_each_sentence_is_taken_for_what_it_is(key: str, kind: str) -> None:
    words = yaml.safe_load(Path("bot/wording/locales/en.yaml").read_text(encoding="utf-8"))["notice"][key].format(
        **VALUES
    )
    found = kind_of(words)
    assert found is not None
    assert (found[0], found[1]["n"]) == (kind, "7")


def test_what_a_warning_says_of_others_below_its_own_is_not_taken_for_it() -> None:
    promised = f"Ana: the update promised on #7 Link down is due {AT}."
    found = kind_of(f"{promised}\nResponse of #8 Port down is due {AT}.")
    assert found is not None
    assert found[1]["n"] == "7"


@pytest.mark.parametrize("end", [1599.6, 1600.2, 1601.5], ids=str)
def test_what_falls_due_in_the_very_second_in_which_it_is_counted_was_to_be_said(end: float) -> None:
    """Times are moved on by whole minutes, so that this is no chance."""
    ticket = Ticket("w0001ax", 2, customer=False, number=7)
    ticket.actions.append(Action("new", "w0001ax", 1000.3, 1000.4, acked=True, happened=True))
    found = [each for each in expected(ticket, end) if each.is_said_by("warning", "Response")]
    assert [(each.at, each.due) for each in found] == [(1600, 1900)]
