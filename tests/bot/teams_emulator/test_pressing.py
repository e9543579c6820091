"""Buttons, dialogs and the extension: what is sent for each, and what comes of each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.teams_emulator.ids import APP_ID
from bot.teams_emulator.workspace_channels import DESK_ID
from bot.teams_emulator.workspace_people import ANA, MARCUS
from tests.bot.teams_emulator.fake_bot import Json, Place, card, execute

ASKS = {"type": "Action.Submit", "title": "New", "data": {"action": "new", "msteams": {"type": "task/fetch"}}}
CARD = "application/vnd.microsoft.card.adaptive"


def says(body: Json | None, status: int = 200) -> Callable[[Json], Awaitable[web.Response]]:
    async def answer(_activity: Json) -> web.Response:
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    return answer


def content(words: str, *inputs: Json, **rest: Any) -> Json:
    sends = {"type": "Action.Submit", "title": "Send", "data": {"action": "form.new"}}
    found: Json = card(words, *inputs, actions=[sends])["attachments"][0]["content"]
    return found | rest


def dialog(words: str, *inputs: Json) -> Json:
    value = {"title": words, "height": "medium", "card": {"contentType": CARD, "content": content(words, *inputs)}}
    return {"task": {"type": "continue", "value": value}}


FIELD = {"type": "Input.Text", "id": "summary", "isRequired": True, "maxLength": 20}
CHOICE = {"type": "Input.ChoiceSet", "id": "severity", "value": "3", "choices": [
    {"title": "One", "value": "1"}, {"title": "Three", "value": "3"},
]}  # fmt: skip


async def press(place: Place, ts: str, action: str, user: str = ANA.id, **more: Any) -> Json:
    return await place.control(
        "interact", channel=DESK_ID, messageTs=ts, user=user, action={"action_id": action, **more}
    )


async def test_a_button_that_acts_carries_its_data_and_its_answer_is_a_line_for_its_presser(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("x", FIELD | {"isRequired": False}, actions=[execute("take", value="7")]))
    place.bot.on_invoke = says(
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Taken"}
    )
    done = await press(place, ts, "take", value="7", values={"summary": "Hello"})
    assert (done["ok"], done.get("message")) == (True, "Taken"), done
    (heard,) = place.bot.heard("invoke")
    assert (heard["name"], heard["replyToId"]) == ("adaptiveCard/action", ts)
    assert heard["value"] == {"trigger": "manual", "action": {
        "type": "Action.Execute", "title": "Take", "verb": "take",
        "data": {"action": "take", "value": "7", "summary": "Hello"},
    }}  # fmt: skip


async def test_a_card_in_the_answer_is_seen_by_its_presser_until_the_message_is_edited(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("Before", actions=[execute("take")]))
    place.bot.on_invoke = says({"statusCode": 200, "type": CARD, "value": content("For you")})
    assert (await press(place, ts, "take"))["ok"]

    async def words() -> list[str]:
        return [(await place.messages(DESK_ID, who))[0]["card"]["body"][0]["text"] for who in (ANA.id, MARCUS.id)]

    assert await words() == ["For you", "Before"]
    await place.call("PUT", f"/v3/conversations/{DESK_ID}/activities/{ts}", card("After"))
    assert await words() == ["After", "After"]
    assert (await press(place, ts, "take"))["ok"], "a press that was on its way"


@pytest.mark.parametrize(
    "answer",
    [
        says(None, 500),
        says({}),
        says({"statusCode": 200, "type": CARD, "value": content("x", version="9.9")}),
        says({"statusCode": 500, "type": "application/vnd.microsoft.error", "value": {"code": "1", "message": "No"}}),
    ],
)
async def test_an_answer_that_cannot_be_shown_is_a_failure(
    place: Place, answer: Callable[[Json], Awaitable[web.Response]]
) -> None:
    ts = await place.posted(DESK_ID, card("x", actions=[execute("take")]))
    place.bot.on_invoke = answer
    done = await press(place, ts, "take")
    assert not done["ok"]
    assert done["error"]


async def test_a_dialog_is_opened_filled_in_and_sent(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("x", actions=[ASKS]))
    place.bot.on_invoke = says(dialog("New ticket", FIELD, CHOICE))
    opened = await press(place, ts, "new")
    assert opened["view"]["title"] == "New ticket"
    ((shown),) = (await place.state())["views"]
    assert (shown["user"], shown["view"]["id"]) == (ANA.id, opened["view"]["id"])
    view = opened["view"]["id"]
    wrong = await place.control("submit", user=ANA.id, view_id=view, values={"summary": "", "severity": "9"})
    assert set(wrong["errors"]) == {"summary", "severity"}
    place.bot.on_invoke = says(dialog("Once more", FIELD))
    again = await place.control("submit", user=ANA.id, view_id=view, values={"summary": "Link down"})
    assert again["view"]["title"] == "Once more"
    sent = place.bot.heard("invoke")[-1]
    assert sent["name"] == "task/submit"
    assert sent["value"]["data"] == {"action": "form.new", "summary": "Link down", "severity": "3"}
    place.bot.on_invoke = says({"task": {"type": "message", "value": "Done"}})
    done = await place.control("submit", user=ANA.id, view_id=again["view"]["id"], values={"summary": "x"})
    assert (done["view"], done["message"]) == (None, "Done")
    assert (await place.state())["views"] == []


async def test_a_bot_that_takes_too_long_is_given_up_and_the_card_says_so(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("x", actions=[execute("take"), ASKS]))
    place.workspace.delivery.within = 0.05

    async def slowly(_activity: Json) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response()

    place.bot.on_invoke = slowly
    for action in ("take", "new"):
        done = await press(place, ts, action)
        assert (done["ok"], done["error"]) == (False, "operation_timeout")
    assert (await place.state())["views"] == []
    await asyncio.sleep(0.2)
    assert len(place.bot.heard("invoke")) == 2, "an invoke is sent once"


async def test_a_dialog_that_is_closed_is_told_to_nobody(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("x", actions=[ASKS]))
    place.bot.on_invoke = says(dialog("New ticket", FIELD))
    view = (await press(place, ts, "new"))["view"]["id"]
    assert not (await place.control("close", user=MARCUS.id, view_id=view))["ok"]
    assert (await place.control("close", user=ANA.id, view_id=view))["ok"]
    assert len(place.bot.heard("invoke")) == 1


async def test_the_extension_describes_the_message_it_was_used_on(place: Place) -> None:
    theirs = (await place.control("message", channel=DESK_ID, user=MARCUS.id, text="It is down"))["ts"]
    ours = await place.posted(DESK_ID, card("Ours"))
    await place.control("reaction", channel=DESK_ID, user=ANA.id, ts=theirs, name="+1")
    place.bot.on_invoke = says(dialog("New ticket", FIELD))
    ask = {"user": ANA.id, "callback_id": "create", "channel": DESK_ID}
    opened = await place.control("shortcut", **ask, ts=theirs)
    assert opened["view"], opened
    await place.control("shortcut", **ask, ts=ours)
    first, second = (one["value"] for one in place.bot.heard("invoke"))
    assert (first["commandId"], first["commandContext"]) == ("create", "message")
    payload = first["messagePayload"]
    assert payload["id"] == theirs
    assert payload["from"]["user"] == {
        "userIdentityType": "aadUser", "id": MARCUS.object_id, "displayName": "Marcus Webb",
    }  # fmt: skip
    assert payload["body"] == {"contentType": "html", "content": "<p>It is down</p>"}
    assert payload["reactions"][0]["reactionType"] == "like"
    bot = second["messagePayload"]["from"]["application"]
    assert (bot["applicationIdentityType"], bot["id"]) == ("bot", APP_ID)
    assert not (await place.control("shortcut", **{**ask, "callback_id": "other"}))["ok"]


async def test_what_an_extension_sends_is_sent_again_where_the_bot_is_slow(place: Place) -> None:
    place.bot.on_invoke = says(dialog("New ticket", FIELD))
    ask = {"user": ANA.id, "callback_id": "create", "channel": DESK_ID}
    view = (await place.control("shortcut", **ask))["view"]["id"]
    place.workspace.delivery.within = 0.05
    tries = []

    async def slowly(activity: Json) -> web.Response:
        tries.append(activity["value"]["data"])
        if len(tries) == 1:
            await asyncio.sleep(0.2)
        return web.Response()

    place.bot.on_invoke = slowly
    done = await place.control("submit", user=ANA.id, view_id=view, values={"summary": "Down"})
    assert done["ok"]
    assert done["view"] is None
    assert len(tries) >= 2
    assert tries[0] == tries[1]


async def test_the_app_is_opened(place: Place) -> None:
    first = await place.control("open-home", user=ANA.id)
    assert first["channel"] == ANA.chat
    await place.control("open-home", user=ANA.id)
    assert [one["type"] for one in place.bot.activities] == ["installationUpdate", "conversationUpdate", "message"]
    assert place.bot.activities[-1]["text"] == "home"


async def test_a_reset_begins_again_and_keeps_the_key(place: Place) -> None:
    before = await place.state()
    await place.control("message", channel=DESK_ID, user=ANA.id, text="Hello")
    await place.control("invite", channel=DESK_ID, user=MARCUS.id, present=False)
    assert (await place.control("reset"))["ok"]
    after = await place.state()
    assert place.bot.resets == 1
    assert (after["teams"], after["channels"]) == (before["teams"], before["channels"])
    assert await place.messages(DESK_ID) == []
