"""What follows the bot's name in a channel or a thread: every verb works, and every answer is private.

In a customer's thread, where the customer reads along, only `update` and `escalate` are obeyed.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.commands import dispatch
from bot.commands.intake import point_out, take_in
from bot.commands.messages import Message, hear
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import Records, StandaloneVerb, TicketVerb
from bot.verbs.engine.access import card_of
from bot.verbs.engine.private_answer import look_up, private_card_notice, private_notice
from bot.verbs.reading.arguments import is_number, starts_with_number, take_severity
from bot.verbs.registry import KNOWN, typed_verb
from bot.wording.sentences import Link, Sentence
from storage.deferred import Work, WorkKind, defer
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.messages import find_by_message
from storage.notices import enqueue_private
from storage.tickets import StoredTicket, get_ticket_by_id
from triage import rights
from triage.data import stamp
from triage.notice import Notice, typed
from triage.rights import Venue


async def obey(call: Call) -> None:
    """Carry out a mention, once, by whichever event it arrives first. `call.source` is the message it stands in."""
    stored = await _thread_of(call)
    if stored is None:
        if _is_called_in(call):
            await _put_off(call, _open_from_head(call))
        elif not await _is_said_to_the_desk(call):
            await carry_out(call)
        return
    # Inside a ticket's thread the message is part of that ticket, and nothing else is opened from it.
    call = replace(call, number=stored.number, source=None if _opens_ticket(call) else call.source)
    customer = stored.conversation("customer")
    if customer is not None and customer.channel == call.channel:
        await _beside_the_customer(call, stored, customer.root_id or "")
    else:
        await carry_out(call, stored)


def _is_called_in(call: Call) -> bool:
    """Whether `new` is asked for in a thread that belongs to no ticket: the ticket is then about the message at the
    head of that thread."""
    source = call.source
    return source is not None and source.root_id != source.message_id and _opens_ticket(call)


def _opens_ticket(call: Call) -> bool:
    verb = typed_verb(dispatch.verb_of(call.words)[0])
    return isinstance(verb, StandaloneVerb) and verb.opens_ticket


def _open_from_head(call: Call) -> Work:
    """Plan deferred work that reads the head of the thread and then opens the ticket about it."""
    root, asked = ("", "") if call.source is None else (call.source.root_id, call.source.message_id)
    at = call.now if call.source is None else call.source.at
    new = typed(dispatch.verb_of(call.words)[1])
    data = {**call.where.to_data(), "message": root, "asked": asked, "at": stamp(at), "new": new}
    return Work(WorkKind.OPEN_FROM, call.actor.id, data)


async def _is_said_to_the_desk(call: Call) -> bool:
    """Whether a message that begins with the bot's name is heard as any other in a customer's channel, because no verb
    follows: it becomes a ticket (channel on *auto*), or the desk is told of it, and so is whoever wrote it."""
    source = call.source
    if source is None or source.root_id != source.message_id or _asks_something(call):
        return False
    message = _message(call, source.root_id, call.words)
    told = private_notice(call, call.speech("mention.passed_on", command=call.command))
    return await take_in(call.desk, message, call.now) or await point_out(call.desk, message, call.now, told)


def _asks_something(call: Call) -> bool:
    """Whether what follows the bot's name is to be read as a request to it: a ticket, or a verb. To somebody outside
    `take a look at our line` is no verb of theirs, unless a number shows that a ticket is meant."""
    name, rest = dispatch.verb_of(call.words)
    if name not in KNOWN:
        return is_number(call.words)
    return (
        not call.actor.is_outside or rights.is_obeyed(name, Venue.ELSEWHERE, outside=True) or starts_with_number(rest)
    )


async def carry_out(call: Call, stored: StoredTicket | None = None) -> None:
    """Carry out what was typed, and answer privately through the outbox, even if this process ends before. `stored` is
    the ticket in whose thread it was typed."""
    name, rest = dispatch.verb_of(call.words)
    verb = typed_verb(name)
    if isinstance(verb, StandaloneVerb) and not _records(verb, rest):
        await _put_off(call, look_up(call))
        return
    if isinstance(verb, TicketVerb) and verb.speaks_to_customer and stored is not None and is_doubtful(rest):
        await _plan(call, _ask_first(call, stored, verb, rest), stored)
        return
    await answer_later(call, await dispatch.typed(call))


def _records(verb: StandaloneVerb, rest: str) -> bool:
    """Whether this verb with these words records something."""
    return verb.records is Records.ALWAYS or (verb.records is Records.WITH_WORDS and bool(rest))


async def _beside_the_customer(call: Call, stored: StoredTicket, root_id: str) -> None:
    """An `update` by mention in the customer's thread. The message stands there already, so it is heard as any message
    of the desk and not posted again."""
    name, rest = dispatch.verb_of(call.words)
    verb, staff = typed_verb(name), call.actor.is_staff
    is_said = isinstance(verb, TicketVerb) and verb.speaks_to_customer and bool(rest)
    if is_said and not (staff and is_doubtful(rest)):
        told = private_notice(call, call.speech("done.update_here", number=stored.number)) if staff else None
        await hear(call.desk, _message(call, root_id, rest), call.now, told)
    elif rights.is_obeyed(name, Venue.CUSTOMERS_THREAD, outside=call.actor.is_outside):
        await carry_out(call, stored)
    elif staff or verb is not None:
        await _plan(call, private_notice(call, _not_here(call, stored)), stored)
    else:
        await hear(call.desk, _message(call, root_id, call.words), call.now)


def is_doubtful(text: str) -> bool:
    """Whether the text of an update starts like a verb or a severity: perhaps that was meant (policy: Customers see
    only what is meant for them)."""
    verb, _ = dispatch.verb_of(text)
    return bool(text) and (verb.rstrip(":,.!") in KNOWN or take_severity(text)[0] is not None)


def _ask_first(call: Call, stored: StoredTicket, verb: TicketVerb, text: str) -> Notice:
    first = text.split(maxsplit=1)[0]
    sentence = call.speech("mention.update_first", number=stored.number, first=first, command=call.command)
    return private_notice(call, sentence, offer=(verb.name, stored.number, stored.ticket.version), draft=text)


def _not_here(call: Call, stored: StoredTicket) -> Sentence:
    """The refusal of every other verb in the customer's thread, with a link to the card for people who may see it."""
    if call.actor.is_outside:
        heard = call.desk.limits.hears_all
        key = "mention.not_here_outside" if heard else "mention.not_here_outside_by_button"
        return call.speech(key, command=call.command)
    url = card_of(call, stored)
    link = Link(call.speech.text("mention.card_link", number=stored.number), url)
    card = call.speech("mention.on_the_card", link=(link,) if url else link.text)
    return call.speech("mention.not_here", number=stored.number, command=call.command, card=card)


