"""Who may see a ticket, and who may do what to it: the verb-by-role table. Asked by whatever lets people act: chat, a
page, a program.

It depends on the roles that they hold, on whether the ticket is their own, and on where they act. Without a role,
people may look in the desk's channel and at their own tickets, and write to their own only. To people outside, other
people's tickets do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from triage.errors import Refusal
from triage.people import ANYONE, INSIDE, OURS, STAFF, Actor, Role


class Venue(StrEnum):
    """Where somebody acts, as far as rights depend on it."""

    #: The desk's own channel.
    DESK = "desk"
    #: A channel in which the ticket's customer is spoken to: whoever acts there acts for that customer.
    CUSTOMERS = "customers"
    #: There, in the customer's own thread: they read along.
    CUSTOMERS_THREAD = "customers-thread"
    #: Any other channel, a conversation with one person, somebody's own page, a program.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the rules have to know of a ticket."""

    #: Whoever asked for it.
    requester: str
    #: What people call it by.
    number: int
    #: The address of its card; empty where there is none.
    card: str = ""
    #: Whoever asks is of the group that has the work in hand.
    at_work: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do something."""

    #: These roles may, on every ticket that they may see.
    roles: frozenset[Role] = STAFF
    #: Everybody else may on their own ticket. What comes of it then is the customer's own: a message, a request.
    own: bool = False
    #: It is obeyed where a customer reads along.
    beside_customer: bool = False
    #: So may whoever is of the group that has the work in hand, whatever their role, on that ticket.
    at_work: bool = False


LEADING = frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN})

# The verb-by-role table of the policy, with what is no verb and has rights of its own. What is not here is for agents
# and above.
RULES: dict[str, Rule] = {
    "new": Rule(ANYONE),
    "list": Rule(ANYONE),
    "show": Rule(ANYONE),
    "help": Rule(ANYONE),
    "update": Rule(own=True, beside_customer=True),
    "escalate": Rule(own=True, beside_customer=True),
    "rate": Rule(own=True),  # how it went: whoever asked for it alone, see `rate`
    "why": Rule(INSIDE),
    "search": Rule(INSIDE),
    "note": Rule(OURS, at_work=True),
    "ack": Rule(at_work=True),
    "away": Rule(OURS),
    "back": Rule(OURS),
    "quiet": Rule(OURS),
    "more": Rule(OURS),
    "channel": Rule(LEADING),
    "customers": Rule(frozenset({Role.LEAD, Role.ADMIN})),
    "redact": Rule(frozenset({Role.LEAD, Role.ADMIN})),
    "learn": Rule(frozenset({Role.LEAD, Role.ADMIN})),
    "setup": Rule(frozenset({Role.ADMIN})),
    "got-it": Rule(INSIDE),
    "account": Rule(INSIDE),
    "health": Rule(OURS),
    "oncall": Rule(OURS),
    "report": Rule(OURS),  # who had how much to do stands in it for those of "overview" alone
    "oncall-of-others": Rule(LEADING),  # to say who is on call for other people, and where the rota can be read
    "accounts": Rule(frozenset({Role.ADMIN})),  # to join those of other people, and to part them
    "channels": Rule(OURS),  # to read the list of channels
    "overview": Rule(LEADING),  # to see what waits for a manager, the week's figures, who had how much to do
    "confirm-promise": Rule(frozenset({Role.MANAGER, Role.ADMIN})),  # of an update further ahead than the cap
    "de-escalate": Rule(LEADING),
    "declare-major": Rule(LEADING),  # to make a ticket a major incident, and to end that
    "is-back": Rule(own=True, beside_customer=True),  # what a customer answers once it is over
    "escalate-by-reaction": Rule(frozenset({Role.MANAGER})),
}
USUAL = Rule()


def rule(verb: str) -> Rule:
    """The rule about a verb."""
    return RULES.get(verb, USUAL)


def may(actor: Actor, verb: str) -> bool:
    """Whether somebody may do that to any ticket, or to none (for verbs without a ticket)."""
    return bool(actor.roles & rule(verb).roles)


def require(actor: Actor, verb: str) -> None:
    """Raises `Refusal`, naming who may, where `may` is False."""
    if not may(actor, verb):
        raise _not_allowed(verb)


def _not_allowed(verb: str) -> Refusal:
    return Refusal("not_allowed", verb=verb, who=sorted(rule(verb).roles & OURS))


def may_ever(actor: Actor, verb: str) -> bool:
    """Whether there is any ticket to which somebody may do that; `help` lists a verb by it."""
    return rule(verb).own or may(actor, verb)


def require_ever(actor: Actor, verb: str) -> None:
    """Raises `Refusal` where `may_ever` is False, before any ticket is looked for; unless they may be of the group that
    has the work in hand."""
    if not may_ever(actor, verb) and (actor.is_outside or not rule(verb).at_work):
        raise _not_allowed(verb)


def speaks_as_asker(actor: Actor, verb: str) -> bool:
    """Whether that verb, by this person, counts as the customer's own message or request rather than as an act of the
    desk."""
    return rule(verb).own and not actor.is_staff


def sees_all(actor: Actor, venue: Venue) -> bool:
    """Whether somebody may see every ticket, in this place. Others see their own only."""
    return actor.has_role or (not actor.is_outside and venue is Venue.DESK)


def sees_agreements(actor: Actor, *, at_work: bool) -> bool:
    """Whether somebody may know what the desk has agreed with others beside the customer, and how that is kept (policy:
    Agreements): whoever has a role at the desk, and whoever inside is of the group that has the work in hand."""
    return actor.has_role or (at_work and not actor.is_outside)


def is_own(actor: Actor, ticket: TicketFacts, venue: Venue) -> bool:
    """Whether it is this person's ticket: they asked for it, or they act in a channel of its customer."""
    return ticket.requester == actor.id or venue in {Venue.CUSTOMERS, Venue.CUSTOMERS_THREAD}


