"""Workspaces install Vigie by themselves, side by side in one database; none of them reaches what is another's."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from slack_bolt.response import BoltResponse
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.server.settings import Settings
from bot.slack.installed import place_of
from storage.database import Database
from storage.dead_letters import Which, find_entries
from storage.tables.organisations import InstallationRow, OAuthStateRow
from tests.fakes.other_slack import APP_TOKEN, SECRET, USUAL, OtherSlack, Team, button, other_slack
from tests.scenarios.inside import installed_in, slack_of

ACME, GLOBEX = Team("T0ACME", "xoxb-acme"), Team("T0GLOBEX", "xoxb-globex", "Globex", "UBOT", "BGLOBEX")
KEY, NEXT_KEY = "one long random text and the first", "another text quite as long and random"
Json = dict[str, Any]


def settings(slack: OtherSlack, database_url: str, **more: Any) -> Settings:
    return Settings(
        VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, SLACK_API_URL=f"{slack.url}api/", SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET=SecretStr("hush"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
        VIGIE_PUBLIC_URL="https://vigie.example.com",
        VIGIE_SECRET_KEY=more.pop("keys", KEY), **more,
    )  # fmt: skip


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    async with other_slack(USUAL) as slack:
        yield slack


@pytest.fixture
async def vigie(
    slack: OtherSlack, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A Vigie that nobody has installed yet."""
    monkeypatch.chdir(tmp_path)
    running = Vigie(settings(slack, database_url))
    await running.start()
    slack.events_url = f"{running.address}/slack/events"
    yield running
    await running.stop()


@pytest.fixture
async def both(vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession) -> OtherSlack:
    """Two workspaces that have installed it, Ana of each its installer."""
    for team in (ACME, GLOBEX):
        assert (await install(vigie, slack, http, team))[0] == 200
    return slack


async def begin(vigie: Vigie, http: aiohttp.ClientSession) -> tuple[str, str]:
    """Begin an installation; answers where Slack is, and the cookie."""
    async with http.get(f"{vigie.address}/slack/install", allow_redirects=False) as answer:
        assert answer.status == 302
        return answer.headers["Location"], answer.headers["Set-Cookie"].split(";")[0]


async def come_back(vigie: Vigie, http: aiohttp.ClientSession, cookie: str = "", **query: str) -> tuple[int, str]:
    """Slack sends the browser back; answers the status and the page."""
    headers = {"Cookie": cookie} if cookie else {}
    async with http.get(f"{vigie.address}/slack/oauth_redirect", params=query, headers=headers) as answer:
        return answer.status, await answer.text()


async def install(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession, team: Team, **more: Any
) -> tuple[int, str]:
    """The whole way, as a browser goes it."""
    slack.add(team)
    slack.codes["code"] = {
        "ok": True, "access_token": team.token, "token_type": "bot", "bot_user_id": team.bot_user, "app_id": "A1",
        "team": None if team.enterprise else {"id": team.id, "name": team.name},
        "enterprise": {"id": team.enterprise, "name": team.name} if team.enterprise else None,
        "is_enterprise_install": bool(team.enterprise), "authed_user": {"id": "UANA"}, "scope": "commands", **more,
    }  # fmt: skip
    location, cookie = await begin(vigie, http)
    return await come_back(vigie, http, cookie, code="code", state=parse_qs(urlsplit(location).query)["state"][0])


async def rows(vigie: Vigie) -> dict[str, InstallationRow]:
    found = await installed_in(vigie).database.read(lambda session: session.exec(select(InstallationRow)).all())
    return {row.workspace: row for row in found}


# -- installing ------------------------------------------------------------------------------------------------------


async def test_the_browser_is_sent_to_slack_with_what_the_app_asks_for(
    vigie: Vigie, http: aiohttp.ClientSession
) -> None:
    location, cookie = await begin(vigie, http)
    asked = parse_qs(urlsplit(location).query)
    assert urlsplit(location).path == "/oauth/v2/authorize"
    assert asked["client_id"] == ["1.2"]
    assert asked["redirect_uri"] == ["https://vigie.example.com/slack/oauth_redirect"]
    assert {"commands", "chat:write"} <= set(asked["scope"][0].split(","))
    assert cookie.endswith(f"={asked['state'][0]}")


