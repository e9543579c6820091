"""The Web API answers, limits and fails as Slack's does."""

from __future__ import annotations

import aiohttp
import pytest

from bot.slack_emulator.ids import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.slack_emulator.installed_app import Manifest
from bot.slack_emulator.limits import TIERS
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, CARLA, GROUP, MARCUS, PRIYA
from tests.bot.slack_emulator.fake_bot import Json, Place, modal, section


@pytest.fixture
async def quiet(place: Place) -> str:
    """A channel the bot is not in."""
    made = await place.control("channel", name="quiet", members=[ANA.id])
    channel: str = made["channel"]
    return channel


async def test_who_the_token_belongs_to(place: Place) -> None:
    answer = await place.api("auth.test")
    assert (answer["ok"], answer["user_id"], answer["bot_id"]) == (True, BOT_USER_ID, BOT_ID)


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-wrong", "invalid_auth"),
        ("no.such.method", None, "unknown_method"),
        ("apps.connections.open", "", "not_allowed_token_type"),
    ],
)
async def test_calls_without_the_right_token_are_refused(
    place: Place, method: str, token: str | None, error: str
) -> None:
    answer = await place.api(method, token=token)
    assert (answer["ok"], answer["error"]) == (False, error)


async def test_arguments_may_be_a_form_a_query_or_json(place: Place) -> None:
    token = place.workspace.identity["bot_token"]
    url = place.server.make_url("/local/api/chat.postMessage")
    form = {"token": token, "channel": DESK_ID, "text": "form", "blocks": '[{"type":"divider"}]'}
    async with place.session.post(url, data=form) as answer:
        assert (await answer.json())["message"]["blocks"][0]["type"] == "divider"
        assert "chat:write" in answer.headers["x-oauth-scopes"]
    async with place.session.get(url.with_query({"token": token, "channel": DESK_ID, "text": "query"})) as answer:
        assert (await answer.json())["ok"] is True
    async with place.session.post(url, data="{", headers={"Content-Type": "application/json"}) as answer:
        assert (await answer.json())["error"] == "invalid_json"
    async with place.session.post(url, data="[" * 100_000, headers={"Content-Type": "application/json"}) as answer:
        assert (await answer.json())["error"] == "invalid_json"


async def test_a_scope_that_was_not_declared_is_missing(place: Place) -> None:
    place.workspace.manifest = Manifest(scopes=frozenset({"chat:write"}))
    answer = await place.api("users.info", user=ANA.id)
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")
    assert (await place.api("chat.postMessage", channel=DESK_ID, text="x"))["ok"] is True


