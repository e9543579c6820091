"""`wait`: nothing can be done before somebody else has."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import take_instant_or_text, take_until
from bot.verbs.shared.canned_replies import reply_field
from bot.verbs.shared.send_to_customer import send_button, typed_for_desk
from bot.wording.card import Button, Field, FieldKind
from bot.wording.sentences import Sentence, join
from storage.tickets import StoredTicket
from triage import awaiting
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind
from triage.terms import ClockKind

_FOR = re.compile(r"^(?:for|pour|:)\s+", re.IGNORECASE)
WAITING = {
    "customer": "customer", "client": "customer", "vendor": "vendor", "supplier": "vendor", "fournisseur": "vendor",
    "maintenance": "maintenance",
}  # fmt: skip


def _read(call: Call, words: str) -> dict[str, str]:
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


def _wait(request: VerbCall) -> Change:
    call, answers = request.call, request.answers
    return awaiting.wait(
        request.stored.ticket, call.actor, call.now, answers.get("text", ""),
        question=answers.get("question", ""), what=answers.get("what", "customer"),
        until=instant_of(answers, "until"), next_update=instant_of(answers, "next_update"),
    )  # fmt: skip


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, waiting = context.speech, context.ticket.waiting
    called = {what: f"waiting_for.{what}" for what in awaiting.WAITING_FOR} | {"customer": f"asker.{context.asker}"}
    kinds = tuple((what, speech.text(key)) for what, key in called.items())
    until = None if waiting is None or waiting.until is None else str(int(waiting.until.timestamp()))
    return (
        Field(
            "what",
            FieldKind.CHOICE,
            speech.text("field.waiting_for"),
            required=True,
            options=kinds,
            initial="customer" if waiting is None else waiting.what,
        ),
        Field("question", FieldKind.TEXT, speech.text("field.question"), hint=speech.text("hint.question")),
        *reply_field(context),
        Field("text", FieldKind.TEXT, speech.text("field.internal_reason"), hint=speech.text("hint.wait")),
        Field("next_update", FieldKind.INSTANT, speech.text("field.next_update"), hint=speech.text("hint.next_update")),
        Field(
            "until", FieldKind.INSTANT, speech.text("field.chase_at"), hint=speech.text("hint.chase_at"), initial=until
        ),
    )


def _result(call: Call, outcome: Outcome) -> Result:
    waiting, speech = outcome.stored.ticket.waiting, call.speech
    if waiting is None:
        return Result()
    chase = speech("done.chase", at=waiting.until) if waiting.until is not None else ()
    if any(event.kind is Kind.EDITED for event in outcome.change.events):
        asked: Sentence = speech("done.asked_again")
    else:
        asked = speech("done.asked" if waiting.asked is not None else "done.unasked")
    stopped = outcome.stored.ticket.terms.stopped_by(waiting.what)
    names = [speech(f"clock.{kind}") for kind in ClockKind if kind in stopped]
    paused = speech("done.wait_pauses", clocks=join(names, ", ")) if names else speech("done.wait_runs")
    return Result(f"wait_{waiting.what}", {"chase": chase, "asked": asked, "paused": paused})


def _as_question(call: Call, stored: StoredTicket) -> Button:
    return send_button(call, stored, "ask", str(stored.events[-1].body_id))


WAIT = TicketVerb(
    name="wait",
    aliases=("attendre", "attente", "waiting"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_wait,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("text", "question"),
        refused_under=under(
            next_update=("promise_in_past", "promise_too_far", "promise_needs_text"),
            question=("wait_needs_text", "question_to_others", "text_too_long"),
            until=("wait_in_past", "too_far_ahead"),
        ),
        reply_into="question",
    ),
    result=_result,
    daily=True,
    gives_update=True,
    quotes=typed_for_desk,
    send_quote=_as_question,
    supposable=True,
)
