"""Notices as cards: what is said in threads and channels, to the desk, to the customer, to one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.card import Card
from bot.cards import ticket_card
from bot.commands.dispatch import explain
from bot.notices import climbing, customer, deadlines, desk
from bot.notices.saying import Saying
from bot.people import Directory
from bot.speech import Speech
from triage.errors import Refusal
from triage.event import read_stamp
from triage.notice import Audience, NoticeKind

__all__ = ["Saying", "audience_speech", "notice_card"]


def notice_card(kind: NoticeKind, saying: Saying) -> Card:
    """The card of a notice. `CARD` is the ticket's own."""
    if kind is NoticeKind.CARD:
        return ticket_card(saying.view)
    return _SAY[kind](saying)


def audience_speech(people: Directory, audience: Audience, data: Mapping[str, Any]) -> Speech:
    """What is shared speaks the desk's language, what is private the reader's."""
    if audience is Audience.PERSON:
        return people.reader(data["person"])
    return people.desk_speech


def _refusal(saying: Saying) -> Card:
    values = {k: read_stamp(v) if k in _INSTANTS and v else v for k, v in saying.data["values"].items()}
    return Card(explain(Refusal(saying.data["code"], **values), saying.speech, saying.command, saying.people))


_INSTANTS = frozenset({"at", "until", "earliest"})  # the values of a refusal that are stored as stamps

_SAY: dict[NoticeKind, Callable[[Saying], Card]] = {
    **customer.SAY,
    **desk.SAY,
    **deadlines.SAY,
    **climbing.SAY,
    NoticeKind.REFUSAL: _refusal,
}
