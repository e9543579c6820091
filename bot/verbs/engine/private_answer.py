"""What one person is told through the outbox, where nothing can be answered at once: after a form, by a mention."""

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
    """The id of the text that the form behind the pressed button begins with, if it has one."""
    value = call.answers.get("value", "")
    written = value.removeprefix(DRAFT)
    return figure(written) if written != value else None


def sure_of(value: str) -> tuple[str, int | None]:
    """What somebody says yes to by pressing a button of that value, and the text that was kept; nothing where they were
    asked nothing."""
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
    buttons: Sequence[Button] = (),
) -> Notice:
    """That sentence, to the person who acted, where they acted. `offer`: the verb of a button beside it, with ticket
    and version; `draft`: text that is quoted, and that the button's form begins with. `sure`: pressing it says yes to
    this, for which the draft is kept, under a label of that name. `buttons`: others, as they stand."""
    where = call.where
    content = AnswerContent(
        where.person, where.channel, where.thread, sentence=to_data(sentence),
        offer=None if offer is None else list(offer), sure=None if sure is None else sure[0],
        label=None if sure is None else sure[1], buttons=[asdict(button) for button in buttons] or None,
    )  # fmt: skip
    return Notice(content, Audience.PERSON, body=draft)


def private_card_notice(call: Call, card: Card) -> Notice:
    """A card of one sentence, with its quote and its buttons."""
    quote = next((each.text for each in card.elements if isinstance(each, Quote)), None)
    buttons = [button for each in card.elements if isinstance(each, Buttons) for button in each.buttons]
    return private_notice(call, card.brief, draft=quote, buttons=buttons)


def look_up(call: Call) -> Work:
    """What they asked to see, looked up when it is said, so that no copy of it is kept."""
    data = {**call.where.to_data(), "words": typed(call.words), "number": call.number, "asked_in": call.channel}
    return Work(WorkKind.LOOK_UP, call.actor.id, data)


def refusal_change(where: Where, refusal: Refusal) -> Change:
    """The refusal of what has no answer of its own: the person is told privately, through the outbox."""
    return Change((), (refusal_notice(where, refusal),))


def refusal_notice(where: Where, refusal: Refusal) -> Notice:
    """A refusal for one person, where they acted. What they typed is among its values."""
    values = {name: _kept(name, value) for name, value in refusal.values.items()}
    content = RefusalContent(where.person, where.channel, where.thread, code=refusal.code, values=values)
    return Notice(content, Audience.PERSON)


OURS = frozenset({"verb", "owner", "url"})  # of a refusal's words, those that nobody typed


def _kept(name: str, value: Any) -> Any:
    """A value of a refusal, as a notice has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return typed(value) if isinstance(value, str) and name not in OURS else value
