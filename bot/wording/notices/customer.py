"""Notices to the customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Button, Buttons, Card, Line, Quote
from bot.wording.notices.saying import Saying, sentence_card
from bot.wording.sentences import Link, plain
from triage.contents.to_customer import (
    AskedBackContent,
    JoinedContent,
    MergedContent,
    PromiseContent,
    ReceiptContent,
    ReopenedContent,
    ResolvedContent,
    RestoredContent,
    TakenContent,
    UpdateContent,
    WaitingContent,
)
from triage.event import Kind
from triage.notice import NoticeKind
from triage.terms import Category


def _to_customer(saying: Saying, key: str, **values: object) -> Card:
    number = saying.view.stored.number
    sentence = saying.speech(_way(saying, f"customer.{key}"), number=number, **values)
    answer = () if saying.is_answered_below else (Buttons((_answer(saying),)),)
    return sentence_card(saying, (*saying.customer_mention, *sentence), *answer)


def _way(saying: Saying, key: str) -> str:
    """The sentence that says how to answer here, where it says that at all."""
    return saying.speech.answerable(key, heard=saying.is_answered_below, threads=saying.in_thread)


def _answer(saying: Saying) -> Button:
    """Asks for the form of an update: the customer's answer if they press it, the desk's word if an agent does."""
    stored = saying.view.stored
    return Button("update", saying.speech.text("button.answer"), stored.number, stored.ticket.version)


def _receipt(saying: Saying, _: ReceiptContent) -> Card:
    speech, stored = saying.speech, saying.view.stored
    if stored.ticket.dismissed_at is not None:
        by = next(event.actor for event in reversed(stored.events) if event.kind is Kind.DISMISSED)
        return sentence_card(
            saying, speech(_way(saying, "customer.dismissed"), who=saying.people.named(by), number=stored.number)
        )
    ask = Button("escalate", speech.text("button.ask_escalation"), stored.number, stored.ticket.version)
    buttons = (ask,) if saying.is_answered_below else (_answer(saying), ask)
    return Card(
        speech("customer.receipt", title=saying.view.summary, number=stored.number),
        (
            Line(speech("customer.receipt_line", number=stored.number)),
            Quote(saying.view.summary),
            Line(speech(_way(saying, "customer.receipt_how")), small=True),
            Buttons(buttons),
        ),
    )


def _joined(saying: Saying, said: JoinedContent) -> Card:
    speech, link = saying.speech, said.link
    message = speech("customer.joined_message", at=said.at)
    return sentence_card(
        saying,
        speech(
            "customer.joined",
            number=saying.view.stored.number,
            message=(Link(plain(message), link),) if link else message,
        ),
    )


def _taken(saying: Saying, said: TakenContent) -> Card:
    return _to_customer(saying, "taken", who=saying.people.named(said.assignee))


def _update(saying: Saying, said: UpdateContent) -> Card:
    return _to_customer(saying, "update", who=saying.people.named(said.by))


def _promise(saying: Saying, said: PromiseContent) -> Card:
    return _to_customer(saying, "promise", who=saying.people.named(said.by), at=said.until)


def _waiting(saying: Saying, said: WaitingContent) -> Card:
    if not saying.body:  # as it was said before there were questions
        return _to_customer(saying, "waiting")
    if said.until:
        return _to_customer(saying, "asked_until", who=saying.people.named(said.by), at=said.until)
    return _to_customer(saying, "asked", who=saying.people.named(said.by))


def _restored(saying: Saying, said: RestoredContent) -> Card:
    return _to_customer(saying, "restored", at=said.at)


def _resolved(saying: Saying, _: ResolvedContent) -> Card:
    # Of what never broke nothing comes back.
    category = saying.view.stored.ticket.category
    return _to_customer(saying, "resolved" if category in (None, Category.INCIDENT) else "answered")


def _reopened(saying: Saying, _: ReopenedContent) -> Card:
    return _to_customer(saying, "reopened")


def _merged(saying: Saying, said: MergedContent) -> Card:
    return _to_customer(saying, "merged", other=said.number)


def _asked_back(saying: Saying, _: AskedBackContent) -> Card:
    """The question, with a button for each answer; once it was answered, without them."""
    stored, speech = saying.view.stored, saying.speech
    asked = speech("customer.asked_back", number=stored.number, summary=saying.view.summary)
    sentence = (*saying.customer_mention, *asked)
    if not stored.ticket.is_open:
        return sentence_card(saying, sentence)
    number, version = stored.number, stored.ticket.version
    labels = {answer: speech.text(f"button.is-back_{answer}") for answer in ("yes", "no")}
    answers = [Button("is-back", label, number, version, value=answer) for answer, label in labels.items()]
    own_words = () if saying.is_answered_below else (_answer(saying),)
    return sentence_card(saying, sentence, Buttons((*answers, *own_words)))


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.JOINED: _joined,
    NoticeKind.TAKEN: _taken,
    NoticeKind.UPDATE: _update,
    NoticeKind.PROMISE: _promise,
    NoticeKind.WAITING: _waiting,
    NoticeKind.RESTORED: _restored,
    NoticeKind.RESOLVED: _resolved,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.MERGED: _merged,
    NoticeKind.ASKED_BACK: _asked_back,
}