async def test_whoever_installs_it_can_work_at_once_and_is_its_admin(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession
) -> None:
    status, page = await install(vigie, slack, http, ACME)
    assert status == 200
    assert "Acme" in page
    assert "/ticket help" in page
    assert "#1" in (await slack.command(ACME.id, "UANA", "new sev1 Link down"))[1]["text"]
    await slack.until(lambda: bool(slack.texts(ACME.id)))
    assert "#1" in (await slack.command(ACME.id, "UANA", "take 1"))[1]["text"]
    assert "Only" in (await slack.command(ACME.id, "UZOE", "take 1"))[1]["text"]


async def test_tokens_are_not_readable_in_the_database(vigie: Vigie, both: OtherSlack) -> None:
    found = await rows(vigie)
    assert found.keys() == {ACME.id, GLOBEX.id}
    for row in found.values():
        assert row.bot_token is not None
        assert "xoxb" not in row.model_dump_json()


@pytest.mark.parametrize(
    ("forge", "status", "says"),
    [
        ({"cookie": ""}, 400, "did not begin"),
        ({"cookie": "slack-app-oauth-state=another"}, 400, "did not begin"),
        ({"state": ""}, 400, "did not begin"),
        ({"code": "bad"}, 401, "did not accept"),
        ({"error": "access_denied"}, 200, "cancelled"),
        ({"error": "<script>"}, 200, "would not install"),
    ],
)
async def test_what_goes_wrong_is_a_page_that_says_what_to_do(
    vigie: Vigie, http: aiohttp.ClientSession, forge: dict[str, str], status: int, says: str
) -> None:
    location, cookie = await begin(vigie, http)
    given = {"code": "code", "state": parse_qs(urlsplit(location).query)["state"][0], "cookie": cookie, **forge}
    found, page = await come_back(vigie, http, **given)
    assert (found, says in page, "/slack/install" in page) == (status, True, True), page
    assert "<script>" not in page
    assert await rows(vigie) == {}


async def test_a_state_is_good_once(vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession) -> None:
    location, cookie = await begin(vigie, http)
    state = parse_qs(urlsplit(location).query)["state"][0]
    assert (await come_back(vigie, http, cookie, code="bad", state=state))[0] == 401
    status, page = await come_back(vigie, http, cookie, code="code", state=state)
    assert (status, "too long ago, or finished already" in page) == (401, True)


async def test_slack_that_is_away_is_a_page_too(vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession) -> None:
    slack.refusing["auth.test"] = "fatal_error"
    status, page = await install(vigie, slack, http, ACME)
    assert (status, "Begin again" in page) == (401, True)
    assert await rows(vigie) == {}


async def test_a_restart_serves_every_workspace_again_and_new_keys_take_over(
    vigie: Vigie, both: OtherSlack, database_url: str
) -> None:
    before = await rows(vigie)
    await vigie.stop()
    for keys in (f"{NEXT_KEY},{KEY}", NEXT_KEY):
        again = Vigie(settings(both, database_url, keys=keys))
        await again.start()
        both.events_url = f"{again.address}/slack/events"
        assert "response_type" in (await both.command(ACME.id, "UANA", "new sev1 Link down"))[1]
        after = await rows(again)
        assert {row.workspace for row in after.values() if row.bot_token != before[row.workspace].bot_token} == {
            ACME.id, GLOBEX.id,
        }  # fmt: skip
        await again.stop()


async def test_a_workspace_whose_key_is_lost_does_not_keep_the_program_from_starting(
    vigie: Vigie, both: OtherSlack, http: aiohttp.ClientSession, database_url: str
) -> None:
    await install(vigie, both, http, ACME, refresh_token="xoxe-1", expires_in=60)
    await vigie.stop()
    again = Vigie(settings(both, database_url, keys=NEXT_KEY))
    with capture_logs() as logs:
        await again.start()
        both.events_url = f"{again.address}/slack/events"
        status, answer = await both.command(ACME.id, "UANA", "list")
        assert (status, "nothing was changed" in answer["text"]) == (200, True)  # no stranger, nobody else's desk
        assert (await both.event(ACME.id, {"type": "app_mention"}))[0] == 500
        await again.stop()
    assert {log["event"] for log in logs} == {"a workspace cannot be served", "tokens not refreshed"}


