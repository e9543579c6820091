"""Conversations are kept as they are met, found as people call them, and left alone once they are closed to us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.runtime import DeskRuntime
from bot.teams.channels import TeamsChannels, plainly
from bot.teams.client import ConnectorClient
from bot.teams.conversations import Conversations, channel_in
from bot.teams.payload import activity_of
from storage.cause import Cause
from storage.channels import Channel, ChannelKind, close_channel, find_channel, load_channels
from storage.tables.outbox import OutboxRow
from tests.bot.teams.outward.conftest import ANA, SUPPORT, TEAM
from tests.factories import NOW
from tests.fakes.bot_connector import TENANT, BotConnector, error, member

HERE, OTHER = "19:support@thread.tacv2", "19:other@thread.tacv2"
ELSEWHERE = "https://smba.example/apac/"


def arrives(conversation: str = HERE, kind: str = "channel", **other: Any) -> Any:
    raw = {
        "type": "message", "id": "1", "from": {"id": "29:ana", "name": "Ana"}, "recipient": {"id": "28:vigie"},
        "serviceUrl": ELSEWHERE, "text": "Hello",
        "conversation": {"id": conversation, "conversationType": kind, "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    }  # fmt: skip
    return activity_of(raw | other)


@pytest.fixture
def met() -> list[str]:
    return []


@pytest.fixture
def conversations(on_teams: DeskRuntime, met: list[str]) -> Conversations:
    async def meet() -> None:
        met.append("met")

    return Conversations(on_teams, meet)


@pytest.fixture
def channels(on_teams: DeskRuntime, client: ConnectorClient, connector: BotConnector) -> TeamsChannels:
    return TeamsChannels(on_teams.database, on_teams.organisation_id, client, connector.url, TENANT, on_teams.now)


async def find(desk: DeskRuntime, key: str) -> Channel | None:
    return await desk.database.read(partial(find_channel, organisation_id=desk.organisation_id, key=key))


async def known(desk: DeskRuntime) -> list[Channel]:
    load = partial(load_channels, organisation_id=desk.organisation_id, platform="teams")
    return list((await desk.database.read(load)).values())


async def close(desk: DeskRuntime, key: str = SUPPORT, cause: Cause = Cause.NOT_A_MEMBER) -> None:
    shut = partial(close_channel, organisation_id=desk.organisation_id, key=key, cause=cause, now=NOW)
    await desk.database.write(shut)


async def announced(desk: DeskRuntime) -> list[tuple[str, str, str]]:
    query = select(OutboxRow).where(OutboxRow.kind == "channel_lost").order_by(OutboxRow.id)  # type: ignore[arg-type]
    rows = await desk.database.read(lambda session: list(session.exec(query)))
    return [(row.platform, row.channel, row.data["channel"]) for row in rows]


async def test_how_a_conversation_is_reached_is_followed(
    on_teams: DeskRuntime, conversations: Conversations, met: list[str]
) -> None:
    named = {"channel": {"id": HERE, "name": "Support desk"}, "team": {"id": TEAM, "name": "IT"}}
    await conversations.heard(arrives(f"{HERE};messageid=1700", channelData=named))
    found = await find(on_teams, SUPPORT)
    assert found == Channel(
        SUPPORT, ChannelKind.CHANNEL, ELSEWHERE, workspace=TENANT, name="Support desk", team=TEAM, team_name="IT"
    )
    await on_teams.drain()
    await conversations.heard(arrives())
    assert await find(on_teams, SUPPORT) == found, "what is left out stays"


async def test_a_new_group_and_a_new_chat_with_one_person_are_kept(
    on_teams: DeskRuntime, conversations: Conversations, met: list[str]
) -> None:
    await conversations.heard(arrives("19:abc@thread.v2", "groupChat"))
    await conversations.heard(arrives("a:1xyz", "personal"))
    group, alone = await find(on_teams, "teams:19:abc@thread.v2"), await find(on_teams, "teams:a:1xyz")
    assert group is not None
    assert alone is not None
    assert (group.kind, group.person) == (ChannelKind.GROUP, None)
    assert (alone.kind, alone.person) == (ChannelKind.PERSONAL, ANA)


ODD = [
    {"serviceUrl": ""}, {"serviceUrl": 5}, {"conversation": {}}, {"conversation": {"id": "x", "conversationType": "x"}},
    {"conversation": None}, {"conversation": {"id": 5, "conversationType": "channel"}},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
async def test_what_cannot_be_answered_is_not_kept(conversations: Conversations, odd: dict[str, Any]) -> None:
    before = await known(conversations.desk)
    await conversations.heard(arrives(**odd))
    assert channel_in(arrives(**odd)) is None
    assert await known(conversations.desk) == before


def test_what_a_bot_does_in_a_chat_is_not_that_bots_conversation() -> None:
    found = channel_in(arrives("a:1xyz", "personal", **{"from": {"id": "28:vigie"}}))
    assert found is not None
    assert found.person is None


async def test_the_same_again_is_not_written_again(
    on_teams: DeskRuntime, conversations: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    async def count(work: Any) -> Any:
        written.append(1)
        return await type(on_teams.database).write(on_teams.database, work)

    monkeypatch.setattr(on_teams.database, "write", count)
    for _ in range(20):
        await conversations.heard(arrives())
    assert len(written) == 1
    await on_teams.drain()


async def test_we_are_taken_out_and_let_in_again(
    on_teams: DeskRuntime, conversations: Conversations, connector: BotConnector
) -> None:
    await conversations.heard(arrives())
    await conversations.closed(arrives(type="installationUpdate", action="remove"))
    found = await find(on_teams, SUPPORT)
    assert found is not None
    assert found.closed_cause is Cause.NOT_A_MEMBER
    assert await announced(on_teams) == [("slack", "slack:CDESK", SUPPORT)], "the desk hears of it in its other channel"
    await conversations.heard(arrives())
    found = await find(on_teams, SUPPORT)
    assert found is not None
    assert found.closed_at is None


async def test_a_team_takes_its_channels_along(on_teams: DeskRuntime, conversations: Conversations) -> None:
    of_team = {"team": {"id": TEAM}, "tenant": {"id": TENANT}}
    await conversations.heard(arrives(OTHER, channelData=of_team))
    gone = arrives(TEAM, channelData={**of_team, "eventType": "teamDeleted"}, type="conversationUpdate")
    await conversations.closed(gone)
    assert all(each.closed_at is not None for each in await known(on_teams))
    assert await announced(on_teams) == [("slack", "slack:CDESK", SUPPORT)]


async def test_an_archived_team_opens_as_a_whole_when_it_is_brought_back(
    on_teams: DeskRuntime, conversations: Conversations
) -> None:
    of_team = {"team": {"id": TEAM}, "tenant": {"id": TENANT}}
    await conversations.heard(arrives(OTHER, channelData=of_team))
    await close(on_teams, f"teams:{OTHER}", Cause.NOT_FOUND)
    event: dict[str, Any] = {"type": "conversationUpdate", "channelData": {**of_team, "eventType": "teamArchived"}}
    await conversations.closed(arrives(TEAM, **event))
    assert {each.key: each.closed_cause for each in await known(on_teams)} == {
        SUPPORT: Cause.ARCHIVED, f"teams:{OTHER}": Cause.NOT_FOUND,
    }  # fmt: skip
    await conversations.heard(arrives(TEAM, **{**event, "channelData": {**of_team, "eventType": "teamUnarchived"}}))
    assert {each.key for each in await known(on_teams) if each.closed_at is not None} == {f"teams:{OTHER}"}
    await on_teams.drain()


async def test_a_deleted_channel_takes_no_other_along(on_teams: DeskRuntime, conversations: Conversations) -> None:
    data = {"team": {"id": TEAM}, "channel": {"id": HERE}, "eventType": "channelDeleted", "tenant": {"id": TENANT}}
    await conversations.heard(arrives(OTHER, channelData={"team": {"id": TEAM}}))
    await conversations.closed(arrives(TEAM, channelData=data, type="conversationUpdate"))
    shut = {each.key: each.closed_cause for each in await known(on_teams)}
    assert shut == {SUPPORT: Cause.NOT_FOUND, f"teams:{OTHER}": None}


async def test_an_admin_hears_of_a_customers_channel_and_where_the_desk_has_no_other(
    on_teams: DeskRuntime, conversations: Conversations
) -> None:
    desk = replace(on_teams.policy.desk, channels=(SUPPORT,), customer_channels={f"teams:{OTHER}": "Fabrikam"})
    on_teams.policy = replace(on_teams.policy, desk=desk)
    for channel in (OTHER, HERE):
        await conversations.heard(arrives(channel))
        await conversations.closed(arrives(channel, type="installationUpdate", action="remove"))
    assert await announced(on_teams) == [("teams", "", f"teams:{OTHER}"), ("teams", "", SUPPORT)]


async def test_leaving_one_person_closes_that_chat_alone(on_teams: DeskRuntime, conversations: Conversations) -> None:
    await conversations.heard(arrives("a:1xyz", "personal"))
    await conversations.closed(arrives("a:1xyz", "personal", type="installationUpdate", action="remove"))
    assert {each.key for each in await known(on_teams) if each.closed_at is not None} == {"teams:a:1xyz"}
    assert await announced(on_teams) == []


NAMED = {
    HERE: SUPPORT, SUPPORT: SUPPORT, "support": SUPPORT, "#Support": SUPPORT, "Contoso IT / support": SUPPORT,
    "contoso it/Support": SUPPORT, "teams:#support": SUPPORT,
    "https://teams.microsoft.com/l/channel/19%3Asupport%40thread.tacv2/support?groupId=1&tenantId=2": SUPPORT,
    "General": f"teams:{TEAM}", "other": f"teams:{OTHER}", "Contoso IT / other": f"teams:{OTHER}",
    "Other team / support": None, "nowhere": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize("named", NAMED)
async def test_a_channel_is_found_as_people_call_it(
    channels: TeamsChannels, connector: BotConnector, named: str
) -> None:
    connector.channels = [{"id": TEAM, "name": None}, {"id": HERE, "name": "support"}, {"id": OTHER, "name": "other"}]
    assert await channels.find(named) == NAMED[named]
    assert channels.is_id(named) is plainly(named).startswith("19:")


async def test_of_two_with_the_same_name_the_team_says_which(
    on_teams: DeskRuntime, conversations: Conversations, channels: TeamsChannels
) -> None:
    data = {"team": {"id": "19:hr", "name": "HR"}, "channel": {"id": OTHER, "name": "support"}}
    await conversations.heard(arrives(OTHER, channelData=data))
    assert await channels.find("support") is None
    assert await channels.find("HR / support") == f"teams:{OTHER}"
    await close(on_teams)
    assert await channels.find("support") == f"teams:{OTHER}"


@pytest.mark.parametrize(("status", "found"), [(None, True), (403, False), (404, False), (503, True), (401, True)])
async def test_a_channel_that_teams_never_spoke_of_is_asked_for_and_else_taken_at_its_word(
    channels: TeamsChannels, connector: BotConnector, status: int | None, found: bool
) -> None:
    connector.people[OTHER] = [member("29:ana", "Ana")]
    if status is not None:
        connector.refused_in = {OTHER: error(status, "No")}
    assert await channels.find(OTHER) == (f"teams:{OTHER}" if found else None)


async def test_a_channel_that_is_closed_to_us_is_not_found(on_teams: DeskRuntime, channels: TeamsChannels) -> None:
    await close(on_teams)
    assert await channels.find(HERE) is None
    assert await channels.find("support") is None


async def test_what_was_not_found_is_not_asked_for_all_the_time(
    channels: TeamsChannels, connector: BotConnector
) -> None:
    now = [NOW]
    channels.now = lambda: now[0]

    async def asked(at: datetime) -> int:
        now[0], before = at, len(connector.asked)
        assert await channels.find("nowhere") is None
        return len(connector.asked) - before

    minute = timedelta(minutes=1)
    assert [await asked(NOW), await asked(NOW + 0.5 * minute), await asked(NOW + minute)] == [1, 0, 1]


async def test_a_team_that_cannot_be_listed_finds_nothing_and_stops_nothing(
    channels: TeamsChannels, connector: BotConnector
) -> None:
    connector.refused_in = {"/v3/teams": error(503)}
    assert await channels.find("other") is None
    assert await channels.find("support") == SUPPORT


async def test_a_channel_that_came_without_its_name_is_asked_for_it(
    on_teams: DeskRuntime, conversations: Conversations, channels: TeamsChannels, connector: BotConnector
) -> None:
    connector.channels = [{"id": HERE, "name": "support"}, {"id": OTHER, "name": "other"}]
    await channels.learn_names()
    assert connector.asked == [], "each has one"
    await conversations.heard(arrives(OTHER, serviceUrl=connector.url, channelData={"team": {"id": TEAM}}))
    await on_teams.drain()
    await channels.learn_names()
    found = await find(on_teams, f"teams:{OTHER}")
    assert found is not None
    assert (found.name, found.service_url) == ("other", connector.url)
