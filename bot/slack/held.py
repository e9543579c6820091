"""A reaction on a message of ours that was on no record when it came: looked at once more, and then answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.commands.reactions import Reaction, react
from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.slack.errors import UNANSWERED
from bot.slack.history import read_message
from bot.wording.card import Card
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence
from storage.outbox import Outgoing
from storage.posted import ticket_of_notice
from storage.tickets import StoredTicket, get_ticket_by_id


async def settle(desk: DeskRuntime, client: AsyncWebClient, item: Outgoing, now: datetime) -> tuple[Where, Card] | None:
    """What whoever reacted is told, and where; None where the message has come on record meanwhile, and the reaction
    has done what it does."""
    data = item.data
    where = Where(data["person"], data["channel"])
    reaction = Reaction(data["event"], where.person, data["name"], where.channel, data["message"], added=True)
    if await react(desk, reaction, now):
        return None
    try:
        message = await read_message(client, where.channel, reaction.message_id, include_all_metadata=True) or {}
    except UNANSWERED:  # reading is an optional permission: without it they are told no less, but for the link
        message = {}
    root = message.get("thread_ts")
    if root and root != reaction.message_id and message.get("subtype") != "thread_broadcast":
        where = replace(where, thread=str(root))
    speech = PhraseBook(desk.directory).reader(where.person)
    stored = await _meant(desk, message)
    links = () if stored is None else _links(desk, where, stored)
    if not links:
        return where, Card(speech("reaction.unknown"))
    return where, Card(speech("reaction.unknown_of", card=links))


async def _meant(desk: DeskRuntime, message: dict[str, Any]) -> StoredTicket | None:
    """The ticket that the message speaks of, by the id of the notice that it carries."""
    notice = ((message.get("metadata") or {}).get("event_payload") or {}).get("outbox")
    if not isinstance(notice, int):
        return None

    def read(session: Session) -> StoredTicket | None:
        ticket_id = ticket_of_notice(session, desk.organisation_id, notice)
        return None if ticket_id is None else get_ticket_by_id(session, desk.organisation_id, ticket_id)

    return await desk.database.read(read)


def _links(desk: DeskRuntime, where: Where, stored: StoredTicket) -> Sentence:
    """The number, leading to the card for whoever may see that, and to the customer's thread for the customer."""
    actor = desk.roster.actor(where.person)
    place = stored.conversation("customer" if actor.is_outside else "desk", desk.platform)
    root = None if place is None else place.card_id or place.root_id
    if place is None or root is None:
        return ()
    url = desk.link(place.channel, root, root)
    return (Link(f"#{stored.number}", url),) if url else (f"#{stored.number}",)
