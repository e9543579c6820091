"""What was said in a thread before a ticket was opened from it: it is copied under the card, and an answer of the desk
counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.wording.phrase_book import PhraseBook
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.messages import find_by_message
from storage.tickets import get_ticket_by_id
from triage import noting, updating
from triage.change import Change


@dataclass(frozen=True, slots=True)
class Said:
    """Something said in a thread."""

    #: The platform's id of it.
    message_id: str
    #: The account key of who said it; None: an app did.
    person: str | None
    #: What they are called.
    name: str
    #: When it was said.
    at: datetime
    #: What it says.
    text: str


async def bring_along(desk: DeskRuntime, channel: str, root_id: str, said: Sequence[Said], now: datetime) -> None:
    """Copy under the ticket's card what was said in its thread before, each message with its author and time. An answer
    of the desk to the customer meets the response clock, at the time the ticket was opened."""

    def transaction(session: Session) -> None:
        organisation = desk.organisation_id
        ticket_id = find_by_message(session, organisation, channel, root_id)
        if ticket_id is None:
            return
        handle_once(session, desk.organisation_id, f"talk:{channel}:{root_id}", now)
        stored = get_ticket_by_id(session, desk.organisation_id, ticket_id, lock=True)
        until = stored.ticket.opened_at + timedelta(seconds=1)  # which is a whole second
        before = [
            each for each in said
            if each.at < until and each.text.strip()
            and (each.message_id == root_id or find_by_message(session, organisation, channel, each.message_id) is None)
        ]  # fmt: skip
        if not before:
            return
        speech = PhraseBook(desk.directory).desk_speech
        text = "\n\n".join(f"{each.name}, {speech.clock(each.at)}:\n{each.text}" for each in before)
        stored = record(session, stored, noting.brought_along(stored.ticket, now, text), now)
        customer = stored.conversation("customer")
        answers = [
            each for each in before
            if each.person is not None and desk.roster.is_staff(each.person) and each.at >= stored.ticket.report.at
        ]  # fmt: skip
        if answers and stored.ticket.is_open and customer is not None and customer.channel == channel:
            actor = desk.actor(answers[-1].person or "")
            given = updating.update(stored.ticket, actor, now, answers[-1].text, seen=True)
            record(session, stored, Change(given.events, tuple(n for n in given.notices if n.body is None)), now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return
