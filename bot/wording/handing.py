"""What is handed over, in words: somebody's open tickets with their next deadlines and promises, and what can be done
about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.wording.card import Button, Buttons, Element, Line, Row
from bot.wording.offers import because
from bot.wording.phrase_book import PhraseBook
from bot.wording.private_answer import SURE
from bot.wording.rows import ticket_row
from bot.wording.sentences import join
from bot.wording.speech import Speech
from storage.handing_over import MOST_SHOWN, InHand
from triage.assigning import Chosen


def handed_rows(
    tickets: Iterable[InHand],
    people: PhraseBook,
    speech: Speech,
    now: datetime,
    link: Callable[[str, str, str], str],
    *,
    answerable: bool = False,
    to_take: bool = False,
) -> list[Element]:
    """A row for each ticket, as many as a message holds. `answerable`: with buttons beside those that have to be
    accepted, for whoever is asked to. `to_take`: each with a button that takes it."""
    found: list[Element] = []
    shown = list(tickets)
    for each in shown[:MOST_SHOWN]:
        row = ticket_row(each.listed, people, speech, now, inside=True, link=link)
        more = []
        if each.promise is not None:
            more.append(speech("handover.promised", at=each.promise))
        if each.asked is not None and not answerable:
            more.append(speech("handover.asked_of", who=people.named(each.asked)))
        found.append(Row(row.title, join([row.state, *more], " · ")))
        if answerable and each.asked is not None:
            found.append(_answers(each, speech))
        if to_take:
            found.append(Buttons((_accept(each, speech),)))
    if len(shown) > MOST_SHOWN:
        found.append(Line(speech("handover.more", count=len(shown) - MOST_SHOWN), small=True))
    return found


def _answers(ticket: InHand, speech: Speech) -> Buttons:
    listed = ticket.listed
    decline = Button("decline", speech.text("button.decline"), listed.number, listed.version)
    return Buttons((_accept(ticket, speech), decline))


def _accept(ticket: InHand, speech: Speech) -> Button:
    listed = ticket.listed
    number, version = listed.number, listed.version
    sure = f"{SURE}{listed.assignee}."  # that it is still that person's is looked at again
    return Button("take", speech.text("button.accept", number=number), number, version, "primary", sure)


def offer_to(after: Chosen | None, people: PhraseBook, speech: Speech) -> tuple[Element, ...]:
    """Who comes next and why, with buttons that hand all of it over: to them, and to somebody who is chosen."""
    choose = Button("handover", speech.text("button.handover_choose"), 0, 0)
    if after is None:
        return (Buttons((choose,)),)
    said = speech("handover.next", who=people.named(after.person), why=because(speech, after.why))
    label = speech.text("button.handover_to", who=people.name(after.person))
    return Line(said, small=True), Buttons((Button("handover", label, 0, 0, "primary", after.person), choose))
