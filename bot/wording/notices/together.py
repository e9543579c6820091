"""Notices about tickets that look alike, and about major incidents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.wording.card import Button, Buttons, Card
from bot.wording.card_links import with_links
from bot.wording.notices.saying import Saying, sentence_card
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.view import glance
from storage.customers import customer_key
from storage.tickets import StoredTicket
from triage.contents.together import AlikeContent, MajorProposedContent
from triage.looking_alike import undecided
from triage.notice import Content, NoticeKind

SHORT = 80  # characters of another ticket's summary


def _alike(saying: Saying, said: AlikeContent) -> Card:
    """The tickets that look like this one, as they stand now, with what can be done about each; once something was
    decided about all of them, one line without buttons. What is part of the same major incident is decided about."""
    still, mine = undecided(saying.view.stored.ticket), major_of(saying.view.stored)
    known = [other for number in said.numbers if number in still and (other := saying.view.others.get(number))]
    left = [other for other in known if mine is None or major_of(other) != mine]
    if not left:
        return sentence_card(saying, saying.speech("alike.settled", tickets=_numbers(saying, said.numbers)))
    tickets = join([_ticket(saying, other) for other in left], saying.speech.semicolon)
    return sentence_card(saying, saying.speech("alike.found", tickets=tickets), _choices(saying, left))


def _numbers(saying: Saying, numbers: Sequence[int]) -> Sentence:
    named = [with_links(saying.speech("alike.number", number=number), saying.view.cards) for number in numbers]
    return join(named, ", ")


def _ticket(saying: Saying, other: StoredTicket) -> Sentence:
    speech, ticket = saying.speech, other.ticket
    summary = saying.view.text(other.events[0].body_id).split("\n", 1)[0]
    key, values = "alike.one", {
        "number": other.number, "summary": Typed(glance(summary, SHORT)), "state": speech(f"state.{ticket.status}"),
    }  # fmt: skip
    if ticket.customer is not None:
        key, values = "alike.one_of", {**values, "customer": Typed(ticket.customer)}
    return with_links(speech(key, **values), saying.view.cards)


def _choices(saying: Saying, left: Sequence[StoredTicket]) -> Buttons:
    """What can be done about the first of them stands in the open, the same of the others in the menu."""
    stored, speech = saying.view.stored, saying.speech
    number, version, customer = stored.number, stored.ticket.version, _customer(stored)

    def of(other: StoredTicket) -> list[Button]:
        verbs = ("link", "merge") if other.ticket.is_open and _customer(other) == customer else ("link",)
        labels = {verb: speech.text(f"button.{verb}_with", number=other.number) for verb in verbs}
        return [Button(verb, label, number, version, value=str(other.number)) for verb, label in labels.items()]

    first = of(left[0])
    major = next((found for other in left if (found := major_of(other)) is not None), None)
    if major is not None:
        first = [Button("part", speech.text("button.part_of", number=major), number, version, value=str(major)), *first]
    values = " ".join(str(other.number) for other in left)
    different = Button("different", speech.text("button.different"), number, version, value=values)
    return Buttons((*first, different), tuple(button for other in left[1:] for button in of(other)))


def named_beside(content: Content) -> tuple[int, ...]:
    """The numbers of the other tickets that a notice shows."""
    return content.numbers if isinstance(content, AlikeContent | MajorProposedContent) else ()


def major_of(stored: StoredTicket) -> int | None:
    """The number of the open major incident that a ticket stands for, or is part of."""
    together = stored.ticket.together
    if together.is_major and stored.ticket.is_open:
        return stored.number
    return together.part_of


def _customer(stored: StoredTicket) -> str | None:
    return None if stored.ticket.customer is None else customer_key(stored.ticket.customer)


def _proposed(saying: Saying, said: MajorProposedContent) -> Card:
    """Whether these are one major incident; once that was decided, without a button."""
    stored, speech = saying.view.stored, saying.speech
    together = stored.ticket.together
    tickets = _numbers(saying, said.numbers)
    if together.is_major or together.part_of is not None or not stored.ticket.is_open:
        return sentence_card(saying, speech("major.proposal_settled", tickets=tickets))
    values = " ".join(str(number) for number in said.numbers)
    label = speech.text("button.major_with", count=len(said.numbers))
    declare = Button("major", label, stored.number, stored.ticket.version, value=values)
    return sentence_card(
        saying, speech("major.proposed", tickets=tickets, count=len(said.numbers) + 1), Buttons((declare,))
    )


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.ALIKE: _alike,
    NoticeKind.MAJOR_PROPOSED: _proposed,
}
"""The words of each."""
