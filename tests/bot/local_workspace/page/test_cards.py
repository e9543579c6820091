"""Cards on the chat page: dates, buttons, edits under the reader's eyes, the Home page."""

from __future__ import annotations

import pytest
from aiohttp import web
from playwright.async_api import expect

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json, button, mrkdwn, option, plain, section
from tests.waiting import becomes

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories


async def test_a_date_is_shown_in_the_zone_and_language_of_who_looks(chat: Chat) -> None:
    due = "Due <!date^1795386605^{date_num} {time}|22:30 UTC>"
    ts = await chat.place.posted(DESK_ID, due)
    await chat.open(ANA)
    await expect(chat.message(ts)).to_contain_text("Due 2026-11-23 9:30 am")
    await chat.by("person-picker").select_option(BENOIT.id)
    await expect(chat.message(ts)).to_contain_text("Due 2026-11-22 23:30")


async def test_a_button_tells_the_bot_and_asks_first_where_it_should(chat: Chat) -> None:
    careful = button("ticket.resolve", "42") | {
        "style": "danger",
        "confirm": {"title": plain("Resolve #42?"), "text": mrkdwn("*Every* clock stops."), "confirm": plain("Do it"),
                    "deny": plain("Not yet")},
    }  # fmt: skip
    menu = {"type": "overflow", "action_id": "ticket.more", "options": [option("note"), option("why")]}
    actions = {"type": "actions", "elements": [button("ticket.take", "42"), careful]}
    ts = await chat.place.posted(DESK_ID, "card", blocks=[section("#42", accessory=menu), actions])
    await chat.open(ANA)
    await chat.message(ts).locator('[data-action-id="ticket.take"]').click()
    await chat.message(ts).locator('[data-action-id="ticket.resolve"]').click()
    await chat.by("confirm-no").click()
    await chat.message(ts).locator('[data-action-id="ticket.resolve"]').click()
    await expect(chat.by("confirm")).to_contain_text("Every clock stops.")
    await chat.by("confirm-yes").click()
    await chat.message(ts).locator('[data-action-id="ticket.more"]').click()
    await chat.page.get_by_role("menuitem", name="Why").click()
    await expect(chat.message(ts).locator("[aria-busy]")).to_have_count(0)
    await becomes(lambda: len(chat.place.bot.interactions), 3)
    pressed = [one["actions"][0] for one in chat.place.bot.interactions]
    assert [one["action_id"] for one in pressed] == ["ticket.take", "ticket.resolve", "ticket.more"]
    assert (pressed[0]["value"], pressed[2]["selected_option"]["value"]) == ("42", "why")


async def test_a_card_edited_by_the_bot_changes_under_the_eyes_and_keeps_the_focus(chat: Chat) -> None:
    blocks = [{"type": "actions", "elements": [button("ticket.take")]}]
    ts = await chat.place.posted(DESK_ID, "open", blocks=[section("state open"), *blocks])
    await chat.open(ANA)
    await chat.message(ts).locator('[data-action-id="ticket.take"]').focus()
    await chat.place.api("chat.update", channel=DESK_ID, ts=ts, text="taken", blocks=[section("state taken"), *blocks])
    await expect(chat.message(ts)).to_contain_text("state taken")
    await expect(chat.message(ts).locator('[data-action-id="ticket.take"]')).to_be_focused()


async def test_the_home_page_is_what_the_bot_published_for_the_person(chat: Chat) -> None:
    async def publish(payload: Json) -> web.Response:
        if payload["event"]["type"] == "app_home_opened":
            blocks = [section("Your tickets"), {"type": "actions", "elements": [button("ticket.list")]}]
            view = {"type": "home", "blocks": blocks}
            assert (await chat.place.api("views.publish", user_id=payload["event"]["user"], view=view))["ok"]
        return web.Response()

    chat.place.bot.on_event = publish
    await chat.open(ANA)
    await chat.by("channel-home").click()
    await expect(chat.by("home")).to_contain_text("Your tickets")
    await chat.by("home").locator('[data-action-id="ticket.list"]').click()
    await expect(chat.by("home").locator("[aria-busy]")).to_have_count(0)
    await becomes(lambda: [one["container"]["type"] for one in chat.place.bot.interactions], ["view"])


