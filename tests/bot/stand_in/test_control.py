"""One workspace of two platforms: one file, one time, one set of calls, each of which goes where its ids belong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack_emulator.routes import SlackStand
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA, CARLA, PEOPLE
from bot.stand_in.ground import Ground
from bot.stand_in.routes import add_routes
from bot.stand_in.stand import Stand
from bot.teams_emulator import workspace_channels as of_teams
from bot.teams_emulator.routes import TeamsStand
from bot.teams_emulator.workspace import Workspace as Tenant
from bot.teams_emulator.workspace_people import ANA as ANA_IN_TEAMS
from bot.teams_emulator.workspace_people import PEOPLE as IN_TEAMS
from bot.teams_emulator.workspace_people import TOMAS

Json = dict[str, Any]


class Place:
    """Both stand-ins on one server, and what a bot of both hears."""

    def __init__(self, path: Path) -> None:
        self.ground = Ground(path)
        workspace, tenant = Workspace(self.ground, own_events=False), Tenant(self.ground)
        self.stands: list[Stand] = [SlackStand(workspace), TeamsStand(tenant)]
        app = web.Application()
        add_routes(app, self.stands, None)
        app.router.add_post("/bot/{kind}", self._hear)
        app.router.add_post("/bot/own/{name}", self._own)
        app.router.add_post("/bot/too/{name}", self._own)
        self.server = TestServer(app)
        self.session = aiohttp.ClientSession()
        self.heard: list[str] = []
        self.status = 200
        self.offsets: list[float] = []

    async def __aenter__(self) -> Self:
        for stand in self.stands:
            await stand.start()
        await self.server.start_server()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.session.close()
        for stand in self.stands:
            await stand.stop()
        await self.server.close()

    async def _hear(self, request: web.Request) -> web.Response:
        self.heard.append(request.match_info["kind"])
        return web.Response(status=self.status)

    async def _own(self, request: web.Request) -> web.Response:
        if request.match_info["name"] == "now":
            self.offsets.append((await request.json())["offset"])
        return web.json_response({"ok": True, "next_due": None, "idle": True})

    async def join(self) -> Json:
        root = str(self.server.make_url("/bot"))
        return await self.call(
            "join", events_url=f"{root}/slack", messages_url=f"{root}/teams", bot_url=f"{root}/own", suggestions={}
        )

    async def call(self, name: str, /, **body: Any) -> Json:
        async with self.session.post(self.server.make_url(f"/_control/{name}"), json=body) as answer:
            found: Json = await answer.json()
            return found

    async def get(self, name: str, **query: str) -> Json:
        async with self.session.get(self.server.make_url(f"/_control/{name}"), params=query) as answer:
            found: Json = await answer.json()
            return found


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place(tmp_path / "both.db") as place:
        yield place


async def test_whoever_joins_is_told_of_both_and_of_nobody_twice(place: Place) -> None:
    told = await place.join()
    assert told["people"]["levels"] == [[p.id for p in PEOPLE.values() if p.level == level] for level in (1, 2, 3)]
    only_there = {p.id for p in IN_TEAMS.values() if p.email not in {each.email for each in PEOPLE.values()}}
    named = told["teams"]["people"]
    assert {*named["agents"], *named["managers"]} <= only_there
    assert len(named["levels"][0]) == 1
    assert told["teams"]["desk_channel"] == of_teams.DESK_ID


async def test_every_process_of_a_bot_is_told_the_time_and_one_that_is_gone_is_left_out(place: Place) -> None:
    root = str(place.server.make_url("/bot"))
    await place.call("join", events_url=f"{root}/slack", bot_url=f"{root}/own", beside=True)
    await place.call("join", bot_url=f"{root}/too", beside=True)  # a worker: nobody is led to it
    await place.call("join", bot_url="http://127.0.0.1:9", beside=True)
    assert (await place.call("advance", minutes=1, jump=True))["ok"]
    assert len(place.offsets) == 2
    assert len(place.ground.bot_urls) == 3
    assert (await place.call("message", channel=DESK_ID, user=ANA.id, text="Hello"))["ok"]
    assert place.heard[-1] == "slack"
    await place.call("join", events_url=f"{root}/slack", bot_url=f"{root}/own")
    assert place.ground.bot_urls == [f"{root}/own"], "one that is all of the bot is alone"


async def test_the_state_has_slack_first_and_says_of_everything_where_it_is(place: Place) -> None:
    state = await place.get("state")
    for what in ("users", "channels"):
        platforms = [one["platform"] for one in state[what]]
        assert platforms == sorted(platforms)
        assert set(platforms) == {"slack", "teams"}
    assert {"slack", "teams"} <= state.keys()


async def test_a_call_goes_where_its_ids_belong(place: Place) -> None:
    await place.join()
    await place.call("advance", minutes=0.1)
    place.heard.clear()
    assert (await place.call("message", channel=DESK_ID, user=ANA.id, text="Hello"))["ok"]
    assert place.heard == ["slack"]
    assert (await place.call("message", channel=of_teams.DESK_ID, user=ANA_IN_TEAMS.id, text="Hello"))["ok"]
    assert place.heard == ["slack", "teams"]
    for channel in (DESK_ID, of_teams.DESK_ID):
        (said,) = (await place.get(f"messages/{channel}", user=ANA.id))["messages"]
        assert said["text"] == "Hello"


@pytest.mark.parametrize(
    ("call", "body", "error"),
    [
        ("message", {"channel": DESK_ID, "user": TOMAS.id}, "no such user"),
        ("message", {"channel": of_teams.DESK_ID, "user": CARLA.id}, "no such user"),
        ("message", {"channel": "nowhere", "user": ANA.id}, "no such channel"),
        ("message", {"channel": "19:nowhere@thread.tacv2", "user": ANA_IN_TEAMS.id}, "no such channel"),
        ("group", {"platform": "teams"}, "no group in Teams"),
        ("consent", {"channel": DESK_ID}, "no consent in Slack"),
    ],
)
async def test_nobody_acts_where_they_have_no_account(place: Place, call: str, body: Json, error: str) -> None:
    await place.join()
    done = await place.call(call, **body, text="x")
    assert not done["ok"]
    assert error in done["error"]


async def test_what_was_missed_on_either_is_tried_again_as_time_passes_for_both(place: Place) -> None:
    await place.join()
    await place.call("advance", minutes=0.1)
    before = (await place.get("state"))["offset"]
    place.status = 503
    await place.call("message", channel=DESK_ID, user=ANA.id, text="Hello")
    await place.call("message", channel=of_teams.DESK_ID, user=ANA_IN_TEAMS.id, text="Hello")
    place.status = 200
    place.heard.clear()
    assert (await place.call("advance", minutes=90))["ok"]
    assert sorted(place.heard) == ["slack", "teams"]
    assert (await place.get("state"))["offset"] == pytest.approx(before + 5400, abs=5)
    assert place.offsets[-1] == (await place.get("state"))["offset"]


async def test_a_fault_is_of_the_call_that_it_names_or_of_any(place: Place) -> None:
    token = (await place.join())["teams"]["bot_token"]
    url = place.server.make_url(f"/local/teams/v3/conversations/{of_teams.DESK_ID}/activities")
    await place.call("fault", method="chat.postMessage", error="internal_error", count=1)
    for fault, status in ((None, 201), ("*", 500), (None, 201)):
        if fault:
            await place.call("fault", method="activities.create", error="http_500", count=1)
        body = {"type": "message", "text": "Hello"}
        async with place.session.post(url, json=body, headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == status


async def test_a_restart_of_both_changes_nothing(tmp_path: Path) -> None:
    async with Place(tmp_path / "both.db") as before:
        await before.join()
        await before.call("message", channel=DESK_ID, user=ANA.id, text="Hello")
        await before.call("message", channel=of_teams.DESK_ID, user=ANA_IN_TEAMS.id, text="Hello")
        await before.call("advance", minutes=30)
        old = await before.get("state")
        seen = [await before.get(f"messages/{one}") for one in (DESK_ID, of_teams.DESK_ID)]
    async with Place(tmp_path / "both.db") as after:
        new = await after.get("state")
        for same in ("users", "channels", "offset", "views"):
            assert new[same] == old[same]
        assert [await after.get(f"messages/{one}") for one in (DESK_ID, of_teams.DESK_ID)] == seen


async def test_a_reset_empties_both(place: Place) -> None:
    await place.join()
    for channel, user in ((DESK_ID, ANA.id), (of_teams.DESK_ID, ANA_IN_TEAMS.id)):
        await place.call("message", channel=channel, user=user, text="Hello")
    assert (await place.call("reset"))["ok"]
    for channel in (DESK_ID, of_teams.DESK_ID):
        assert (await place.get(f"messages/{channel}"))["messages"] == []


async def test_whoever_has_accounts_on_both_may_be_named_by_either(place: Place) -> None:
    await place.join()
    said = [
        await place.call("message", channel=DESK_ID, user=ANA_IN_TEAMS.id, text="over here"),
        await place.call("message", channel=of_teams.DESK_ID, user=ANA.id, text="over there"),
    ]
    assert [done["ok"] for done in said] == [True, True], said
    here = (await place.get(f"messages/{DESK_ID}", user=ANA_IN_TEAMS.id))["messages"]
    there = (await place.get(f"messages/{of_teams.DESK_ID}", user=ANA.id))["messages"]
    assert (here[-1]["user"], there[-1]["user"]) == (ANA.id, ANA_IN_TEAMS.id)
