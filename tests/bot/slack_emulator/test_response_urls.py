"""Response URLs work five times within half an hour, privately unless told otherwise."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT
from tests.bot.slack_emulator.fake_bot import Json, Place, button, section


async def respond(place: Place, url: str, body: Json) -> tuple[int, str]:
    async with place.session.post(url, json=body) as answer:
        return answer.status, await answer.text()


@pytest.fixture
async def url(place: Place) -> str:
    """The response URL of a command."""
    await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    found: str = place.bot.commands[0]["response_url"]
    return found


@pytest.fixture
async def pressed(place: Place) -> Json:
    """The payload of a button pressed on a message of the bot."""
    card = await place.posted(DESK_ID, "card", blocks=[{"type": "actions", "elements": [button("take")]}])
    await place.control("interact", channel=DESK_ID, messageTs=card, user=ANA.id, action={"action_id": "take"})
    return place.bot.interactions[0]


async def test_an_answer_is_private_unless_it_says_in_channel(place: Place, url: str) -> None:
    assert await respond(place, url, {"text": "psst"}) == (200, "ok")
    assert await respond(place, url, {"text": "all", "response_type": "in_channel"}) == (200, "ok")
    assert [m["text"] for m in await place.messages(DESK_ID, ANA.id)] == ["psst", "all"]
    assert [m["text"] for m in await place.messages(DESK_ID, BENOIT.id)] == ["all"]


async def test_it_can_be_used_five_times(place: Place, url: str) -> None:
    statuses = [(await respond(place, url, {"text": str(n)}))[0] for n in range(6)]
    assert statuses == [200] * 5 + [404]
    assert "used_url" in (await respond(place, url, {"text": "x"}))[1]


async def test_it_ends_after_half_an_hour_of_real_time(place: Place, url: str) -> None:
    await place.control("advance", minutes=60)
    assert (await respond(place, url, {"text": "still"}))[0] == 200
    place.workspace.record.db.execute("update response_url set expires = expires - 1801")
    assert (await respond(place, url, {"text": "late"})) == (404, '{"ok":false,"error":"expired_url"}')


@pytest.mark.parametrize(
    ("body", "error"),
    [({}, "no_text"), ({"blocks": [section("")]}, "invalid_blocks"), ({"text": 5}, "invalid_payload")],
)
async def test_what_slack_would_not_show_is_refused_and_costs_no_use(
    place: Place, url: str, body: Json, error: str
) -> None:
    status, text = await respond(place, url, body)
    assert status == 400
    assert error in text
    for _ in range(5):
        assert (await respond(place, url, {"text": "x"}))[0] == 200


async def test_an_unknown_address_is_refused(place: Place, url: str) -> None:
    assert (await respond(place, url[:-3] + "abc", {"text": "x"}))[0] == 404


async def test_a_press_can_replace_and_delete_its_message(place: Place, pressed: Json) -> None:
    where = pressed["response_url"]
    await respond(place, where, {"replace_original": True, "text": "taken", "blocks": [section("taken")]})
    [message] = await place.messages(DESK_ID)
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("taken", "taken")
    await respond(place, where, {"delete_original": True})
    assert await place.messages(DESK_ID) == []


async def test_a_private_answer_can_be_replaced_and_stays_private(place: Place) -> None:
    blocks = [{"type": "actions", "elements": [button("ok")]}]
    told = await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="x", blocks=blocks)
    await place.control(
        "interact", channel=DESK_ID, messageTs=told["message_ts"], user=ANA.id, action={"action_id": "ok"}
    )
    body = {"replace_original": True, "text": "done", "response_type": "in_channel"}
    await respond(place, place.bot.interactions[0]["response_url"], body)
    assert [m["text"] for m in await place.messages(DESK_ID, ANA.id)] == ["done"]
    assert await place.messages(DESK_ID, BENOIT.id) == []


async def test_an_answer_during_the_command_comes_before_the_commands_own(place: Place) -> None:
    async def both(fields: Json) -> web.Response:
        await respond(place, fields["response_url"], {"text": "first"})
        return web.json_response({"text": "second"})

    place.bot.on_command = both
    await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="x")
    assert [m["text"] for m in await place.messages(DESK_ID, ANA.id)] == ["first", "second"]
