"""What a person may know of a ticket and do to it, beside what the verb-by-role table says.

Without a role one may look in the desk's channel or at one's own tickets, and write to one's own alone.
"""

from __future__ import annotations

from bot.verbs.call import Call
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal

# Customers and requesters may write and ask for escalation: triage tells whose act it is and what comes of it.
OPEN_TO_ALL = {"update", "escalate"}


def is_own(call: Call, stored: StoredTicket) -> bool:
    """Whether it is this person's ticket: they asked for it, or it is spoken of in the customer's channel where they
    act."""
    customer = stored.conversation("customer")
    return stored.ticket.requester == call.actor.id or (customer is not None and customer.channel == call.channel)


def sees_all(call: Call) -> bool:
    """Whether this person may look at any ticket, here."""
    actor, channel = call.actor, call.desk.policy.desk.channel
    return actor.has_role or (not actor.is_outside and channel is not None and channel == call.channel)


def must_see(call: Call, stored: StoredTicket) -> None:
    """Refuse whoever may not look at it. Somebody outside learns no more than of a ticket that is not there."""
    if sees_all(call) or is_own(call, stored):
        return
    if call.actor.is_outside:
        raise Refusal("no_such_ticket", number=stored.number)
    raise Refusal("not_yours_to_see", number=stored.number, url=card_of(call, stored))


def must_act(call: Call, stored: StoredTicket, verb: str) -> None:
    """Refuse whoever may look at the ticket, but not do that."""
    if verb not in OPEN_TO_ALL:
        rights.require(call.actor, verb)
    elif not call.actor.has_role and not is_own(call, stored):
        raise Refusal("not_yours", number=stored.number, url=card_of(call, stored))


def card_of(call: Call, stored: StoredTicket) -> str:
    """The address of the ticket's card, for whoever is inside; empty where the platform knows none."""
    desk = stored.conversation("desk")
    if call.actor.is_outside or desk is None or desk.card_id is None:
        return ""
    return call.desk.link(desk.channel, desk.card_id, desk.card_id)
