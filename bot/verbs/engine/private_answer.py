"""Notices to one person, through the outbox: for requests that cannot be answered directly, such as a mention or a
reaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.desk.where import Where
from bot.verbs.base.call import Call
from bot.verbs.reading.figures import figure
from bot.wording.card import Button, Buttons, Card, Quote
from bot.wording.private_answer import DRAFT, SURE
from bot.wording.sentences import Sentence, to_data
from storage.deferred import Work, WorkKind
from triage.change import Change
from triage.contents.privately import AnswerContent, RefusalContent
from triage.errors import Refusal
from triage.notice import Audience, Notice, typed


def draft_of(call: Call) -> int | None:
    """The body id of the draft that the pressed button refers to. None where it refers to none."""
    value = call.answers.get("value", "")
    written = value.removeprefix(DRAFT)
    return figure(written) if written != value else None


def sure_of(value: str) -> tuple[str, int | None]:
    """Of a button's value that confirms a question: what is confirmed, and the body id of the text that was kept with
    the question. ("", None) for any other value."""
    if not value.startswith(SURE):
        return "", None
    token, _, kept = value.removeprefix(SURE).rpartition(".")
    return token, figure(kept)


def private_notice(
    call: Call,
    sentence: Sentence,
    *,
    offer: tuple[str, int, int] | None = None,
    draft: str | None = None,
    sure: tuple[str, str] | None = None,
    redo: str | None = None,
    buttons: Sequence[Button] = (),
) -> Notice:
    """A notice with that sentence, to the person who acted, where they acted.

    `offer`: a button beside it, as (verb, ticket number, ticket version). `draft`: a text that is quoted, and that the
    form behind the button begins with. `sure`: what pressing the button confirms, and the catalogue key of the button's
    label. `redo`: the key of the label of a button that opens the form with that text. `buttons`: further buttons.
    """
    where = call.where
    content = AnswerContent(
        where.person, where.channel, where.thread, sentence=to_data(sentence),
        offer=None if offer is None else list(offer), sure=None if sure is None else sure[0],
        label=None if sure is None else sure[1], redo=redo, buttons=[asdict(button) for button in buttons] or None,
    )  # fmt: skip
    return Notice(content, Audience.PERSON, body=draft)


def private_card_notice(call: Call, card: Card) -> Notice:
    """A notice with that card: its sentence, its quote and its buttons."""
    quote = next((each.text for each in card.elements if isinstance(each, Quote)), None)
    buttons = [button for each in card.elements if isinstance(each, Buttons) for button in each.buttons]
    return private_notice(call, card.brief, draft=quote, buttons=buttons)


def look_up(call: Call) -> Work:
    """Deferred work that answers what they asked to see. It is looked up when the answer is sent, so that no copy of it
    is stored."""
    data = {**call.where.to_data(), "words": typed(call.words), "number": call.number, "asked_in": call.channel,
            **({"alone": True} if call.is_alone else {})}  # fmt: skip
    return Work(WorkKind.LOOK_UP, call.actor.id, data)


def refusal_change(where: Where, refusal: Refusal) -> Change:
    """A change that only tells a refusal to the person, for requests that have no direct answer."""
    return Change((), (refusal_notice(where, refusal),))


def refusal_notice(where: Where, refusal: Refusal) -> Notice:
    """A notice that tells a refusal to the person, where they acted. Values of the refusal that people typed are marked
    as typed."""
    values = {name: _kept(name, value) for name, value in refusal.values.items()}
    content = RefusalContent(where.person, where.channel, where.thread, code=refusal.code, values=values)
    return Notice(content, Audience.PERSON)


OURS = frozenset({"verb", "owner", "url"})  # of a refusal's words, those that nobody typed


def _kept(name: str, value: Any) -> Any:
    """A value of a refusal, as a notice stores it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return typed(value) if isinstance(value, str) and name not in OURS else value
