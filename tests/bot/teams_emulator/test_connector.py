"""The Connector takes what Teams takes, and refuses what Teams refuses."""

from __future__ import annotations

from typing import Any

import pytest

from bot.teams_emulator.ids import BOT_ID, TEAM_ID, TENANT_ID
from bot.teams_emulator.workspace_channels import CUSTOMER_ID, DESK_ID, GROUP_ID
from bot.teams_emulator.workspace_people import ANA, DANA, MARCUS, TOMAS
from tests.bot.teams_emulator.fake_bot import Json, Place, card, execute

POST = f"/v3/conversations/{DESK_ID}/activities"
TARGETED = "?isTargetedActivity=true"


async def test_a_card_is_posted_changed_and_deleted(place: Place) -> None:
    ts = await place.posted(DESK_ID, card("One", actions=[execute("take")]))
    assert [(m["ts"], m["user"], m["card"]["body"][0]["text"]) for m in await place.messages(DESK_ID)] == [
        (ts, BOT_ID, "One")
    ]
    assert await place.call("PUT", f"{POST}/{ts}", card("Two")) == (200, {"id": ts})
    assert (await place.messages(DESK_ID))[0]["card"]["body"][0]["text"] == "Two"
    assert await place.call("DELETE", f"{POST}/{ts}") == (200, None)
    assert await place.messages(DESK_ID) == []
    assert (await place.call("PUT", f"{POST}/{ts}", card("Three")))[0] == 404


async def test_a_reply_stands_in_its_thread(place: Place) -> None:
    root = await place.posted(DESK_ID)
    await place.posted(f"{DESK_ID};messageid={root}", card("Below"))
    assert [m["thread_ts"] for m in await place.messages(DESK_ID)] == [None, root]
    path = f"/v3/conversations/{DESK_ID};messageid=1/activities"
    assert (await place.call("POST", path, card("Nowhere")))[0] == 404


async def test_text_and_a_card_become_two_messages_without_an_id(place: Place) -> None:
    assert await place.call("POST", POST, card("Card", text="Words")) == (201, {})
    assert [(m["text"], m["card"] is None) for m in await place.messages(DESK_ID)] == [("Words", True), ("", False)]


async def test_a_card_reads_in_the_control_as_its_notification_does(place: Place) -> None:
    assert (await place.call("POST", POST, card("Card", summary="#1 is open")))[0] == 201
    assert [m["text"] for m in await place.messages(DESK_ID)] == ["#1 is open"]


def version(of: str | None) -> Json:
    body = card("x")
    body["attachments"][0]["content"]["version"] = of
    return body


