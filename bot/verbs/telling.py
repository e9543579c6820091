"""What is written to the customer or for the desk: update, promise, note."""

from __future__ import annotations

import re

from bot.verbs.call import Call
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant, take_instant_or_text
from bot.verbs.verb import Act, Asked, Deed, reply_field, text_alone
from bot.wording.card import Field
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal

# A text may well begin with "a 2h de retard".
_ELSEWHERE = re.compile(r"(?:at|à)\s|@|a\s+(?=\d{1,2}\s?[:h]\s?\d\d|midi\b|minuit\b)", re.IGNORECASE)


def _read_update(call: Call, words: str) -> dict[str, str]:
    """`update 42 at 14:05 by phone: ...` logs what was said elsewhere; anything else is sent to the customer."""
    if not _ELSEWHERE.match(words):
        return {"text": words}
    at, text = take_instant_or_text(call, words, future=False)
    if not text:
        raise Refusal("update_needs_text")
    return {"text": text, "at": at}


def _update(act: Act) -> Change:
    return lifecycle.update(
        act.stored.ticket,
        act.call.actor,
        act.call.now,
        act.answers.get("text", ""),
        at=instant_of(act.answers, "at"),
        promise_until=instant_of(act.answers, "until"),
    )


def _update_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    replies = reply_field(asked)
    until = Field("until", "instant", speech.text("field.next_update"), hint=speech.text("hint.next_update"))
    return (
        Field(
            "text",
            "text",
            asked.text("field.update"),
            required=not replies,
            hint=asked.text("hint.update"),
            initial=asked.draft,
        ),
        *replies,
        *([until] if asked.actor.is_staff else []),  # who asks promises nothing
    )


def _read_promise(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    until, rest = need_instant(call, words, future=True)
    return {"until": until, "text": rest}


def _promise(act: Act) -> Change:
    until = instant_of(act.answers, "until")
    if until is None:
        raise Refusal("promise_needs_time")
    return lifecycle.promise(act.stored.ticket, act.call.actor, act.call.now, until, act.answers.get("text"))


def _promise_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    soon = int(asked.now.timestamp()) // 900 * 900 + 3600
    return (
        Field("until", "instant", speech.text("field.promise"), required=True, initial=str(soon)),
        Field("text", "text", asked.text("field.promise_text"), hint=asked.text("hint.promise_text")),
        *reply_field(asked),
    )


def _note(act: Act) -> Change:
    return lifecycle.note(act.stored.ticket, act.call.actor, act.call.now, act.answers.get("text", ""))


def _note_fields(asked: Asked) -> tuple[Field, ...]:
    return (Field("text", "text", asked.text("field.note"), required=True, hint=asked.text("hint.note")),)


UPDATE = Deed("update", _update, _read_update, _update_fields, ("text",), ("maj", "mise-à-jour"))
PROMISE = Deed("promise", _promise, _read_promise, _promise_fields, ("until",), ("promettre", "promets"))
NOTE = Deed("note", _note, text_alone, _note_fields, ("text",), any_time=True)