async def answer_later(call: Call, answer: Answer) -> None:
    """Put the answer into the outbox, unless the verb has done so already."""
    if answer.is_planned:
        return
    if answer.form is not None:
        context = answer.form.context
        offer = (answer.form.verb, int(context.get("number", "0")), int(context.get("version", "0")))
        await _plan(call, private_notice(call, call.speech("mention.form", command=call.command), offer=offer))
    elif answer.card is not None:
        await _plan(call, private_card_notice(call, answer.card))


async def _plan(call: Call, notice: Notice, stored: StoredTicket | None = None) -> None:
    def transaction(session: Session) -> None:
        handle_once(session, call.desk.organisation_id, call.key, call.now)
        enqueue_private(session, call.desk.organisation_id, notice, call.now, stored)

    try:
        await call.desk.write(transaction)
    except AlreadyHandledError:
        return


async def _put_off(call: Call, work: Work) -> None:
    def transaction(session: Session) -> None:
        handle_once(session, call.desk.organisation_id, call.key, call.now)
        defer(session, call.desk.organisation_id, work, call.now)

    try:
        await call.desk.write(transaction)
    except AlreadyHandledError:
        return


async def _thread_of(call: Call) -> StoredTicket | None:
    """The ticket in whose thread the message stands."""
    source = call.source
    if source is None or source.root_id == source.message_id:
        return None
    return await ticket_at(call, source.root_id)


async def ticket_at(call: Call, root_id: str) -> StoredTicket | None:
    """The ticket whose thread that message carries, in the channel of the call."""
    organisation, channel = call.desk.organisation_id, call.channel

    def read(session: Session) -> StoredTicket | None:
        ticket_id = find_by_message(session, organisation, channel, root_id)
        return None if ticket_id is None else get_ticket_by_id(session, organisation, ticket_id)

    return await call.desk.database.read(read)


def _message(call: Call, root_id: str, text: str) -> Message:
    message_id = call.source.message_id if call.source is not None else ""
    at = call.happened_at or call.now
    return Message(call.key, call.actor.id, call.channel, message_id, root_id, text, at, tuple(call.mentioned))
