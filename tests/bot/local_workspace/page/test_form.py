"""Forms on the chat page: filled in, refused, updated and closed."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import expect

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Json, button, field, mrkdwn, option, plain, section
from tests.waiting import becomes

pytestmark = pytest.mark.slow  # a browser takes its time; what people do first is told in the stories

FORM: Json = {
    "type": "modal", "callback_id": "new", "title": plain("New ticket"), "submit": plain("Open"),
    "notify_on_close": True,
    "blocks": [
        field("category", {"type": "radio_buttons", "options": [option("incident"), option("inquiry")],
                           "initial_option": option("incident")}),
        field("severity", {"type": "static_select", "options": [option("1"), option("2")]}, optional=True),
        field("summary", {"type": "plain_text_input", "max_length": 40}),
        field("reported_at", {"type": "datetimepicker", "initial_date_time": 1_795_386_605}, optional=True),
        field("skills", {"type": "multi_static_select", "options": [option("network"), option("cloud")]},
              optional=True),
        field("owner", {"type": "users_select"}, optional=True),
    ],
}  # fmt: skip


@pytest.fixture
async def form(chat: Chat) -> Chat:
    """The page as Ana, to whom every command opens the form."""

    async def show(command: Json) -> web.Response:
        opened = await chat.place.api("views.open", trigger_id=command["trigger_id"], view=FORM)
        assert opened["ok"], opened
        return web.Response()

    chat.place.bot.on_command = show
    await chat.open(ANA)
    await chat.type("/ticket new")
    await expect(chat.by("modal")).to_be_visible()
    return chat


async def test_a_form_sends_what_was_chosen_and_keeps_what_was_offered(form: Chat) -> None:
    await expect(form.page.locator("#field-category input").first).to_be_focused()
    await form.by("field-category").get_by_label("Inquiry").check()
    await form.by("field-severity").select_option("2")
    await form.by("field-summary").fill("Link down")
    await form.by("field-skills").get_by_label("Cloud").check()
    await form.by("field-owner").select_option(BENOIT.id)
    await form.by("submit").click()
    await expect(form.by("modal")).to_have_count(0)
    values = form.place.bot.interactions[-1]["view"]["state"]["values"]
    assert values["category"]["value"]["selected_option"]["value"] == "inquiry"
    assert values["severity"]["value"]["selected_option"]["value"] == "2"
    assert values["summary"]["value"]["value"] == "Link down"
    assert values["reported_at"]["value"]["selected_date_time"] == 1_795_386_605
    assert [one["value"] for one in values["skills"]["value"]["selected_options"]] == ["cloud"]
    assert values["owner"]["value"]["selected_user"] == BENOIT.id


async def test_a_time_typed_in_a_form_is_meant_in_the_persons_zone(form: Chat) -> None:
    await form.by("field-summary").fill("Link down")
    await form.by("field-reported_at").fill("2026-11-23T09:31")
    await form.by("submit").click()
    await expect(form.by("modal")).to_have_count(0)
    values = form.place.bot.interactions[-1]["view"]["state"]["values"]
    assert values["reported_at"]["value"]["selected_date_time"] == 1_795_386_660


async def test_what_is_wrong_in_a_form_stands_below_its_field(form: Chat) -> None:
    async def refuse(_payload: Json) -> web.Response:
        return web.json_response({"response_action": "errors", "errors": {"severity": "A severity needs an incident."}})

    await form.by("submit").click()
    await expect(form.by("error-summary")).to_be_visible()
    await expect(form.by("field-summary")).to_be_focused()
    form.place.bot.on_interaction = refuse
    await form.by("field-summary").fill("Link down")
    await form.by("submit").click()
    await expect(form.by("error-severity")).to_have_text("A severity needs an incident.")
    await expect(form.by("error-summary")).to_be_hidden()
    await expect(form.by("field-summary")).to_have_value("Link down")


async def test_escape_closes_a_form_and_the_bot_is_told(form: Chat) -> None:
    await form.page.keyboard.press("Escape")
    await expect(form.by("modal")).to_have_count(0)
    await expect(form.by("composer")).to_be_focused()
    await becomes(lambda: [one["type"] for one in form.place.bot.interactions], ["view_closed"])


async def test_a_form_updated_by_the_bot_keeps_what_was_typed(form: Chat) -> None:
    await form.by("field-summary").fill("half a sen")
    [opened] = (await form.place.state())["views"]
    note = {"type": "context", "elements": [mrkdwn("Severity 1 wakes people.")]}
    changed = {**FORM, "blocks": [note, *FORM["blocks"]]}
    assert (await form.place.api("views.update", view_id=opened["view"]["id"], view=changed))["ok"]
    await expect(form.by("modal")).to_contain_text("Severity 1 wakes people.")
    await expect(form.by("field-summary")).to_have_value("half a sen")
    await expect(form.by("field-summary")).to_be_focused()


async def test_every_control_has_a_name(form: Chat) -> None:
    ts = await form.place.posted(DESK_ID, "card", blocks=[section("x", accessory=button("ticket.take"))])
    await form.place.control("reaction", channel=DESK_ID, ts=ts, user=ANA.id, name="eyes")
    await expect(form.by("reaction-eyes")).to_be_attached()
    nameless: list[Any] = await form.page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea')].filter((one) => !(
             one.textContent.trim() || one.ariaLabel || one.labels?.length || one.getAttribute('aria-labelledby')
           )).map((one) => one.outerHTML)"""
    )
    assert nameless == []
