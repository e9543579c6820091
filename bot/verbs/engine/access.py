"""The ticket that somebody asks for, and the rules of who may see and do what (`triage.rights`) asked of it."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Call
from storage.errors import NoSuchTicketError
from storage.tickets import StoredTicket, get_ticket, survivor
from triage import rights
from triage.errors import Refusal
from triage.rights import Facts, Venue


def access_ticket(session: Session, call: Call, number: int, *, lock: bool = True) -> StoredTicket:
    """The ticket of that number, locked unless it is only looked at. Refused where this person may not know of it."""
    try:
        stored = get_ticket(session, call.desk.organisation_id, number, lock=lock)
    except NoSuchTicketError:
        raise Refusal("no_such_ticket", number=number) from None
    must_see(call, stored)
    return stored


def require_unmerged(session: Session, stored: StoredTicket) -> StoredTicket:
    """The ticket, if it goes on by itself; else it is refused with the number of the one that goes on for it."""
    if stored.ticket.merged_into is not None:
        raise Refusal("merged", number=survivor(session, stored).number)
    return stored


def venue_of(call: Call, stored: StoredTicket | None = None) -> Venue:
    """Where somebody acts, seen from that ticket, if there is one."""
    customer = None if stored is None else stored.conversation("customer")
    if customer is not None and customer.channel == call.channel:
        return Venue.CUSTOMERS
    return Venue.DESK if call.channel in call.desk.policy.desk.channels else Venue.ELSEWHERE


def must_see(call: Call, stored: StoredTicket) -> None:
    """Refuse whoever may not look at the ticket."""
    refusal = rights.why_not_see(call.actor, _facts(call, stored), venue_of(call, stored))
    if refusal is not None:
        raise refusal


def must_act(call: Call, stored: StoredTicket, verb: str) -> None:
    """Refuse whoever may look at the ticket, but not do that."""
    refusal = rights.why_not(call.actor, verb, _facts(call, stored), venue_of(call, stored))
    if refusal is not None:
        raise refusal


def sees_all(call: Call) -> bool:
    """Whether this person may look at any ticket, here."""
    return rights.sees_all(call.actor, venue_of(call))


def card_of(call: Call, stored: StoredTicket) -> str:
    """The address of the ticket's card, for whoever is inside; empty where the platform knows none."""
    desk = stored.conversation("desk", call.desk.platform)
    if call.actor.is_outside or desk is None or desk.card_id is None:
        return ""
    return call.desk.link(desk.channel, desk.card_id, desk.card_id)


def _facts(call: Call, stored: StoredTicket) -> Facts:
    return Facts(stored.ticket.requester, stored.number, card_of(call, stored))
