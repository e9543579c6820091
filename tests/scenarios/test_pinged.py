"""An admin tests the escalation: every contact gets one private message, and who got it is shown in place."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import ENGINEER, HEAD, MANAGER, Chat
from tests.scenarios.seen import Message, everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def sent_to(chat: Chat, user: str, words: str) -> list[Message]:
    """The private messages to somebody that have these words in them."""
    await chat.settled()
    return [m for m in await chat.written_to(user) if words in everything(m)]


async def press_test(chat: Chat, user: str) -> None:
    """Type `/ticket setup` and press the button of the test, twice."""
    await chat.command(user, "setup")
    message = [m for m in await chat.messages(user) if m.only_for == user][-1]
    for _ in range(2):  # a second press within the minute sends nothing more
        await chat.press(user, message, "setup.ping")


async def test_every_contact_is_asked_once_and_the_admin_sees_who_has_answered(chat: Chat) -> None:
    await press_test(chat, MANAGER)
    await chat.advance(0.1)
    (asked,) = await sent_to(chat, HEAD, "This is a test, nothing has happened")
    assert "Level 2" in everything(asked)
    assert len(await sent_to(chat, MANAGER, "This is a test, nothing has happened")) == 1
    assert not await sent_to(chat, ENGINEER, "This is a test")
    await chat.advance(0.1)
    (report,) = await sent_to(chat, MANAGER, "Test of the escalation")
    assert "Ingrid Dahl (Level 2): was reached, has not answered yet" in everything(report)
    await chat.press(HEAD, asked, "got-it", asked.channel)
    await chat.advance(0.1)
    (report,) = await sent_to(chat, MANAGER, "Test of the escalation")
    assert "Ingrid Dahl (Level 2): answered" in everything(report)
    assert "1 of" in everything(report)