async def test_a_token_in_another_workspaces_row_opens_nothing(
    vigie: Vigie, both: OtherSlack, database_url: str
) -> None:
    tokens = {workspace: row.bot_token for workspace, row in (await rows(vigie)).items()}
    await vigie.stop()
    swap(database_url, {ACME.id: tokens[GLOBEX.id], GLOBEX.id: tokens[ACME.id]})
    again = Vigie(settings(both, database_url))
    both.calls.clear()
    with capture_logs() as logs:
        await again.start()
        both.events_url = f"{again.address}/slack/events"
        answer = (await both.command(ACME.id, "UANA", "new sev1 ACME CONFIDENTIAL"))[1]
        await again.stop()
    assert "nothing was changed" in answer["text"]
    assert both.calls == []
    assert all("exception" not in log and "exc_info" not in log for log in logs), "one line each"
    assert any("sealed for another workspace" in log.get("error", "") for log in logs)


async def test_a_token_that_opens_another_workspace_is_not_used(
    vigie: Vigie, both: OtherSlack, database_url: str
) -> None:
    wrong = installed_in(vigie).vault.seal(GLOBEX.token, place_of(ACME.id, "bot_token"))
    await vigie.stop()
    swap(database_url, {ACME.id: wrong})
    again = Vigie(settings(both, database_url))
    with capture_logs() as logs:
        await again.start()
        both.events_url = f"{again.address}/slack/events"
        both.calls.clear()
        answer = (await both.command(ACME.id, "UANA", "new sev1 ACME CONFIDENTIAL"))[1]
        assert "#1" in (await both.command(GLOBEX.id, "UANA", "new sev1 Theirs"))[1]["text"]
        await again.stop()
    assert "nothing was changed" in answer["text"]
    assert not any("ACME CONFIDENTIAL" in str(args) for _, args, _ in both.calls)
    assert any(f"that of the workspace {GLOBEX.id}" in log.get("error", "") for log in logs)


def swap(database_url: str, tokens: dict[str, str | None]) -> None:
    """Whoever can write the database puts these tokens there."""
    database = Database(database_url)

    def write(session: Session) -> None:
        for row in session.exec(select(InstallationRow)):
            row.bot_token = tokens.get(row.workspace, row.bot_token)

    database.write_now(write)
    database.close_now()


