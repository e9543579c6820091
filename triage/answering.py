"""What the customer writes: it ends a wait for them, and reopens what was resolved not long ago (policy: Resolve)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.change import Change
from triage.checks import event, needed
from triage.contents.to_desk import CustomerWroteContent
from triage.event import Event
from triage.facts.state import Reopened, Resumed
from triage.facts.telling import CustomerWrote
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice
from triage.people import Actor
from triage.terms import PRESSING
from triage.text import cut
from triage.thanks import is_thanks
from triage.ticket import Ticket

NAME_AGAIN = timedelta(minutes=5)  # a customer who writes several messages notifies somebody once


def customer_wrote(
    ticket: Ticket, actor: Actor, now: datetime, text: str, *, at: datetime, sent: bool = True, under_card: bool = False
) -> Change:
    """The customer's message, at its own time. It ends a wait for the customer, and reopens a ticket resolved not long
    ago (the closed span does not count). Thanks and greetings do neither.

    The desk is told under the card, with the name of whoever has the ticket at most every `NAME_AGAIN`, and whenever it
    reopens. `under_card`: the desk reads it where it was written, so it is not copied.
    """
    text = needed(cut(text), "update")
    when, now = min(whole_second(at), whole_second(now)), whole_second(now)
    thanks = is_thanks(text, resolved=not ticket.is_open)
    outcome: list[Event] = []
    then = None
    # It may arrive late: it then ends the wait that it answers, though somebody else has ended that since.
    if not thanks and any(since <= when and (end is None or when < end) for since, end in ticket.waits):
        outcome.append(event(actor, now, Resumed(), at=when))
        then = "resumed"
    if not thanks and ticket.resolved_at is not None:
        if when < ticket.resolved_at:
            then = "before"  # nobody who resolved it had read it, and nobody who wrote it knew that it was resolved
        elif answer_reopens(ticket, when):
            outcome.append(event(actor, now, Reopened(counts=False, shown=True), at=when))
            then = "reopened"
    was_named = ticket.heard.named_at is not None and abs(now - ticket.heard.named_at) < NAME_AGAIN
    named = not thanks and (not was_named or then == "reopened")
    wrote = event(actor, now, CustomerWrote(thanks=thanks, named=named), at=when, text=text)
    loud = then == "reopened" and ticket.severity in PRESSING
    above = under_card and not loud
    said = CustomerWroteContent(actor.id, when, then, asks=not thanks, named=named, above=above)
    notices = [Notice(said, Audience.DESK, loud, None if above else text)]
    if above and not (named or then):
        notices = []
    if then or not sent:
        notices.append(CARD)
    return Change((wrote, *outcome), tuple(notices))


def answer_reopens(ticket: Ticket, at: datetime) -> bool:
    """Whether a customer's answer at that time reopens the resolved ticket; a later one opens a new, linked ticket. The
    limit is in business days, which end at closing time: on a Friday at closing, not when Monday opens."""
    if ticket.merged_into is not None or ticket.resolved_at is None:
        return False
    until = ticket.terms.working.add(ticket.resolved_at, ticket.terms.reopen_within)
    return until is None or at <= until
