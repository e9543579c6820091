"""Waiting for someone, and going on: wait, resume."""

from __future__ import annotations

import re

from bot.card import Field
from bot.commands.call import Call
from bot.commands.deeds.deed import Act, Asked, Deed
from bot.commands.times import instant_of, take_instant
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal

_UNTIL = re.compile(r"^(?:until|till|jusqu'?[aà]|jusqu’[aà])\s+", re.IGNORECASE)
WAITING = {
    "customer": "customer", "client": "customer", "vendor": "vendor", "supplier": "vendor", "fournisseur": "vendor",
    "maintenance": "maintenance",
}  # fmt: skip


def _read_wait(call: Call, words: str) -> dict[str, str]:
    answers = {"what": "customer"}
    first, _, rest = words.partition(" ")
    if first.lower().rstrip(":,") in WAITING:
        answers["what"], words = WAITING[first.lower().rstrip(":,")], rest.strip()
    match = _UNTIL.match(words)
    if match:
        until, rest = take_instant(call, words[match.end() :], future=True)
        if not until:
            raise Refusal("no_such_time", text=words[match.end() :][:60])
        answers["until"], words = until, rest
    answers["text"] = re.sub(r"^(?:for|pour|:)\s+", "", words)
    return answers


def _wait(act: Act) -> Change:
    return lifecycle.wait(
        act.stored.ticket,
        act.call.actor,
        act.call.now,
        act.answers.get("text", ""),
        what=act.answers.get("what", "customer"),
        until=instant_of(act.answers, "until"),
    )


def _wait_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    kinds = tuple((what, speech.text(f"waiting_for.{what}")) for what in lifecycle.WAITING_FOR)
    return (
        Field("what", "choice", speech.text("field.waiting_for"), required=True, options=kinds, initial="customer"),
        Field("text", "text", speech.text("field.reason"), required=True, hint=speech.text("hint.wait")),
        Field("until", "instant", speech.text("field.chase_at"), hint=speech.text("hint.chase_at")),
    )


def _resume(act: Act) -> Change:
    return lifecycle.resume(act.stored.ticket, act.call.actor, act.call.now)


WAIT = Deed("wait", _wait, _read_wait, _wait_fields, ("text",), ("attendre", "attente", "waiting"))
RESUME = Deed("resume", _resume, aliases=("reprendre",))
