"""`relapsed`: down again after it was restored."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.texts import at_and_text
from bot.verbs.shared.outage import down_since, since_field
from bot.wording.card import Field, FieldKind
from triage import restoring
from triage.change import Change
from triage.checks import must_be_restored


def _relapsed(request: VerbCall) -> Change:
    call, at = request.call, down_since(request, "at")
    return restoring.relapsed(request.stored.ticket, call.actor, call.now, at, request.answers.get("text"))


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    text = Field("text", FieldKind.TEXT, speech.text("field.note"), hint=speech.text("hint.note"))
    return (since_field(context, "relapsed_at"), text)


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(values={"at": outcome.stored.ticket.down_since})


RELAPSED = TicketVerb(
    name="relapsed",
    aliases=("rechute",),
    button_on=ButtonOn.CARD,
    decide=_relapsed,
    read=at_and_text,
    form=TicketForm(fields=_fields, first="at", refused_under=under(text=("text_too_long",))),
    result=_result,
    fits=must_be_restored,
    supposable=True,
)
