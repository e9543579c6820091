"""Replies to a message of ours that is not on record yet: it was posted a moment ago, or whoever posted it died over
that. They are kept until it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.commands.messages import Message, hear
from bot.desk.runtime import DeskRuntime
from storage.deferred import Work, WorkKind, defer
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.posted import may_have_begun
from triage.data import read_stamp, stamp
from triage.notice import as_typed, typed

LOOK_EVERY = timedelta(seconds=1)
KEPT_FOR = timedelta(minutes=5)  # at most: what is under way for longer is held up by something else


async def hear_reply(desk: DeskRuntime, message: Message, now: datetime) -> bool:
    """Record a reply in a ticket's thread; where the message that carries the thread may be one of ours that is not on
    record yet, keep it. False where it is in nobody's."""
    if await hear(desk, message, now):
        return True
    if not await may_answer_us(desk, message):
        return await hear(desk, message, now)  # it may have come on record between the two looks

    kept = {
        "channel": message.channel, "message": message.message_id, "root": message.root_id, "key": message.key,
        "text": typed(message.text), "at": stamp(message.at), "broadcast": message.broadcast,
    }  # fmt: skip

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, f"kept:{message.key}", now)
        work = Work(WorkKind.REPLY, message.person, kept, not_before=now + LOOK_EVERY)
        defer(session, desk.organisation_id, work, now)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return True
    return True


def kept_reply(data: Mapping[str, Any]) -> Message:
    """The reply that was kept so."""
    return Message(
        data["key"], data["person"], data["channel"], data["message"], data["root"], str(as_typed(data["text"])),
        read_stamp(data["at"]), broadcast=data["broadcast"],
    )  # fmt: skip


async def may_answer_us(desk: DeskRuntime, message: Message) -> bool:
    """Whether a message of ours may stand in that channel and begin a thread without being on record."""
    return await desk.database.read(lambda session: may_have_begun(session, desk.organisation_id, message.channel))