async def test_asking_to_install_writes_nothing_and_coming_back_is_bounded(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = [await begin(vigie, http) for _ in range(60)]

    async def kept() -> int:
        found = await installed_in(vigie).database.read(lambda session: session.exec(select(OAuthStateRow)).all())
        return len(found)

    assert await kept() == 0
    found = [
        (await come_back(vigie, http, cookie, code="bad", state=parse_qs(urlsplit(location).query)["state"][0]))[0]
        for location, cookie in begun[:40]
    ]
    assert (found[:30], set(found[30:])) == ([401] * 30, {429})
    assert await kept() == 30
    assert len(slack.asked("oauth.v2.access")) == 30


@pytest.mark.parametrize("state", ["", "x", "1.2.3", f"9999999999.abc.{'0' * 64}", "é.é", "9" * 5000])
async def test_a_state_that_we_did_not_give_out_is_worth_nothing(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession, state: str
) -> None:
    cookie = f"slack-app-oauth-state={state}"
    status, _ = await come_back(vigie, http, cookie, code="code", state=state)
    assert status in {400, 401}
    assert slack.asked("oauth.v2.access") == []


async def test_a_state_ends_after_ten_minutes(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    location, cookie = await begin(vigie, http)
    late = datetime.now(UTC) + timedelta(minutes=11)
    monkeypatch.setattr("bot.slack.oauth.real_time", lambda: late)
    state = parse_qs(urlsplit(location).query)["state"][0]
    assert (await come_back(vigie, http, cookie, code="code", state=state))[0] == 401
    assert slack.asked("oauth.v2.access") == []


async def test_pages_speak_the_language_of_whoever_runs_it(slack: OtherSlack, sqlite_database: str) -> None:
    french = Vigie(settings(slack, sqlite_database, VIGIE_LANG="fr"))
    await french.start()
    async with aiohttp.ClientSession() as session:
        status, page = await come_back(french, session, error="access_denied")
    assert (status, "annulée" in page, 'lang="fr"' in page) == (200, True, True)
    slack.events_url = f"{french.address}/slack/events"
    assert "pas installé" in (await slack.command(ACME.id, "UANA", "list"))[1]["text"]
    await french.stop()


async def test_installing_anew_replaces_the_token_and_keeps_the_tickets(
    vigie: Vigie, both: OtherSlack, http: aiohttp.ClientSession
) -> None:
    await both.command(ACME.id, "UANA", "new sev1 Link down")
    del both.teams[ACME.token]
    assert (await install(vigie, both, http, Team(ACME.id, "xoxb-acme-2")))[0] == 200
    both.calls.clear()
    assert "#2" in (await both.command(ACME.id, "UANA", "new sev1 Another link down"))[1]["text"]
    await both.until(lambda: any("#2 " in text for text in both.texts(ACME.id)))
    assert len(await rows(vigie)) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # an SQLite file has one program
async def test_another_replica_serves_what_was_installed_through_this_one(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession, database_url: str
) -> None:
    other = Vigie(settings(slack, database_url))
    await other.start()
    await install(vigie, slack, http, ACME)
    slack.events_url = f"{other.address}/slack/events"
    assert "#1" in (await slack.command(ACME.id, "UANA", "new sev1 Link down"))[1]["text"]
    slack.events_url = f"{vigie.address}/slack/events"
    await slack.event(ACME.id, {"type": "app_uninstalled"})
    await installed_in(other).look()
    slack.events_url = f"{other.address}/slack/events"
    assert "not installed" in (await slack.command(ACME.id, "UANA", "list"))[1]["text"]
    await other.stop()


async def test_over_sockets_each_workspace_is_served_by_its_own_desk_as_well(
    slack: OtherSlack, http: aiohttp.ClientSession, sqlite_database: str
) -> None:
    given = settings(slack, sqlite_database, SLACK_APP_TOKEN=SecretStr(APP_TOKEN))
    vigie = Vigie(given.model_copy(update={"slack_signing_secret": None}))
    await vigie.start()
    for team in (ACME, GLOBEX):
        assert (await install(vigie, slack, http, team))[0] == 200
        assert "#1" in (await slack.command(team.id, "UANA", f"new sev1 A secret of {team.name}"))[1]["text"]
    shown = json.dumps((await slack.command(GLOBEX.id, "UANA", "show 1"))[1])
    assert ("A secret of Globex" in shown, "A secret of Acme" in shown) == (True, False)
    assert "not installed" in (await slack.command("T0STRANGER", "UANA", "list"))[1]["text"]
    assert slack.connections == 2
    await vigie.stop()


# -- the end of an installation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}]
)
async def test_removed_from_a_workspace_its_tokens_are_gone_at_once_and_nothing_more_is_said(
    vigie: Vigie, both: OtherSlack, event: Json
) -> None:
    both.refusing["chat.postMessage"] = "internal_error"  # so that something still waits to be said
    await both.command(ACME.id, "UANA", "new sev1 Link down")
    await both.until(lambda: bool(both.asked("chat.postMessage")))
    assert (await both.event(ACME.id, event, "Ev1"))[0] == 200
    assert (await both.event(ACME.id, event, "Ev1"))[0] == 200
    del both.refusing["chat.postMessage"]
    found = await rows(vigie)
    assert found[ACME.id].bot_token is None
    assert found[ACME.id].removed_at is not None
    assert found[GLOBEX.id].bot_token is not None
    entries = await installed_in(vigie).database.read(lambda session: find_entries(session, Which(states=("dropped",))))
    assert {entry.reason for entry in entries} == {"Vigie was removed from this workspace"}
    status, answer = await both.command(ACME.id, "UANA", "list open")
    assert (status, "not installed in this workspace" in answer["text"]) == (200, True)
    assert "https://vigie.example.com/slack/install" in answer["text"]
    assert "#1" in (await both.command(GLOBEX.id, "UANA", "new sev1 Link down"))[1]["text"]


async def test_a_token_of_a_person_that_is_revoked_ends_nothing(vigie: Vigie, both: OtherSlack) -> None:
    await both.event(ACME.id, {"type": "tokens_revoked", "tokens": {"oauth": ["UANA"], "bot": []}})
    assert (await rows(vigie))[ACME.id].bot_token is not None


async def test_word_of_a_removal_that_comes_after_the_next_installation_is_ignored(
    vigie: Vigie, both: OtherSlack
) -> None:
    late = await both.event(ACME.id, {"type": "app_uninstalled"}, event_time=int(time.time()) - 60)
    assert late[0] == 200
    assert (await rows(vigie))[ACME.id].bot_token is not None


async def test_installed_once_more_the_tickets_are_still_there(
    vigie: Vigie, both: OtherSlack, http: aiohttp.ClientSession
) -> None:
    await both.command(ACME.id, "UANA", "new sev1 Link down")
    await both.event(ACME.id, {"type": "app_uninstalled"})
    await install(vigie, both, http, Team(ACME.id, "xoxb-acme-2"))
    assert "Link down" in json.dumps((await both.command(ACME.id, "UANA", "show 1"))[1])


# -- tokens that run out ----------------------------------------------------------------------------------------------


async def test_a_token_that_runs_out_is_exchanged_before_and_by_one_replica_alone(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession
) -> None:
    await install(vigie, slack, http, ACME, refresh_token="xoxe-1", expires_in=3600)
    slack.codes["xoxe-1"] = {
        "ok": True, "access_token": "xoxb-fresh", "refresh_token": "xoxe-2", "expires_in": 43200, "token_type": "bot"
    }  # fmt: skip
    slack.add(Team(ACME.id, "xoxb-fresh"))
    await asyncio.gather(*(installed_in(vigie).look() for _ in range(3)))
    assert [args["refresh_token"] for args in slack.asked("oauth.v2.access") if "refresh_token" in args] == ["xoxe-1"]
    del slack.teams[ACME.token]
    await slack.command(ACME.id, "UANA", "new sev1 Link down")
    await slack.until(lambda: any("#1 " in text for text in slack.texts(ACME.id)))
    await installed_in(vigie).look()
    assert len([args for args in slack.asked("oauth.v2.access") if "refresh_token" in args]) == 1


# -- an enterprise ----------------------------------------------------------------------------------------------------


async def test_one_installation_serves_all_workspaces_of_an_enterprise(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession
) -> None:
    grid = Team("E0GRID", "xoxb-grid", "Grid", enterprise="E0GRID")
    assert (await install(vigie, slack, http, grid))[0] == 200
    whole = {"enterprise_id": "E0GRID", "is_enterprise_install": "true"}
    assert "#1" in (await slack.command("T0ONE", "UANA", "new sev1 Link down", **whole))[1]["text"]
    listed = await slack.command("T0TWO", "UANA", "show 1", **whole)
    assert "Link down" in json.dumps(listed[1])
    await slack.until(lambda: any("#1 " in text for text in slack.texts("E0GRID")))
    card = slack.card("E0GRID", 1)
    pressed = await slack.payload(
        "block_actions", None, "UANA", actions=[{"block_id": "b", "type": "button", **button(card, "take")}],
        enterprise={"id": "E0GRID"}, is_enterprise_install=True, channel={"id": "CDESK"},
        message={"ts": card["ts"]}, container={}, response_url=f"{slack.url}respond",
    )  # fmt: skip
    assert pressed[0] == 200
    await slack.until(lambda: "UANA of Grid" in json.dumps(slack.card("E0GRID", 1)))
    nobody = await slack.command("T0ONE", "UANA", "list", enterprise_id="E0GRID", is_enterprise_install="false")
    assert "not installed" in nobody[1]["text"]


# -- isolation --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def tickets(both: OtherSlack) -> OtherSlack:
    """Ticket 1 in each workspace, in a channel of the same id."""
    for team in (ACME, GLOBEX):
        await both.command(team.id, "UANA", f"new sev1 A secret of {team.name}")
        await both.until(lambda team=team: any("#1 " in text for text in both.texts(team.id)))  # type: ignore[misc]
    return both


async def test_each_workspace_has_its_own_tickets_under_the_same_numbers(tickets: OtherSlack) -> None:
    for team, other in ((ACME, GLOBEX), (GLOBEX, ACME)):
        for text in ("show 1", "list open", "why 1", "1"):
            said = json.dumps((await tickets.command(team.id, "UANA", text))[1])
            assert other.name not in said, text
        said = json.dumps((await tickets.command(team.id, "UANA", "show 1"))[1])
        assert f"A secret of {team.name}" in said
        assert f"A secret of {other.name}" not in "".join(tickets.texts(team.id))


async def test_what_one_workspace_does_changes_nothing_in_the_other(tickets: OtherSlack) -> None:
    before = json.dumps((await tickets.command(GLOBEX.id, "UANA", "show 1"))[1])
    card = tickets.card(ACME.id, 1)
    await tickets.command(ACME.id, "UANA", "update 1 We are on it")
    await tickets.press(ACME.id, "UANA", "CDESK", button(card, "take"), card["ts"])
    await tickets.command(ACME.id, "UANA", "resolve 1 Done")
    await tickets.until(lambda: "resolved" in json.dumps(tickets.card(ACME.id, 1)).lower())
    now = json.dumps((await tickets.command(GLOBEX.id, "UANA", "show 1"))[1])
    assert "A secret of Globex" in now
    assert "We are on it" not in now
    assert ("resolved" in now.lower()) == ("resolved" in before.lower())


async def test_a_number_that_is_only_another_workspaces_is_unknown_however_it_is_asked_for(
    tickets: OtherSlack,
) -> None:
    await tickets.command(ACME.id, "UANA", "new sev1 The second secret of Acme")
    await tickets.until(lambda: any("#2 " in text for text in tickets.texts(ACME.id)))
    theirs = tickets.card(ACME.id, 2)
    assert "no ticket #2" in (await tickets.command(GLOBEX.id, "UANA", "show 2"))[1]["text"]
    # A button with another workspace's value, on a message that claims to be there.
    forged = {"action_id": "ticket.resolve", "value": json.dumps({"number": 2, "version": 1})}
    await tickets.press(GLOBEX.id, "UANA", "CDESK", {**button(theirs, "take"), "type": "button"}, theirs["ts"])
    await tickets.press(GLOBEX.id, "UANA", "CDESK", forged, theirs["ts"])
    # A form whose private_metadata names another workspace's ticket.
    view = {
        "id": "VFORGED", "type": "modal", "callback_id": "ticket.update", "team_id": GLOBEX.id,
        "private_metadata": json.dumps({"number": "2", "channel": "CDESK", "organisation": 1}),
        "state": {"values": {"text": {"value": {"type": "plain_text_input", "value": "forged words"}}}},
    }  # fmt: skip
    status, answer = await tickets.payload("view_submission", GLOBEX.id, "UANA", view=view)
    assert (status, answer["response_action"]) == (200, "errors")
    # A reaction and an answer on another workspace's message.
    item = {"type": "message", "channel": "CDESK", "ts": theirs["ts"]}
    reaction = {"type": "reaction_added", "user": "UANA", "reaction": "white_check_mark", "item": item, "event_ts": "1"}
    await tickets.event(GLOBEX.id, reaction)
    said = {"type": "message", "user": "UANA", "text": "forged words", "channel": "CDESK", "ts": "99.1",
            "thread_ts": theirs["ts"]}  # fmt: skip
    await tickets.event(GLOBEX.id, said)
    shown = json.dumps((await tickets.command(ACME.id, "UANA", "show 2"))[1])
    assert "forged words" not in shown
    assert "resolved" not in shown.lower()
    assert "UANA of Globex" not in json.dumps(tickets.card(ACME.id, 2))
    assert "The second secret" not in "".join(tickets.texts(GLOBEX.id))


SHARED: dict[str, Json] = {
    "of two installations": {
        "authorizations": [{"team_id": ACME.id, "user_id": "UBOT"}, {"team_id": GLOBEX.id, "user_id": "UBOT"}]
    },
    "in a channel of two workspaces": {"is_ext_shared_channel": True},  # and Slack names only one of them
}


@pytest.mark.parametrize("told", SHARED.values(), ids=SHARED.keys())
@pytest.mark.parametrize("first", [ACME, pytest.param(GLOBEX, marks=pytest.mark.slow)])
async def test_what_happens_in_a_channel_of_two_workspaces_is_heard_by_both(
    vigie: Vigie, tickets: OtherSlack, told: Json, first: Team
) -> None:
    assert vigie.runner is not None
    await vigie.runner.settle()  # until where the cards stand is on record
    for n, team in enumerate((ACME, GLOBEX)):
        item = {"type": "message", "channel": "CDESK", "ts": tickets.card(team.id, 1)["ts"]}
        reaction = {"type": "reaction_added", "user": "UANA", "reaction": "eyes", "item": item, "event_ts": "1"}
        assert (await tickets.event(first.id, reaction, f"EvSHARED{n}", **told))[0] == 200
        await tickets.until(
            lambda team=team: f"UANA of {team.name}" in json.dumps(tickets.card(team.id, 1))  # type: ignore[misc]
        )


async def test_one_that_could_not_take_it_has_it_sent_again_and_the_other_has_it_once(
    vigie: Vigie, tickets: OtherSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vigie.runner is not None
    await vigie.runner.settle()
    theirs = next(workspace for workspace in slack_of(vigie).workspaces if workspace.id == GLOBEX.id)
    root = tickets.card(ACME.id, 1)["ts"]
    said = {"type": "message", "user": "UANA", "text": "Both ports are down", "channel": "CDESK", "ts": f"{root[:-1]}9",
            "thread_ts": root}  # fmt: skip

    async def fails(_: object) -> BoltResponse:
        return BoltResponse(status=500)

    with monkeypatch.context() as patched:
        patched.setattr(theirs.app, "async_dispatch", fails)
        assert (await tickets.event(ACME.id, said, "EvTWICE", is_ext_shared_channel=True))[0] == 500
    assert (await tickets.event(ACME.id, said, "EvTWICE", is_ext_shared_channel=True))[0] == 200
    shown = json.dumps((await tickets.command(ACME.id, "UANA", "show 1"))[1])
    assert shown.count("Both ports are down") < 2


async def test_where_it_cannot_be_known_who_hears_it_slack_sends_it_again(
    vigie: Vigie, tickets: OtherSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> list[int]:
        raise OSError("no database")

    said = {"type": "message", "user": "UANA", "text": "Down", "channel": "CDESK", "ts": "99.1"}
    monkeypatch.setattr(slack_of(vigie).workspaces, "in_channel", fails)
    assert (await tickets.event(ACME.id, said, is_ext_shared_channel=True))[0] == 500


async def test_what_was_made_in_one_workspace_does_nothing_in_another(tickets: OtherSlack) -> None:
    """A private message's button comes with the workspace of whoever presses it, and with no message."""
    theirs, before = button(tickets.card(ACME.id, 1), "take"), tickets.card(GLOBEX.id, 1)
    for action in (theirs, {**theirs, "action_id": "ticket.resolve"}, {**theirs, "action_id": "ticket.update"}):
        pressed = await tickets.payload(
            "block_actions", GLOBEX.id, "UANA", actions=[{"block_id": "b", "type": "button", **action}],
            channel={"id": "CDESK"}, container={}, response_url=f"{tickets.url}respond",
        )  # fmt: skip
        assert pressed == (200, {})
    await tickets.until(lambda: len(tickets.asked("response_url")) == 3)
    for told in tickets.asked("response_url"):
        assert ("another workspace's Vigie" in told["text"], told["response_type"]) == (True, "ephemeral")
    assert tickets.views == []
    assert tickets.card(GLOBEX.id, 1) == before
    # A form that was opened in one, and comes back to the other.
    await tickets.press(ACME.id, "UANA", "CDESK", button(tickets.card(ACME.id, 1), "update"))
    ((_, view),) = tickets.views
    typed = {"text": {"value": {"type": "plain_text_input", "value": "ACME CONFIDENTIAL"}}}
    status, answer = await tickets.payload(
        "view_submission", GLOBEX.id, "UANA", view={**view, "state": {"values": typed}}
    )
    assert (status, answer["response_action"]) == (200, "errors")
    assert "another workspace's Vigie" in json.dumps(answer["errors"])
    assert "ACME CONFIDENTIAL" not in json.dumps((await tickets.command(GLOBEX.id, "UANA", "show 1"))[1])
    status, answer = await tickets.payload(
        "view_submission", ACME.id, "UANA", view={**view, "state": {"values": typed}}
    )
    assert (status, answer) == (200, {})


async def test_each_notice_goes_out_with_its_own_workspaces_token(tickets: OtherSlack) -> None:
    for team in (ACME, GLOBEX):
        await tickets.command(team.id, "UANA", f"update 1 Words for {team.name} only")
    await tickets.until(lambda: any("Globex only" in text for text in tickets.texts(GLOBEX.id)))
    await tickets.until(lambda: any("Acme only" in text for text in tickets.texts(ACME.id)))
    for method, args, team_id in tickets.calls:
        if method.startswith("chat.") and "only" in str(args):
            assert ("Acme only" in str(args)) == (team_id == ACME.id)


async def test_an_event_of_one_workspace_is_not_taken_for_the_same_event_of_another(tickets: OtherSlack) -> None:
    for team in (ACME, GLOBEX):
        item = {"type": "message", "channel": "CDESK", "ts": tickets.card(team.id, 1)["ts"]}
        reaction = {"type": "reaction_added", "user": "UANA", "reaction": "eyes", "item": item, "event_ts": "1"}
        await tickets.event(team.id, reaction, "EvSAME")
        await tickets.until(
            lambda team=team: f"UANA of {team.name}" in json.dumps(tickets.card(team.id, 1))  # type: ignore[misc]
        )


async def test_whoever_installed_it_is_greeted_once_and_sets_up_their_own_desk_alone(
    vigie: Vigie, tickets: OtherSlack, http: aiohttp.ClientSession
) -> None:
    for team in (ACME, GLOBEX):
        await tickets.until(lambda team=team: len(greetings(tickets, team)) == 1)  # type: ignore[misc]
    assert (await install(vigie, tickets, http, ACME))[0] == 200
    view = {
        "id": "V1", "type": "modal", "callback_id": "ticket.setup-people", "private_metadata": "{}",
        "state": {"values": {"agents": {"value": {"type": "multi_users_select", "selected_users": ["U0ZOE0001"]}}}},
    }  # fmt: skip
    status, answer = await tickets.payload("view_submission", ACME.id, "UANA", view=view)
    assert (status, answer["response_action"]) == (200, "update"), answer
    assert "#1" in (await tickets.command(ACME.id, "U0ZOE0001", "take 1"))[1]["text"]
    assert "Only" in (await tickets.command(GLOBEX.id, "U0ZOE0001", "take 1"))[1]["text"]
    assert "U0ZOE0001" not in json.dumps((await tickets.command(GLOBEX.id, "UANA", "setup"))[1])
    # Installed once more, by then set up: what was chosen stands, and nobody is greeted again.
    assert (await install(vigie, tickets, http, ACME))[0] == 200
    assert "#1" in (await tickets.command(ACME.id, "U0ZOE0001", "note 1 Still an agent"))[1]["text"]
    assert [len(greetings(tickets, team)) for team in (ACME, GLOBEX)] == [1, 1]


def greetings(slack: OtherSlack, team: Team) -> list[str]:
    return [text for text in slack.texts(team.id) if "ticket.setup" in text]


async def test_a_workspace_that_nobody_installed_is_told_so_once_in_private_and_its_events_are_let_go(
    both: OtherSlack,
) -> None:
    status, answer = await both.command("T0STRANGER", "UANA", "list")
    assert (status, answer["response_type"]) == (200, "ephemeral")
    assert "not installed" in answer["text"]
    assert (await both.event("T0STRANGER", {"type": "message", "user": "UANA", "text": "x", "ts": "1.1"}))[0] == 200
    pressed = await both.press("T0STRANGER", "UANA", "C1", {"action_id": "ticket.take", "value": "{}"})
    assert pressed[0] == 200
    await both.until(lambda: bool(both.asked("response_url")))
    (told,) = both.asked("response_url")
    assert ("not installed" in told["text"], told["response_type"]) == (True, "ephemeral")
    view = {"id": "V1", "type": "modal", "callback_id": "ticket.update", "state": {"values": {}}}
    assert (await both.payload("view_submission", "T0STRANGER", "UANA", view=view))[1]["response_action"] == "update"
    assert (await both.payload("view_closed", "T0STRANGER", "UANA", view=view))[0] == 200
    assert (await both.payload("shortcut", "T0STRANGER", "UANA", callback_id="ticket.new"))[0] == 200


async def test_a_stranger_without_a_signature_does_not_even_get_an_answer(
    vigie: Vigie, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{vigie.address}/slack/events", data={"command": "/ticket", "team_id": "T0ACME"}) as answer:
        assert answer.status == 401


async def test_slack_may_verify_the_address_before_anybody_has_installed(slack: OtherSlack, vigie: Vigie) -> None:
    body = {"type": "url_verification", "challenge": "c1"}
    status, answer = await slack._send("events_api", body, json.dumps(body), "application/json")  # noqa: SLF001
    assert (status, answer) == (200, {"challenge": "c1"})
