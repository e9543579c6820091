"""`rate`: the customer says how it went. Buttons beside the question."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, FormContext, TicketForm, TicketVerb, VerbCall
from bot.wording.card import Field, FieldKind
from triage import rating
from triage.change import Change

GOOD, BAD, WORD = "good", "bad", "word"
SCORES = {GOOD: True, BAD: False}


def _rate(request: VerbCall) -> Change:
    """The value of the pressed button, or the form's answer."""
    call, answers = request.call, request.answers
    good = SCORES.get(answers.get("score") or answers.get("value", ""))
    return rating.rate(request.stored.ticket, call.actor, call.now, good=good, text=answers.get("text"))


def _fields(context: FormContext) -> tuple[Field, ...]:
    good = context.ticket.rating.good
    options = tuple((name, context.text(f"rating.{name}")) for name in SCORES)
    known = None if good is None else GOOD if good else BAD
    return (
        Field("score", FieldKind.CHOICE, context.text("field.rate"), required=True, options=options, initial=known),
        Field("text", FieldKind.TEXT, context.text("field.rate_word"), hint=context.text("hint.rate_word")),
    )


RATE = TicketVerb(
    name="rate",
    button_on=ButtonOn.BESIDE,
    decide=_rate,
    form=TicketForm(fields=_fields),
    pressed_asks=frozenset({WORD}),
    on_resolved=True,
    fits=rating.must_be_asked,
    is_typed=False,
)
