"""What the customer is told: an update, or the promise of the next one (policy: Clocks)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage import rights
from triage.answering import customer_wrote
from triage.change import Change
from triage.checks import changed, event, future, must_be_open, needed, past
from triage.contents.changes import ChangedAtContent, What
from triage.contents.to_customer import PromiseContent, UpdateContent
from triage.contents.to_desk import ToldContent
from triage.errors import Refusal
from triage.facts.telling import Updated
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice
from triage.people import Actor, Role
from triage.text import checked, cut
from triage.ticket import Ticket


def update(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    text: str,
    *,
    at: datetime | None = None,
    promise_until: datetime | None = None,
    seen: bool = False,
) -> Change:
    """Tell the customer something. `at`: it was given elsewhere at that time, so it is logged and not sent again;
    `seen`: the customer can read it already, it was written in their thread. From anyone but staff it is the
    customer's own message."""
    if not actor.is_staff and (Role.HELPER not in actor.roles or actor.id == ticket.requester):
        return customer_wrote(ticket, actor, now, needed(text, "update"), at=now, sent=False)
    rights.require(actor, "update")
    must_be_open(ticket)
    text = needed(cut(text) if seen else text, "update")
    if promise_until is not None:
        return promise(ticket, actor, now, promise_until, text)
    when = past(ticket.opened_at, now, at, "update")
    fact = Updated(seen=seen, elsewhere=at is not None and not seen)
    given = event(actor, now, fact, at=when, text=text)
    if at is not None:
        return Change((given,), (changed(ChangedAtContent(actor.id, What.LOGGED, when), text), CARD))
    if seen:
        here = Notice(ToldContent(actor.id, "message"), Audience.DESK, body=text)
        return Change((given,), (here, CARD))
    return Change((given,), (Notice(UpdateContent(actor.id), Audience.CUSTOMER, body=text), CARD))


def promise(ticket: Ticket, actor: Actor, now: datetime, until: datetime, text: str | None = None) -> Change:
    """Promise the next update by `until`: it replaces the next update deadline, once (policy: A promise)."""
    text = checked(text)
    fact = promised(ticket, actor, now, until, text)
    if fact is None:
        return Change()
    said = PromiseContent(actor.id, fact.promise or until)
    notice = Notice(said, Audience.CUSTOMER, body=text or None)
    return Change((event(actor, now, fact, text=text or None),), (notice, CARD))


def promised(ticket: Ticket, actor: Actor, now: datetime, until: datetime, text: str) -> Updated | None:
    """The promise as a fact. None where the same promise stands already and there is no text to send with it."""
    rights.require(actor, "promise")
    must_be_open(ticket)
    until = future(now, until, "promise")
    moved = ticket.promise is not None and ticket.promise != until
    if ticket.promise == until and not text:
        return None
    if moved and not text:
        raise Refusal("promise_needs_text", until=ticket.promise)
    limit = ticket.terms.promise_limit
    latest = None if limit is None else whole_second(now) + timedelta(seconds=limit)
    if latest is not None and until > latest:
        try:
            rights.require(actor, "confirm-promise")
        except Refusal as refusal:
            raise Refusal("promise_too_far", at=until, until=latest, who=refusal.values["who"]) from None
    return Updated(promise=until, moved=ticket.promise if moved else None)
