"""`different`: those that look alike are something else. A button beside them."""

from __future__ import annotations

from bot.verbs.base.verb import Also, ButtonOn, TicketVerb, VerbCall
from bot.verbs.reading.figures import figure
from bot.wording.card import FieldKind
from triage import looking_alike
from triage.change import Change


def numbers_of(value: str) -> list[int]:
    """The numbers of other tickets that a button carries."""
    return [number for word in value.split() if (number := figure(word)) is not None]


def _different(request: VerbCall) -> Change:
    call = request.call
    numbers = numbers_of(request.answers.get("value", ""))
    return looking_alike.distinguish(request.stored.ticket, call.actor, call.now, numbers)


DIFFERENT = TicketVerb(
    name="different",
    button_on=ButtonOn.BESIDE,
    decide=_different,
    also=(Also("value", FieldKind.LINE, required=True),),
    is_typed=False,
)
