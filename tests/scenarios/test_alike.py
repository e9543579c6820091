"""A new ticket that looks like others: one quiet line in its thread, with what can be done, until it is decided."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, LEAD, Chat
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


async def test_what_looks_like_part_of_a_major_incident_becomes_so_by_one_press(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Circuit CKT-4471 to Wollongong is down")
    await chat.command(ENGINEER, "new sev2 Circuit CKT-4471 is flapping")
    await chat.command(LEAD, "major 1 2")
    await chat.command(ENGINEER, "new sev2 CKT-4471 flaps again, Wollongong")
    await chat.settled()
    card = await chat.card(3)
    line = next(m for m in await chat.below(card) if "Looks familiar" in everything(m))
    assert line.buttons[0] == "Part of #1", "of whichever it reminds, the one whose updates it is to get"
    assert len([each for each in line.buttons if each.startswith("Part of")]) == 1
    await chat.press(ENGINEER, line, "part")
    await chat.settled()
    assert "Part of the major incident" in everything(await chat.card(3))
    settled = next(m for m in await chat.below(card) if m.id == line.id)
    assert "Looked familiar" in everything(settled)
    assert settled.buttons == []
    await chat.press(LEAD, line, "part")
    await chat.settled()
    thread = await chat.thread(card)
    assert len([each for each in thread if "made it part of the major incident" in each]) == 1, "once"
