"""Opening a ticket from a message that has to be read first. Whoever asked and can't be served is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.commands.talk import Said, bring_along
from bot.desk.runtime import DeskRuntime
from bot.outbound.reader import Reader
from bot.verbs.base.call import Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.engine.private_answer import refusal_notice
from bot.verbs.new import new
from bot.verbs.shared.open_ticket import open_called, open_from, ticket_of
from bot.wording.phrase_book import PhraseBook
from scheduler.sender import Sent
from storage.inbox import was_handled
from storage.intake import OFF, intake_of
from storage.notices import enqueue_private
from storage.outbox import Outgoing
from triage.data import read_stamp
from triage.errors import Refusal
from triage.notice import as_typed


async def open_from_message(desk: DeskRuntime, reader: Reader, item: Outgoing, now: datetime) -> Sent:
    """Read the message that `item` names, open a ticket from it for the person who asked, and bring along what was said
    in its thread. Idempotent: done again, it opens no second ticket. Raises NotDeliveredError where it has to be tried
    again."""
    person, channel, message_id = (str(item.data[key]) for key in ("person", "channel", "message"))
    call = Call(
        desk=desk, actor=desk.actor(person), speech=PhraseBook(desk.directory).reader(person), now=now,
        channel=channel, key=f"open_from:{item.id}", reply=Reply.AS_POSTED,
        source=SourceMessage(channel, message_id, message_id, None, item.planned_at),  # until it is read
    )  # fmt: skip
    was_opened = await desk.database.read(lambda session: was_handled(session, desk.organisation_id, call.key))
    if was_opened or item.data.get("opened"):
        await _bring_along(desk, reader, item, now)
    elif "asked" in item.data:
        return await _open_called(reader, item, call)
    else:
        await _open(reader, item, call)
    return Sent(message_id, channel)


async def _open(reader: Reader, item: Outgoing, call: Call) -> None:
    """Open the ticket about the message itself."""
    desk, message_id = call.desk, str(item.data["message"])
    try:
        if (number := await ticket_of(call)) is not None:  # somebody was faster
            raise Refusal("message_has_ticket", number=number)
        found = await reader.message(item, call.channel, message_id, call.now)
        if found is None:
            raise Refusal("message_unreadable")
        source = found.source
        call = replace(call, source=source, happened_at=source.at)
        if not found.in_channel:
            call = replace(call, thread=source.root_id)
        if await desk.database.read(lambda session: intake_of(session, desk.organisation_id, call.channel)) == OFF:
            raise Refusal("intake_off")
        if not found.is_deleted:
            await open_from(call)
            if source.root_id != message_id or found.has_replies:
                await _bring_along(desk, reader, item, call.now)
    except Refusal as refusal:
        await _tell(call, refusal)


async def _open_called(reader: Reader, item: Outgoing, call: Call) -> Sent:
    """Open the ticket that was asked for in a thread, about the message at its head. Where that cannot be read, from
    what was typed alone."""
    desk, channel, words = call.desk, call.channel, str(as_typed(item.data.get("new")) or "")
    root, asked, at = str(item.data["message"]), str(item.data["asked"]), read_stamp(item.data["at"])
    call = replace(call, reply=Reply.LATER, thread=root, happened_at=at)
    beside = SourceMessage(channel, asked, root, call.actor.id, at, words, desk.link(channel, asked, root))
    try:
        head = await reader.message(item, channel, root, call.now)
        if head is not None and head.source.text.strip():
            await open_called(call, words, head.source)
            await _bring_along(desk, reader, item, call.now)
        elif words:
            await new(replace(call, words=words, source=beside))
        else:
            raise Refusal("message_unreadable")
    except Refusal as refusal:
        await _tell(call, refusal)
    return Sent(asked, channel)


async def _bring_along(desk: DeskRuntime, reader: Reader, item: Outgoing, now: datetime) -> None:
    """Bring along what was said in the thread before the ticket was opened from it, but for the message itself and the
    request. What cannot be read stays there."""
    channel, opened_from = str(item.data["channel"]), str(item.data["message"])
    talk = await reader.thread(channel, opened_from)
    root = talk[-1].source.root_id if talk else opened_from
    there = {each.source.message_id: each for each in talk}
    said = [
        Said(message_id, each.source.author, each.name, each.source.at, each.source.text)
        for message_id, each in there.items()
        if message_id not in (opened_from, item.data.get("asked"))
    ]
    await bring_along(desk, channel, root, said, now)


async def _tell(call: Call, refusal: Refusal) -> None:
    """Tell whoever asked why nothing was opened."""

    def transaction(session: Session) -> None:
        enqueue_private(session, call.desk.organisation_id, refusal_notice(call.where, refusal), call.now)

    await call.desk.write(transaction)
