"""`reopen`: a resolved ticket goes on, because it came back, or was never fixed."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, TicketForm, TicketVerb, VerbCall
from bot.wording.card import Field, FieldKind
from triage import resolving
from triage.change import Change
from triage.checks import must_be_resolved
from triage.errors import Refusal

# Whether the time for which it was closed counts.
REOPENINGS = {
    "came back": False, "back": False, "revenu": False, "revenue": False, "retour": False,
    "never fixed": True, "never": True, "jamais": True, "jamais réparé": True, "jamais repare": True,
}  # fmt: skip


def _read(_call: Call, words: str) -> dict[str, str]:
    key = words.lower().strip(" .\"'“”")
    if not key:
        return {}
    for name, counts in REOPENINGS.items():
        if key.startswith(name):
            return {"counts": "yes" if counts else "no"}
    raise Refusal("reopen_which")


def _reopen(request: VerbCall) -> Change:
    call, counts = request.call, request.answers.get("counts")
    return resolving.reopen(request.stored.ticket, call.actor, call.now, counts=None if not counts else counts == "yes")


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    options = (("no", speech.text("reopen_choice.came_back")), ("yes", speech.text("reopen_choice.never_fixed")))
    return (Field("counts", FieldKind.CHOICE, speech.text("field.reopen"), required=True, options=options),)


REOPEN = TicketVerb(
    name="reopen",
    aliases=("rouvrir",),
    button_on=ButtonOn.CARD | ButtonOn.BESIDE,
    decide=_reopen,
    read=_read,
    form=TicketForm(fields=_fields, needed=("counts",), first="counts"),
    on_resolved=True,
    fits=must_be_resolved,
    supposable=True,
)
