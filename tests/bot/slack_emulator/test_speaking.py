"""What people write reaches the bot as Slack would send it, and what the bot answers is shown as Slack would."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.slack_emulator.ids import BOT_USER_ID, PARTNER_TEAM_ID, SLACKBOT_ID
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA, KENJI, MARCUS
from tests.bot.slack_emulator.fake_bot import Json, Place, section


async def test_nothing_can_be_done_before_a_bot_has_joined(lonely: Place) -> None:
    assert (await lonely.state())["slack"]["events_url"] is None
    for name, more in (("message", {"text": "hi"}), ("command", {"command": "/ticket", "text": "list"})):
        answer = await lonely.control(name, channel=DESK_ID, user=ANA.id, **more)
        assert answer == {"ok": False, "error": "no bot has joined"}
    assert await lonely.messages(DESK_ID) == []


async def test_joining_tells_the_bot_all_it_needs(place: Place) -> None:
    joined = place.joined
    assert joined["bot_token"].startswith("xoxb-")
    assert joined["app_token"].startswith("xapp-1-")
    assert (joined["desk_channel"], joined["customer_channels"]) == (DESK_ID, {CUSTOMER_ID: "ext-acme"})
    assert joined["offset"] == 0
    people = joined["people"]
    assert people["levels"] == [[MARCUS.id], ["U0INGRIDDA1"], [KENJI.id]]
    assert people["admins"] == [MARCUS.id]
    assert people["skills"][BENOIT.id] == ["cloud", "portal"]
    assert CARLA.id not in people["agents"] + people["managers"]


@pytest.mark.parametrize("url", ["http://example.com/slack/events", "http://127.0.0.1.example.com/", "nonsense"])
async def test_a_bot_elsewhere_cannot_join(lonely: Place, url: str) -> None:
    assert (await lonely.control("join", events_url=url, bot_url=None))["ok"] is False


async def test_a_command_arrives_as_slack_sends_it(place: Place) -> None:
    answer = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="new sev1 A & B <x>")
    assert (answer["ok"], answer["status"]) == (True, 200)
    assert answer["ms"] > 0
    [fields] = place.bot.commands
    assert fields["text"] == "new sev1 A &amp; B &lt;x&gt;"
    assert (fields["user_id"], fields["user_name"], fields["channel_name"]) == (ANA.id, "ana", "support-desk")
    assert fields["is_enterprise_install"] == "false"
    assert set(fields) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
        "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "text", "seen_by_others"),
    [
        ({"text": "Only you"}, "Only you", False),
        ({"response_type": "ephemeral", "text": "Only you"}, "Only you", False),
        ({"response_type": "in_channel", "text": "All of you", "blocks": [section("All")]}, "All of you", True),
        ("Plain words", "Plain words", False),
    ],
)
async def test_a_commands_answer_becomes_a_message(
    place: Place, answer: Json | str, text: str, seen_by_others: bool
) -> None:
    async def say(_fields: Json) -> web.Response:
        return web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)

    place.bot.on_command = say
    told = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    [message] = await place.messages(DESK_ID, ANA.id)
    assert (message["ts"], message["text"], message["user"]) == (told["ts"], text, BOT_USER_ID)
    assert message["ephemeral_for"] == (None if seen_by_others else ANA.id)
    assert bool(await place.messages(DESK_ID, BENOIT.id)) is seen_by_others
    assert bool(await place.messages(DESK_ID)) is seen_by_others


async def test_an_empty_answer_shows_nothing(place: Place) -> None:
    answer = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    assert answer["ok"] is True
    assert await place.messages(DESK_ID, ANA.id) == []


async def slow(_payload: Json) -> web.Response:
    await asyncio.sleep(5)
    return web.Response()


async def broken(_payload: Json) -> web.Response:
    return web.Response(status=500)


async def unfit(_payload: Json) -> web.Response:
    return web.json_response({"text": "x", "blocks": [{"type": "section"}]})


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [(slow, "operation_timeout"), (broken, "dispatch_failed"), (unfit, "invalid_command_response")],
)
async def test_a_failed_command_is_told_to_the_person_alone(place: Place, behaviour: object, error: str) -> None:
    place.workspace.delivery.within = 0.05
    place.bot.on_command = behaviour  # type: ignore[assignment]
    answer = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    assert (answer["ok"], answer["error"]) == (False, error)
    [line] = await place.messages(DESK_ID, ANA.id)
    assert (line["user"], line["ephemeral_for"]) == (SLACKBOT_ID, ANA.id)
    assert line["text"] == f'/ticket failed with the error "{error}"'


async def test_a_bot_that_is_gone_fails_the_command(place: Place) -> None:
    await place.bot.server.close()
    answer = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")


async def test_people_of_another_company_and_unknown_commands_are_refused(place: Place) -> None:
    outside = await place.control("command", channel=CUSTOMER_ID, user=CARLA.id, command="/ticket", text="list")
    unknown = await place.control("command", channel=DESK_ID, user=ANA.id, command="/tickets", text="list")
    assert (outside["ok"], unknown["ok"]) == (False, False)
    assert place.bot.commands == []
    assert "not a valid command" in (await place.messages(CUSTOMER_ID, CARLA.id))[0]["text"]


async def test_a_message_is_an_event_with_slacks_envelope(place: Place) -> None:
    answer = await place.control("message", channel=DESK_ID, user=ANA.id, text="Link & fibre down")
    [outer] = place.bot.events
    event = outer["event"]
    assert (outer["type"], outer["is_ext_shared_channel"]) == ("event_callback", False)
    assert outer["authorizations"][0]["user_id"] == BOT_USER_ID
    assert (event["type"], event["channel_type"]) == ("message", "channel")
    assert (event["text"], event["user"]) == ("Link &amp; fibre down", ANA.id)
    assert event["ts"] == event["event_ts"] == answer["ts"]
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "Link & fibre down"}]
    assert not {"pings", "mentions", "ephemeral_for", "thread_ts", "reactions"} & set(event)
    assert outer["event_time"] == int(float(answer["ts"]))


async def test_a_customers_message_tells_which_company_it_comes_from(place: Place) -> None:
    await place.control("message", channel=CUSTOMER_ID, user=CARLA.id, text="It is down again")
    [outer] = place.bot.events
    assert outer["is_ext_shared_channel"] is True
    assert outer["event"]["user_team"] == outer["event"]["source_team"] == PARTNER_TEAM_ID


async def test_a_mention_is_sent_as_message_and_as_mention(place: Place) -> None:
    for text in ("@vigie update 1", f"<@{BOT_USER_ID}> update 1"):
        place.bot.events.clear()
        await place.control("message", channel=DESK_ID, user=ANA.id, text=text)
        [mention] = place.bot.heard("app_mention")
        [message] = place.bot.heard("message")
        assert mention["text"] == f"<@{BOT_USER_ID}> update 1"
        assert (mention["ts"], "channel_type" in mention) == (message["ts"], False)


async def test_answers_go_into_the_thread_of_the_first_message(place: Place) -> None:
    root = await place.posted(DESK_ID, "card")
    first = await place.control("message", channel=DESK_ID, user=ANA.id, text="one", thread_ts=root)
    second = await place.control("message", channel=DESK_ID, user=ANA.id, text="two", thread_ts=first["ts"])
    thread = {message["ts"]: message["thread_ts"] for message in await place.messages(DESK_ID)}
    assert thread == {root: None, first["ts"]: root, second["ts"]: root}
    event = place.bot.heard("message")[-1]
    assert (event["thread_ts"], event["parent_user_id"]) == (root, BOT_USER_ID)


async def test_a_command_does_not_work_in_a_thread(place: Place) -> None:
    root = await place.posted(DESK_ID)
    answer = await place.control(
        "command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list", thread_ts=root
    )
    assert "not supported in threads" in answer["error"]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "C0NOWHERE", "user": ANA.id, "text": "x"},
        {"channel": DESK_ID, "user": "U0NOBODY", "text": "x"},
        {"channel": DESK_ID, "user": CARLA.id, "text": "x"},
        {"channel": DESK_ID, "user": ANA.id, "text": "  "},
        {"channel": DESK_ID, "user": ANA.id, "text": "x" * 40_001},
        {"channel": DESK_ID, "user": ANA.id, "text": 5},
        {"channel": DESK_ID, "user": ANA.id},
        {"channel": DESK_ID, "user": ANA.id, "text": "x", "thread_ts": "1.000000"},
    ],
)
async def test_a_message_that_slacks_client_would_not_send_is_refused(place: Place, body: Json) -> None:
    answer = await place.control("message", **body)
    assert answer["ok"] is False
    assert answer["error"]
    assert place.bot.events == []


async def test_edits_and_deletions_are_told_with_what_was_there_before(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="donw")
    await place.control("edit", channel=DESK_ID, ts=said["ts"], user=ANA.id, text="down")
    await place.control("delete", channel=DESK_ID, ts=said["ts"], user=ANA.id)
    changed, deleted = place.bot.heard("message")[1:]
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("donw", "down")
    assert changed["message"]["edited"]["user"] == ANA.id
    assert changed["ts"] > said["ts"]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said["ts"])
    assert deleted["previous_message"]["text"] == "down"
    assert await place.messages(DESK_ID) == []


async def test_the_head_of_a_thread_stays_as_a_tombstone(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="root")
    await place.control("message", channel=DESK_ID, user=BENOIT.id, text="reply", thread_ts=said["ts"])
    await place.control("delete", channel=DESK_ID, ts=said["ts"], user=ANA.id)
    event = place.bot.heard("message")[-1]
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    assert [message["text"] for message in await place.messages(DESK_ID)] == ["This message was deleted.", "reply"]


async def test_nobody_edits_or_deletes_what_another_wrote(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="mine")
    for name in ("edit", "delete"):
        answer = await place.control(name, channel=DESK_ID, ts=said["ts"], user=BENOIT.id, text="yours")
        assert "did not write" in answer["error"]


async def test_a_reaction_is_told_once_and_can_be_taken_off(place: Place) -> None:
    card = await place.posted(DESK_ID)
    where = {"channel": DESK_ID, "ts": card, "user": MARCUS.id, "name": "rotating_light"}
    assert (await place.control("reaction", **where))["changed"] is True
    assert (await place.control("reaction", **where))["changed"] is False
    assert (await place.messages(DESK_ID))[0]["reactions"] == [{"name": "rotating_light", "users": [MARCUS.id]}]
    await place.control("reaction", **where, present=False)
    assert (await place.messages(DESK_ID))[0]["reactions"] == []
    [added], [removed] = place.bot.heard("reaction_added"), place.bot.heard("reaction_removed")
    assert added["item"] == removed["item"] == {"type": "message", "channel": DESK_ID, "ts": card}
    assert (added["item_user"], added["reaction"]) == (BOT_USER_ID, "rotating_light")


@pytest.mark.parametrize("name", ["", "not an emoji", "<x>", "eyes::skin-tone-9", "Eyes"])
async def test_what_is_no_emoji_is_no_reaction(place: Place, name: str) -> None:
    card = await place.posted(DESK_ID)
    assert (await place.control("reaction", channel=DESK_ID, ts=card, user=ANA.id, name=name))["ok"] is False


async def test_the_bot_hears_only_what_it_subscribed_to_and_is_a_member_for(place: Place) -> None:
    made = await place.control("channel", name="quiet", members=[ANA.id])
    await place.control("message", channel=made["channel"], user=ANA.id, text="among us")
    assert place.bot.events == []
    await place.control("invite", channel=made["channel"], user=BOT_USER_ID)
    assert place.bot.heard("member_joined_channel")[0]["user"] == BOT_USER_ID
    await place.control("message", channel=made["channel"], user=ANA.id, text="hello")
    assert len(place.bot.heard("message")) == 1


async def test_a_message_survives_a_bot_that_does_not_answer(place: Place) -> None:
    await place.bot.server.close()
    answer = await place.control("message", channel=DESK_ID, user=ANA.id, text="anyone?")
    assert (answer["ok"], answer["error"]) == (False, "connection_failed")
    assert [message["ts"] for message in await place.messages(DESK_ID)] == [answer["ts"]]


async def test_private_answers_can_be_dismissed_by_their_reader_only(place: Place) -> None:
    told = await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="psst")
    where = {"channel": DESK_ID, "ts": told["message_ts"]}
    assert (await place.control("delete", **where, user=BENOIT.id))["ok"] is False
    assert (await place.control("delete", **where, user=ANA.id))["ok"] is True
    assert await place.messages(DESK_ID, ANA.id) == []
