"""Around the conversation: who one is, what is unread, the time, and a bot that is not there."""

from __future__ import annotations

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json, Place
from tests.waiting import becomes

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories


async def test_a_customer_sees_their_own_channel_only(chat: Chat) -> None:
    await chat.place.posted(DESK_ID, "internal")
    await chat.open(CARLA, CUSTOMER_ID)
    await expect(chat.by(f"channel-{CUSTOMER_ID}")).to_be_visible()
    await expect(chat.by(f"channel-{DESK_ID}")).to_have_count(0)
    await expect(chat.by("channel-home")).to_have_count(0)
    await expect(chat.page.locator("body")).not_to_contain_text("internal")


async def test_news_in_another_channel_is_marked_until_it_is_read(chat: Chat) -> None:
    await chat.open(ANA)
    link = chat.by(f"channel-{CUSTOMER_ID}")
    await expect(link).not_to_have_class("channel-link unread")
    await chat.place.posted(CUSTOMER_ID, f"<@{ANA.id}> please look")
    await expect(link).to_have_class("channel-link unread")
    await expect(link.get_by_label("1 for you")).to_be_visible()
    await link.click()
    await expect(chat.channel()).to_contain_text("please look")
    await chat.by(f"channel-{DESK_ID}").click()
    await expect(link).to_have_class("channel-link")


async def minutes_moved(chat: Chat, before: str | None, least: int) -> float:
    """How far the page's time is ahead of `before`, in minutes, once it shows `least` of them."""
    moved = "(before) => (new Date(document.querySelector('[data-testid=now]').dateTime) - new Date(before)) / 60000"
    await chat.page.wait_for_function(f"([before, least]) => ({moved})(before) >= least", arg=[before, least])
    return float(await chat.page.evaluate(moved, before))


async def test_time_moves_forward_and_is_shown_in_the_persons_zone(chat: Chat) -> None:
    await chat.open(ANA)
    before = await chat.by("now").get_attribute("datetime")
    await chat.by("advance-1440").click()
    assert 1440 <= await minutes_moved(chat, before, 1440) < 1441
    await expect(chat.by("advance-1440")).to_be_enabled()
    await chat.by("advance-free").fill("90")
    await chat.by("advance-go").click()
    assert 1530 <= await minutes_moved(chat, before, 1530) < 1531
    assert chat.place.bot.offsets[-1] == pytest.approx(1530 * 60, abs=1)
    zone = {"ana": await chat.by("now").inner_text()}
    await chat.by("person-picker").select_option(BENOIT.id)
    await expect(chat.by("now")).not_to_have_text(zone["ana"])


async def test_a_bot_that_fails_is_said_and_what_was_typed_is_not_lost(chat: Chat) -> None:
    async def fail(_command: Json) -> web.Response:
        return web.Response(status=500)

    chat.place.bot.on_command = fail
    await chat.open(ANA)
    await chat.type("/ticket new sev1 Link down")
    await expect(chat.by("toast")).to_contain_text("Vigie failed or is not running")
    await expect(chat.by("composer")).to_have_value("/ticket new sev1 Link down")


async def test_without_a_bot_the_page_says_what_to_start(lonely: Place, page: Page) -> None:
    chat = Chat(page, lonely)
    await chat.open(ANA)
    await expect(page.locator("#banner")).to_contain_text("No bot has joined yet")
    await lonely.join()
    await expect(page.locator("#banner")).to_be_hidden()


async def test_reset_asks_first_and_starts_over(chat: Chat) -> None:
    await chat.place.posted(DESK_ID, "old")
    await chat.open(ANA)
    await chat.by("reset").click()
    await chat.by("confirm-no").click()
    await expect(chat.channel()).to_have_count(1)
    await chat.by("reset").click()
    await chat.by("confirm-yes").click()
    await expect(chat.channel()).to_have_count(0)
    await becomes(lambda: chat.place.bot.resets, 1)


async def test_an_address_typed_by_hand_leads_to_the_person_the_channel_and_the_thread(chat: Chat) -> None:
    root = await chat.place.posted(CUSTOMER_ID, "Ticket #1")
    await chat.open(ANA)
    await chat.page.evaluate("hash => { location.hash = hash }", f"as={CARLA.id}&in={CUSTOMER_ID}&thread={root}")
    await expect(chat.by("person-picker")).to_have_value(CARLA.id)
    await expect(chat.thread()).to_contain_text("Ticket #1")


async def test_a_workspace_that_is_gone_is_said_and_the_page_comes_back_by_itself(page: Page, place: Place) -> None:
    chat = Chat(page, place)
    await chat.open(ANA)
    await page.context.set_offline(offline=True)
    await chat.by("advance-5").click()
    await expect(chat.by("toast")).to_contain_text("The workspace does not answer")
    await expect(page.locator("#banner")).to_contain_text("this page comes back by itself")
    await page.context.set_offline(offline=False)
    await expect(page.locator("#banner")).to_be_hidden()
