"""A report's charts, where a workspace draws them; pictures where it does not; words in any case."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, LEAD, Chat, say
from tests.scenarios.seen import Message


async def asked(chat: Chat, user: str) -> Message:
    """What the report of today is answered with."""
    await say(chat, user, "@Vigie report today", chat.desk)
    await chat.advance(1)
    return [m for m in await chat.messages(user) if m.only_for == user][-1]


async def test_a_report_is_drawn_and_where_the_workspace_refuses_that_there_are_pictures_of_it(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    drawn = await asked(chat, ENGINEER)
    assert "data_visualization" in {block["type"] for block in drawn["blocks"]}
    assert (await chat.post("fault", method="chat.postEphemeral", error="invalid_blocks", count=1))["ok"]
    for _ in range(2):
        said = await asked(chat, LEAD)
        (shown,) = [block for block in said["blocks"] if block["type"] == "image"]
        assert shown["alt_text"].startswith("When tickets are opened. Opened: ")
        assert "data_visualization" not in {block["type"] for block in said["blocks"]}
        assert "Opened: 1. Resolved: 0." in said.text


async def test_where_no_picture_can_be_uploaded_either_its_words_are_said(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    for method, error in (("chat.postEphemeral", "invalid_blocks"), ("files.getUploadURLExternal", "missing_scope")):
        assert (await chat.post("fault", method=method, error=error, count=1))["ok"]
    for _ in range(2):
        said = await asked(chat, LEAD)
        assert {block["type"] for block in said["blocks"]} <= {"section", "header", "context", "actions", "rich_text"}
        assert "Opened: 1. Resolved: 0." in said.text


async def test_what_is_typed_is_answered_with_charts_and_posted_for_all_by_its_button(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(LEAD, "report today")
    await chat.advance(1)
    drawn = [m for m in await chat.messages(LEAD) if m.only_for == LEAD][-1]
    assert "data_visualization" in {block["type"] for block in drawn["blocks"]}
    assert (await chat.post("fault", method="chat.postMessage", error="invalid_blocks", count=1))["ok"]
    await chat.press(LEAD, drawn, "report")
    await chat.advance(1)
    (posted,) = [m for m in await chat.messages(ENGINEER, chat.desk) if "Report: " in m.text and not m.only_for]
    assert "image" in {block["type"] for block in posted["blocks"]}
    assert "Posted by" in posted.text
