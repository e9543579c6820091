"""What people type, answer, react to and take back on the chat page."""

from __future__ import annotations

import pytest
from aiohttp import web
from playwright.async_api import expect

from bot.slack_emulator import messages
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, MARCUS
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json, plain, section
from tests.waiting import becomes

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories


async def test_a_command_goes_to_the_bot_and_its_answer_is_only_for_the_person(chat: Chat) -> None:
    async def answer(_command: Json) -> web.Response:
        return web.json_response({"response_type": "ephemeral", "text": "Which ticket?"})

    chat.place.bot.on_command = answer
    await chat.open(ANA)
    await chat.type("/ticket new sev1 Link down & out")
    await expect(chat.channel()).to_contain_text("Only visible to you")
    await expect(chat.channel()).to_contain_text("Which ticket?")
    [command] = chat.place.bot.commands
    assert (command["command"], command["text"]) == ("/ticket", "new sev1 Link down &amp; out")
    assert (command["user_id"], command["channel_id"]) == (ANA.id, DESK_ID)
    await chat.by("person-picker").select_option(BENOIT.id)
    await expect(chat.channel()).to_have_count(0)


async def test_verbs_are_suggested_and_what_was_sent_comes_back_with_the_arrow_key(chat: Chat) -> None:
    await chat.open(ANA)
    box = chat.by("composer")
    await box.fill("/ticket esc")
    await expect(chat.by("suggestion")).to_have_text(["/ticket escalate42 REASONclimb one level"])
    await chat.open(BENOIT)
    await box.fill("/ticket e")
    await expect(chat.by("suggestion")).to_have_text(["/ticket escalader42 MOTIFmonte d'un niveau"])
    await chat.open(ANA)
    await box.fill("/ticket esc")
    await box.press("Tab")
    await expect(box).to_have_value("/ticket escalate ")
    await chat.type("/ticket list")
    await expect(box).to_have_value("")
    await chat.type("hello")
    await expect(chat.channel()).to_have_count(1)
    await box.press("ArrowUp")
    await expect(box).to_have_value("hello")
    await box.press("ArrowUp")
    await expect(box).to_have_value("/ticket list")
    await box.press("ArrowDown")
    await box.press("ArrowDown")
    await expect(box).to_have_value("")


async def test_shift_and_enter_begin_a_line_and_enter_sends_both(chat: Chat) -> None:
    await chat.open(ANA)
    await chat.by("composer").fill("one")
    await chat.by("composer").press("Shift+Enter")
    await chat.page.keyboard.type("two")
    await chat.by("send").click()
    await expect(chat.channel()).to_contain_text("one\ntwo")
    await becomes(lambda: [one["text"] for one in chat.place.bot.heard("message")], ["one\ntwo"])


async def test_replies_go_to_the_thread_and_commands_are_refused_there(chat: Chat) -> None:
    root = await chat.place.posted(DESK_ID, "Ticket #1")
    await chat.open(ANA)
    await chat.message(root).get_by_test_id("reply").click()
    await chat.type("/ticket take", "thread-composer")
    await expect(chat.by("thread")).to_contain_text("Slash commands do not work in threads, as in Slack.")
    assert chat.place.bot.commands == []
    await chat.type("on it", "thread-composer")
    await expect(chat.thread()).to_have_count(2)
    await expect(chat.message(root).get_by_test_id("replies")).to_contain_text("1 reply")
    await expect(chat.channel()).to_have_count(1)
    await becomes(
        lambda: [(one["thread_ts"], one["text"]) for one in chat.place.bot.heard("message") if one.get("thread_ts")],
        [(root, "on it")],
    )
    await chat.by("thread-composer").press("Escape")
    await expect(chat.by("thread")).to_be_hidden()


async def test_a_reply_meant_for_the_channel_too_is_shown_in_both(chat: Chat) -> None:
    root = await chat.place.posted(DESK_ID, "Ticket #1")
    await chat.open(ANA)
    ts = await chat.place.posted(DESK_ID, "Update due", thread_ts=root, reply_broadcast=True)
    await expect(chat.message(ts)).to_contain_text("replied in a thread: Ticket #1")
    await chat.message(ts).get_by_role("button", name="Ticket #1").click()
    await expect(chat.thread()).to_have_count(2)


