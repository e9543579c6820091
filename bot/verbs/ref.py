"""`ref`: what the ticket is called elsewhere, by another help desk or a carrier."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.shared.references import reference_texts, with_reference
from bot.wording.card import Field, FieldKind
from triage import referring
from triage.change import Change
from triage.referring import Elsewhere

_LINK = re.compile(r"<?\b(?P<link>[a-z][a-z0-9+.-]*://[^\s<>|]*)(?:\|[^>]*)?>?", re.IGNORECASE)


def _read(_call: Call, words: str) -> dict[str, str]:
    """The link, wherever it stands, and the number beside it."""
    found = _LINK.search(words)
    if found is None:
        return {"ref": words}
    rest = f"{words[: found.start()]} {words[found.end() :]}"
    return {"ref": " ".join(rest.split()), "link": found["link"]}


def _ref(request: VerbCall) -> Change:
    call, answers = request.call, request.answers
    said = Elsewhere(answers.get("ref", ""), answers.get("link", ""))
    return referring.refer(request.stored.ticket, call.actor, call.now, said, reference_texts(request))


def _fields(context: FormContext) -> tuple[Field, ...]:
    hint = context.speech.text("hint.ref")
    return (
        Field("ref", FieldKind.LINE, context.speech.text("field.ref"), hint=hint, longest=referring.LONGEST),
        Field("link", FieldKind.LINE, context.speech.text("field.ref_link"), longest=referring.LONGEST_LINK),
    )


REF = TicketVerb(
    name="ref",
    aliases=("réf", "reference", "référence"),
    decide=_ref,
    read=_read,
    form=TicketForm(
        fields=_fields, needed=("ref", "link"), first="ref", refused_under=under(link=("bad_reference_link",))
    ),
    result=with_reference,
    in_more=13,
    on_resolved=True,
)
