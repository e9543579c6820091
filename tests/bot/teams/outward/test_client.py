"""Every call goes where it should, with a token, once; and to no address but Teams'."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.outbound.entra import NoTokenError
from bot.teams import client as module
from bot.teams.client import ConnectorClient
from bot.teams.errors import AddressRefusedError, ConnectorError
from tests.fakes.bot_connector import CUT, TENANT, BotConnector, Says, SomeTokens, error, member

WHERE, ROOT = "19:support@thread.tacv2", "1700"
CARD = {"type": "message", "attachments": [{}]}
PLACE = f"/emea/v3/conversations/{WHERE}"
IN_THREAD = f"{PLACE};messageid={ROOT}"

Calls = Callable[[ConnectorClient, str], Awaitable[Any]]
CALLS: dict[str, tuple[Calls, str, str, dict[str, str]]] = {
    "post": (lambda to, url: to.post(url, WHERE, CARD), "POST", f"{PLACE}/activities", {}),
    "in a thread": (lambda to, url: to.post(url, WHERE, CARD, root=ROOT), "POST", f"{IN_THREAD}/activities", {}),
    "to one": (
        lambda to, url: to.post(url, WHERE, CARD, root=ROOT, to="29:ana"),
        "POST", f"{IN_THREAD}/activities", {"isTargetedActivity": "true"},
    ),
    "update": (lambda to, url: to.update(url, WHERE, "17", CARD), "PUT", f"{PLACE}/activities/17", {}),
    "update to one": (
        lambda to, url: to.update(url, WHERE, "17", CARD, private=True),
        "PUT", f"{PLACE}/activities/17", {"isTargetedActivity": "true"},
    ),
    "delete": (lambda to, url: to.delete(url, WHERE, "17", root=ROOT), "DELETE", f"{IN_THREAD}/activities/17", {}),
    "delete to one": (
        lambda to, url: to.delete(url, WHERE, "17", private=True),
        "DELETE", f"{PLACE}/activities/17", {"isTargetedActivity": "true"},
    ),
    "open": (lambda to, url: to.open_with(url, "29:ana", TENANT), "POST", "/emea/v3/conversations", {}),
    "channels": (lambda to, url: to.channels(url, "19:it"), "GET", "/emea/v3/teams/19:it/conversations", {}),
    "team": (lambda to, url: to.team(url, "19:it"), "GET", "/emea/v3/teams/19:it", {}),
    "react": (
        lambda to, url: to.react(url, WHERE, "17", "1f44b_wavinghand"),
        "PUT", f"{PLACE}/activities/17/reactions/1f44b_wavinghand", {},
    ),
    "take off": (
        lambda to, url: to.react(url, WHERE, "17", "like", add=False),
        "DELETE", f"{PLACE}/activities/17/reactions/like", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
async def test_each_call_has_its_place(client: ConnectorClient, connector: BotConnector, call: str) -> None:
    asking, method, path, query = CALLS[call]
    await asking(client, connector.url)
    (asked,) = connector.asked
    assert (asked.method, asked.path, asked.query, asked.token) == (method, path, query, "token-0")


async def test_whom_a_private_message_is_for_is_said_when_it_is_made_and_never_again(
    client: ConnectorClient, connector: BotConnector
) -> None:
    assert await client.post(connector.url, WHERE, CARD, to="29:ana") == "1700000000001"
    await client.update(connector.url, WHERE, "17", CARD, private=True)
    made, changed = connector.asked
    assert made.body["recipient"] == {"id": "29:ana", "isTargeted": True}
    assert "recipient" not in changed.body
    assert changed.body["id"] == "17"


async def test_a_conversation_with_one_person_is_asked_for_in_their_tenant(
    client: ConnectorClient, connector: BotConnector
) -> None:
    assert await client.open_with(connector.url, "29:ana", TENANT) == "a:29:ana"
    (asked,) = connector.asked
    assert asked.body == {
        "isGroup": False, "bot": {"id": "28:vigie"}, "members": [{"id": "29:ana"}], "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }  # fmt: skip


async def test_a_roster_is_read_page_by_page(client: ConnectorClient, connector: BotConnector) -> None:
    connector.people[WHERE] = [member(f"29:{number}") for number in range(7)]
    connector.page = 3
    found = [each["id"] async for each in client.members(connector.url, WHERE)]
    assert found == [f"29:{number}" for number in range(7)]
    assert len(connector.asked) == 3
    assert (await client.member(connector.url, WHERE, "29:3"))["id"] == "29:3"
    with pytest.raises(ConnectorError, match="404 MemberNotFoundInConversation"):
        await client.member(connector.url, WHERE, "29:nobody")


async def test_a_roster_without_an_end_is_left(
    client: ConnectorClient, connector: BotConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 3)
    connector.page = 1
    connector.people[WHERE] = [member(f"29:{number}") for number in range(7)]
    assert len([each async for each in client.members(connector.url, WHERE)]) == 3


async def test_a_token_that_is_refused_is_replaced_once(
    client: ConnectorClient, connector: BotConnector, tokens: SomeTokens
) -> None:
    connector.next = [error(401)]
    assert await client.post(connector.url, WHERE, CARD)
    assert [each.token for each in connector.asked] == ["token-0", "token-1"]
    connector.next = [error(401), error(401), error(401)]
    with pytest.raises(ConnectorError, match="401"):
        await client.post(connector.url, WHERE, CARD)
    assert len(connector.asked) == 4
    tokens.fails = NoTokenError("the secret has expired", is_refused=True)
    with pytest.raises(NoTokenError):
        await client.post(connector.url, WHERE, CARD)


@pytest.mark.parametrize("answer", [error(503), error(429, "Throttled", Retry_After="3"), error(500), CUT])
async def test_nothing_else_is_tried_again(client: ConnectorClient, connector: BotConnector, answer: Any) -> None:
    connector.next = [answer]
    with pytest.raises((ConnectorError, aiohttp.ClientError)):
        await client.post(connector.url, WHERE, CARD)
    assert len(connector.asked) == 1


@pytest.mark.parametrize("url", ["https://evil.example/", "http://127.0.0.1:1/", "", "file:///etc/passwd"])
async def test_no_token_goes_to_an_address_that_is_none_of_teams(
    client: ConnectorClient, tokens: SomeTokens, url: str
) -> None:
    with pytest.raises(AddressRefusedError):
        await client.post(url, WHERE, CARD)
    assert tokens.had == [], "it is not even fetched"


async def test_a_redirection_is_not_followed(client: ConnectorClient, connector: BotConnector) -> None:
    connector.next = [error(302, "Moved", Location="https://evil.example/")]
    with pytest.raises(ConnectorError, match="302"):
        await client.post(connector.url, WHERE, CARD)
    assert len(connector.asked) == 1


@pytest.mark.parametrize("odd", ["19:a/../../teams/19:b", "19:a?x=1", "19:a#b", "19:a%2F..", "19:ü b", ".."])
async def test_an_id_stays_one_part_of_the_path(client: ConnectorClient, connector: BotConnector, odd: str) -> None:
    await client.post(connector.url, odd, CARD)
    (asked,) = connector.asked
    assert asked.query == {}
    assert asked.path == f"/emea/v3/conversations/{odd}/activities"


async def test_a_call_ends_when_nobody_answers(
    client: ConnectorClient, connector: BotConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    connector.answers.clear()
    with pytest.raises(TimeoutError):
        await client.post(connector.url, WHERE, CARD)


@pytest.mark.parametrize("body", ["", "null", "[1]", "no JSON", '{"id": 5}', "{" * 5000])
async def test_an_answer_that_is_no_answer_names_no_message(
    client: ConnectorClient, connector: BotConnector, body: str
) -> None:
    connector.next = [Says(200, body=body)]
    assert await client.post(connector.url, WHERE, CARD) == ""
