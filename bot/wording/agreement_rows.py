"""How a ticket stands under the agreements beside the customer's: for the desk alone."""

from __future__ import annotations

from bot.wording.clock_lines import awaited, clock_line, under
from bot.wording.sentences import Sentence, join
from bot.wording.view import View


def agreement_rows(view: View) -> list[tuple[str, Sentence]]:
    """A row for each agreement that has begun: what the desk calls it, and how its clocks stand."""
    speech, waits_for = view.speech, awaited(view.speech, view.stored)
    return [
        (
            speech.text("fact.agreement"),
            under(
                speech, name, join([clock_line(speech, each, view.now, waits_for) for each in clocks.values()], " · ")
            ),
        )
        for name, clocks in view.stored.ticket.agreements.items()
        if clocks
    ]  # fmt: skip
