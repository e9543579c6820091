"""The customer of a new ticket and where it is spoken of with them; and a question where nobody knows that customer."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from sqlmodel import Session

from bot.desk.customers import Customers
from bot.verbs.base.call import Call
from bot.wording.card import Button
from bot.wording.sentences import Sentence, Typed
from storage.changes import Place
from storage.customers import Customer, customer_of_email, load_customers
from storage.tickets import StoredTicket
from triage.errors import Refusal
from triage.rights import Venue, may_name_customer

IS = "is:"  # then a customer's name, as the value of a button


@dataclass(frozen=True)
class Whose:
    """The customer of a ticket that is about to be opened, and where it will be spoken of."""

    #: Its conversations: the desk's, and the customer's where they have a channel.
    places: list[Place]
    #: The customer, as they are called; None: nobody knows.
    name: str | None = None
    #: Their support plan, by name; None: the policy's usual targets.
    plan: str | None = None
    #: Their region, by name; None: the desk's own calendar and leads.
    region: str | None = None
    #: Whether the name is that of a customer whom nobody has on record, nor the policy names.
    is_new: bool = False


def may_name(call: Call, session: Session) -> bool:
    """Whether this person may say which customer a ticket is for, in the place where they act."""
    is_customers = call.desk.customers.of_channel(session, _here(call)) is not None
    return may_name_customer(call.actor, Venue.CUSTOMERS if is_customers else Venue.ELSEWHERE)


def whose(call: Call, session: Session, named: str) -> Whose:
    """The customer of a ticket that is about to be opened. In a customer's channel it is theirs. Where it is `named`
    for another customer, it is spoken of in that one's channel, if they have one and staff open it."""
    desk, here = call.desk, _here(call)
    theirs = desk.customers.of_channel(session, here)
    root_id = None if call.source is None else call.source.root_id
    if named and may_name(call, session):
        on_record = desk.customers.called(session, named)
        known = on_record or Customer(named)
        if theirs is None or known.key != theirs.key:
            if theirs is not None and call.source is not None:
                raise Refusal("message_is_customers", customer=theirs.name)
            channels = desk.customers.channels(session) if call.actor.is_staff else {}
            beside = next((channel for channel, name in channels.items() if Customer(name).key == known.key), None)
            return Whose(desk.channels.places(here, beside), known.name, known.plan, known.region, on_record is None)
    if theirs is not None:
        return Whose(desk.channels.places(here, here, root_id), theirs.name, theirs.plan, theirs.region)
    found = _by_email(call, session)
    if found is None:
        return Whose(desk.channels.places(here))
    return Whose(desk.channels.places(here), found.name, found.plan, found.region)


def of_customer(call: Call, session: Session, name: str) -> Whose:
    """The same where it is known to be that customer who asks, in no channel: it is spoken of in the desk's own."""
    found = call.desk.customers.called(session, name) or Customer(name)
    return Whose(call.desk.channels.places(call.channel), found.name, found.plan, found.region)


def _here(call: Call) -> str:
    return call.channel if call.source is None else call.source.channel


def _by_email(call: Call, session: Session) -> Customer | None:
    """The customer that a person outside belongs to by the email addresses that their platforms vouch for, where they
    ask in no customer's channel. None where these say different things."""
    desk, source = call.desk, call.source
    person = source.author if source is not None and source.author is not None else call.actor.id
    if not desk.roster.is_outside(person):
        return None
    accounts = [desk.directory.accounts.get(key) for key in desk.directory.accounts_of(person)]
    emails = [email for account in accounts if account is not None and not account.is_bot for email in account.emails]
    found = {each.key: each for email in emails if (each := customer_of_email(session, desk.organisation_id, email))}
    return next(iter(found.values())) if len(found) == 1 else None


def unknown(call: Call, session: Session, stored: StoredTicket) -> tuple[Sentence, Button | None] | None:
    """A question where no customer of the ticket's customer name is on record, with a button for the known name that is
    most like it. None where no customer is on record at all."""
    desk, speech, name = call.desk, call.speech, stored.ticket.customer
    recorded = load_customers(session, desk.organisation_id)
    if name is None or not recorded or desk.customers.called(session, name) is not None:
        return None
    meant = meant_by(desk.customers, session, name)
    if meant is None:
        return speech("ask.unknown_customer", customer=Typed(name)), None
    label = speech.text("button.use", name=meant)
    use = Button("customer", label, stored.number, stored.ticket.version, value=f"{IS}{meant}")
    return speech("ask.unknown_customer_close", customer=Typed(name), near=Typed(meant)), use


def meant_by(customers: Customers, session: Session, name: str) -> str | None:
    """The known customer whose name is most like `name`. None where none is like it."""
    keys = {Customer(each).key: each for each in customers.names(session)}
    near = get_close_matches(Customer(name).key, keys, n=1)
    return keys[near[0]] if near else None
