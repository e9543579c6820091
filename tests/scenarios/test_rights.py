"""Rights follow what the platform says today: who installs again, is demoted, made a guest or leaves keeps nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Vigie
from bot.server.settings import Settings
from bot.slack.people import People
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack
from tests.scenarios.inside import slack_of
from tests.scenarios.test_many_workspaces import install, rows, settings
from tests.waiting import becomes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ACME = Team("T0ACME", "xoxb-acme", members=("UANA", "UBEN", "UZOE"))
Json = dict[str, Any]
GUEST: Json = {"is_restricted": True, "is_admin": False}
OUT = {
    "demoted": {"is_admin": False},
    "made a guest": GUEST,
    "a guest of one channel": {"is_ultra_restricted": True},
    "gone": {"deleted": True},
    "of another company": {"team_id": "T0OTHER", "is_stranger": True},
}


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    async with other_slack(USUAL) as slack:
        yield slack


@pytest.fixture
async def vigie(
    slack: OtherSlack, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> AsyncIterator[Vigie]:
    """Installed by Ana, who is nobody special in the workspace."""
    monkeypatch.chdir(tmp_path)
    running = Vigie(settings(slack, database_url))
    await running.start()
    slack.events_url = f"{running.address}/slack/events"
    assert (await install(running, slack, http, ACME))[0] == 200
    yield running
    await running.stop()


def people_of(vigie: Vigie) -> People:
    (workspace,) = slack_of(vigie).workspaces
    return workspace.people


async def may_set_up(slack: OtherSlack, user: str) -> bool:
    return "Only" not in json.dumps((await slack.command(ACME.id, user, "setup"))[1])


async def test_installing_again_changes_tokens_never_people(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession
) -> None:
    assert not await may_set_up(slack, "UZOE")
    again = Team(ACME.id, "xoxb-acme-2", members=ACME.members)
    assert (await install(vigie, slack, http, again, authed_user={"id": "UZOE"}))[0] == 200
    await people_of(vigie).refresh()
    assert (await may_set_up(slack, "UZOE"), await may_set_up(slack, "UANA")) == (False, True)
    assert (await rows(vigie))[ACME.id].installer == "slack:UANA"


async def test_nor_does_it_after_vigie_was_removed(
    vigie: Vigie, slack: OtherSlack, http: aiohttp.ClientSession
) -> None:
    await slack.event(ACME.id, {"type": "app_uninstalled"})
    again = Team(ACME.id, "xoxb-acme-2", members=ACME.members)
    assert (await install(vigie, slack, http, again, authed_user={"id": "UZOE"}))[0] == 200
    await people_of(vigie).refresh()
    assert (await may_set_up(slack, "UZOE"), await may_set_up(slack, "UANA")) == (False, True)


async def test_where_the_workspace_has_admins_whoever_installed_it_is_one_only_as_one_of_them(
    vigie: Vigie, slack: OtherSlack
) -> None:
    slack.people["UZOE"] = {"is_admin": True}
    await people_of(vigie).refresh_roles()
    assert await may_set_up(slack, "UANA")
    await slack.command(ACME.id, "UZOE", "help", "CELSEWHERE")
    await people_of(vigie).meet("UZOE")
    assert (await may_set_up(slack, "UZOE"), await may_set_up(slack, "UANA")) == (True, False)
    slack.people["UANA"] = {"is_owner": True}
    await people_of(vigie).refresh_roles()
    assert (await may_set_up(slack, "UZOE"), await may_set_up(slack, "UANA")) == (True, True)


@pytest.mark.parametrize("how", OUT.values(), ids=OUT.keys())
@pytest.mark.parametrize("told", ["asked", "asked every hour", "by an event"])
async def test_whoever_is_an_admin_no_more_is_none_within_minutes(
    vigie: Vigie, slack: OtherSlack, how: Json, told: str
) -> None:
    slack.people["UADM"] = {"is_admin": True}
    await slack.command(ACME.id, "UADM", "help", "CELSEWHERE")  # in no channel that Vigie reads
    people = people_of(vigie)
    await people.meet("UADM")
    assert await may_set_up(slack, "UADM")
    slack.people["UADM"] = {"is_admin": True, **how}
    if told == "by an event":
        user = {"id": "UADM", "team_id": ACME.id, "profile": {"real_name": "Adam"}, **slack.people["UADM"]}
        await slack.event(ACME.id, {"type": "user_change", "user": user})
        await becomes(lambda: "slack:UADM" in people.desk.roster.roles, wanted=False)  # it is answered first
    elif told == "asked":
        await people.refresh_roles()
    else:
        await people.refresh()
    assert not await may_set_up(slack, "UADM")
    assert not any("UADM" in person for person in people.desk.roster.roles)


@pytest.mark.parametrize("how", [GUEST, {"deleted": True}])
async def test_the_installer_too(vigie: Vigie, slack: OtherSlack, how: Json) -> None:
    slack.people["UANA"] = how
    await people_of(vigie).refresh_roles()
    assert not await may_set_up(slack, "UANA")


async def test_news_of_somebody_nobody_knows_is_let_go(vigie: Vigie, slack: OtherSlack) -> None:
    before = dict(people_of(vigie).desk.directory.accounts)
    odd: list[Any] = [None, "UANA", {}, {"id": 3}, {"id": "UNEW", "is_admin": True}, {"id": "UANA", "profile": []}]
    for user in odd:
        assert (await slack.event(ACME.id, {"type": "user_change", "user": user}))[0] == 200
    await people_of(vigie).refresh_roles()
    assert "slack:UNEW" not in people_of(vigie).desk.directory.accounts
    assert before.keys() <= people_of(vigie).desk.directory.accounts.keys()


async def test_everybody_with_a_role_has_their_turn_however_many_they_are(
    vigie: Vigie, slack: OtherSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = people_of(vigie)
    await people.refresh()
    for name in [f"UADM{n}" for n in range(7)]:
        slack.people[name] = {"is_admin": True}
        await people.meet(name)
    monkeypatch.setattr("bot.slack.people.AT_ONCE", 3)
    slack.calls.clear()
    for _ in range(4):
        await people.refresh_roles()
    asked = [args["user"] for args in slack.asked("users.info")]
    assert len(asked) == 12
    assert {f"UADM{n}" for n in range(7)} <= set(asked)


async def test_the_desk_is_told_who_became_its_admin(vigie: Vigie, slack: OtherSlack) -> None:
    view = {
        "id": "V1", "type": "modal", "callback_id": "ticket.setup-desk", "private_metadata": "{}",
        "state": {"values": {"channel": {"value": {"type": "conversations_select", "selected_conversation": "CDESK"}}}},
    }  # fmt: skip
    status, answer = await slack.payload("view_submission", ACME.id, "UANA", view=view)
    assert (status, answer["response_action"]) == (200, "update"), answer
    slack.people["UZOE"] = {"is_admin": True}
    await people_of(vigie).refresh()
    await slack.until(lambda: any("UZOE of Acme is an admin" in text for text in slack.texts(ACME.id, "CDESK")))
    await people_of(vigie).refresh()
    assert vigie.runner is not None
    await vigie.runner.settle()
    assert len([text for text in slack.texts(ACME.id, "CDESK") if "UZOE of Acme is an admin" in text]) == 1


async def test_one_name_that_is_no_text_keeps_nobody_from_being_known(vigie: Vigie, slack: OtherSlack) -> None:
    names = {"UANA": "Ana\u2069\u202e", "UBEN": "Ben\ud800", "UZOE": "Z\x00o\u00eb\nSmith" + "e" * 500}
    for user, name in names.items():
        slack.people[user] = {"profile": {"real_name": name, "email": f"{user}\ud800@example.com"}, "tz": "\udfff"}
    slack.people["UODD"] = {"id": None}
    people = people_of(vigie)
    await people.meet("UODD")
    await people.refresh()
    for user in names:
        await people.meet(user)
    found = {person: account.name for person, account in people.desk.directory.accounts.items()}
    assert (found["slack:UANA"], found["slack:UBEN"]) == ("Ana", "Ben")
    assert found["slack:UZOE"].startswith("Zoë Smith")
    assert len(found["slack:UZOE"]) == 120


async def test_whoever_comes_and_goes_has_slack_asked_about_themselves_alone(
    slack: OtherSlack, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    slack.add(ACME)
    own: Json = {"SLACK_BOT_TOKEN": SecretStr(ACME.token), "SLACK_SIGNING_SECRET": SecretStr(SECRET)}
    running = Vigie(Settings(
        VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, SLACK_API_URL=f"{slack.url}api/", VIGIE_CHANNEL="CDESK0001",
        **own,
    ))  # fmt: skip
    await running.start()
    try:
        slack.events_url = f"{running.address}/slack/events"
        await people_of(running).refresh()
        slack.calls.clear()
        for n in range(20):
            for channel in ("CDESK0001", "CELSEWHERE"):
                kind = "member_left_channel" if n % 2 else "member_joined_channel"
                await slack.event(ACME.id, {"type": kind, "user": "ULAST", "channel": channel})
        await slack.until(lambda: len(slack.asked("users.info")) == 20)
        assert {args["user"] for args in slack.asked("users.info")} == {"ULAST"}
        assert {args["channel"] for args in slack.asked("conversations.members")} == {"CDESK0001"}
        team = replace(ACME, members=(*ACME.members, "ULAST"))
        slack.teams[ACME.token] = team
        assert "slack:ULAST" not in people_of(running).desk.roster.roles
        await people_of(running).moved("ULAST", "slack:CDESK0001")
        assert "slack:ULAST" in people_of(running).desk.roster.roles
        slack.teams[ACME.token] = ACME
        await people_of(running).moved("ULAST", "slack:CDESK0001")
        assert "slack:ULAST" not in people_of(running).desk.roster.roles
    finally:
        await running.stop()