async def test_what_somebody_typed_is_shown_as_typed(chat: Chat) -> None:
    hostile = '<script>document.title="owned"</script> <img src=x onerror=alert(1)> &lt;b&gt;'
    await chat.open(ANA)
    await chat.type(hostile)
    await expect(chat.channel()).to_contain_text(hostile)
    escaped = "&lt;script&gt;1&lt;/script&gt; &lt;!channel&gt;"
    blocks = [section(escaped), {"type": "header", "text": plain("<i>x</i>")}]
    ts = await chat.place.posted(DESK_ID, "card", blocks=blocks)
    await expect(chat.message(ts)).to_contain_text("<script>1</script> <!channel>")
    await expect(chat.message(ts)).to_contain_text("<i>x</i>")
    assert await chat.page.locator("#channel script, #channel .message-body img, #channel i").count() == 0


async def test_reactions_are_toggled_counted_and_may_be_any_name(chat: Chat) -> None:
    ts = await chat.place.posted(DESK_ID, "Ticket #1")
    await chat.open(ANA)
    await chat.message(ts).get_by_test_id("react-eyes").click()
    chip = chat.message(ts).get_by_test_id("reaction-eyes")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await chat.by("person-picker").select_option(MARCUS.id)
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await chip.click()
    await expect(chip).to_have_attribute("aria-label", ":eyes: 2, Ana Reyes, Marcus Webb")
    await chip.click()
    await expect(chip).to_have_attribute("aria-label", ":eyes: 1, Ana Reyes")
    await chat.message(ts).get_by_test_id("react-other").click()
    await chat.by("reaction-name").fill(":rotating_light:")
    await chat.by("reaction-add").click()
    await expect(chat.message(ts).get_by_test_id("reaction-rotating_light")).to_be_visible()
    await becomes(
        lambda: [(one["user"], one["reaction"]) for one in chat.place.bot.heard("reaction_added")],
        [(ANA.id, "eyes"), (MARCUS.id, "eyes"), (MARCUS.id, "rotating_light")],
    )
    await becomes(lambda: [one["user"] for one in chat.place.bot.heard("reaction_removed")], [MARCUS.id])


async def test_ones_own_message_can_be_edited_and_deleted_and_nobody_elses(chat: Chat) -> None:
    await chat.open(ANA)
    await chat.type("Ask @Marcus Webb")
    await chat.by("more").click()
    await chat.by("edit").click()
    await expect(chat.by("edit-box")).to_have_value("Ask @Marcus Webb")
    await chat.type("Asked @Marcus Webb", "edit-box")
    await expect(chat.channel()).to_contain_text("Asked @Marcus Webb (edited)")
    await expect(chat.channel().locator(".mention")).to_have_text("@Marcus Webb")
    await chat.by("person-picker").select_option(MARCUS.id)
    await expect(chat.by("react-eyes")).to_have_count(1)
    await expect(chat.by("more")).to_have_count(0)
    await chat.by("person-picker").select_option(ANA.id)
    await chat.by("more").click()
    await chat.by("delete").click()
    await chat.by("confirm-yes").click()
    await expect(chat.channel()).to_have_count(0)


async def test_messages_can_be_walked_through_and_answered_with_the_keyboard_alone(chat: Chat) -> None:
    first = await chat.place.posted(DESK_ID, "one", blocks=[section("one")])
    second = await chat.place.posted(CUSTOMER_ID, "elsewhere")
    third = await chat.place.posted(DESK_ID, "two")
    assert second
    await chat.open(ANA)
    await chat.by("composer").focus()
    await chat.page.keyboard.press("Shift+Tab")
    while await chat.page.evaluate("document.activeElement.classList.contains('tool')"):
        await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.message(third)).to_be_focused()
    await chat.page.keyboard.press("ArrowUp")
    await expect(chat.message(first)).to_be_focused()
    await chat.page.keyboard.press("Tab")
    await expect(chat.message(first).get_by_test_id("react-eyes")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.message(first).get_by_test_id("reaction-eyes")).to_be_visible()


async def test_old_messages_of_a_long_channel_come_on_demand(chat: Chat) -> None:
    for number in range(330):
        line: Json = {"ts": f"{1_795_386_605 + number}.000000", "user": ANA.id, "text": f"line {number}",
                      "blocks": None, "thread_ts": None, "reactions": [], "ephemeral_for": None}  # fmt: skip
        messages.put(chat.place.workspace.record, DESK_ID, line)
    await chat.open(ANA)
    await expect(chat.channel()).to_have_count(200)
    await expect(chat.channel().last).to_contain_text("line 329")
    await chat.page.get_by_role("button", name="Show earlier messages").click()
    await expect(chat.channel().first).to_contain_text("line 0")
    await expect(chat.page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
