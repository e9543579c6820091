"""A ticket goes on as another, when the customer answers late: both tell of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage.answering import answer_reopens
from triage.change import Change
from triage.checks import changed, event
from triage.contents.changes import OtherTicketContent, What
from triage.facts.sorting import Linked
from triage.notice import CARD
from triage.people import Actor
from triage.text import clean
from triage.thanks import is_thanks
from triage.ticket import Ticket


def opens_another(ticket: Ticket, text: str, at: datetime) -> bool:
    """Whether a customer's message comes so long after the ticket was resolved that another one goes on with it
    (policy: Resolve). Thanks and greetings never do."""
    if ticket.resolved_at is None or answer_reopens(ticket, at):
        return False
    return bool(clean(text)) and not is_thanks(text, resolved=True)


def continues(opening: Change, actor: Actor, now: datetime, number: int) -> Change:
    """The opening of a ticket that goes on with ticket `number`."""
    linked = event(actor, now, Linked(number))
    return replace(
        opening,
        events=(*opening.events, linked),
        notices=(*opening.notices, changed(OtherTicketContent(actor.id, What.CONTINUES, number))),
    )


def continued(actor: Actor, now: datetime, number: int) -> Change:
    """Ticket `number` goes on with this one."""
    linked = event(actor, now, Linked(number, continued=True))
    return Change((linked,), (changed(OtherTicketContent(actor.id, What.CONTINUED, number)), CARD))
