"""Waiting for someone, and going on: wait, resume."""

from __future__ import annotations

import re

from bot.card import Field
from bot.commands.call import Call
from bot.commands.deeds.deed import Act, Asked, Deed, reply_field
from bot.commands.times import instant_of, take_instant_or_text, take_until
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal

_FOR = re.compile(r"^(?:for|pour|:)\s+", re.IGNORECASE)
WAITING = {
    "customer": "customer", "client": "customer", "vendor": "vendor", "supplier": "vendor", "fournisseur": "vendor",
    "maintenance": "maintenance",
}  # fmt: skip


def _read_wait(call: Call, words: str) -> dict[str, str]:
    answers = {"what": "customer"}
    words = _FOR.sub("", words)
    first, _, rest = words.partition(" ")
    kind = first.rstrip(":,")
    if kind.lower() in WAITING:
        answers["what"], words = WAITING[kind.lower()], rest.strip()
    answers["until"], words = take_until(call, words)
    answers["text"] = _FOR.sub("", words)
    if not answers["until"]:
        at, _ = take_instant_or_text(call, answers["text"], future=True)
        if at:
            said = f"{kind} " if kind.lower() in WAITING else ""
            raise Refusal("wait_needs_until", said=said, at=instant_of({"at": at}, "at"))
    return answers


def _wait(act: Act) -> Change:
    return lifecycle.wait(
        act.stored.ticket,
        act.call.actor,
        act.call.now,
        act.answers.get("text", ""),
        what=act.answers.get("what", "customer"),
        until=instant_of(act.answers, "until"),
        next_update=instant_of(act.answers, "next_update"),
    )


def _wait_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    replies = reply_field(asked)
    kinds = tuple((what, speech.text(f"waiting_for.{what}")) for what in lifecycle.WAITING_FOR)
    return (
        Field("what", "choice", speech.text("field.waiting_for"), required=True, options=kinds, initial="customer"),
        Field("text", "text", speech.text("field.reason"), required=not replies, hint=speech.text("hint.wait")),
        *replies,
        Field("next_update", "instant", speech.text("field.next_update"), hint=speech.text("hint.next_update")),
        Field("until", "instant", speech.text("field.chase_at"), hint=speech.text("hint.chase_at")),
    )


def _resume(act: Act) -> Change:
    return lifecycle.resume(act.stored.ticket, act.call.actor, act.call.now)


WAIT = Deed("wait", _wait, _read_wait, _wait_fields, ("text",), ("attendre", "attente", "waiting"))
RESUME = Deed("resume", _resume, aliases=("reprendre",))
