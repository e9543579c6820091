"""`update`: tell the customer, or log what they were told elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Also, ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.engine.parts import Recipient, goes_to, preview, recipients
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import take_instant_or_text
from bot.verbs.shared.canned_replies import reply_field
from bot.wording.card import Field, FieldKind
from triage import rights, updating
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind
from triage.facts.telling import Updated

# A text may well begin with "a 2h de retard".
_ELSEWHERE = re.compile(r"(?:at|à)\s|@|a\s+(?=\d{1,2}\s?[:h]\s?\d\d|midi\b|minuit\b)", re.IGNORECASE)


def _read(call: Call, words: str) -> dict[str, str]:
    """`update 42 at 14:05 by phone: ...` logs what was said elsewhere; anything else is sent to the customer."""
    if not _ELSEWHERE.match(words):
        return {"text": words}
    at, text = take_instant_or_text(call, words, future=False)
    if not text:
        raise Refusal("update_needs_text")
    return {"text": text, "at": at}


def _update(request: VerbCall) -> Change:
    call, answers = request.call, request.answers
    if call.actor.is_staff and not answers.get("at"):
        preview(request.session, call, request.stored, answers)
    return updating.update(
        request.stored.ticket, call.actor, call.now, answers.get("text", ""),
        at=instant_of(answers, "at"), promise_until=instant_of(answers, "until"),
    )  # fmt: skip


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, replies = context.speech, reply_field(context)
    until = Field("until", FieldKind.INSTANT, speech.text("field.next_update"), hint=speech.text("hint.next_update"))
    # What somebody writes who is not of the desk is read by the desk.
    label, hint = context.text("field.update"), context.text("hint.update")
    if rights.speaks_as_asker(context.actor, "update"):
        label, hint = speech.text("field.update_as_asker"), speech.text("hint.update_as_asker")
    return (
        Field("text", FieldKind.TEXT, label, required=not replies, hint=hint, initial=context.draft),
        *other_languages(context),
        *replies,
        *([until] if context.actor.is_staff else []),  # who asks promises nothing
    )


def other_languages(context: FormContext) -> tuple[Field, ...]:
    """A field for each other language that is read by somebody who is told: nothing is ever translated."""
    told: Sequence[Recipient] = context.recipients
    languages = sorted({each.language for each in told} - {context.people.policy.desk.language})
    names = {
        each: ", ".join(one.name or f"#{one.number}" for one in told if one.language == each) for each in languages
    }
    return tuple(
        Field(
            f"text_{language}", FieldKind.TEXT,
            context.speech.text("field.update_in", language=context.speech.text(f"language.{language}")),
            hint=context.speech.text("hint.update_in", names=names[language]),
        )
        for language in languages
    )  # fmt: skip


def _result(_call: Call, outcome: Outcome) -> Result:
    events = outcome.change.events
    if any(event.kind is Kind.CUSTOMER_WROTE for event in events):
        return Result("customer_wrote")
    given, fact = next(((e, e.fact) for e in events if isinstance(e.fact, Updated)), (None, None))
    if given is None or fact is None:
        return Result()
    if fact.promise is not None:
        return Result("promise", {"at": outcome.stored.ticket.promise})
    together = outcome.stored.ticket.together
    logged = "logged_major" if together.is_major and together.parts else "logged"
    return Result(logged, {"at": given.at}) if fact.elsewhere else Result()


UPDATE = TicketVerb(
    name="update",
    aliases=("maj", "mise-à-jour"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_update,
    also=(Also("at", FieldKind.INSTANT),),
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("text",),
        recipients=recipients,
        intro=goes_to,
        refused_under=under(until=("promise_in_past", "promise_too_far", "too_far_ahead")),
    ),
    result=_result,
    questions=frozenset({"major_update", "major_update_languages"}),
    daily=True,
    gives_update=True,
    supposable=True,
    speaks_to_customer=True,
    keeps_words=True,
)