async def test_posting_answers_the_message_as_slack_keeps_it(place: Place) -> None:
    blocks = [section("hello")]
    answer = await place.api("chat.postMessage", channel=DESK_ID, text="hello", blocks=blocks)
    message = answer["message"]
    assert (answer["channel"], message["ts"]) == (DESK_ID, answer["ts"])
    assert (message["user"], message["bot_id"], message["app_id"]) == (BOT_USER_ID, BOT_ID, APP_ID)
    assert message["blocks"][0]["block_id"]
    assert blocks == [section("hello")]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NOWHERE01", "text": "x"}, "channel_not_found"),
        ({"text": "x"}, "channel_not_found"),
        ({"channel": CARLA.id, "text": "x"}, "channel_not_found"),
        ({"channel": DESK_ID}, "no_text"),
        ({"channel": DESK_ID, "text": "   "}, "no_text"),
        ({"channel": DESK_ID, "text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"channel": DESK_ID, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": DESK_ID, "text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"channel": DESK_ID, "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"channel": DESK_ID, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": DESK_ID, "text": "x", "metadata": {"event_type": ""}}, "invalid_metadata_format"),
        ({"channel": DESK_ID, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"channel": DESK_ID, "text": "x", "attachments": ["x"]}, "invalid_attachments"),
        ({"channel": DESK_ID, "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ],
)
async def test_a_message_slack_would_not_post_is_refused(place: Place, args: Json, error: str) -> None:
    answer = await place.api("chat.postMessage", **args)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert await place.messages(DESK_ID) == []


async def test_a_bad_block_is_named(place: Place) -> None:
    answer = await place.api("chat.postMessage", channel=DESK_ID, text="x", blocks=[section("x" * 3001)])
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_private_or_archived_channel_cannot_be_posted_to(place: Place) -> None:
    private = await place.control("channel", name="secret", members=[ANA.id], private=True)
    closed = await place.control("channel", name="closed", members=[ANA.id, BOT_USER_ID])
    await place.control("archive", channel=closed["channel"])
    errors = [
        (await place.api("chat.postMessage", channel=channel, text="x"))["error"]
        for channel in (private["channel"], closed["channel"])
    ]
    assert errors == ["channel_not_found", "is_archived"]


async def test_without_the_public_scope_the_bot_posts_only_where_it_is_a_member(place: Place, quiet: str) -> None:
    assert (await place.api("chat.postMessage", channel=quiet, text="x"))["ok"] is True
    place.workspace.manifest = Manifest(scopes=frozenset({"chat:write", "channels:join"}))
    assert (await place.api("chat.postMessage", channel=quiet, text="x"))["error"] == "not_in_channel"
    assert (await place.api("conversations.join", channel=quiet))["ok"] is True
    assert (await place.api("chat.postMessage", channel=quiet, text="x"))["ok"] is True


async def test_a_reply_goes_on_the_first_message_never_on_another_reply(place: Place) -> None:
    root = await place.posted(DESK_ID)
    reply = await place.posted(DESK_ID, thread_ts=root, reply_broadcast=True)
    answer = await place.api("chat.postMessage", channel=DESK_ID, text="x", thread_ts=reply)
    assert answer["error"] == "cannot_reply_to_message"
    assert (await place.messages(DESK_ID))[1]["subtype"] == "thread_broadcast"


async def test_a_channel_takes_a_burst_of_ten_and_then_one_a_second(place: Place) -> None:
    for _ in range(10):
        await place.posted(DESK_ID)
    url = place.server.make_url("/local/api/chat.postMessage")
    headers = {"Authorization": f"Bearer {place.workspace.identity['bot_token']}"}
    async with place.session.post(url, json={"channel": DESK_ID, "text": "x"}, headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert (await answer.json())["error"] == "ratelimited"
    await place.posted(CUSTOMER_ID)
    await place.control("advance", minutes=1 / 60)
    await place.posted(DESK_ID)


async def test_a_method_takes_a_minutes_calls_and_then_asks_for_rest_whatever_the_channel(place: Place) -> None:
    ts = await place.posted(DESK_ID)
    for number in range(TIERS["chat.update"]):
        assert (await place.api("chat.update", channel=DESK_ID, ts=ts, text=f"{number}"))["ok"] is True
    assert (await place.api("chat.update", channel=DESK_ID, ts=ts, text="x"))["error"] == "ratelimited"
    await place.posted(DESK_ID)
    await place.control("advance", minutes=1 / 30)
    assert (await place.api("chat.update", channel=DESK_ID, ts=ts, text="x"))["ok"] is True


async def test_an_update_keeps_what_it_does_not_mention(place: Place) -> None:
    ts = await place.posted(DESK_ID, "first", blocks=[section("first")])
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="second")
    [message] = await place.messages(DESK_ID)
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("second", "first")
    await place.api("chat.update", channel=DESK_ID, ts=ts, blocks=[section("third")])
    [message] = await place.messages(DESK_ID)
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("second", "third")
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="fourth", blocks=[])
    [message] = await place.messages(DESK_ID)
    assert (message["text"], message["blocks"]) == ("fourth", None)
    assert message["edited"]["user"] == BOT_USER_ID


async def test_only_the_bots_own_messages_can_be_changed(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="mine")
    own = await place.posted(DESK_ID)
    private = await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="psst")
    calls: list[tuple[str, Json, str]] = [
        ("chat.update", {"ts": said["ts"], "text": "x"}, "cant_update_message"),
        ("chat.update", {"ts": "1.000000", "text": "x"}, "message_not_found"),
        ("chat.update", {"ts": private["message_ts"], "text": "x"}, "message_not_found"),
        ("chat.update", {"ts": own, "text": "x" * 4001}, "msg_too_long"),
        ("chat.update", {"ts": own, "text": ""}, "no_text"),
        ("chat.delete", {"ts": said["ts"]}, "cant_delete_message"),
        ("chat.delete", {"ts": "1.000000"}, "message_not_found"),
    ]
    for method, args, error in calls:
        assert (await place.api(method, channel=DESK_ID, **args))["error"] == error
    assert (await place.api("chat.delete", channel=DESK_ID, ts=own))["ok"] is True


async def test_a_private_message_needs_a_member(place: Place) -> None:
    answer = await place.api("chat.postEphemeral", channel=DESK_ID, user=CARLA.id, text="x")
    assert answer["error"] == "user_not_in_channel"


async def test_the_address_of_a_message(place: Place) -> None:
    root = await place.posted(DESK_ID)
    reply = await place.posted(DESK_ID, thread_ts=root)
    link = (await place.api("chat.getPermalink", channel=DESK_ID, message_ts=reply))["permalink"]
    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={root}&cid={DESK_ID}")


async def test_history_is_newest_first_without_replies_and_comes_in_pages(place: Place) -> None:
    posted = [await place.posted(DESK_ID, f"m{n}") for n in range(5)]
    await place.posted(DESK_ID, "reply", thread_ts=posted[0])
    await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="psst")
    first = await place.api("conversations.history", channel=DESK_ID, limit=3)
    rest = await place.api(
        "conversations.history", channel=DESK_ID, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [one["text"] for one in first["messages"]] == ["m4", "m3", "m2"]
    assert [one["text"] for one in rest["messages"]] == ["m1", "m0"]
    assert (first["has_more"], rest["has_more"], rest["response_metadata"]["next_cursor"]) == (True, False, "")
    assert (rest["messages"][1]["reply_count"], rest["messages"][1]["thread_ts"]) == (1, posted[0])


async def test_history_can_be_asked_for_one_message(place: Place) -> None:
    posted = [await place.posted(DESK_ID, f"m{n}") for n in range(3)]
    answer = await place.api("conversations.history", channel=DESK_ID, latest=posted[1], inclusive=True, limit=1)
    assert [one["text"] for one in answer["messages"]] == ["m1"]
    answer = await place.api("conversations.history", channel=DESK_ID, oldest=posted[1])
    assert [one["text"] for one in answer["messages"]] == ["m2"]


async def test_a_thread_is_read_from_its_first_message_in_pages(place: Place) -> None:
    root = await place.posted(DESK_ID, "root")
    posted = [await place.posted(DESK_ID, f"r{n}", thread_ts=root) for n in range(3)]
    first = await place.api("conversations.replies", channel=DESK_ID, ts=root, limit=2)
    more = first["response_metadata"]["next_cursor"]
    rest = await place.api("conversations.replies", channel=DESK_ID, ts=root, limit=2, cursor=more)
    assert [one["text"] for one in first["messages"]] == ["root", "r0", "r1"]
    assert [one["text"] for one in rest["messages"]] == ["root", "r2"]
    by_reply = await place.api("conversations.replies", channel=DESK_ID, ts=posted[1])
    assert by_reply["messages"][0]["text"] == "root"
    assert (await place.api("conversations.replies", channel=DESK_ID, ts="1.0"))["error"] == "thread_not_found"


async def test_metadata_is_shown_in_full_only_when_asked_for(place: Place) -> None:
    metadata = {"event_type": "vigie", "event_payload": {"outbox": "7"}}
    ts = await place.posted(DESK_ID, metadata=metadata)
    short = await place.api("conversations.history", channel=DESK_ID)
    full = await place.api("conversations.history", channel=DESK_ID, include_all_metadata=True)
    assert short["messages"][0]["metadata"] == {"event_type": "vigie"}
    assert full["messages"][0]["metadata"] == metadata
    thread = await place.api("conversations.replies", channel=DESK_ID, ts=ts, include_all_metadata=True)
    assert thread["messages"][0]["metadata"] == metadata


async def test_history_is_for_members(place: Place, quiet: str) -> None:
    assert (await place.api("conversations.history", channel=quiet))["error"] == "not_in_channel"
    assert (await place.api("conversations.history", channel="C0NOWHERE01"))["error"] == "channel_not_found"


async def test_conversations_are_described_and_listed(place: Place, quiet: str) -> None:
    desk = (await place.api("conversations.info", channel=DESK_ID, include_num_members=True))["channel"]
    assert (desk["name"], desk["is_member"], desk["is_ext_shared"], desk["num_members"]) == (
        "support-desk", True, False, 7,
    )  # fmt: skip
    shared = (await place.api("conversations.info", channel=CUSTOMER_ID))["channel"]
    assert (shared["is_ext_shared"], shared["connected_team_ids"]) == (True, [CARLA.team_id])
    listed = await place.api("conversations.list", limit=2)
    rest = await place.api("conversations.list", limit=2, cursor=listed["response_metadata"]["next_cursor"])
    assert [c["id"] for c in listed["channels"] + rest["channels"]] == [DESK_ID, CUSTOMER_ID, quiet]
    members = await place.api("conversations.members", channel=CUSTOMER_ID)
    assert CARLA.id in members["members"]


async def test_direct_messages_are_opened_on_demand_but_not_with_outsiders(place: Place) -> None:
    first = await place.api("conversations.open", users=ANA.id)
    again = await place.api("conversations.open", users=ANA.id, return_im=True)
    assert again["already_open"] is True
    assert (again["channel"]["id"], again["channel"]["is_im"]) == (first["channel"]["id"], True)
    await place.posted(ANA.id, "psst")
    assert [m["text"] for m in await place.messages(first["channel"]["id"])] == ["psst"]
    errors = [
        (await place.api("conversations.open", **args))["error"]
        for args in ({"users": CARLA.id}, {"users": "U0NOBODY001"}, {"users": ""}, {"channel": DESK_ID})
    ]
    assert errors == ["user_not_visible", "user_not_found", "users_list_not_supplied", "channel_not_found"]


async def test_people_are_described_as_far_as_slack_tells(place: Place) -> None:
    priya = (await place.api("users.info", user=PRIYA.id, include_locale=True))["user"]
    assert (priya["tz"], priya["tz_offset"], priya["locale"]) == ("Asia/Kolkata", 19800, "en-IN")
    assert priya["profile"]["email"] == PRIYA.email
    assert "locale" not in (await place.api("users.info", user=PRIYA.id))["user"]
    carla = (await place.api("users.info", user=CARLA.id, include_locale=True))["user"]
    assert (carla["team_id"], carla["is_stranger"]) == (CARLA.team_id, False)
    assert "locale" not in carla
    assert "email" not in carla["profile"]
    assert (await place.api("users.info", user=MARCUS.id))["user"]["is_admin"] is True
    assert (await place.api("users.info", user="U0NOBODY001"))["error"] == "user_not_found"
    assert (await place.api("users.info", user=BOT_USER_ID))["user"]["is_bot"] is True


async def test_people_and_groups_can_be_listed_and_looked_up(place: Place) -> None:
    listed = await place.api("users.list")
    assert {ANA.id, CARLA.id, BOT_USER_ID} <= {one["id"] for one in listed["members"]}
    assert (await place.api("users.lookupByEmail", email=ANA.email))["user"]["id"] == ANA.id
    assert (await place.api("users.lookupByEmail", email=CARLA.email))["error"] == "users_not_found"
    [group] = (await place.api("usergroups.list"))["usergroups"]
    assert (group["handle"], "users" in group) == ("netops", False)
    assert (await place.api("usergroups.users.list", usergroup=GROUP["id"]))["users"] == [ANA.id, PRIYA.id]
    assert (await place.api("usergroups.users.list", usergroup="S0"))["error"] == "no_such_subteam"
    assert (await place.api("team.info"))["team"]["id"] == TEAM_ID
    assert (await place.api("bots.info", bot=BOT_ID))["bot"]["user_id"] == BOT_USER_ID
    assert (await place.api("bots.info", bot="B0"))["error"] == "bot_not_found"
    assert (await place.api("api.test", error="oops"))["error"] == "oops"


async def test_who_is_not_to_be_disturbed_and_who_is_active_is_told_as_slack_tells_it(place: Place) -> None:
    off = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    assert (await place.api("dnd.teamInfo", users=f"{ANA.id},{CARLA.id},U0")) == {"ok": True, "users": {ANA.id: off}}
    assert (await place.api("dnd.teamInfo", users=",".join([ANA.id] * 51)))["error"] == "too_many_users"
    assert (await place.api("dnd.teamInfo"))["error"] == "invalid_arguments"
    assert (await place.api("users.getPresence", user=ANA.id))["presence"] == "active"
    assert (await place.api("users.getPresence", user="U0"))["error"] == "user_not_found"
    start = int(place.workspace.now.seconds())
    assert (await place.control("presence", user=ANA.id, active=False, minutes=60))["ok"]
    quiet = (await place.api("dnd.teamInfo", users=ANA.id))["users"][ANA.id]
    assert quiet["dnd_enabled"] is True
    assert 0 <= quiet["next_dnd_start_ts"] - start <= 5
    assert quiet["next_dnd_end_ts"] - quiet["next_dnd_start_ts"] == 3600
    assert (await place.api("users.getPresence", user=ANA.id))["presence"] == "away"
    assert (await place.control("presence", user=ANA.id, minutes=0))["undisturbed"] is None
    assert not (await place.control("presence", user="U0"))["ok"]


async def test_the_bot_can_react_once(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="hi")
    where = {"channel": DESK_ID, "timestamp": said["ts"], "name": "eyes"}
    assert (await place.api("reactions.add", **where))["ok"] is True
    assert (await place.api("reactions.add", **where))["error"] == "already_reacted"
    shown = await place.api("reactions.get", channel=DESK_ID, timestamp=said["ts"])
    assert shown["message"]["reactions"] == [{"name": "eyes", "users": [BOT_USER_ID], "count": 1}]
    assert (await place.api("reactions.remove", **where))["ok"] is True
    assert (await place.api("reactions.remove", **where))["error"] == "no_reaction"
    assert (await place.api("reactions.add", **{**where, "name": "No!"}))["error"] == "invalid_name"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (None, "invalid_arguments"),
        ("nonsense", "invalid_arguments"),
        ({"type": "home", "blocks": []}, "invalid_arguments"),
        (modal(section("x"), title={"type": "plain_text", "text": "x" * 25}), "invalid_arguments"),
        (modal(section("x"), private_metadata="x" * 3001), "invalid_arguments"),
        (modal(*(section("x" * 3000) for _ in range(84))), "view_too_large"),
        (modal(*(section("x") for _ in range(101))), "invalid_arguments"),
    ],
)
async def test_a_form_slack_would_not_show_is_refused(place: Place, view: Json | str | None, error: str) -> None:
    trigger = place.workspace.triggers.make(ANA.id)
    answer = await place.api("views.open", trigger_id=trigger, view=view)
    assert (answer["ok"], answer["error"]) == (False, error)


