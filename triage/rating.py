"""The customer says how it went, once, and is heard (policy: Satisfaction)."""

from __future__ import annotations

from datetime import datetime

from triage.change import Change
from triage.checks import event
from triage.contents.rating import RatedContent
from triage.errors import Refusal
from triage.facts.rating import Rated
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import Actor
from triage.stale import Stale
from triage.terms import PRESSING
from triage.text import checked
from triage.ticket import Ticket

#: The question, wherever it stands, reads otherwise.
ASKED = Stale(kinds=frozenset({NoticeKind.RATING}))


def rate(ticket: Ticket, actor: Actor, now: datetime, *, good: bool | None, text: str | None = None) -> Change:
    """The customer is satisfied or not (`good`; None: as they said before), with a word of theirs. Of several who read
    there the first answers for all, and may correct themselves; saying the same again changes nothing.

    The desk reads what is not good, and every word; the lead is notified where a severity 1 or 2 was not good.
    """
    if not (actor.is_outside or actor.id == ticket.requester):
        raise Refusal("rate_not_yours")
    must_be_asked(ticket)
    known = ticket.rating
    if known.by is not None and known.by != actor.id:
        raise Refusal("rate_answered")
    good = known.good if good is None else good
    if good is None:
        raise Refusal("rate_which")
    text = checked(text) or None
    before = known.good if known.stands else None
    if good is before and text is None:
        return Change()
    worse = not good and before is not False
    told: tuple[Notice, ...] = ()
    if text or not good or before is False:
        said = RatedContent(actor.id, good, to_lead=worse and ticket.severity in PRESSING)
        told = (Notice(said, Audience.DESK, body=text),)
    return Change((event(actor, now, Rated(good), text=text),), (*told, CARD), (ASKED,))


def must_be_asked(ticket: Ticket) -> None:
    """Raises `Refusal` where the question was never asked, or is withdrawn."""
    known = ticket.rating
    if known.asked_for is None:
        raise Refusal("rate_not_asked")
    if ticket.resolved_at is None or (known.good is None and not known.is_asked):
        raise Refusal("rate_reopened")


def stale(before: Ticket, after: Ticket) -> tuple[Stale, ...]:
    """What a change of the ticket makes of the question: withdrawn where it is opened again, asked again where that was
    undone."""
    return (ASKED,) if before.rating.asked_for is not None and before.rating.cycle != after.rating.cycle else ()
