"""What was heard can be read again for a day; what was not, nobody can read."""

from __future__ import annotations

from datetime import timedelta

from bot.outbound.reader import FoundMessage
from bot.teams import history
from bot.teams.history import TeamsReader
from bot.verbs.base.source_message import SourceMessage
from tests.bot.teams.outward.conftest import ANA, SUPPORT
from tests.bot.teams.outward.test_errors import ITEM
from tests.factories import NOW


def said(message_id: str, root_id: str, text: str = "Hello", minutes: int = 0) -> FoundMessage:
    at = NOW + timedelta(minutes=minutes)
    return FoundMessage(SourceMessage(SUPPORT, message_id, root_id, ANA, at, text))


async def test_a_message_is_what_it_was_last_heard_to_say() -> None:
    reader = TeamsReader()
    assert await reader.message(ITEM, SUPPORT, "1", NOW) is None
    reader.keep(said("1", "1"))
    reader.keep(edited := said("1", "1", "Hello again"))
    assert await reader.message(ITEM, SUPPORT, "1", NOW + timedelta(hours=23)) == edited
    assert await reader.message(ITEM, SUPPORT, "1", NOW + timedelta(hours=25)) is None
    reader.forget(SUPPORT, "1")
    reader.forget(SUPPORT, "2")
    assert await reader.message(ITEM, SUPPORT, "1", NOW) is None


async def test_a_thread_is_what_was_heard_of_it_in_order() -> None:
    reader, messages = TeamsReader(), [said("3", "1", minutes=3), said("1", "1"), said("2", "1", minutes=1)]
    for each in (*messages, said("4", "4")):
        reader.keep(each)
    for asked in ("1", "2"):
        assert [each.source.message_id for each in await reader.thread(SUPPORT, asked)] == ["1", "2", "3"]
    assert await reader.thread(SUPPORT, "9") == []


async def test_no_more_is_kept_than_fits() -> None:
    reader = TeamsReader()
    for number in range(history.MOST + 5):
        reader.keep(said(str(number), str(number)))
    assert await reader.message(ITEM, SUPPORT, "4", NOW) is None
    assert await reader.message(ITEM, SUPPORT, "5", NOW) is not None
