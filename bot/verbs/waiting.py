"""Waiting for someone, and going on: wait, resume."""

from __future__ import annotations

import re

from bot.verbs.call import Call
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import take_instant_or_text, take_until
from bot.verbs.verb import Act, Asked, Deed, reply_field, text_alone
from bot.wording.card import Field
from storage.texts import text_of
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind

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
        question=act.answers.get("question", ""),
        what=act.answers.get("what", "customer"),
        until=instant_of(act.answers, "until"),
        next_update=instant_of(act.answers, "next_update"),
    )


def _wait_fields(asked: Asked) -> tuple[Field, ...]:
    speech, waiting = asked.speech, asked.ticket.waiting
    called = {what: f"waiting_for.{what}" for what in lifecycle.WAITING_FOR} | {"customer": f"asker.{asked.asker}"}
    kinds = tuple((what, speech.text(key)) for what, key in called.items())
    until = None if waiting is None or waiting.until is None else str(int(waiting.until.timestamp()))
    return (
        Field("what", "choice", speech.text("field.waiting_for"), required=True, options=kinds,
              initial="customer" if waiting is None else waiting.what),
        Field("question", "text", speech.text("field.question"), hint=speech.text("hint.question")),
        *reply_field(asked),
        Field("text", "text", speech.text("field.internal_reason"), hint=speech.text("hint.wait")),
        Field("next_update", "instant", speech.text("field.next_update"), hint=speech.text("hint.next_update")),
        Field("until", "instant", speech.text("field.chase_at"), hint=speech.text("hint.chase_at"), initial=until),
    )  # fmt: skip


def _ask(act: Act) -> Change:
    """Send what was written for the desk to the customer after all: the very text that stood beside the button."""
    ticket, value = act.stored.ticket, act.answers.get("value", "")
    if ticket.waiting is None or ticket.waiting.what != "customer":
        raise Refusal("not_waiting")
    reason = next(
        (each.body_id for each in act.stored.events if each.kind is Kind.WAITED and str(each.body_id) == value), None
    )
    text = "" if reason is None else text_of(act.session, act.stored, reason)
    return lifecycle.ask(ticket, act.call.actor, act.call.now, text)


def _resume(act: Act) -> Change:
    return lifecycle.resume(act.stored.ticket, act.call.actor, act.call.now, act.answers.get("text"))


WAIT = Deed(
    "wait", _wait, _read_wait, _wait_fields, ("text", "question"), ("attendre", "attente", "waiting"),
    reply_into="question",
)  # fmt: skip
RESUME = Deed("resume", _resume, text_alone, aliases=("reprendre",))
# Offered as a button, never typed.
ASK = Deed("ask", _ask, daily=False)
