"""Reactions on any of the bot's messages about a ticket: they act, and taken off within two minutes they undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.verbs.base.verb import ByReaction, StandaloneVerb, TicketVerb
from bot.verbs.engine.access import require_unmerged
from bot.verbs.engine.answered import answered
from bot.verbs.engine.parts import carry_on, lock_together
from bot.verbs.engine.private_answer import refusal_change, refusal_notice
from bot.verbs.engine.reopened import without_who_left
from bot.verbs.reading.arguments import suggesting
from bot.verbs.registry import VERBS
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import to_data
from storage.assigning import find_owner, note_group
from storage.changes import record
from storage.deferred import Work, WorkKind, defer
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.messages import Spoken, find_message
from storage.notices import enqueue_private
from storage.tickets import StoredTicket, get_ticket_by_id
from triage import escalation, rights
from triage.change import Change
from triage.contents.privately import AnswerContent
from triage.errors import Refusal
from triage.notice import Audience, Notice
from triage.people import Actor

HELD_FOR = timedelta(seconds=10)  # how long a posted message may take to come on record
LOOK_EVERY = 0.5  # seconds: how often a reaction that waits for its message's record is tried again


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction was put on a message, or taken off."""

    #: What the platform calls this act, so that it counts once however often it is told.
    event_id: str
    #: The account key of who reacted.
    person: str
    #: As the policy names it, without what people may choose beside, such as a tone of skin.
    name: str
    #: The channel's key: `slack:C0123`.
    channel: str
    #: The message that it was put on.
    message_id: str
    #: False: it was taken off.
    added: bool
    #: Whether the message is one that Vigie wrote.
    on_ours: bool = False


async def heed(
    desk: DeskRuntime, reaction: Reaction, now: datetime, later: Callable[[Coroutine[Any, Any, None]], object]
) -> None:
    """Do what the reaction means. Where its message is not on record yet (it may be on its way there), the reaction is
    kept and tried again for `HELD_FOR`, in the background by `later`. A bot's does nothing, and nobody is told."""
    desk.heard()
    account = desk.directory.accounts.get(reaction.person)
    if account is not None and account.is_bot:
        return
    if await react(desk, reaction, now):
        return
    await hold(desk, reaction, now)
    later(_try_again(desk, reaction))


async def _try_again(desk: DeskRuntime, reaction: Reaction) -> None:
    for _ in range(int(HELD_FOR.total_seconds() / LOOK_EVERY)):
        await asyncio.sleep(LOOK_EVERY)
        if await react(desk, reaction, desk.now()):
            return


async def react(desk: DeskRuntime, reaction: Reaction, now: datetime) -> bool:
    """Do what the reaction means. False: no ticket is known for that message (yet)."""
    verb = VERBS.get(desk.policy.reactions.get(reaction.name, ""))
    if isinstance(verb, StandaloneVerb) and verb.opens_ticket:
        await _open(desk, reaction, now)
        return True
    if not isinstance(verb, TicketVerb) or verb.by_reaction is None:
        return True
    meant = verb.by_reaction
    actor = desk.actor(reaction.person)

    def transaction(session: Session) -> bool:
        found = find_message(session, desk.organisation_id, reaction.channel, reaction.message_id)
        if found is None:
            return False
        handle_once(session, desk.organisation_id, reaction.event_id, now)
        number = get_ticket_by_id(session, desk.organisation_id, found.ticket_id).number
        lock_together(session, desk.organisation_id, {number})
        stored = get_ticket_by_id(session, desk.organisation_id, found.ticket_id, lock=True)
        where = Where(reaction.person, reaction.channel, found.root_id)
        try:
            with suggesting(stored.number):
                ongoing = require_unmerged(session, stored)
                if reaction.added:
                    change = answered(desk, ongoing, _decide(desk, ongoing, actor, now, verb, meant), actor, now)
                    change = change or Change((), (_unchanged(desk, where, verb.name, stored.number),))
                else:
                    change = escalation.undo_reaction(ongoing.ticket, actor, now, verb.name)
                change = without_who_left(session, desk, ongoing, change, actor, now)
        except Refusal as refusal:
            refusal.values.setdefault("version", stored.ticket.version)
            change = refusal_change(where, refusal)
        after = record(session, stored, where.placed(change), now)
        after = find_owner(session, desk, after, now, before=stored.ticket, said=change.notices)
        note_group(session, desk, stored, after, actor, now)
        carry_on(session, desk, stored, after, actor=actor, answers={})
        return True

    try:
        return await desk.write(transaction)
    except AlreadyHandledError:
        return True


async def hold(desk: DeskRuntime, reaction: Reaction, now: datetime) -> None:
    """Keep a reaction on a message of ours that is not on record, as deferred work: if it is still not on record after
    `HELD_FOR`, whoever reacted gets an answer all the same."""
    if not (reaction.on_ours and reaction.added):
        return
    data = {
        "channel": reaction.channel, "message": reaction.message_id, "name": reaction.name, "event": reaction.event_id,
    }  # fmt: skip
    work = Work(WorkKind.REACTION, reaction.person, data, not_before=now + HELD_FOR)

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, f"held:{reaction.event_id}", now)
        defer(session, desk.organisation_id, work, now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return


async def _open(desk: DeskRuntime, reaction: Reaction, now: datetime) -> None:
    """Plan deferred work that reads the message and opens a ticket from it. Taking this reaction off undoes nothing."""
    if not reaction.added:
        return

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, reaction.event_id, now)
        found = find_message(session, desk.organisation_id, reaction.channel, reaction.message_id)
        if found is not None or reaction.on_ours:
            refused = refusal_notice(*_taken(session, desk, reaction, found))
            enqueue_private(session, desk.organisation_id, refused, now)
            return
        data = {"channel": reaction.channel, "message": reaction.message_id}
        defer(session, desk.organisation_id, Work(WorkKind.OPEN_FROM, reaction.person, data), now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return


def _taken(session: Session, desk: DeskRuntime, reaction: Reaction, found: Spoken | None) -> tuple[Where, Refusal]:
    """The refusal to open a ticket from a message that has one already, or that is ours. None where it can be
    opened."""
    where = Where(reaction.person, reaction.channel, None if found is None else found.root_id)
    if found is None:
        return where, Refusal("message_is_ours")
    number = get_ticket_by_id(session, desk.organisation_id, found.ticket_id).number
    return where, Refusal("message_has_ticket", number=number)


def _unchanged(desk: DeskRuntime, where: Where, verb: str, number: int) -> Notice:
    """A private notice that the ticket is already as the reaction asks."""
    sentence = PhraseBook(desk.directory).reader(where.person)(f"unchanged.{verb}", number=number)
    content = AnswerContent(where.person, where.channel, where.thread, sentence=to_data(sentence))
    return Notice(content, Audience.PERSON)


def _decide(  # noqa: PLR0917  who, what, when: nothing here has a default
    desk: DeskRuntime, stored: StoredTicket, actor: Actor, now: datetime, verb: TicketVerb, meant: ByReaction
) -> Change:
    if not rights.may(actor, meant.right or verb.name):
        raise meant.refusal(stored, actor)
    return meant.decide(desk, stored, actor, now)
