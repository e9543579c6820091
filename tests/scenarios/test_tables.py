"""The queue as a table, whose numbers lead to the cards; a line each where the workspace refuses it."""

from __future__ import annotations

import re

from tests.scenarios.chat import ENGINEER, LEAD, Chat, say
from tests.scenarios.seen import Message


async def asked(chat: Chat, user: str) -> Message:
    """What the queue is answered with."""
    assert await chat.command(user, "queue")
    return [m for m in await chat.messages(user) if m.only_for == user][-1]


async def test_the_queue_says_how_much_time_is_left_and_leads_to_every_card(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.command(ENGINEER, "wait 2 their logs")
    await chat.advance(1)
    said = await asked(chat, LEAD)
    assert re.search(r"due in 1[34] min", said.text), said.text
    for words in ("Severity 1", "waiting for the customer since", "nobody yet", "Assignee"):
        assert words in said.text, said.text
    for number in (1, 2):
        assert said.leads_to(await chat.card(number))
    await chat.advance(24)
    assert re.search(r"1[01] min over", (await asked(chat, LEAD)).text)


async def test_where_the_workspace_refuses_a_table_the_same_is_said_line_by_line_from_then_on(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    assert "data_table" in {block["type"] for block in (await asked(chat, ENGINEER))["blocks"]}
    assert (await chat.post("fault", method="chat.postEphemeral", error="invalid_blocks", count=1))["ok"]
    await say(chat, LEAD, "@Vigie queue", chat.desk)
    await chat.advance(1)
    for said in ([m for m in await chat.messages(LEAD) if m.only_for == LEAD][-1], await asked(chat, ENGINEER)):
        assert {block["type"] for block in said["blocks"]} <= {"section", "rich_text"}
        assert "#1 Link down in Sydney" in said.text
        assert "Severity 1" in said.text
