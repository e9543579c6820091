"""`reason`: why a ticket climbed by a reaction, which gives none. A button beside the news of the climb."""

from __future__ import annotations

from bot.verbs.base.verb import Also, ButtonOn, TicketVerb, VerbCall
from bot.verbs.reading.figures import figure
from bot.wording.card import FieldKind
from triage import escalation
from triage.change import Change


def _reason(request: VerbCall) -> Change:
    """The button's value is `LEVEL.REASON`."""
    call = request.call
    level, _, name = request.answers.get("value", "").partition(".")
    if name not in escalation.REASONS or (climbed := figure(level)) is None:
        return Change()
    words = call.people.desk_speech.text(f"reason.{name}")
    return escalation.give_reason(request.stored.ticket, call.actor, call.now, climbed, words)


REASON = TicketVerb(
    name="reason",
    button_on=ButtonOn.BESIDE,
    decide=_reason,
    also=(Also("value", FieldKind.LINE, required=True),),
    is_typed=False,
)
