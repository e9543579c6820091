"""Who the desk's people are is read from rosters; who left loses what being there gave; what cannot be read stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.desk.runtime import DeskRuntime
from bot.teams.client import ConnectorClient
from bot.teams.payload import activity_of
from bot.teams.people import People, account_of
from storage.accounts import Account
from storage.cause import Cause
from storage.channels import close_channel, find_channel, troubled_channels
from tests.bot.teams.outward.conftest import ANA, SUPPORT
from tests.factories import NOW
from tests.fakes.bot_connector import TENANT, BotConnector, error, member
from triage.desk import Roles

HERE = "19:support@thread.tacv2"
BEN = "teams:29:ben"


@pytest.fixture
def people(on_teams: DeskRuntime, client: ConnectorClient) -> People:
    on_teams.policy = replace(on_teams.policy, roles=Roles())
    return People(on_teams, client, TENANT)


def acts(user: str = "29:ben", **other: Any) -> Any:
    """A message of theirs in the desk's channel."""
    raw = {
        "type": "message", "id": "1", "from": {"id": user, "name": "Ben"}, "recipient": {"id": "28:vigie"},
        "conversation": {"id": HERE, "conversationType": "channel", "tenantId": TENANT}, "text": "Hello",
    }  # fmt: skip
    return activity_of(raw | other)