async def test_what_is_folded_away_opens_at_a_press_and_stays_open_when_its_message_changes(chat: Chat) -> None:
    folded = {"type": "container", "title": plain("Details"), "subtitle": plain("since noon"), "is_collapsible": True,
              "default_collapsed": True, "child_blocks": [section("the whole story")]}  # fmt: skip
    ts = await chat.place.posted(DESK_ID, "card", blocks=[section("state open"), folded])
    await chat.open(ANA)
    inside = chat.channel().get_by_text("the whole story")
    head = chat.channel().locator("summary")
    await expect(head).to_have_text("Detailssince noon")
    await expect(inside).to_be_hidden()
    await head.focus()
    await head.press("Enter")
    await expect(inside).to_be_visible()
    await chat.place.api("chat.update", channel=DESK_ID, ts=ts, text="card", blocks=[section("state taken"), folded])
    await expect(chat.channel()).to_contain_text("state taken")
    await expect(inside).to_be_visible()


async def test_a_press_is_not_lost_where_the_card_changes_under_the_finger(chat: Chat) -> None:
    blocks = [{"type": "actions", "elements": [button("ticket.take")]}]
    ts = await chat.place.posted(DESK_ID, "open", blocks=[section("state open"), *blocks])
    await chat.open(ANA)
    take = chat.message(ts).locator('[data-action-id="ticket.take"]')
    await take.hover()
    await chat.page.mouse.down()
    changed: Json = {"channel": DESK_ID, "ts": ts, "text": "taken", "blocks": [section("state taken"), *blocks]}
    async with chat.page.expect_response(lambda answer: f"messages/{DESK_ID}" in answer.url):
        await chat.place.api("chat.update", **changed)
    await chat.page.evaluate(
        "new Promise((seen) => setTimeout(seen, 100))"
    )  # time enough to be drawn, were it not held
    await chat.page.mouse.up()
    await expect(chat.message(ts)).to_contain_text("state taken")
    await becomes(lambda: [one["actions"][0]["action_id"] for one in chat.place.bot.interactions], ["ticket.take"])


async def test_a_chart_is_drawn_with_its_numbers(chat: Chat) -> None:
    points = [{"label": "Response 1", "value": 19}, {"label": "Update 1", "value": 3}]
    drawn = {"type": "bar", "series": [{"name": "in time", "data": points}],
             "axis_config": {"categories": ["Response 1", "Update 1"]}}  # fmt: skip
    block = {"type": "data_visualization", "title": "Targets met", "chart": drawn}
    await chat.place.posted(DESK_ID, "report", blocks=[block])
    await chat.open(ANA)
    await expect(chat.channel().locator(".b-chart tbody tr")).to_have_text(["Response 119", "Update 13"])


async def test_a_table_is_sorted_filtered_and_paged_by_whoever_reads_it(chat: Chat) -> None:
    def cell(text: str) -> Json:
        return {"type": "raw_text", "text": text}

    rows = [[cell(f"Link {n}"), {"type": "raw_number", "value": n, "text": f"{n} min"}] for n in (7, 30, 4, 11, 2, 9)]
    table = {"type": "data_table", "caption": "Queue", "page_size": 4, "rows": [[cell("Ticket"), cell("Due")], *rows]}
    await chat.place.posted(DESK_ID, "queue", blocks=[table])
    await chat.open(ANA)
    shown, foot = chat.channel().locator(".b-table tbody tr"), chat.channel().locator(".b-table-foot")
    await expect(shown).to_have_text(["Link 77 min", "Link 3030 min", "Link 44 min", "Link 1111 min"])
    await expect(foot).to_contain_text("1–4 of 6")
    await chat.channel().get_by_role("button", name="Next").click()
    await expect(shown).to_have_text(["Link 22 min", "Link 99 min"])
    await chat.channel().get_by_role("button", name="Due").click()
    await expect(shown).to_have_text(["Link 22 min", "Link 44 min", "Link 77 min", "Link 99 min"])
    await chat.channel().get_by_label("Filter").fill("link 1")
    await expect(shown).to_have_text(["Link 1111 min"])
    await expect(foot).to_be_hidden()