def mention(text: str, name: str = "<at>Ana Reyes</at>") -> Json:
    entity = {"type": "mention", "text": name, "mentioned": {"id": ANA.id, "name": "Ana Reyes"}}
    return {"type": "message", "text": text, "entities": [entity]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (card("x" * 29_000), 413),
        (version("1.6"), 400),
        (version(None), 400),
        (card("x", {"type": "Nonsense"}), 400),
        (card("x", {"type": "Input.Text"}), 400),
        (card("x", {"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "a"}), 400),
        (card("x", {"type": "FactSet", "facts": [{"title": "a"}]}), 400),
        (card("x", actions=[execute("take")] * 7), 400),
        ({"type": "message"}, 400),
        ({"type": "nonsense", "text": "x"}, 400),
        (mention("Hello"), 400),
        (mention("Hello Ana Reyes", "Ana Reyes"), 400),
        (mention("Hello <at>Ana Reyes</at>"), 201),
    ],
)
async def test_what_teams_refuses_is_refused(place: Place, body: Json, status: int) -> None:
    found, answer = await place.call("POST", POST, body)
    assert found == status, answer
    if status >= 400:
        assert set(answer["error"]) == {"code", "message"}
    assert len(await place.messages(DESK_ID)) == (1 if status == 201 else 0)


@pytest.mark.parametrize("token", [None, "nonsense", "of another"])
async def test_only_the_app_may_call(place: Place, token: str | None) -> None:
    if token == "of another":
        token = place.workspace.identity.sign("http://127.0.0.1/")  # the platform's own, not the app's
    assert (await place.call("POST", POST, card("x"), token=token))[0] == 401


async def test_a_conversation_that_is_none_or_not_ours(place: Place) -> None:
    assert (await place.call("POST", "/v3/conversations/19:nowhere@thread.tacv2/activities", card("x")))[0] == 404
    await place.control("invite", channel=DESK_ID, user=BOT_ID, present=False)
    status, answer = await place.call("POST", POST, card("x"))
    assert (status, answer["error"]["code"]) == (403, "BotNotInConversationRoster")
    await place.control("invite", channel=ANA.chat, user=BOT_ID, present=False)
    status, answer = await place.call("POST", f"/v3/conversations/{ANA.chat}/activities", card("x"))
    assert (status, answer["error"]["code"]) == (403, "ForbiddenOperationException")


async def test_the_words_of_others_are_not_the_bots_to_change(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=ANA.id, text="Mine")
    assert (await place.call("PUT", f"{POST}/{said['ts']}", card("Ours")))[0] == 403
    assert (await place.call("DELETE", f"{POST}/{said['ts']}"))[0] == 403


async def test_what_one_person_alone_sees(place: Place) -> None:
    for_ana = card("Psst", recipient={"id": ANA.id})
    ts = await place.posted(DESK_ID, for_ana, TARGETED)
    assert [len(await place.messages(DESK_ID, user)) for user in (ANA.id, MARCUS.id)] == [1, 0]
    one = f"{POST}/{ts}{TARGETED}"
    assert (await place.call("PUT", one, for_ana))[0] == 400, "the recipient is given once"
    assert (await place.call("PUT", f"{POST}/{ts}", card("x")))[0] == 404, "to everybody it is not there"
    assert (await place.call("PUT", one, card("Changed")))[0] == 200
    await place.control("advance", minutes=24 * 60, jump=True)
    assert (await place.call("PUT", one, card("Late")))[0] == 404
    assert await place.messages(DESK_ID, ANA.id) == []


@pytest.mark.parametrize(
    ("where", "to", "status"),
    [(ANA.chat, ANA.id, 400), (DESK_ID, DANA.id, 403), (DESK_ID, None, 400), (GROUP_ID, ANA.id, 201),
     (GROUP_ID, TOMAS.id, 403)],
)  # fmt: skip
async def test_to_whom_something_private_can_be_said(place: Place, where: str, to: str | None, status: int) -> None:
    body = card("Psst") | ({} if to is None else {"recipient": {"id": to}})
    assert (await place.call("POST", f"/v3/conversations/{where}/activities{TARGETED}", body))[0] == status


async def test_an_app_without_private_messages_is_told_so(place: Place) -> None:
    await place.control("consent", platform="teams", targeted=False)
    body = card("Psst", recipient={"id": ANA.id})
    assert (await place.call("POST", POST + TARGETED, body))[0] == 400
    assert not (await place.control("command", channel=DESK_ID, user=ANA.id, text="new"))["ok"]


async def test_more_than_seven_a_second_in_a_thread_are_too_many(place: Place) -> None:
    statuses = [(await place.call("POST", POST, card(str(n))))[0] for n in range(9)]
    assert statuses[:7] == [201] * 7
    assert 429 in statuses[7:], "unless the machine needs a second for eight"
    await place.control("advance", minutes=1)
    assert (await place.call("POST", POST, card("Rested")))[0] == 201


async def test_reactions_and_looks_at_a_roster_have_limits_of_their_own(place: Place) -> None:
    ts = await place.posted(DESK_ID)
    found = [(await place.call("PUT", f"{POST}/{ts}/reactions/like"))[0] for _ in range(4)]
    assert (found[:2], 429 in found[2:]) == ([200, 200], True)
    found = [(await place.call("GET", f"/v3/conversations/{DESK_ID}/members"))[0] for _ in range(20)]
    assert (found[:14], 429 in found[14:]) == ([200] * 14, True)


async def test_people_are_written_to_directly(place: Place) -> None:
    ask = {"members": [{"id": ANA.id}], "tenantId": TENANT_ID, "channelData": {"tenant": {"id": TENANT_ID}}}
    assert await place.call("POST", "/v3/conversations", ask) == (201, {"id": ANA.chat})
    assert (await place.call("POST", "/v3/conversations", {**ask, "members": [{"id": "29:nobody"}]}))[0] == 403
    assert (await place.call("POST", "/v3/conversations", {"members": [{"id": ANA.id}]}))[0] == 400
    assert await place.posted(ANA.chat)


async def test_who_is_there(place: Place) -> None:
    _, everybody = await place.call("GET", f"/v3/conversations/{CUSTOMER_ID}/members")
    (guest,) = [one for one in everybody if one["userRole"] == "guest"]
    assert (guest["name"], guest["email"]) == ("Dana Fox", "dana@fabrikam.example.com")
    seen: list[Any] = []
    token = ""
    while True:
        query = f"?pageSize=3&continuationToken={token}"
        _, page = await place.call("GET", f"/v3/conversations/{CUSTOMER_ID}/pagedMembers{query}")
        seen += page["members"]
        if (token := page.get("continuationToken", "")) == "":
            break
    assert seen == everybody
    for name in (ANA.id, ANA.object_id):
        assert (await place.call("GET", f"/v3/conversations/{DESK_ID}/members/{name}"))[1]["name"] == "Ana Reyes"
    assert (await place.call("GET", f"/v3/conversations/{DESK_ID}/members/29:nobody"))[0] == 404


async def test_the_team_and_its_channels(place: Place) -> None:
    _, team = await place.call("GET", f"/v3/teams/{TEAM_ID}")
    assert team["name"] == "Contoso IT"
    _, found = await place.call("GET", f"/v3/teams/{TEAM_ID}/conversations")
    assert [one["name"] for one in found["conversations"]] == [None, "support", "fabrikam-support"]
    assert (await place.call("GET", "/v3/teams/19:nowhere@thread.tacv2"))[0] == 404


async def test_reactions_of_the_bots_own(place: Place) -> None:
    ts = (await place.control("message", channel=DESK_ID, user=ANA.id, text="Hello"))["ts"]
    path = f"{POST}/{ts}/reactions/1f440_eyes"
    for verb, left in (("PUT", 1), ("PUT", 1), ("DELETE", 0), ("DELETE", 0)):
        await place.call_later()
        assert (await place.call(verb, path))[0] == 200
        assert len((await place.messages(DESK_ID))[0]["reactions"]) == left


async def test_calls_go_wrong_when_asked(place: Place) -> None:
    for error, status in (("http_503", 503), ("Throttled", 429), ("BotNotInConversationRoster", 403)):
        await place.control("fault", method="activities.create", error=error, count=1)
        assert (await place.call("POST", POST, card("x")))[0] == status
    await place.control("fault", method="activities.create", error="http_500", count=1, after_posting=True)
    assert (await place.call("POST", POST, card("It arrived")))[0] == 500
    assert len(await place.messages(DESK_ID)) == 1


async def test_tokens_are_had_for_the_secret(place: Place) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": place.joined["app_id"],
        "client_secret": place.joined["client_secret"],
        "scope": "https://api.botframework.com/.default",
    }
    async with place.session.post(place.joined["token_url"], data=form) as answer:
        token = (await answer.json())["access_token"]
    assert (await place.call("POST", POST, card("x"), token=token))[0] == 201
    async with place.session.post(place.joined["token_url"], data={**form, "client_secret": "x"}) as answer:
        assert answer.status == 401