READ: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a member of our tenant": ({}, {"is_external": False, "email": "ben@contoso.example"}),
    "by their login, where no email is told": ({"email": None}, {"email": "ben@contoso.example", "is_external": False}),
    "a guest by role": ({"userRole": "guest"}, {"is_external": True}),
    "a guest by name": (
        {"userPrincipalName": "ben_other.example#EXT#@contoso.onmicrosoft.com", "email": "ben@other.example"},
        {"is_external": True, "email": "ben@other.example"},
    ),
    "a guest's login is no email": (
        {"userPrincipalName": "ben_other.example#ext#@contoso.onmicrosoft.com", "email": None},
        {"is_external": True, "email": None},
    ),
    "of another tenant": ({"tenantId": "tenant-two"}, {"is_external": True}),
    "of our tenant in capitals": ({"tenantId": TENANT.upper()}, {"is_external": False}),
    "of no tenant that is told": ({"tenantId": None}, {"is_external": True}),
    "anonymous": ({"userRole": "anonymous", "aadObjectId": None, "tenantId": None}, {"is_external": True}),
    "unknown to the directory": ({"aadObjectId": None}, {"is_external": True, "alias": None}),
    "by the older name of their id": (
        {"aadObjectId": None, "objectId": "object-of-ben"}, {"alias": "teams:object-of-ben", "is_external": False},
    ),
    "called by parts of their name": ({"name": "", "givenName": "Ben", "surname": "Ruiz"}, {"name": "Ben Ruiz"}),
    "an email that is none": ({"email": "ben", "userPrincipalName": "ben"}, {"email": None}),
    "everything of another kind": (
        {"name": 5, "email": ["x"], "userPrincipalName": {}, "tenantId": 3, "userRole": None, "aadObjectId": 7},
        {"name": "", "email": None, "is_external": True},
    ),
    "a bot": ({"id": "28:other"}, {"is_bot": True}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_what_a_roster_says_of_somebody(on_teams: DeskRuntime, case: str) -> None:
    said, expected = READ[case]
    found = account_of(on_teams, member("29:ben", "Ben Ruiz") | said, TENANT)
    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize("user", [None, "", 5, "29:\x00", "x" * 500])
def test_somebody_without_an_id_is_nobody(on_teams: DeskRuntime, user: Any) -> None:
    assert account_of(on_teams, {"id": user, "name": "Ben"}, TENANT) is None


async def test_the_members_of_the_desks_channel_are_its_agents_but_for_guests_and_bots(
    people: People, connector: BotConnector
) -> None:
    connector.people[HERE] = [
        member("29:ana", "Ana Reyes"), member("29:ben", "Ben Ruiz"), member("29:dana", "Dana", userRole="guest"),
        member("28:bot", "A bot"), {"id": None},
    ]  # fmt: skip
    connector.page = 2
    await people.refresh()
    desk = people.desk
    assert {each for each in (ANA, BEN, "teams:29:dana", "teams:28:bot") if desk.roster.is_staff(each)} == {ANA, BEN}
    assert desk.roster.is_outside("teams:29:dana")
    connector.people[HERE] = [member("29:ana", "Ana Reyes")]
    await people.refresh()
    assert not desk.roster.is_staff(BEN), "whoever left"


async def test_a_person_of_the_policy_is_found_by_either_id_and_by_their_email(
    people: People, connector: BotConnector
) -> None:
    connector.people[HERE] = [member("29:ben", "Ben Ruiz"), member("29:eve", "Eve Li"), member("29:ana", "Ana Reyes")]
    named = ("teams:object-of-ben", "eve@contoso.example", ANA)
    people.desk.policy = replace(people.desk.policy, roles=Roles(agents=named))
    await people.refresh()
    assert all(people.desk.roster.is_staff(each) for each in (BEN, "teams:29:eve", ANA))


async def test_what_a_client_says_of_language_and_zone_is_kept_and_no_roster_takes_it_away(
    people: People, connector: BotConnector
) -> None:
    connector.people[HERE] = [member("29:ben", "Ben Ruiz")]
    assert not people.knows("29:ben")
    await people.meet(acts(locale="fr-FR", localTimezone="Europe/Paris"))
    assert people.knows("29:ben")
    await people.refresh()
    ben = people.desk.directory.accounts[BEN]
    assert (ben.locale, ben.timezone, ben.email) == ("fr-FR", "Europe/Paris", "ben@contoso.example")
    before = len(connector.asked)
    moved = acts(locale="en-GB", entities=[{"type": "clientInfo", "timezone": "Europe/London"}])
    await people.noticed(moved)
    await people.noticed(acts(locale="en-GB", localTimezone="Mars/Olympus"))
    ben = people.desk.directory.accounts[BEN]
    assert (ben.locale, ben.timezone) == ("en-GB", "Europe/London")
    assert len(connector.asked) == before, "for which nobody is asked"


async def test_somebody_new_is_asked_about_once_and_counts_where_they_are(
    people: People, connector: BotConnector
) -> None:
    connector.people[HERE] = [member("29:ben", "Ben Ruiz")]
    await people.meet(acts())
    await people.meet(acts())
    assert [each.path for each in connector.asked] == [f"/emea/v3/conversations/{HERE}/members/29:ben"]
    assert people.desk.roster.is_staff(BEN)


async def test_whoever_cannot_be_asked_about_stays_outside_and_is_asked_about_again(
    people: People, connector: BotConnector
) -> None:
    connector.people[HERE] = [member("29:ben", "Ben Ruiz")]
    connector.next = [error(503)]
    await people.meet(acts())
    assert people.desk.roster.is_outside(BEN)
    assert not people.knows("29:ben")
    await people.meet(acts())
    assert not people.desk.roster.is_outside(BEN)


async def test_whoever_leaves_loses_at_once_and_whoever_comes_gains(people: People, connector: BotConnector) -> None:
    connector.people[HERE] = [member("29:ana", "Ana Reyes"), member("29:ben", "Ben Ruiz")]
    await people.refresh()
    before = len(connector.asked)
    connector.people[HERE] = [member("29:ana", "Ana Reyes"), member("29:eve", "Eve Li")]
    await people.moved("29:ben", SUPPORT)
    await people.moved("29:eve", SUPPORT)
    roster = people.desk.roster
    assert [roster.is_staff(each) for each in (ANA, BEN, "teams:29:eve")] == [True, False, True]
    assert len(connector.asked) == before + 2, "they alone are asked about"
    await people.moved("29:ben", "teams:19:elsewhere@thread.tacv2")
    await people.moved("28:bot", SUPPORT)
    assert len(connector.asked) == before + 2


async def test_of_those_who_come_at_once_each_is_kept(people: People, connector: BotConnector) -> None:
    connector.people[HERE] = [member(f"29:{number}", f"Number {number}") for number in range(9)]
    await asyncio.gather(*(people.moved(f"29:{number}", SUPPORT) for number in range(9)))
    assert len(people.desk.directory.members[SUPPORT]) == 9


async def test_a_roster_that_was_asked_for_earlier_takes_nobody_back(
    people: People, connector: BotConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, goes_on = asyncio.Event(), asyncio.Event()
    before = [account_of(people.desk, member(f"29:{name}", name), TENANT) for name in ("ana", "ben")]

    async def slowly(_: object) -> list[Account | None]:
        read.set()
        await goes_on.wait()
        return before

    monkeypatch.setattr(people, "_roster", slowly)
    reading = asyncio.create_task(people.refresh())
    await read.wait()
    connector.people[HERE] = [member("29:ana", "ana"), member("29:eve", "eve")]
    await people.moved("29:eve", SUPPORT)
    await people.moved("29:ben", SUPPORT)
    goes_on.set()
    await reading
    assert people.desk.directory.members[SUPPORT] == {ANA, "teams:29:eve"}


@pytest.mark.parametrize("status", [429, 503, 403])
async def test_what_cannot_be_read_stays_as_it_is_known(people: People, connector: BotConnector, status: int) -> None:
    connector.people[HERE] = [member("29:ana", "Ana Reyes"), member("29:ben", "Ben Ruiz")]
    await people.refresh()
    connector.refused_in = {HERE: error(status, "Trouble")}
    await people.refresh()
    await people.moved("29:ben", SUPPORT)
    assert people.desk.roster.is_staff(BEN)
    troubled = partial(troubled_channels, organisation_id=people.desk.organisation_id)
    assert [each.key for each in await people.desk.database.read(troubled)] == [SUPPORT], "of which `health` speaks"
    connector.refused_in = {}
    await people.refresh()
    assert await people.desk.database.read(troubled) == []


@pytest.mark.parametrize(("cause", "opens"), [(Cause.NOT_A_MEMBER, True), (Cause.ARCHIVED, False)])
async def test_a_channel_that_was_closed_is_open_again_once_its_roster_can_be_read(
    people: People, connector: BotConnector, cause: Cause, opens: bool
) -> None:
    desk = people.desk
    close = partial(close_channel, organisation_id=desk.organisation_id, key=SUPPORT, cause=cause, now=NOW)
    await desk.database.write(close)
    connector.next = [error(403, "BotNotInConversationRoster")] if opens else []
    await people.refresh()
    find = partial(find_channel, organisation_id=desk.organisation_id, key=SUPPORT)
    assert (await desk.database.read(find)).closed_cause is cause  # type: ignore[union-attr]
    await people.refresh()
    assert ((await desk.database.read(find)).closed_at is None) is opens  # type: ignore[union-attr]


async def test_an_account_that_was_joined_stays_that_of_its_person(people: People, connector: BotConnector) -> None:
    connector.people[HERE] = [member("29:ana", "Ana R. Reyes")]
    await people.refresh()
    assert people.desk.directory.accounts[ANA] == Account(
        ANA, "Ana R. Reyes", email="ana@contoso.example", alias="teams:object-of-ana"
    )
