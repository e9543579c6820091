"""`ref` and `unref`: what the ticket is called elsewhere, by another help desk or a carrier."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.wording.card import Field, FieldKind
from bot.wording.sentences import Typed
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage import referring
from triage.change import Change
from triage.facts.elsewhere import Referenced
from triage.people import Actor
from triage.referring import Elsewhere

_LINK = re.compile(r"<?\b(?P<link>[a-z][a-z0-9+.-]*://[^\s<>|]*)(?:\|[^>]*)?>?", re.IGNORECASE)


def _read(_call: Call, words: str) -> dict[str, str]:
    """The link, wherever it stands, and the number beside it."""
    found = _LINK.search(words)
    if found is None:
        return {"ref": words}
    rest = f"{words[: found.start()]} {words[found.end() :]}"
    return {"ref": " ".join(rest.split()), "link": found["link"]}


def _texts_of(request: VerbCall) -> dict[int, str]:
    stored = request.stored
    return load_texts(request.session, stored.organisation_id, _texts(stored, request.call.actor))


def _texts(stored: StoredTicket, _actor: Actor) -> list[int]:
    return [each.body_id for each in stored.ticket.references if each.body_id is not None]


def _ref(request: VerbCall) -> Change:
    call, answers = request.call, request.answers
    said = Elsewhere(answers.get("ref", ""), answers.get("link", ""))
    return referring.refer(request.stored.ticket, call.actor, call.now, said, _texts_of(request))


def _unref(request: VerbCall) -> Change:
    call, number = request.call, request.answers.get("ref", "")
    return referring.unrefer(request.stored.ticket, call.actor, call.now, number, _texts_of(request))


def _fields(context: FormContext) -> tuple[Field, ...]:
    hint = context.speech.text("hint.ref")
    return (
        Field("ref", FieldKind.LINE, context.speech.text("field.ref"), hint=hint, longest=referring.LONGEST),
        Field("link", FieldKind.LINE, context.speech.text("field.ref_link"), longest=referring.LONGEST_LINK),
    )


def _fields_of_removal(context: FormContext) -> tuple[Field, ...]:
    """A menu of those there are; without any, a line that says so when it is sent."""
    label = context.speech.text("field.ref")
    numbers = dict.fromkeys(referring.read(text).number for _, text in sorted(context.texts.items()) if text)
    if not 0 < len(numbers) <= context.limits.most_choices:
        return (Field("ref", FieldKind.LINE, label, required=True, longest=referring.LONGEST),)
    options = tuple((number, number[: context.limits.longest_choice]) for number in numbers)
    return (Field("ref", FieldKind.CHOICE, label, required=True, options=options, initial=options[0][0]),)


def _result(_call: Call, outcome: Outcome) -> Result:
    said = next((each.body or "" for each in outcome.change.notices if each.body), "")
    added = any(isinstance(each.fact, Referenced) for each in outcome.change.events)
    return Result(values={"ref": Typed(referring.read(said).number if added else said)})


REF = TicketVerb(
    name="ref",
    aliases=("réf", "reference", "référence"),
    decide=_ref,
    read=_read,
    form=TicketForm(
        fields=_fields, needed=("ref", "link"), first="ref", refused_under=under(link=("bad_reference_link",))
    ),
    result=_result,
    in_more=13,
    on_resolved=True,
)
UNREF = TicketVerb(
    name="unref",
    aliases=("déréf", "deref"),
    decide=_unref,
    read=lambda _call, words: {"ref": words},
    form=TicketForm(fields=_fields_of_removal, needed=("ref",), first="ref", texts=_texts),
    result=_result,
    in_more=14,
    on_resolved=True,
    offered=lambda ticket: bool(ticket.references),
)
