"""Reactions on any of the bot's messages about a ticket: they act, and taken off within two minutes they undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.commands.perform import goes_on
from bot.commands.reading import about
from bot.desk import Desk
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.tickets import StoredTicket, find_by_message, get_ticket_by_id
from triage import escalation, lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.notice import Audience, Notice, NoticeKind
from triage.people import Actor


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody put a reaction on a message, or took it off."""

    event_id: str
    person: str
    name: str
    channel: str
    message_id: str
    added: bool


async def react(desk: Desk, reaction: Reaction, now: datetime) -> bool:
    """Do what the reaction means. False: no ticket is known for that message (yet)."""
    verb = desk.policy.reactions.get(reaction.name.split("::")[0])
    if verb is None:
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


def _decide(stored: StoredTicket, actor: Actor, now: datetime, verb: str, *, added: bool) -> Change:
    ticket = stored.ticket
    if not added:
        return escalation.undo_reaction(ticket, actor, now, verb)
    if verb == "escalate":
        return escalation.escalate_by_reaction(ticket, actor, now)
    return {"take": lifecycle.take, "resolve": lifecycle.resolve}[verb](ticket, actor, now)


def refusal_notice(actor: Actor, refusal: Refusal, channel: str) -> Change:
    """A refused reaction has no answer of its own: the person is told privately through the outbox."""
    values = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in refusal.values.items()}
    data = {"person": actor.id, "code": refusal.code, "values": values, "channel": channel}
    return Change((), (Notice(NoticeKind.REFUSAL, Audience.PERSON, data),))
