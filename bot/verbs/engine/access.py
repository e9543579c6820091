"""Finding the ticket that somebody asks for, and asking `triage.rights` whether they may see it and act on it."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs.base.call import Call
from storage.errors import NoSuchTicketError
from storage.tickets import StoredTicket, get_ticket, survivor
from triage import rights
from triage.agreements import parted
from triage.errors import Refusal
from triage.rights import TicketFacts, Venue


def access_ticket(session: Session, call: Call, number: int, *, lock: bool = True) -> StoredTicket:
    """The ticket of that number, locked (pessimistic lock) unless `lock` is False. Raises `Refusal` where there is
    none, and where this person may not see it."""
    try:
        stored = get_ticket(session, call.desk.organisation_id, number, lock=lock)
    except NoSuchTicketError:
        raise Refusal("no_such_ticket", number=number) from None
    must_see(call, stored)
    return stored


def as_told(call: Call, stored: StoredTicket) -> StoredTicket:
    """The ticket as far as this person may know it: for most people without the agreements beside the customer's, and
    without the events that tell of their deadlines."""
    if rights.sees_agreements(call.actor, at_work=is_at_work(call, stored)):
        return stored
    events = tuple(event for event in stored.events if event.said is None or parted(event.said[0]) is None)
    return replace(stored, events=events, ticket=replace(stored.ticket, agreements={}))


def require_unmerged(session: Session, stored: StoredTicket) -> StoredTicket:
    """The same ticket. Raises `Refusal` where it was merged, with the number of the ticket that goes on for it."""
    if stored.ticket.merged_into is not None:
        raise Refusal("merged", number=survivor(session, stored).number)
    return stored


def venue_of(call: Call, stored: StoredTicket | None = None) -> Venue:
    """Where somebody acts, as far as rights depend on it: in the desk's channel, in the customer's channel of `stored`,
    or elsewhere."""
    customer = None if stored is None else stored.conversation("customer")
    if customer is not None and customer.channel == call.channel:
        return Venue.CUSTOMERS
    return Venue.DESK if call.channel in call.desk.policy.desk.channels else Venue.ELSEWHERE


def must_see(call: Call, stored: StoredTicket) -> None:
    """Raises `Refusal` where this person may not see the ticket."""
    refusal = rights.why_not_see(call.actor, _facts(call, stored), venue_of(call, stored))
    if refusal is not None:
        raise refusal


def must_act(call: Call, stored: StoredTicket, verb: str) -> None:
    """Raises `Refusal` where this person may see the ticket, but not do `verb` to it."""
    refusal = rights.why_not(call.actor, verb, _facts(call, stored), venue_of(call, stored))
    if refusal is not None:
        raise refusal


def sees_all(call: Call) -> bool:
    """Whether this person may see every ticket, in the place where they act."""
    return rights.sees_all(call.actor, venue_of(call))


def card_of(call: Call, stored: StoredTicket) -> str:
    """The address of the ticket's card. Empty for people outside, and where the platform knows no addresses."""
    desk = stored.conversation("desk", call.desk.platform)
    if call.actor.is_outside or desk is None or desk.card_id is None:
        return ""
    return call.desk.link(desk.channel, desk.card_id, desk.card_id)


def _facts(call: Call, stored: StoredTicket) -> TicketFacts:
    return TicketFacts(stored.ticket.requester, stored.number, card_of(call, stored), at_work=is_at_work(call, stored))


def is_at_work(call: Call, stored: StoredTicket) -> bool:
    """Whether this person is of the group that has the work in hand."""
    return call.desk.roster.is_in_group(call.actor.id, stored.ticket.ownership.group)