def why_not_see(actor: Actor, ticket: TicketFacts, venue: Venue) -> Refusal | None:
    """The refusal to show somebody a ticket; None where they may see it."""
    if sees_all(actor, venue) or is_own(actor, ticket, venue) or ticket.at_work:
        return None
    if actor.is_outside:
        return Refusal("no_such_ticket", number=ticket.number)
    return Refusal("not_yours_to_see", number=ticket.number, url=ticket.card)


def why_not(actor: Actor, verb: str, ticket: TicketFacts, venue: Venue) -> Refusal | None:
    """The refusal to let somebody do that to a ticket that they may see; None where they may."""
    if not rule(verb).own:
        return None if may(actor, verb) or (rule(verb).at_work and ticket.at_work) else _not_allowed(verb)
    if actor.has_role or is_own(actor, ticket, venue):
        return None  # what may come of it, and for whom, the verb itself decides
    return Refusal("not_yours", number=ticket.number, url="" if actor.is_outside else ticket.card)


def is_obeyed(verb: str, venue: Venue, *, outside: bool) -> bool:
    """Whether a verb may be typed in this place. In a customer's thread only verbs meant for the customer may."""
    if venue is Venue.CUSTOMERS_THREAD:
        return rule(verb).beside_customer
    return not outside or rule(verb).own or Role.CUSTOMER in rule(verb).roles


class CountsAs(StrEnum):
    """What somebody's message in a ticket's thread counts as."""

    CUSTOMERS = "customers"  # the words of whoever asked
    UPDATE = "update"  # given to the customer by the desk
    NOTE = "note"  # for the desk alone
    NOTHING = "nothing"


def heard_as(actor: Actor, ticket: TicketFacts, venue: Venue) -> CountsAs:
    """What a message counts as, by whom and where it was written, never by how it begins (policy: Customers see only
    what is meant for them): where a customer reads, the desk's is an update and anybody else's the customer's; under
    the desk's card the desk's is a note, so is that of whoever is of the group at work, and the requester's counts as
    the customer's."""
    if not actor.is_staff:
        if is_own(actor, ticket, venue):
            return CountsAs.CUSTOMERS
        return CountsAs.NOTE if ticket.at_work else CountsAs.NOTHING
    return CountsAs.UPDATE if venue in {Venue.CUSTOMERS, Venue.CUSTOMERS_THREAD} else CountsAs.NOTE


def may_name_customer(actor: Actor, venue: Venue) -> bool:
    """Whether somebody may say whose a new ticket is: the desk, and its colleagues where it is not plain from the
    channel. What somebody outside says chooses no customer."""
    return actor.is_staff or (not actor.is_outside and venue is not Venue.CUSTOMERS)