@pytest.mark.parametrize("error", ["ratelimited", "http_500", "http_504", "channel_not_found", "disconnect"])
@pytest.mark.parametrize("after_posting", [False, True])
async def test_failures_come_as_often_as_asked_before_or_after_the_effect(
    place: Place, error: str, after_posting: bool
) -> None:
    await place.control("fault", method="chat.postMessage", error=error, count=1, after_posting=after_posting)
    url = place.server.make_url("/local/api/chat.postMessage")
    headers = {"Authorization": f"Bearer {place.workspace.identity['bot_token']}"}
    status: int | None = None
    try:
        async with place.session.post(url, json={"channel": DESK_ID, "text": "x"}, headers=headers) as answer:
            status = answer.status
    except aiohttp.ClientError:
        assert error == "disconnect"
    statuses = {"ratelimited": 429, "http_500": 500, "http_504": 504, "channel_not_found": 200, "disconnect": None}
    assert status == statuses[error]
    assert len(await place.messages(DESK_ID)) == (1 if after_posting else 0)
    await place.posted(DESK_ID)


async def test_a_fault_may_be_slowness_and_meet_any_method(place: Place) -> None:
    await place.control("fault", method="*", delay=0.03, count=2)
    for method in ("auth.test", "team.info", "auth.test"):
        assert (await place.api(method))["ok"] is True
    slow = [entry["ms"] >= 30 for entry in await place.log() if entry["direction"] == "from_bot"]
    assert slow == [True, True, False]
    assert (await place.control("fault", method="*"))["ok"] is False


