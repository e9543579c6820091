"""Reactions on any of the bot's messages about a ticket: they act, and taken off within two minutes they undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.commands.perform import goes_on
from bot.commands.reading import about
from bot.desk import Desk
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.intake import OFF, intake_of
from storage.notices import enqueue_private
from storage.tickets import StoredTicket, find_by_message, get_ticket_by_id
from triage import escalation, lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.notice import Audience, Notice, NoticeKind
from triage.people import Actor


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody put a reaction on a message, or took it off. `on_ours`: on one that Vigie wrote."""

    event_id: str
    person: str
    name: str
    channel: str
    message_id: str
    added: bool
    on_ours: bool = False


async def react(desk: Desk, reaction: Reaction, now: datetime) -> bool:
    """Do what the reaction means. False: no ticket is known for that message (yet)."""
    verb = desk.policy.reactions.get(reaction.name.split("::")[0])
    if verb is None:
        return True
    if verb == "new":
        await _open(desk, reaction, now)
        return True
    actor = desk.directory.actor(reaction.person)

    def transaction(session: Session) -> bool:
        ticket_id = find_by_message(session, desk.organisation_id, reaction.channel, reaction.message_id)
        if ticket_id is None:
            return False
        handle_once(session, desk.organisation_id, reaction.event_id, now)
        stored = get_ticket_by_id(session, desk.organisation_id, ticket_id, lock=True)
        try:
            with about(stored.number):
                change = _decide(goes_on(session, stored), actor, now, verb, added=reaction.added)
        except Refusal as refusal:
            change = refusal_notice(actor, refusal, reaction.channel)
        record(session, stored, change, now)
        return True

    try:
        return await desk.write(transaction)
    except AlreadyHandledError:
        return True


async def _open(desk: Desk, reaction: Reaction, now: datetime) -> None:
    """Plan to open a ticket from the message, which has to be read first. Taken off again, it undoes nothing."""
    if reaction.on_ours or not reaction.added:
        return

    def transaction(session: Session) -> None:
        if find_by_message(session, desk.organisation_id, reaction.channel, reaction.message_id) is not None:
            return
        handle_once(session, desk.organisation_id, reaction.event_id, now)
        if intake_of(session, desk.organisation_id, reaction.channel) == OFF:
            refused = refusal_to(reaction.person, Refusal("intake_off"), reaction.channel)
            enqueue_private(session, desk.organisation_id, refused, now)
            return
        data = {"person": reaction.person, "channel": reaction.channel, "message": reaction.message_id}
        enqueue_private(session, desk.organisation_id, Notice(NoticeKind.OPEN_FROM, Audience.PERSON, data), now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return


def _decide(stored: StoredTicket, actor: Actor, now: datetime, verb: str, *, added: bool) -> Change:
    ticket = stored.ticket
    if not added:
        return escalation.undo_reaction(ticket, actor, now, verb)
    if verb == "escalate":
        return escalation.escalate_by_reaction(ticket, actor, now)
    return {"take": lifecycle.take, "resolve": lifecycle.resolve}[verb](ticket, actor, now)


def refusal_notice(actor: Actor, refusal: Refusal, channel: str) -> Change:
    """A refused reaction has no answer of its own: the person is told privately through the outbox."""
    return Change((), (refusal_to(actor.id, refusal, channel),))


def refusal_to(person: str, refusal: Refusal, channel: str, thread: str | None = None) -> Notice:
    """A refusal for one person, where they acted."""
    values = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in refusal.values.items()}
    data: dict[str, Any] = {"person": person, "code": refusal.code, "values": values, "channel": channel}
    if thread is not None:
        data["thread"] = thread
    return Notice(NoticeKind.REFUSAL, Audience.PERSON, data)
