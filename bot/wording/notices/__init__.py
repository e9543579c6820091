"""Notices as cards: what is said in threads and channels, to the desk, to the customer, to one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.desk.where import Where
from bot.wording.card import Card
from bot.wording.notices import customer, deadlines, desk
from bot.wording.notices import escalation as climbing
from bot.wording.notices.saying import Saying, Telling
from bot.wording.notices.settled import settled_card
from bot.wording.phrase_book import PhraseBook
from bot.wording.private_answer import private_card
from bot.wording.refusals import refusal_card, stand
from bot.wording.speech import Speech
from bot.wording.ticket_card import ticket_card
from bot.wording.view import View
from storage.tickets import StoredTicket
from triage.data import read_stamp
from triage.errors import Refusal
from triage.notice import Audience, NoticeKind, as_typed
from triage.people import VIGIE

__all__ = ["ALONE", "Saying", "audience_speech", "notice_card", "taken_back_card"]


def notice_card(kind: NoticeKind, saying: Saying) -> Card:
    """The card of a notice. `CARD` is the ticket's own."""
    if kind is NoticeKind.CARD:
        return ticket_card(saying.view)
    if kind is NoticeKind.ANSWER:
        return private_card(saying.data, saying.speech, saying.body, saying.body_id)
    if kind in ALONE:
        return ALONE[kind](Telling(saying.data, saying.people, saying.speech, saying.command))
    settled = settled_card(kind, saying)
    return _SAY[kind](saying) if settled is None else settled


def taken_back_card(view: View, stored: StoredTicket, seq: int | None) -> Card:
    """What stands in the place of an update that its author took back."""
    author = next((event.actor for event in stored.events if event.seq == seq), VIGIE)
    return Card(view.speech("customer.taken_back", number=stored.number, who=view.people.named(author)))


def audience_speech(people: PhraseBook, audience: Audience, data: Mapping[str, Any]) -> Speech:
    """What is shared speaks the desk's language, what is private the reader's."""
    if audience is Audience.PERSON:
        return people.reader(data["person"])
    return people.desk_speech


def _refusal(telling: Telling) -> Card:
    values = {k: read_stamp(v) if k in _INSTANTS and v else as_typed(v) for k, v in telling.data["values"].items()}
    data = telling.data
    where = Where(data["person"], data.get("channel") or "", data.get("thread"))
    return refusal_card(Refusal(data["code"], **values), stand(telling.people, where, telling.command), shows=True)


def _answer(telling: Telling) -> Card:
    return private_card(telling.data, telling.speech)


_INSTANTS = frozenset({"at", "until", "earliest"})  # the values of a refusal that are stored as stamps

# Private ones that need no ticket.
ALONE: dict[str, Callable[[Telling], Card]] = {
    NoticeKind.REFUSAL: _refusal,
    NoticeKind.ANSWER: _answer,
}
_SAY: dict[NoticeKind, Callable[[Saying], Card]] = {
    **customer.SAY,
    **desk.SAY,
    **deadlines.SAY,
    **climbing.SAY,
}
