"""What people write and do reaches the bot in the shapes that Teams gives it, and only where Teams would."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.teams_emulator.ids import BOT_ID, TEAM_ID, TENANT_ID
from bot.teams_emulator.workspace_channels import CUSTOMER_ID, DESK_ID, GROUP_ID
from bot.teams_emulator.workspace_people import ANA, BENOIT, DANA, MARCUS
from tests.bot.teams_emulator.fake_bot import Json, Place


async def test_a_message_in_a_channel_has_everything_that_teams_gives_it(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="@vigie is <b>this</b> down & out?")
    assert (said["ok"], said["status"]) == (True, 200), said
    (heard,) = place.bot.activities
    assert heard["id"] == said["ts"]
    assert heard["text"] == "<at>Vigie</at> is &lt;b&gt;this&lt;/b&gt; down &amp; out?"
    assert heard["from"] == {"id": ANA.id, "name": "Ana Reyes", "aadObjectId": ANA.object_id}
    assert heard["recipient"] == {"id": BOT_ID, "name": "Vigie"}
    assert heard["conversation"] == {
        "isGroup": True, "conversationType": "channel", "tenantId": TENANT_ID, "name": "support",
        "id": f"{DESK_ID};messageid={said['ts']}",
    }  # fmt: skip
    assert heard["channelData"] == {
        "teamsChannelId": DESK_ID, "teamsTeamId": TEAM_ID, "channel": {"id": DESK_ID}, "team": {"id": TEAM_ID},
        "tenant": {"id": TENANT_ID},
    }  # fmt: skip
    client, mention = heard["entities"]
    assert (client["type"], client["locale"], client["country"]) == ("clientInfo", "en-AU", "AU")
    assert mention["mentioned"] == {"id": BOT_ID, "name": "Vigie"}
    (html,) = heard["attachments"]
    assert html["contentType"] == "text/html"
    assert ">Vigie</span>" in html["content"]
    assert (await place.messages(DESK_ID))[0]["text"] == "<at>Vigie</at> is <b>this</b> down & out?"


async def test_a_reply_names_its_thread_and_a_chat_has_none(place: Place) -> None:
    root = (await place.control("message", channel=DESK_ID, user=ANA.id, text="Head"))["ts"]
    below = (await place.control("message", channel=DESK_ID, user=BENOIT.id, text="Below", thread_ts=root))["ts"]
    await place.control("message", channel=DESK_ID, user=ANA.id, text="Below that", thread_ts=below)
    await place.control("message", channel=GROUP_ID, user=ANA.id, text="Chat", thread_ts=root)
    threads = [one["conversation"]["id"].partition(";messageid=")[2] for one in place.bot.activities]
    assert threads == [root, root, root, ""]


@pytest.mark.parametrize("reads_all", [True, False])
async def test_without_consent_only_what_mentions_the_app_reaches_it(place: Place, reads_all: bool) -> None:
    await place.control("consent", platform="teams", reads_all=reads_all)
    for where, text in ((DESK_ID, "Hello"), (GROUP_ID, "Hello"), (DESK_ID, "@Vigie hello"), (ANA.chat, "Hello")):
        await place.control("message", channel=where, user=ANA.id, text=text)
    assert len(place.bot.activities) == (4 if reads_all else 2)


async def test_a_slash_is_seen_by_its_author_and_the_bot_alone(place: Place) -> None:
    await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="new sev1 Link down")
    (heard,) = place.bot.heard("message")
    assert heard["text"] == "ticket new sev1 Link down"
    assert heard["recipient"] == {"id": BOT_ID, "name": "Vigie", "isTargeted": True}
    assert [len(await place.messages(DESK_ID, user)) for user in (ANA.id, BENOIT.id)] == [1, 0]
    await place.control("command", channel=ANA.chat, user=ANA.id, command="/ticket", text="list")
    assert "isTargeted" not in place.bot.activities[-1]["recipient"], "a chat with the bot has no such menu"
    assert not (await place.control("command", channel=DESK_ID, user=ANA.id, command="/other", text="x"))["ok"]


async def test_edits_and_deletions_name_what_they_are(place: Place) -> None:
    ts = (await place.control("message", channel=DESK_ID, user=ANA.id, text="One"))["ts"]
    await place.control("edit", channel=DESK_ID, user=ANA.id, ts=ts, text="Two")
    assert not (await place.control("edit", channel=DESK_ID, user=BENOIT.id, ts=ts, text="Three"))["ok"]
    await place.control("delete", channel=DESK_ID, user=ANA.id, ts=ts)
    told = [(one["type"], one["id"], one["channelData"].get("eventType")) for one in place.bot.activities[1:]]
    assert told == [("messageUpdate", ts, "editMessage"), ("messageDelete", ts, "softDeleteMessage")]
    assert await place.messages(DESK_ID) == []


async def test_a_deleted_head_keeps_its_place(place: Place) -> None:
    ts = (await place.control("message", channel=DESK_ID, user=ANA.id, text="Head"))["ts"]
    await place.control("message", channel=DESK_ID, user=BENOIT.id, text="Below", thread_ts=ts)
    await place.control("delete", channel=DESK_ID, user=ANA.id, ts=ts)
    assert [one.get("subtype") for one in await place.messages(DESK_ID)] == ["tombstone", None]


async def test_reactions_on_the_bots_own_messages_alone_are_told(place: Place) -> None:
    ours = await place.posted(DESK_ID)
    theirs = (await place.control("message", channel=DESK_ID, user=ANA.id, text="Mine"))["ts"]
    for ts, name in ((ours, "eyes"), (theirs, "eyes"), (ours, "+1")):
        assert (await place.control("reaction", channel=DESK_ID, user=MARCUS.id, ts=ts, name=name))["changed"]
    await place.control("reaction", channel=DESK_ID, user=MARCUS.id, ts=ours, name="eyes", present=False)
    told = place.bot.heard("messageReaction")
    assert [(one.get("reactionsAdded") or one["reactionsRemoved"])[0]["type"] for one in told] == [
        "1f440_eyes", "like", "1f440_eyes",
    ]  # fmt: skip
    assert {one["replyToId"] for one in told} == {ours}
    assert "text" not in told[0]


async def test_what_one_person_alone_sees_takes_no_reaction(place: Place) -> None:
    await place.control("command", channel=DESK_ID, user=ANA.id, text="list")
    (seen,) = await place.messages(DESK_ID, ANA.id)
    assert not (await place.control("reaction", channel=DESK_ID, user=ANA.id, ts=seen["ts"], name="eyes"))["ok"]


async def test_a_bot_that_comes_up_is_told_where_it_is_installed(lonely: Place) -> None:
    lonely.bot.activities.clear()
    await lonely.join()
    await lonely.control("advance", minutes=0.1)
    log = await lonely.session.get(lonely.server.make_url("/_control/log"))
    told = [one["request"] for one in (await log.json())["log"] if one["direction"] == "to_bot"]
    assert [(one["type"], one["conversation"]["id"]) for one in told] == [
        ("installationUpdate", TEAM_ID), ("conversationUpdate", TEAM_ID),
        ("installationUpdate", GROUP_ID), ("conversationUpdate", GROUP_ID),
    ]  # fmt: skip
    assert told[1]["membersAdded"] == [{"id": BOT_ID}]
    await lonely.join()
    await lonely.control("advance", minutes=0.1)
    assert lonely.bot.activities == [], "once"


async def test_who_comes_and_goes_is_told(place: Place) -> None:
    await place.control("invite", channel=GROUP_ID, user=DANA.id)
    await place.control("invite", channel=GROUP_ID, user=BOT_ID, present=False)
    told = [(one["type"], one.get("action")) for one in place.bot.activities]
    assert told == [("conversationUpdate", None), ("installationUpdate", "remove"), ("conversationUpdate", None)]


async def test_an_event_that_failed_is_sent_again_the_same_and_one_that_was_refused_is_not(place: Place) -> None:
    answers = iter([500, 503, 200])

    async def fail(_activity: Json) -> web.Response:
        return web.Response(status=next(answers))

    place.bot.on_activity = fail
    await place.control("message", channel=CUSTOMER_ID, user=DANA.id, text="Help")
    await place.control("advance", minutes=2)
    assert len(place.bot.activities) == 3
    assert len({one["id"] for one in place.bot.activities}) == 1

    async def refuse(_activity: Json) -> web.Response:
        return web.Response(status=401)

    place.bot.on_activity = refuse
    place.bot.activities.clear()
    await place.control("message", channel=CUSTOMER_ID, user=DANA.id, text="Help")
    await place.control("advance", minutes=2)
    assert len(place.bot.activities) == 1


async def test_a_restart_changes_nothing(place: Place) -> None:
    await place.control("message", channel=DESK_ID, user=ANA.id, text="Hello")
    before, seen = await place.state(), await place.messages(DESK_ID)
    record = place.workspace.record.db.execute("pragma database_list").fetchone()[2]
    await place.stand.stop()
    async with Place(record) as after:
        now = await after.state()
        assert {key: now["teams"][key] for key in ("signing_key", "key_id", "messages_url")} == {
            key: before["teams"][key] for key in ("signing_key", "key_id", "messages_url")
        }
        assert now["channels"] == before["channels"]
        assert await after.messages(DESK_ID) == seen
