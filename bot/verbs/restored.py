"""`restored`: service is back, by a workaround or a repair."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.texts import at_and_text
from bot.verbs.shared.outage import back_since, since_field
from bot.wording.card import Field, FieldKind
from triage import restoring
from triage.change import Change
from triage.checks import must_be_down


def _restored(request: VerbCall) -> Change:
    call, at = request.call, back_since(request, "at")
    return restoring.restored(request.stored.ticket, call.actor, call.now, at, request.answers.get("text"))


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    text = Field("text", FieldKind.TEXT, speech.text("field.promise_text"), hint=speech.text("hint.update"))
    return (since_field(context, "restored_at"), text)


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(values={"at": outcome.stored.ticket.outage.restored_at})


RESTORED = TicketVerb(
    name="restored",
    aliases=("rétabli", "retabli"),
    button_on=ButtonOn.CARD | ButtonOn.BESIDE,
    decide=_restored,
    read=at_and_text,
    form=TicketForm(fields=_fields, first="at", refused_under=under(text=("text_too_long",))),
    result=_result,
    daily=True,
    fits=must_be_down,
    supposable=True,
)
