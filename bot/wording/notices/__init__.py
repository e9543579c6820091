"""Notices as cards: what is said in threads and channels, to the desk, to the customer, to one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.desk.where import Where
from bot.wording.card import Card, Line
from bot.wording.notices import agreements, customer, deadlines, desk, offers, rating, together
from bot.wording.notices import escalation as climbing
from bot.wording.notices.saying import Saying
from bot.wording.notices.settled import settled_card
from bot.wording.phrase_book import PhraseBook
from bot.wording.private_answer import private_card
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from bot.wording.ticket_card import ticket_card
from bot.wording.view import View
from storage.tickets import StoredTicket
from triage.contents.privately import AnswerContent, PrivateContent, RefusalContent
from triage.data import read_stamp
from triage.errors import Refusal
from triage.notice import CardContent, Content, NoticeKind, as_typed
from triage.people import VIGIE

__all__ = ["Saying", "alone_card", "audience_speech", "notice_card", "taken_back_card"]


def notice_card(saying: Saying) -> Card:
    """The card of a notice. `CARD` is the ticket's own."""
    key = "card.shortened_customer" if saying.content.KIND in customer.SAY else "card.shortened"
    where = saying.speech(key, command=saying.command, number=saying.view.stored.number)
    return replace(_card(saying), shortened=where)


def _card(saying: Saying) -> Card:
    said = saying.content
    if isinstance(said, CardContent):
        return ticket_card(saying.view)
    if isinstance(said, AnswerContent):
        return private_card(said, saying.speech, saying.body, saying.body_id)
    if isinstance(said, RefusalContent):
        return alone_card(said, saying.people, saying.speech, saying.command, heard=saying.is_answered_below)
    settled = settled_card(saying)
    return _said_late(saying, _SAY[said.KIND](saying, said)) if settled is None else settled


def _said_late(saying: Saying, card: Card) -> Card:
    """Of what somebody did: when, where it is said so late that one might take it for new. Deadlines name their own
    times."""
    at = saying.planned_at
    if at is None or saying.view.now - at <= LATE or saying.content.KIND not in _ACTIONS:
        return card
    first, *others = card.elements or (Line(card.brief),)
    return replace(card, elements=(first, Line(saying.speech("notice.said_late", at=at), small=True), *others))


def alone_card(
    said: AnswerContent | RefusalContent, people: PhraseBook, speech: Speech, command: str, *, heard: bool
) -> Card:
    """The card of what one person alone is told, and that needs no ticket. `heard`: as in a `Stand`."""
    if isinstance(said, AnswerContent):
        return private_card(said, speech)
    values = {k: read_stamp(v) if k in _INSTANTS and v else as_typed(v) for k, v in said.values.items()}
    where = Where(said.person, said.channel or "", said.thread)
    return refusal_card(Refusal(said.code, **values), stand(people, where, command, heard=heard), shows=True)


def taken_back_card(view: View, stored: StoredTicket, seq: int | None) -> Card:
    """What stands in the place of an update that its author took back."""
    author = next((event.actor for event in stored.events if event.seq == seq), VIGIE)
    return Card(view.speech("customer.taken_back", number=stored.number, who=view.people.named(author)))


def audience_speech(people: PhraseBook, content: Content, language: str | None = None) -> Speech:
    """What is shared speaks the desk's language, or, in a customer's thread, `language`; what is private the
    reader's."""
    return people.reader(content.person) if isinstance(content, PrivateContent) else people.shared_speech(language)


LATE = timedelta(minutes=1)
_ACTIONS = frozenset({
    NoticeKind.TAKEN, NoticeKind.UPDATE, NoticeKind.PROMISE, NoticeKind.WAITING, NoticeKind.RESTORED,
    NoticeKind.RESOLVED, NoticeKind.REOPENED, NoticeKind.CUSTOMER_WROTE, NoticeKind.TOLD, NoticeKind.NOTE,
    NoticeKind.TALK, NoticeKind.CHANGED, NoticeKind.MERGED, NoticeKind.ASSIGNED, NoticeKind.ESCALATED,
    NoticeKind.ESCALATION_ASKED, NoticeKind.ESCALATION_UNDONE, NoticeKind.DEESCALATED,
})  # fmt: skip
_INSTANTS = frozenset({"at", "until", "earliest"})  # the values of a refusal that are stored as stamps

_SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    **customer.SAY,
    **desk.SAY,
    **deadlines.SAY,
    **climbing.SAY,
    **offers.SAY,
    **agreements.SAY,
    **rating.SAY,
    **together.SAY,
}