async def test_the_log_holds_both_directions_in_order_without_tokens(place: Place) -> None:
    await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="list")
    await place.posted(DESK_ID, "hi")
    log = await place.log()
    assert [(e["direction"], e["kind"], e["method"], e["status"]) for e in log] == [
        ("to_bot", "command", None, 200), ("from_bot", "api", "chat.postMessage", 200),
    ]  # fmt: skip
    assert log[0]["request"]["text"] == "list"
    assert log[1]["response"]["ok"] is True
    assert log[0]["at"] < log[1]["at"]
    assert place.workspace.identity["bot_token"] not in str(log)


async def test_what_one_person_sees_alone_is_shown_in_a_thread_only_once_somebody_has_replied_there(
    place: Place,
) -> None:
    """As Slack has it: it says that it was posted, and nobody ever sees it."""
    root = await place.posted(DESK_ID, "a card")
    ephemeral = {"channel": DESK_ID, "user": ANA.id, "text": "a word", "thread_ts": root}

    async def seen() -> list[str]:
        return [m["text"] for m in await place.messages(DESK_ID, ANA.id) if m["ephemeral_for"]]

    assert (await place.api("chat.postEphemeral", **ephemeral))["ok"]
    assert await seen() == []
    await place.posted(DESK_ID, "a reply", thread_ts=root)
    assert (await place.api("chat.postEphemeral", **ephemeral))["ok"]
    assert await seen() == ["a word"]
