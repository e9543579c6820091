"""The page for everybody: by keyboard alone, by touch, on a phone, with other eyes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA
from tests.accessibility import faults
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json, Place, button, field, modal, option, section

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def rows(*labels: str) -> list[Json]:
    return [
        section("*#1 Link down* :wrench: <!date^1795386605^{time}|then> `code` <https://x.example|a link>"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<@{ANA.id}> is on it"}]},
        {"type": "actions", "elements": [button(f"ticket.{label}") for label in labels]},
        {"type": "actions", "elements": [{"type": "overflow", "action_id": "more", "options": [option("a")]}]},
    ]


@pytest.fixture
async def phone(browser: Browser, place: Place) -> AsyncIterator[Chat]:
    context = await browser.new_context(**SCREENS["phone"])
    chat = Chat(await context.new_page(), place)
    yield chat
    await context.close()
    assert chat.troubles == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_checker_finds_nothing_that_keeps_anybody_out(
    browser: Browser, place: Place, screen: str, scheme: Any
) -> None:
    context = await browser.new_context(**SCREENS[screen], color_scheme=scheme, reduced_motion="reduce")
    page = await context.new_page()
    chat = Chat(page, place)
    ts = await place.posted(DESK_ID, "card", blocks=rows("take", "update", "resolve"))
    await place.posted(DESK_ID, "Update due", thread_ts=ts, reply_broadcast=True)
    await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="for you alone `x`")
    await place.control("reaction", channel=DESK_ID, ts=ts, user=ANA.id, name="eyes")
    await place.posted(CUSTOMER_ID, f"<@{ANA.id}> look")
    await chat.open(ANA)
    await chat.message(ts).hover()
    assert await faults(page) == []
    await chat.message(ts).get_by_test_id("replies").click()
    await expect(chat.thread()).to_have_count(2)
    assert await faults(page) == []
    await chat.by("thread-close").click()
    await open_form(chat)
    assert await faults(page) == []
    await context.close()


async def open_form(chat: Chat) -> None:
    from aiohttp import web  # noqa: PLC0415

    async def answer(fields: Json) -> web.Response:
        summary = field("summary", {"type": "plain_text_input"})
        category = field("category", {"type": "static_select", "options": [option("incident"), option("inquiry")]})
        hint = {"type": "plain_text", "text": "In a few words"}
        view = modal({**summary, "hint": hint}, {**category, "optional": True})
        assert (await chat.place.api("views.open", trigger_id=fields["trigger_id"], view=view))["ok"]
        return web.Response()

    chat.place.bot.on_command = answer
    await chat.type("/ticket new")
    await expect(chat.by("modal")).to_be_visible()


# -- touch -------------------------------------------------------------------------------------------------------------


async def test_no_tap_anywhere_on_a_card_reacts(phone: Chat) -> None:
    ts = await phone.place.posted(DESK_ID, "card", blocks=rows("take"))
    await phone.open(BENOIT)
    box = await phone.message(ts).bounding_box()
    assert box is not None
    for across in (0.3, 0.6, 0.75, 0.9):
        for down in (2, 14, 30):
            await phone.page.touchscreen.tap(box["x"] + box["width"] * across, box["y"] + down)
    await expect(phone.message(ts)).to_be_visible()
    assert phone.place.bot.heard("reaction_added") == []


async def test_a_button_of_its_own_opens_the_reactions(phone: Chat) -> None:
    ts = await phone.place.posted(DESK_ID, "card", blocks=rows("take"))
    await phone.open(BENOIT)
    await expect(phone.message(ts).get_by_test_id("react-eyes")).to_be_hidden()
    await phone.message(ts).get_by_test_id("tools").tap()
    await phone.message(ts).get_by_test_id("react-eyes").tap()
    await expect(phone.message(ts).get_by_test_id("reaction-eyes")).to_be_visible()


async def test_the_button_of_a_message_lies_on_no_words_of_it(phone: Chat) -> None:
    words = "words that are long enough to fill a whole line of a phone, and more"
    await phone.place.posted(DESK_ID, words)
    ts = await phone.place.posted(DESK_ID, words)  # it follows the first, without its sender's name
    await phone.open(BENOIT)
    button = await phone.message(ts).get_by_test_id("tools").bounding_box()
    text = await phone.message(ts).locator(".words").bounding_box()
    assert button is not None
    assert text is not None
    assert text["x"] + text["width"] <= button["x"]


async def test_a_finger_that_rests_on_a_message_opens_them_too(phone: Chat) -> None:
    ts = await phone.place.posted(DESK_ID, "just words, long enough to rest a finger on")
    await phone.open(BENOIT)
    words = phone.message(ts).locator(".words")
    touch = {"pointerType": "touch", "bubbles": True, "clientX": 100, "clientY": 100}
    await words.dispatch_event("pointerdown", touch)
    await expect(phone.message(ts).get_by_test_id("react-eyes")).to_be_visible()
    await words.dispatch_event("pointerup", touch)
    await phone.page.get_by_role("heading", name="support-desk").dispatch_event("pointerdown", touch)
    await expect(phone.message(ts).get_by_test_id("react-eyes")).to_be_hidden()


async def test_nothing_is_wider_than_a_phone(phone: Chat) -> None:
    await phone.place.posted(DESK_ID, "card", blocks=rows("take", "update", "resolve", "escalate", "promise"))
    await phone.open(ANA)
    await expect(phone.channel()).to_have_count(1)
    assert await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# -- keyboard ----------------------------------------------------------------------------------------------------------


async def test_the_first_tab_leads_to_the_message_box(chat: Chat) -> None:
    await chat.open(ANA)
    await chat.page.keyboard.press("Tab")
    await expect(chat.page.locator("#skip")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.by("composer")).to_be_focused()


async def test_tab_stops_at_the_buttons_of_one_card_only(chat: Chat) -> None:
    for _ in range(3):
        await chat.place.posted(DESK_ID, "card", blocks=rows("take", "update", "resolve"))
    await chat.open(ANA)
    await expect(chat.channel()).to_have_count(3)
    stops = "[...document.querySelectorAll('#channel .message :is(button,a)')].filter(one => one.tabIndex === 0)"
    cards = f"new Set({stops}.map(one => one.closest('.message').dataset.ts)).size"
    assert await chat.page.evaluate(cards) == 1
    await chat.channel().last.focus()
    await chat.page.keyboard.press("ArrowUp")
    await expect(chat.channel().nth(1)).to_be_focused()
    assert await chat.page.evaluate(cards) == 1
    await chat.page.keyboard.press("Tab")
    await chat.page.keyboard.press("ArrowUp")
    await expect(chat.channel().first).to_be_focused()


async def test_escape_goes_from_a_button_to_its_message_to_the_message_box(chat: Chat) -> None:
    ts = await chat.place.posted(DESK_ID, "card", blocks=rows("take", "update"))
    await chat.open(ANA)
    await chat.message(ts).locator('[data-action-id="ticket.update"]').focus()
    await chat.page.keyboard.press("Escape")
    await expect(chat.message(ts)).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.by("composer")).to_be_focused()


async def test_escape_asks_before_it_throws_a_half_written_form_away(chat: Chat) -> None:
    await chat.open(ANA)
    await open_form(chat)
    await chat.page.keyboard.press("Escape")
    await expect(chat.by("modal")).to_have_count(0)
    await open_form(chat)
    await chat.by("field-summary").fill("Half a sen")
    await chat.page.keyboard.press("Escape")
    await expect(chat.by("confirm-no")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.by("field-summary")).to_have_value("Half a sen")
    await chat.by("field-summary").press("Escape")
    await chat.by("confirm-yes").click()
    await expect(chat.by("modal")).to_have_count(0)


# -- what is said once, and to whom ------------------------------------------------------------------------------------


async def test_a_wrong_command_is_answered_once(chat: Chat) -> None:
    await chat.open(ANA)
    await chat.type("/tickte take 1")
    await expect(chat.channel().last).to_contain_text("/tickte is not a valid command")
    await expect(chat.by("toast")).to_have_count(0)


async def test_who_becomes_a_customer_on_the_home_page_is_in_their_channel_then(chat: Chat) -> None:
    await chat.open(ANA)
    await chat.page.get_by_text("Vigie Home").first.click()
    await chat.by("person-picker").select_option(CARLA.id)
    await expect(chat.page.get_by_role("heading", name="ext-acme")).to_be_visible()
    await expect(chat.by("toast")).to_have_count(0)


async def test_a_customer_is_not_invited_to_type_commands(chat: Chat) -> None:
    await chat.open(CARLA, CUSTOMER_ID)
    await expect(chat.by("composer")).to_be_visible()
    await chat.by("composer").fill("/ti")
    await expect(chat.by("suggestion")).to_have_count(0)
    root = await chat.place.posted(CUSTOMER_ID, "Ticket #1")
    await chat.message(root).get_by_test_id("reply").click()
    await expect(chat.by("thread-composer")).to_be_visible()
    assert "/ticket" not in await chat.page.locator("body").inner_text()
    assert "/ticket" not in str(await chat.by("composer").get_attribute("placeholder"))


async def test_the_wrench_of_an_activation_is_drawn_where_no_font_has_it(chat: Chat) -> None:
    ts = await chat.place.posted(DESK_ID, "x", blocks=rows("take"))
    await chat.open(ANA)
    await expect(chat.message(ts)).to_be_visible()
    drawn = "import('/local/emojiart.js').then(art => Boolean(art.drawnEmoji('wrench')))"
    assert await chat.page.evaluate(drawn)
