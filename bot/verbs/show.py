"""`show`: one ticket in full, privately."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.desk.binding import nowhere
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.engine.access import access_ticket, as_told
from bot.verbs.reading.arguments import take_number
from bot.wording.card import Buttons, Line
from bot.wording.card_links import card_urls
from bot.wording.history import history, lasting
from bot.wording.sentences import Link
from bot.wording.ticket_card import ticket_card
from bot.wording.view import View, named_on_card, shown_bodies
from storage.texts import load_texts


async def show(call: Call) -> Answer:
    """One ticket as its card, privately."""
    number, _ = take_number(call.words, call.number, "show")

    desk, inside = call.desk, not call.actor.is_outside

    def read(session: Session) -> View:
        stored = as_told(call, access_ticket(session, call, number, lock=False))
        events = lasting(stored) if inside else []
        bodies = [*shown_bodies(stored), *(event.body_id for event in events if event.body_id is not None)]
        texts = load_texts(session, desk.organisation_id, bodies)
        cards = card_urls(session, desk, [*named_on_card(stored), number]) if inside else {}
        return View(stored, texts, call.people, call.speech, call.now, desk.link if inside else nowhere, cards)

    view = await desk.database.read(read)
    card = ticket_card(view, whole=True, inside=inside)
    card = replace(card, name=f"#{number}", shortened=call.speech("card.shortened_whole"))
    if not inside:
        return Answer(card)
    # What was found to be no ticket is one line without buttons.
    *elements, last = card.elements or (Line(card.brief),)
    said = (*elements, *history(view), last) if isinstance(last, Buttons) else (*elements, last, *history(view))
    return Answer(replace(card, elements=(*_way_to_card(view), *said)))


def _way_to_card(view: View) -> list[Line]:
    """The number of the ticket as a way to its card: a headline leads nowhere."""
    number = view.stored.number
    if number not in view.cards:
        return []
    label = view.speech.text("link.card", number=number)
    return [Line((Link(label, view.cards[number]),), small=True)]


SHOW = StandaloneVerb(
    name="show",
    aliases=("voir", "montrer", "status"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    answer=show,
    press=show,
    daily=True,
)
