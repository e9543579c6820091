"""The end of a ticket, and its return: resolve, reopen."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.reading.instants import is_time_alone
from bot.verbs.restoring import back_since
from bot.verbs.verb import Act, Asked, Deed, reply_field
from bot.wording.card import Field
from triage import lifecycle
from triage.change import Change
from triage.checks import must_be_resolved
from triage.errors import Refusal
from triage.terms import ClockKind

REOPENINGS = {
    "came back": False, "back": False, "revenu": False, "revenue": False, "retour": False,
    "never fixed": True, "never": True, "jamais": True, "jamais réparé": True, "jamais repare": True,
}  # fmt: skip


def _read_resolve(call: Call, words: str) -> dict[str, str]:
    if is_time_alone(call, words):
        raise Refusal("resolve_no_time", text=words)
    return {"text": words}


def _resolve(act: Act) -> Change:
    ticket = act.stored.ticket
    at = back_since(act, "restored_at")
    return lifecycle.resolve(ticket, act.call.actor, act.call.now, act.answers.get("text"), at)


def _resolve_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    text = Field("text", "text", speech.text("field.resolution"), hint=asked.text("hint.resolution"))
    return (text, *reply_field(asked), *_restored_field(asked))


def _restored_field(asked: Asked) -> tuple[Field, ...]:
    """Since when service is back, where that is not on record: a ticket may be closed long after."""
    ticket, speech = asked.ticket, asked.speech
    if ClockKind.RESTORE not in ticket.clocks or ticket.restored_at is not None:
        return ()
    label, hint = speech.text("field.restored_at"), speech.text("hint.resolved_restored_at")
    return (Field("restored_at", "instant", label, initial=str(int(asked.now.timestamp())), hint=hint),)


def _read_reopen(_call: Call, words: str) -> dict[str, str]:
    key = words.lower().strip(" .\"'“”")
    if not key:
        return {}
    for name, counts in REOPENINGS.items():
        if key.startswith(name):
            return {"counts": "yes" if counts else "no"}
    raise Refusal("reopen_which")


def _reopen(act: Act) -> Change:
    counts = act.answers.get("counts")
    return lifecycle.reopen(
        act.stored.ticket, act.call.actor, act.call.now, counts=None if not counts else counts == "yes"
    )


def _reopen_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    options = (("no", speech.text("reopen_choice.came_back")), ("yes", speech.text("reopen_choice.never_fixed")))
    return (Field("counts", "choice", speech.text("field.reopen"), required=True, options=options),)


RESOLVE = Deed(
    "resolve", _resolve, _read_resolve, _resolve_fields, ("text",), ("résoudre", "resoudre", "close", "fermer")
)
REOPEN = Deed(
    "reopen", _reopen, _read_reopen, _reopen_fields, ("counts",), ("rouvrir",), daily=False, any_time=True,
    fits=must_be_resolved,
)  # fmt: skip
