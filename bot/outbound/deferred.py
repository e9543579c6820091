"""Deferred work of a desk: reading or looking up something on the platform, then doing what was asked for, and
answering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.outbound.alike import show_alike
from bot.outbound.deliver import DeskSender
from bot.outbound.held_reaction import answer_held
from bot.outbound.held_reply import hear_held
from bot.outbound.message import Message
from bot.outbound.open_later import open_from_message
from bot.outbound.port import ForOne, NotDeliveredError
from bot.outbound.reader import Reader
from bot.verbs.base.call import Call, Reply
from bot.wording.card import Card
from bot.wording.phrase_book import PhraseBook
from scheduler.sender import Drop, Result
from storage.deferred import WorkKind
from storage.outbox import Outgoing
from triage.notice import as_typed


@dataclass(frozen=True)
class DeskWork:
    """The deferred work of one desk on one platform: a `scheduler.deferred.Performer`."""

    #: Whose work it is.
    desk: DeskRuntime
    #: Says what came of it.
    sender: DeskSender
    #: Reads on the platform what the work needs.
    reader: Reader

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        try:
            match WorkKind(item.kind):
                case WorkKind.OPEN_FROM:
                    return await open_from_message(self.desk, self.reader, item, now)
                case WorkKind.REACTION:
                    found = await answer_held(self.desk, self.reader, item, now)
                    if found is None:
                        return Drop("it came on record, and was done")
                    where, card = found
                    return await self.sender.say(item, Message(card, where, card), now)
                case WorkKind.REPLY:
                    return await hear_held(self.desk, item, now)
                case WorkKind.PAGE | WorkKind.WEBHOOK:
                    return Drop("another system is no chat")
                case WorkKind.ALIKE:
                    return await show_alike(self.desk, item, now)
                case WorkKind.LOOK_UP:
                    card = await self._look_up(item, now)
                    return await self.sender.say(
                        item,
                        Message(card, ForOne(item.data["person"], item.channel, item.data.get("thread")), card),
                        now,
                    )
        except NotDeliveredError as error:
            return error.result

    async def _look_up(self, item: Outgoing, now: datetime) -> Card:
        """What they asked to see, as it is now, by the rights that they have now. No copy is stored. Where it may have
        arrived it is sent again: reading it twice does no harm."""
        data, people = item.data, PhraseBook(self.desk.directory)
        call = Call(
            self.desk, self.desk.actor(data["person"]), people.reader(data["person"]), now, data["asked_in"],
            as_typed(data["words"]), number=data["number"], reply=Reply.LATER,
            is_alone=data.get("alone") is True,
        )  # fmt: skip
        answer = await dispatch.typed(call)
        return answer.card or Card((" ",))
