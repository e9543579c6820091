"""A new ticket that looks like others: one quiet line in its thread, with what can be done, until it is decided."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything


async def test_what_looks_alike_is_shown_in_the_thread_and_settled_there(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Circuit CKT-4471 to Wollongong is flapping")
    await chat.command(ENGINEER, "new sev3 Mail is slow in Perth")
    await chat.command(ENGINEER, "new sev2 CKT-4471 flaps again, Wollongong")
    await chat.settled()
    card = await chat.card(3)
    [line] = [each for each in await chat.thread(card) if "Looks familiar" in each]
    assert "#1" in line
    assert "#2" not in line
    for number in (1, 2):
        assert not [each for each in await chat.thread(await chat.card(number)) if "Looks familiar" in each]
    message = next(m for m in await chat.below(card) if "Looks familiar" in everything(m))
    await chat.press(ENGINEER, message, "different")
    await chat.settled()
    assert not [each for each in await chat.thread(card) if "Looks familiar" in each]
    assert [each for each in await chat.thread(card) if "Looked familiar: #1" in each]
