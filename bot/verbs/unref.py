"""`unref`: the ticket is not called so elsewhere any more."""

from __future__ import annotations

from bot.verbs.base.verb import FormContext, TicketForm, TicketVerb, VerbCall
from bot.verbs.shared.references import reference_texts, references_of, with_reference
from bot.wording.card import Field, FieldKind
from triage import referring
from triage.change import Change


def _unref(request: VerbCall) -> Change:
    call, number = request.call, request.answers.get("ref", "")
    return referring.unrefer(request.stored.ticket, call.actor, call.now, number, reference_texts(request))


def _fields(context: FormContext) -> tuple[Field, ...]:
    """A menu of those there are; without any, a line."""
    label = context.speech.text("field.ref")
    numbers = dict.fromkeys(referring.read(text).number for _, text in sorted(context.texts.items()) if text)
    if not 0 < len(numbers) <= context.limits.most_choices:
        return (Field("ref", FieldKind.LINE, label, required=True, longest=referring.LONGEST),)
    options = tuple((number, number[: context.limits.longest_choice]) for number in numbers)
    return (Field("ref", FieldKind.CHOICE, label, required=True, options=options, initial=options[0][0]),)


UNREF = TicketVerb(
    name="unref",
    aliases=("déréf", "deref"),
    decide=_unref,
    read=lambda _call, words: {"ref": words},
    form=TicketForm(fields=_fields, needed=("ref",), first="ref", texts=references_of),
    result=with_reference,
    in_more=14,
    on_resolved=True,
    offered=lambda ticket: bool(ticket.references),
)
