"""Edits and deletions of messages: an edited message's text is corrected wherever it was taken to, a deleted one's is
erased."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.commands.dispatch import verb_of
from bot.commands.intake import look_again, take_in
from bot.commands.messages import Message, customers_words, hear, keep_message, open_another
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.verbs.base.source_message import reworded
from bot.verbs.base.verb import TicketVerb
from bot.verbs.reading.arguments import starts_with_number, take_number
from bot.verbs.registry import typed_verb
from storage.app_home import refresh_every_home
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.messages import Kept, find_kept, keep_revision
from storage.redirects import redirect_of, reword_redirect
from storage.texts import bring_back_text, erase_texts, replace_text, text_of
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.typed import ERASED
from triage.change import Change
from triage.continuing import opens_another
from triage.correcting import showing
from triage.event import Event, Kind
from triage.facts.telling import CustomerWrote
from triage.flooding import bounded
from triage.notice import CARD
from triage.text import cut
from triage.thanks import is_thanks

# An edit may overtake its message by seconds. What is older was not for us when it was written.
OVERTAKES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that was edited."""

    #: The message as it reads now.
    message: Message
    #: The text as it read before; None: the platform does not say.
    before: str | None
    #: Of two edits the one with the higher revision is newer.
    revision: str
    #: When it was edited.
    at: datetime
    #: Whether the message was, or now is, a command.
    is_command: bool = False
    #: Whether it was deleted, and whoever wrote it has taken that back.
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message that was deleted."""

    #: The idempotency key of this deletion.
    key: str
    #: The channel's key: `slack:C0123`.
    channel: str
    #: The platform's id of the message.
    message_id: str


def kept_of(call: Call) -> str:
    """Which part of a mention's message is kept as text, so that an edit corrects it: what follows the verb (and the
    number) where the verb keeps words, else all of it."""
    name, rest = verb_of(call.words)
    verb = typed_verb(name)
    if not (isinstance(verb, TicketVerb) and verb.keeps_words):
        return call.words
    return take_number(rest, None, name)[1] if call.thread is None and starts_with_number(rest) else rest


async def correct(desk: DeskRuntime, edit: Edit, now: datetime) -> None:
    """Correct the text that was taken from an edited message. An edit that arrives before its message is heard as the
    message."""
    if await desk.write(lambda session: _corrected(session, desk, edit, now)):
        return
    if edit.is_command or now - edit.message.at > OVERTAKES:
        return
    if edit.message.root_id == edit.message.message_id:
        await take_in(desk, edit.message, now)
    else:
        await hear(desk, edit.message, now, revision=edit.revision)
    # Had it been heard meanwhile, as it read before, it is corrected now.
    await desk.write(lambda session: _corrected(session, desk, edit, now))


def _corrected(session: Session, desk: DeskRuntime, edit: Edit, now: datetime) -> bool:
    """Correct it in this transaction. Whether the message is on record."""
    message = edit.message
    found = _kept(session, desk, message.channel, message.message_id)
    if found is None:
        return look_again(session, desk, message, now)
    stored, kept = found
    said = _event_of(stored, kept)
    text = text_of(session, stored, kept.body_id)
    new = cut(message.text)
    if said.kind is Kind.OPENED:
        new = _opened_with(stored, text, edit)
    if edit.is_back and not text and new and kept.revision < edit.revision and not _is_redacted(stored):
        bring_back_text(session, stored, kept.body_id, new)
        refresh_every_home(session, desk.organisation_id, now)
        return _show(session, stored, kept, edit, now)
    if not text or ERASED in text or not new or kept.revision >= edit.revision:
        return True  # erased, wholly or in part, put in other words since, or older than what it reads like
    if isinstance(said.fact, CustomerWrote) and said.fact.thanks and not is_thanks(new):
        _ask_after_all(session, desk, stored, edit, now)
        return True
    replace_text(session, stored, kept.body_id, new)
    return _show(session, stored, kept, edit, now)


def _show(session: Session, stored: StoredTicket, kept: Kept, edit: Edit, now: datetime) -> bool:
    """Plan to show the text as it reads now, wherever it was said."""
    channel, message_id = edit.message.channel, edit.message.message_id
    keep_revision(session, stored.organisation_id, channel, message_id, kept.body_id, edit.revision)
    record(session, stored, Change((), (CARD,), (showing([kept.body_id]),)), now)
    return True


def _is_redacted(stored: StoredTicket) -> bool:
    """Whether somebody of the desk erased texts of the ticket: those stay erased, whoever deletes what."""
    return any(event.kind is Kind.REDACTED for event in stored.events)


def _opened_with(stored: StoredTicket, text: str, edit: Edit) -> str:
    """What a ticket was opened with, after its message was edited. Empty where it does not follow the message: somebody
    has put it in other words since, or, where nobody tells how the message read before, may have."""
    if edit.before is None:
        return reworded(text, None, edit.message.text) or "" if stored.ticket.automatic else ""
    return reworded(text, edit.before, edit.message.text) or ""


def _ask_after_all(session: Session, desk: DeskRuntime, stored: StoredTicket, edit: Edit, now: datetime) -> None:
    """A message that was only thanks is now a question: hear it as if it were written now. The earlier text stays where
    it is."""
    message = replace(edit.message, at=edit.at)
    actor = desk.actor(message.person)
    if opens_another(stored.ticket, message.text, edit.at):
        open_another(session, desk, stored, actor, message, now)
        return
    words = bounded(desk.policy, customers_words(stored, actor, now, message), stored.events, actor, now)
    after = record(session, stored, words, now)
    keep_message(session, stored, after, message, edit.revision)


async def erase(desk: DeskRuntime, deletion: Deletion, now: datetime) -> None:
    """Erase the text of a deleted message wherever it was said. Figures stay as they are."""

    def transaction(session: Session) -> None:
        found = _kept(session, desk, deletion.channel, deletion.message_id)
        if found is None:
            # It may arrive after its deletion: then it is not heard.
            handle_once(session, desk.organisation_id, deletion.key, now)
            asked = redirect_of(session, desk.organisation_id, deletion.channel, deletion.message_id)
            if asked is not None:
                reword_redirect(session, desk.organisation_id, asked.id, "", now)
            return
        stored, kept = found
        if erase_texts(session, desk.organisation_id, [kept.body_id], now):
            refresh_every_home(session, desk.organisation_id, now)
            record(session, stored, Change((), (CARD,), (showing([kept.body_id]),)), now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return


def _kept(session: Session, desk: DeskRuntime, channel: str, message_id: str) -> tuple[StoredTicket, Kept] | None:
    """What is kept of the message. Its ticket is locked first, so that nobody else corrects it at the same time."""
    found = find_kept(session, desk.organisation_id, channel, message_id)
    if found is None:
        return None
    stored = get_ticket_by_id(session, desk.organisation_id, found.ticket_id, lock=True)
    kept = find_kept(session, desk.organisation_id, channel, message_id)
    return None if kept is None else (stored, kept)


def _event_of(stored: StoredTicket, kept: Kept) -> Event:
    return next((event for event in stored.events if event.body_id == kept.body_id), stored.events[0])
