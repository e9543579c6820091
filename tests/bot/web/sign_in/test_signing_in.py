"""Somebody signs in, looks, acts, and goes out again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from bot.web import live
from bot.web.desk import SignIn, WebDesk
from bot.web.sign_in import gate
from bot.web.sign_in.gate import origin_of
from storage.accounts import save_accounts
from storage.core import table
from storage.tables.pages import WebSessionRow
from storage.web_sessions import IDLE, LONGEST, end_sessions_of
from tests.bot.web.sign_in.conftest import Client, Door
from tests.bot.web.test_queue_page import opened
from tests.factories import AGENT, NOW

PAGES = ("/", "/tickets/1", "/people", "/escalations", "/delivery", "/policy", "/new")


async def token_on(client: Client, path: str = "/") -> str:
    async with client.get(path) as answer:
        assert answer.status == 200
        return (await answer.text()).partition('name="token" value="')[2].partition('"')[0]


async def sent(client: Client, path: str, **form: str) -> int:
    origin = {"Origin": str(client.make_url("/")).rstrip("/")}
    async with client.post(path, data=form, headers=origin, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_whoever_has_a_role_signs_in_and_comes_to_the_page_that_they_wanted(door: Door, platform: str) -> None:
    await opened(door.desk, "Fibre down")
    async with door.client.get("/tickets/1?why=update") as answer:  # which leads to the sign-in
        assert answer.url.path == "/sign-in"
        assert "Sign in with <bdi>Slack</bdi>" in await answer.text()
    status, path, text = await door.lands(f"/sign-in/{platform}?path=/tickets/1%3Fwhy%3Dupdate")
    assert (status, path) == (200, "/tickets/1?why=update")
    assert "Fibre down" in text
    assert door.desk.directory.name(AGENT.id) in text
    assert 'name="as"' not in text, "whoever signs in is nobody else"
    provider = door.slack if platform == "slack" else door.entra
    asked = dict(provider.asked)
    assert ("code_challenge" in asked["authorize"]) == (platform == "teams")
    assert asked["authorize"].get("team") is None, "the tokens of no workspace are on record"
    assert (await door.lands("/sign-in?path=/people"))[:2] == (200, "/people"), "they are in already"


async def test_nobody_sees_or_does_anything_who_has_not_signed_in(door: Door) -> None:
    await opened(door.desk, "Fibre down")
    for path in PAGES:
        async with door.client.get(path, allow_redirects=False) as answer:
            assert (answer.status, urlsplit(answer.headers["Location"]).path) == (303, "/sign-in")
            assert answer.headers["Cache-Control"] == "no-store"
    async with door.client.get("/", headers={"X-Part": "main"}) as answer:
        assert (answer.status, await answer.text()) == (401, "Sign in first.\n")
    async with door.client.get("/live") as answer:
        assert answer.status == 401
    for path in ("/tickets/1/take", "/new", "/look", "/sign-out"):
        assert await sent(door.client, path, token="x") == 401
    async with door.client.get("/", cookies={"vigie_session": "x" * 43, "vigie_as": AGENT.id}) as answer:
        assert answer.url.path == "/sign-in"


async def test_what_is_done_is_done_by_whoever_signed_in(door: Door) -> None:
    await opened(door.desk, "Fibre down")
    await door.lands()
    token = await token_on(door.client, "/tickets/1")
    assert await sent(door.client, "/tickets/1/take", token=token, once="1") == 303
    assert "Ana" in (await door.lands("/tickets/1"))[2]
    assert await sent(door.client, "/look", token=token, **{"as": "slack:UMANAGER", "theme": "dark"}) == 303
    text = (await door.lands("/"))[2]
    assert 'data-theme="dark"' in text
    assert f">{door.desk.directory.name(AGENT.id)}<" in text


async def test_a_form_needs_the_session_s_own_token_and_our_own_origin(door: Door) -> None:
    await door.lands()
    token = await token_on(door.client)
    own = str(door.client.make_url("/")).rstrip("/")
    for given, origin in (("", own), ("0" * 64, own), (token, "https://evil.example"), (token, "null")):
        form = {"token": given, "everywhere": "1"}
        async with door.client.post("/sign-out", data=form, headers={"Origin": origin}) as answer:
            assert answer.status == 403
    async with door.client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}) as answer:
        assert answer.status == 403
    assert (await door.lands("/"))[:2] == (200, "/")


async def test_whoever_signs_out_is_out_with_this_browser_or_with_all(door: Door) -> None:
    other: Client = TestClient(door.client.server, cookie_jar=aiohttp.CookieJar(unsafe=True))  # type: ignore[assignment]
    elsewhere = replace(door, client=other)
    await door.lands()
    await elsewhere.lands()
    before = {each.key: each.value for each in door.client.session.cookie_jar}
    assert await sent(door.client, "/sign-out", token=await token_on(door.client)) == 303
    assert (await door.lands("/"))[1].startswith("/sign-in")
    async with door.client.get("/", cookies={"vigie_session": before["vigie_session"]}) as answer:
        assert answer.url.path == "/sign-in", "what the browser showed opens nothing any more"
    assert (await elsewhere.lands("/"))[1] == "/"
    await door.lands("/sign-in/teams")  # another account of the same person
    assert await sent(door.client, "/sign-out", token=await token_on(door.client), everywhere="1") == 303
    assert (await elsewhere.lands("/"))[1].startswith("/sign-in")
    await other.session.close()


async def test_whoever_loses_their_role_is_out_at_once(door: Door) -> None:
    await door.lands()
    desk = door.desk
    left = replace(desk.directory.accounts[AGENT.id], is_active=False)
    before = desk.directory
    desk.directory = replace(before, accounts={**before.accounts, AGENT.id: left})
    status, _, text = await door.lands("/")
    assert status == 403
    assert "no role at this desk" in text
    desk.directory = before
    assert (await door.lands("/"))[1].startswith("/sign-in"), "they sign in anew"


async def test_what_listens_for_changes_ends_with_the_session(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(live, "STILL_HERE_SECONDS", 0.02)
    await door.lands()
    async with door.client.get("/live") as answer:
        assert answer.status == 200
        await answer.content.readuntil(b"still here")
        out = partial(end_sessions_of, organisation_id=door.desk.organisation_id, accounts=[AGENT.id])
        await door.desk.database.write(out)
        await answer.content.read()  # to its end


async def test_a_session_ends_unused_and_after_a_week_at_the_latest(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC)

    def at(after: timedelta) -> None:
        monkeypatch.setattr(gate, "machine_time", lambda: began + after)

    async def noted() -> None:
        """That it was used is put on record beside the answer."""
        await asyncio.gather(*door.desk.state.spawned)

    await door.lands()
    at(IDLE - timedelta(minutes=1))
    assert (await door.lands("/"))[1] == "/"
    await noted()
    at(IDLE + timedelta(hours=1))
    assert (await door.lands("/"))[1] == "/", "it was used meanwhile"
    at(2 * IDLE + timedelta(hours=2))
    assert (await door.lands("/"))[1].startswith("/sign-in")
    at(timedelta())
    await door.lands()
    for hours in range(0, int(LONGEST / timedelta(hours=1)), 11):
        at(timedelta(hours=hours))
        assert (await door.lands("/"))[1] == "/", hours
        await noted()
    at(LONGEST + timedelta(minutes=1))
    assert (await door.lands("/"))[1].startswith("/sign-in")


async def test_behind_tls_the_cookies_are_bound_to_the_address(desk: DeskRuntime, door: Door) -> None:
    settings = Settings(
        VIGIE_SIGN_IN=("slack",), VIGIE_PUBLIC_URL="https://vigie.example.com", SLACK_API_URL=f"{door.slack.url}/api/",
        SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGN_IN_ID="1", SLACK_SIGN_IN_SECRET=SecretStr("2"),
    )  # fmt: skip
    app, refusals = web.Application(), Refusals()
    async with aiohttp.ClientSession() as http:
        ways = SignIn(settings, http)
        WebDesk(desk.database, desk.now, refusals, lambda: [desk], is_local=False, sign_in=ways).add_routes(app)
        async with TestClient(TestServer(app)) as client, client.get("/sign-in/slack", allow_redirects=False) as answer:
            kept = answer.headers["Set-Cookie"]
            where = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert kept.startswith("__Host-vigie_sign_in=")
    assert all(each in kept for each in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), kept
    assert "Domain" not in kept
    assert where["redirect_uri"] == ["https://vigie.example.com/sign-in/slack/back"]


async def test_nobody_is_led_elsewhere(door: Door) -> None:
    elsewhere = ("https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "javascript:1", "/" + "x" * 2000)
    for path in elsewhere:
        async with door.client.get("/sign-in/slack", params={"path": path}) as answer:
            assert (answer.status, answer.url.raw_path_qs) == (200, "/"), path
        async with door.client.get("/sign-in", params={"path": path}) as answer:
            assert answer.url.raw_path_qs == "/", path


async def test_whoever_leaves_is_signed_out_though_they_may_come_back(door: Door) -> None:
    await door.lands()
    desk, of = door.desk, door.desk.organisation_id
    theirs = [each for key, each in desk.directory.accounts.items() if key in desk.directory.accounts_of(AGENT.id)]
    for is_active in (False, True):
        accounts = [replace(each, is_active=is_active) for each in theirs]
        await desk.database.write(partial(save_accounts, organisation_id=of, accounts=accounts, now=NOW))
        await desk.refresh_people()
    assert desk.roster.actor(AGENT.id).has_role
    assert (await door.lands("/"))[1].startswith("/sign-in")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Vigie.Example.com:443/", "https://vigie.example.com"),
        ("https://vigie.example.com/", "https://vigie.example.com"),
        ("https://vigie.example.com:8443/", "https://vigie.example.com:8443"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_our_origin_is_what_browsers_say_it_is(address: str, origin: str) -> None:
    assert origin_of(address) == origin


async def test_a_browser_has_one_session(door: Door) -> None:
    for _ in range(2):
        assert (await door.lands())[0] == 200
    kept = await door.desk.database.read(lambda session: session.execute(sa.select(table(WebSessionRow))).all())
    assert len(kept) == 1
