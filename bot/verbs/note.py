"""`note`: an internal note, never seen by a customer."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.engine.access import is_at_work
from bot.verbs.reading.texts import text_alone
from bot.wording.card import Field, FieldKind
from triage import noting
from triage.change import Change


def _note(request: VerbCall) -> Change:
    call, stored = request.call, request.stored
    text = request.answers.get("text", "")
    return noting.note(stored.ticket, call.actor, call.now, text, in_group=is_at_work(call, stored))


def _fields(context: FormContext) -> tuple[Field, ...]:
    return (Field("text", FieldKind.TEXT, context.text("field.note"), required=True, hint=context.text("hint.note")),)


def _result(call: Call, outcome: Outcome) -> Result:
    return Result(values={"requester": call.people.named(outcome.stored.ticket.requester)})


NOTE = TicketVerb(
    name="note",
    button_on=ButtonOn.MENU | ButtonOn.BESIDE,
    decide=_note,
    read=text_alone,
    form=TicketForm(fields=_fields, needed=("text",)),
    result=_result,
    daily=True,
    on_resolved=True,
    keeps_words=True,
)
