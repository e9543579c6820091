"""What is said to the customer."""

from __future__ import annotations

from bot.wording.card import Button, Buttons, Card, Line, Quote
from bot.wording.notices.saying import Saying, told
from bot.wording.sentences import Link, plain
from triage.event import Kind
from triage.notice import NoticeKind
from triage.terms import Category


def _to_customer(saying: Saying, key: str, **values: object) -> Card:
    number = saying.view.stored.number
    sentence = saying.speech(f"customer.{key}", number=number, **values)
    return told(saying, (*saying.customer_mention, *sentence))


def _receipt(saying: Saying) -> Card:
    speech, stored = saying.speech, saying.view.stored
    if stored.ticket.dismissed_at is not None:
        by = next(event.actor for event in reversed(stored.events) if event.kind is Kind.DISMISSED)
        return told(saying, speech("customer.dismissed", who=saying.people.named(by), number=stored.number))
    ask = Button("escalate", speech.text("button.ask_escalation"), stored.number, stored.ticket.version)
    return Card(
        speech("customer.receipt", title=saying.view.summary, number=stored.number),
        (
            Line(speech("customer.receipt_line", number=stored.number)),
            Quote(saying.view.summary),
            Line(speech("customer.receipt_how"), small=True),
            Buttons((ask,)),
        ),
    )


def _joined(saying: Saying) -> Card:
    speech, link = saying.speech, str(saying.data["link"])
    said = speech("customer.joined_message", at=saying.at("at"))
    return told(
        saying,
        speech(
            "customer.joined", number=saying.view.stored.number, message=(Link(plain(said), link),) if link else said
        ),
    )


def _taken(saying: Saying) -> Card:
    return _to_customer(saying, "taken", who=saying.people.named(saying.data["assignee"]))


def _update(saying: Saying) -> Card:
    return _to_customer(saying, "update", who=saying.by())


def _promise(saying: Saying) -> Card:
    return _to_customer(saying, "promise", who=saying.by(), at=saying.at("until"))


def _waiting(saying: Saying) -> Card:
    if not saying.body:  # as it was said before there were questions
        return _to_customer(saying, "waiting")
    if saying.data.get("until"):
        return _to_customer(saying, "asked_until", who=saying.by(), at=saying.at("until"))
    return _to_customer(saying, "asked", who=saying.by())


def _restored(saying: Saying) -> Card:
    return _to_customer(saying, "restored", at=saying.at("at"))


def _resolved(saying: Saying) -> Card:
    # Of what never broke nothing comes back.
    category = saying.view.stored.ticket.category
    return _to_customer(saying, "resolved" if category in (None, Category.INCIDENT) else "answered")


def _reopened(saying: Saying) -> Card:
    return _to_customer(saying, "reopened")


def _merged(saying: Saying) -> Card:
    return _to_customer(saying, "merged", other=saying.data["number"])


SAY = {
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
}
