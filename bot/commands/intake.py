"""A customer's message in their channel, where messages become tickets by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.commands.messages import Message, customers_words, keep_message
from bot.commands.source import Source
from bot.desk import Desk
from storage.changes import Origin, record, record_opening
from storage.customers import Customer
from storage.errors import AlreadyHandledError, MessageTakenError
from storage.inbox import handle_once
from storage.intake import AUTO, intake_of, latest_of_author
from storage.tickets import StoredTicket, get_ticket_by_id
from triage.lifecycle import open_ticket
from triage.people import Actor
from triage.titles import says_nothing


async def take_in(desk: Desk, message: Message, now: datetime) -> bool:
    """Make a ticket of a customer's message outside threads, or add it to the one that this author has just begun.

    False, and nothing happens, where messages are not taken in, for what the desk's own people write, and for thanks,
    greetings and mentions with nothing behind them.
    """
    actor = desk.directory.actor(message.person)
    if actor.has_role or says_nothing(message.text, message.names):
        return False
    customer = await desk.database.read(lambda session: desk.customer_in(session, message.channel))
    if customer is None:
        return False

    def transaction(session: Session) -> bool:
        # Locked, so that messages that arrive together are taken in one after another.
        if intake_of(session, desk.organisation_id, message.channel, lock=True) != AUTO:
            return False
        handle_once(session, desk.organisation_id, message.key, now)
        begun = _begun(session, desk, message)
        if begun is None:
            _open(session, desk, actor, message, customer, now)
            return True
        after = record(session, begun, customers_words(begun, actor, now, message), now)
        keep_message(session, begun, after, message)
        return True

    try:
        return await desk.write(transaction)
    except (AlreadyHandledError, MessageTakenError):
        return True


def _begun(session: Session, desk: Desk, message: Message) -> StoredTicket | None:
    """The open ticket of the same author, if they wrote to it within the window."""
    ticket_id = latest_of_author(session, desk.organisation_id, message.channel, message.person)
    if ticket_id is None:
        return None
    stored = get_ticket_by_id(session, desk.organisation_id, ticket_id, lock=True)
    last = max(stored.ticket.reported_at, stored.ticket.last_asked_at or stored.ticket.reported_at)
    near = abs(message.at - last) <= timedelta(seconds=desk.policy.intake_window)
    return stored if near and stored.ticket.is_open else None


def _open(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, desk: Desk, actor: Actor, message: Message, customer: Customer, now: datetime
) -> None:
    source = Source(message.channel, message.root_id, message.root_id, message.person, message.at, message.text)
    change = open_ticket(
        desk.policy, actor, now, summary=source.summary, description=source.description,
        reported_at=min(message.at, now), customer=customer.name, plan=customer.plan, automatic=True,
    )  # fmt: skip
    origin = Origin(source.channel, source.message_id, source.root_id)
    places = desk.places(message.channel, message.channel, message.root_id)
    record_opening(session, desk.organisation_id, desk.desk_id, change, places, now, source=origin)
