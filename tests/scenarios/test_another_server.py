"""A server that is not ours and knows little: the same bot, given its address, tokens and a channel, in both modes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.app import Vigie
from bot.server.settings import Settings
from storage.dead_letters import Which, find_entries
from tests.fakes.other_slack import APP_TOKEN, SECRET, OtherSlack, Team, button, other_slack
from tests.waiting import becomes

TEAM = "T0ACME"


@pytest.fixture(params=["http", "sockets"])
def mode(request: pytest.FixtureRequest) -> str:
    """How the bot listens."""
    return str(request.param)


@pytest.fixture
async def server() -> AsyncIterator[OtherSlack]:
    """That server."""
    async with other_slack() as slack:
        slack.add(Team(TEAM, "xoxb-1"))
        yield slack


@pytest.fixture
async def vigie(server: OtherSlack, mode: str, request: pytest.FixtureRequest) -> AsyncIterator[Vigie]:
    """The bot, connected to it: over HTTP on SQLite, by sockets on PostgreSQL."""
    sockets = mode == "sockets"
    url = request.getfixturevalue("shared_postgres" if sockets else "sqlite_database")
    vigie = Vigie(
        Settings(
            VIGIE_DATABASE_URL=url, VIGIE_PORT=0, VIGIE_CHANNEL="CDESK0001",
            SLACK_API_URL=f"{server.url}api/", SLACK_BOT_TOKEN=SecretStr("xoxb-1"),
            SLACK_SIGNING_SECRET=None if sockets else SecretStr(SECRET),
            SLACK_APP_TOKEN=SecretStr(APP_TOKEN) if sockets else None,
        )
    )  # fmt: skip
    await vigie.start()
    server.events_url = f"{vigie.address}/slack/events"
    yield vigie
    await vigie.stop()


@pytest.fixture
def slack(server: OtherSlack, vigie: Vigie) -> OtherSlack:
    """That server, with the bot connected to it."""
    assert vigie.ready
    return server


async def test_a_ticket_lives_from_new_to_resolved_on_a_server_that_knows_five_methods(slack: OtherSlack) -> None:
    status, answer = await slack.command(TEAM, "UANA", "new sev1 Link down in Sydney", "CDESK0001")
    assert (status, answer["response_type"]) == (200, "ephemeral")
    assert "#1" in answer["text"]
    await slack.until(lambda: bool(slack.texts(TEAM)))
    card = slack.card(TEAM, 1)
    assert card["channel"] == "CDESK0001"
    assert (await slack.press(TEAM, "UANA", "CDESK0001", button(card, "take"), card["ts"]))[0] == 200
    await slack.until(lambda: "UANA" in json.dumps(slack.card(TEAM, 1)))
    assert (await slack.press(TEAM, "UANA", "CDESK0001", button(slack.card(TEAM, 1), "update"), card["ts"]))[0] == 200
    ((_, view),) = slack.views
    values = {"text": {"value": {"type": "plain_text_input", "value": "We are on it"}}}
    status, answer = await slack.payload(
        "view_submission", TEAM, "UANA", view={**view, "state": {"values": values}}, response_urls=[]
    )
    assert (status, answer) == (200, {})
    await slack.until(lambda: any("We are on it" in text for text in slack.texts(TEAM)))
    reaction = {"type": "reaction_added", "user": "UANA", "reaction": "white_check_mark", "event_ts": "1.1",
                "item": {"type": "message", "channel": "CDESK0001", "ts": card["ts"]}}  # fmt: skip
    assert (await slack.event(TEAM, reaction))[0] == 200
    await slack.until(lambda: "resolved" in json.dumps(slack.card(TEAM, 1)).lower())


async def test_what_such_a_server_does_not_know_is_tried_once_and_costs_nothing_else(
    slack: OtherSlack, vigie: Vigie
) -> None:
    await slack.command(TEAM, "UANA", "new sev1 Link down in Sydney", "CDESK0001")
    await slack.until(lambda: bool(slack.texts(TEAM)))
    card = slack.card(TEAM, 1)
    opened = {"type": "app_home_opened", "user": "UANA", "channel": "D1", "tab": "home"}
    climb = {"type": "reaction_added", "user": "UANA", "reaction": "rotating_light", "event_ts": "1.1",
             "item": {"type": "message", "channel": "CDESK0001", "ts": card["ts"]}}  # fmt: skip
    for event in (opened, climb):
        assert (await slack.event(TEAM, event))[0] == 200
    await slack.until(lambda: bool(slack.asked("views.publish") and slack.asked("conversations.open")))
    assert vigie.desk is not None
    database = vigie.desk.database

    def left() -> set[tuple[str, str]]:
        found = database.read_now(lambda session: find_entries(session, Which(states=("pending", "failed"))))
        return {(entry.kind, entry.reason or "") for entry in found}

    await becomes(left, {("refusal", "unknown_method")})  # a page may be planned anew meanwhile, as its lists changed
    await slack.command(TEAM, "UANA", "take 1", "CDESK0001")
    await slack.until(lambda: "UANA" in json.dumps(slack.card(TEAM, 1)))


async def test_a_bots_reaction_does_nothing_and_nobody_is_told(slack: OtherSlack, vigie: Vigie) -> None:
    await slack.command(TEAM, "UANA", "new sev1 Link down in Sydney", "CDESK0001")
    await slack.until(lambda: bool(slack.texts(TEAM)))
    card, said = slack.card(TEAM, 1), len(slack.asked("chat.postEphemeral"))
    slack.knows |= {"users.info"}
    slack.people["UROBOT"] = {"is_bot": True}
    for name in ("rotating_light", "eyes", "ticket"):
        reaction = {"type": "reaction_added", "user": "UROBOT", "reaction": name, "event_ts": "1.1",
                    "item": {"type": "message", "channel": "CDESK0001", "ts": card["ts"]}}  # fmt: skip
        assert (await slack.event(TEAM, reaction))[0] == 200
    assert vigie.runner is not None
    assert vigie.desk is not None
    await vigie.runner.settle()
    assert len(slack.asked("chat.postEphemeral")) == said
    assert not slack.asked("conversations.open")
    assert not await vigie.desk.database.read(
        lambda session: find_entries(session, Which(states=("pending", "failed")))
    )
    assert "Level 1" not in json.dumps(slack.card(TEAM, 1))


async def test_what_names_no_workspace_is_for_the_only_one_and_what_names_another_is_not(slack: OtherSlack) -> None:
    nameless = {"team_id": None, "team_domain": None, "is_enterprise_install": None}
    assert "#1" in (await slack.command(TEAM, "UANA", "new sev1 Link down", "CDESK0001", **nameless))[1]["text"]
    assert "#1" in json.dumps((await slack.command(TEAM, "UANA", "show 1", "CDESK0001"))[1])
    status, answer = await slack.command("T0OTHER", "UANA", "show 1", "CDESK0001")
    assert (status, "works for another workspace" in answer["text"]) == (200, True)
    assert "Link down" not in json.dumps(answer)


@pytest.mark.parametrize("mode", ["sockets"], indirect=True)
async def test_a_socket_that_reconnects_leaves_no_gap(slack: OtherSlack) -> None:
    await slack.hang_up()
    for number in range(1, 6):
        status, answer = await slack.command(TEAM, "UANA", "new sev1 Link down", "CDESK0001")
        assert (status, f"#{number}" in answer["text"]) == (200, True)
    await slack.until(lambda: slack.connections == 2)


@pytest.mark.parametrize("mode", ["sockets"], indirect=True)
async def test_an_envelope_that_is_delivered_again_acts_once(slack: OtherSlack) -> None:
    await slack.command(TEAM, "UANA", "new sev1 Link down", "CDESK0001")
    await slack.until(lambda: bool(slack.texts(TEAM)))
    card = slack.card(TEAM, 1)
    said = {"type": "message", "user": "UANA", "text": "It is the router", "channel": "CDESK0001", "ts": "99.1",
            "thread_ts": card["ts"]}  # fmt: skip
    body = {"type": "event_callback", "team_id": TEAM, "event": said, "event_id": "Ev1", "event_time": 1,
            "authorizations": [{"team_id": TEAM, "enterprise_id": None, "is_enterprise_install": False}]}  # fmt: skip
    for _ in range(3):
        assert (await slack.envelope("events_api", body, "env-same"))[0] == 200
    shown = json.dumps((await slack.command(TEAM, "UANA", "why 1"))[1])
    assert shown.count("It is the router") <= 1


async def test_both_transports_listen_as_they_should(slack: OtherSlack) -> None:
    assert slack.connections in (0, 2)
    assert len(slack.asked("apps.connections.open")) == slack.connections
