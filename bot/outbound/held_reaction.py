"""Answering a reaction on a message of ours that was not on record when it came: look once more, then say what became
of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.commands.reactions import Reaction, react
from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.outbound.port import ForOne, NotDeliveredError
from bot.outbound.reader import Reader
from bot.wording.card import Card
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence
from storage.outbox import Outgoing
from storage.posted import ticket_of_notice
from storage.tickets import StoredTicket, get_ticket_by_id


async def answer_held(desk: DeskRuntime, reader: Reader, item: Outgoing, now: datetime) -> tuple[ForOne, Card] | None:
    """What to tell whoever reacted, and where. None where the message has come on record meanwhile, so that the
    reaction was carried out."""
    data = item.data
    where = Where(data["person"], data["channel"])
    reaction = Reaction(data["event"], where.person, data["name"], where.channel, data["message"], added=True)
    if await react(desk, reaction, now):
        return None
    try:
        found = await reader.message(item, where.channel, reaction.message_id, now)
    except NotDeliveredError:  # reading is optional: without it they are told no less, but for the link
        found = None
    if found is not None and not found.in_channel:
        where = replace(where, thread=found.source.root_id)
    speech = PhraseBook(desk.directory).reader(where.person)
    stored = None if found is None or found.notice is None else await _meant(desk, found.notice)
    links = () if stored is None else _links(desk, where, stored)
    card = Card(speech("reaction.unknown_of", card=links) if links else speech("reaction.unknown"))
    return ForOne(where.person, where.channel, where.thread), card


async def _meant(desk: DeskRuntime, notice: int) -> StoredTicket | None:
    """The ticket that the notice speaks of."""

    def read(session: Session) -> StoredTicket | None:
        ticket_id = ticket_of_notice(session, desk.organisation_id, notice)
        return None if ticket_id is None else get_ticket_by_id(session, desk.organisation_id, ticket_id)

    return await desk.database.read(read)


def _links(desk: DeskRuntime, where: Where, stored: StoredTicket) -> Sentence:
    """The number, leading to the card for whoever may see that, and to the customer's thread for the customer."""
    actor = desk.actor(where.person)
    place = stored.conversation("customer" if actor.is_outside else "desk", desk.platform)
    root = None if place is None else place.card_id or place.root_id
    if place is None or root is None:
        return ()
    url = desk.link(place.channel, root, root)
    return (Link(f"#{stored.number}", url),) if url else (f"#{stored.number}",)
