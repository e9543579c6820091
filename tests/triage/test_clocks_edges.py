"""The clock engine at its edges: what the rules say where two of them meet."""

from __future__ import annotations

import pytest

from tests.triage.story import at
from tests.triage.test_clocks import RESPONSE, UPDATE, Line, known, opened, terms
from triage.terms import Terms


@pytest.mark.parametrize("word", ["customer_wrote", "reply"])
def test_what_is_said_after_closing_gives_no_clock_that_was_not_there(word: str) -> None:
    clocks = opened(under=terms(update_base="unanswered_customer"))
    clocks.close(at("10:00"), Line(2, at("10:00")))
    assert clocks.clock(UPDATE) is None
    if word == "reply":
        clocks.reply(at("11:00"), Line(3, at("11:00")), promise=at("12:00"))
    else:
        clocks.customer_wrote(at("11:00"), Line(3, at("11:00")))
    assert clocks.clock(UPDATE) is None


def test_a_response_given_before_there_was_a_clock_for_it_is_not_late() -> None:
    clocks = opened("09:00", under=Terms())
    clocks.respond(at("10:00"))
    clocks.retarget(at("11:00"), terms(response=15), Line(3, at("11:00")))
    clock = known(clocks, RESPONSE)
    assert not clock.breached()
    assert clock.taken(at("10:00")) == 0
