"""`edit`: correct one's last update, in the customer's thread as well."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.figures import figure
from bot.verbs.reading.texts import text_alone
from bot.verbs.shared.own_updates import last_of
from bot.wording.card import Field, FieldKind
from triage import correcting
from triage.change import Change


def _edit(request: VerbCall) -> Change:
    call, upto = request.call, figure(request.call.context.get("version", ""))  # the ticket as its form was opened on
    return correcting.edit(request.stored.ticket, call.actor, call.now, request.answers.get("text", ""), upto)


def _fields(context: FormContext) -> tuple[Field, ...]:
    text = next(iter(context.texts.values()), None)
    label, hint = context.text("field.update"), context.text("hint.edit")
    return (Field("text", FieldKind.TEXT, label, required=True, initial=text, hint=hint),)


def _result(call: Call, outcome: Outcome) -> Result:
    kept, speech = outcome.kept, call.speech
    if not (outcome.parts or kept):
        return Result()
    numbers = speech.all_of([f"#{number}" for number in kept])
    stays = (" ", *speech("done.edit_kept", numbers=numbers, command=call.command, other=kept[0])) if kept else ()
    return Result("edit_parts" if outcome.parts else "edit_alone", {"count": outcome.parts, "stays": stays})


EDIT = TicketVerb(
    name="edit",
    aliases=("corriger",),
    decide=_edit,
    read=text_alone,
    form=TicketForm(fields=_fields, needed=("text",), texts=last_of),
    result=_result,
    in_more=9,
    on_resolved=True,
)
