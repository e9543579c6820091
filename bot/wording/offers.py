"""Why Vigie chose somebody for a ticket, in words."""

from __future__ import annotations

from datetime import datetime

from bot.wording.card import Button
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from bot.wording.view import View
from triage.facts.owning import Reason
from triage.parts.owning import Offer


def because(speech: Speech, why: Reason) -> Sentence:
    """The skills that they have and have not, until when they are there, how much they had in hand, and until when they
    are not to be disturbed."""
    words: list[Sentence] = []
    if why.skills:
        words.append((Typed(", ".join(why.skills)),))
    if why.lacking:
        words.append(speech("assigned.lacking", skills=", ".join(why.lacking)))
    if why.on_call:
        words.append(speech("assigned.on_call"))
    elif why.is_lead:
        words.append(speech("assigned.lead"))
    elif why.until is not None:
        words.append(speech("assigned.until", at=speech.when(why.until, "time")))
    words.append(speech("assigned.open", count=why.tickets))
    if why.undisturbed_until is not None:
        words.append(speech("assigned.undisturbed", at=speech.when(why.undisturbed_until, "time")))
    return join(words, ", ")


def proposed(view: View) -> Offer | None:
    """Whom Vigie proposes for a ticket that nobody has, while they are still there and can have it."""
    ticket = view.stored.ticket
    offer = ticket.ownership.offer
    if offer is None or offer.to is None or not ticket.is_open or ticket.ownership.assignee is not None:
        return None
    roster = view.people.roster.for_ticket(ticket, view.now)
    return offer if roster.is_staff(offer.to) and roster.is_available(offer.to, view.now) else None


def assign_button(view: View, person: str) -> Button:
    """The button that assigns the ticket to that person."""
    stored, speech = view.stored, view.speech
    label = speech.text("button.assign_to", who=view.people.name(person))
    return Button("assign", label, stored.number, stored.ticket.version, value=person)


Asked = tuple[Offer, Reason, datetime]
"""Who owes an answer, why they were chosen, and by when they owe it."""


def asked(view: View) -> Asked | None:
    """Who was given the ticket by Vigie and owes an answer: why, and by when."""
    owned = view.stored.ticket.ownership
    offer, by = owned.offer, owned.answer_by
    if offer is None or by is None or not view.stored.ticket.is_open:
        return None
    return offer, offer.why or Reason(), by
