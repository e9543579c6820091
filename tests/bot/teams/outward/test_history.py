"""What was heard can be read again for a day; what was not, nobody can read."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.messages import Message
from bot.outbound.reader import FoundMessage
from bot.teams import history
from bot.teams.history import TeamsReader
from bot.verbs.base.source_message import SourceMessage
from tests.bot.teams.outward.conftest import ANA, SUPPORT
from tests.bot.teams.outward.test_errors import ITEM
from tests.factories import NOW


def said(message_id: str, root_id: str, text: str = "Hello", minutes: int = 0) -> Message:
    return Message("key", ANA, SUPPORT, message_id, root_id, text, NOW + timedelta(minutes=minutes))


async def test_a_message_is_what_it_was_last_heard_to_say() -> None:
    reader = TeamsReader()
    assert await reader.message(ITEM, SUPPORT, "1", NOW) is None
    reader.keep(said("1", "1"), "Ana")
    reader.keep(said("1", "1", "Hello again"), "Ana Reyes")
    source = SourceMessage(SUPPORT, "1", "1", ANA, NOW, "Hello again")
    assert await reader.message(ITEM, SUPPORT, "1", NOW + timedelta(hours=23)) == FoundMessage(source, "Ana Reyes")
    assert await reader.message(ITEM, SUPPORT, "1", NOW + timedelta(hours=25)) is None
    reader.forget(SUPPORT, "1")
    reader.forget(SUPPORT, "2")
    assert await reader.message(ITEM, SUPPORT, "1", NOW) is None


async def test_a_thread_is_what_was_heard_of_it_in_order() -> None:
    reader, messages = TeamsReader(), [said("3", "1", minutes=3), said("1", "1"), said("2", "1", minutes=1)]
    for each in (*messages, said("4", "4")):
        reader.keep(each, "Ana")
    for asked in ("1", "2"):
        assert [each.source.message_id for each in await reader.thread(SUPPORT, asked)] == ["1", "2", "3"]
    assert await reader.thread(SUPPORT, "9") == []
    head, reply = await reader.message(ITEM, SUPPORT, "1", NOW), await reader.message(ITEM, SUPPORT, "2", NOW)
    assert head is not None
    assert reply is not None
    assert (head.has_replies, head.in_channel, reply.has_replies, reply.in_channel) == (True, True, False, False)


async def test_no_more_is_kept_than_fits() -> None:
    reader = TeamsReader()
    for number in range(history.MOST + 5):
        reader.keep(said(str(number), str(number)), "Ana")
    assert await reader.message(ITEM, SUPPORT, "4", NOW) is None
    assert await reader.message(ITEM, SUPPORT, "5", NOW) is not None
