"""What people write in a ticket's threads. Whose message it is, is decided by place and person, never by a prefix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.commands.reactions import refusal_notice
from bot.commands.reading import about
from bot.desk import Desk
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.tickets import StoredTicket, find_by_message, get_ticket_by_id, lock_survivor
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.people import Actor


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a thread, with the time it was written."""

    event_id: str
    person: str
    channel: str
    root_id: str
    text: str
    at: datetime


async def hear(desk: Desk, message: Message, now: datetime) -> None:
    """Put on record what was written in a ticket's thread; anything else is none of our business."""
    actor = desk.directory.actor(message.person)
    known = await desk.database.read(
        lambda session: find_by_message(session, desk.organisation_id, message.channel, message.root_id)
    )
    if known is None:
        return

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, message.event_id, now)
        spoken_of = get_ticket_by_id(session, desk.organisation_id, known)
        stored = lock_survivor(session, desk.organisation_id, known)
        try:
            with about(stored.number):
                change = _decide(stored, spoken_of, actor, now, message)
        except Refusal as refusal:
            change = refusal_notice(actor, refusal, message.channel)
        record(session, stored, change, now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return


def _decide(stored: StoredTicket, spoken_of: StoredTicket, actor: Actor, now: datetime, message: Message) -> Change:
    """In a customer's thread an agent's message is an update, anyone else's is the customer's; under the desk's card a
    requester's message (if no agent) is the customer's, an agent's is a note (policy: Customers see only ...).

    What is written about a ticket that was merged counts for the one that goes on, in whose thread it is shown."""
    ticket, here = stored.ticket, stored.id == spoken_of.id
    if not message.text.strip():
        return Change()
    customer = spoken_of.conversation("customer")
    if customer is not None and customer.channel == message.channel:
        if actor.is_staff:
            return lifecycle.update(ticket, actor, now, message.text, seen=True) if ticket.is_open else Change()
        return lifecycle.customer_wrote(ticket, actor, now, message.text, at=message.at)
    if actor.is_staff:
        return lifecycle.note(ticket, actor, now, message.text, sent=here)
    if actor.id == spoken_of.ticket.requester:
        return lifecycle.customer_wrote(ticket, actor, now, message.text, at=message.at, under_card=here)
    return Change()
