"""A block that folds is tried, and where a workspace refuses it, the same is said without folds, at once."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackClient, unfolded
from bot.slack.render import render_message
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import READERS, opened
from tests.bot.slack.limits import against_message, shown

Json = dict[str, Any]
CARD = render_message(ticket_card(opened(description="d" * 500).view(READERS["en"])))


class Workspace:
    """Answers as a server does that knows these types of blocks."""

    def __init__(self, *, folds: bool, refuses: str = "invalid_blocks", everything: bool = False) -> None:
        self.folds, self.refuses, self.everything = folds, refuses, everything
        self.asked: list[list[str]] = []

    async def api_call(self, _method: str, *, json: Json, **_: Any) -> Json:
        kinds = [block["type"] for block in json.get("blocks", [])]
        self.asked.append(kinds)
        if self.everything or ("container" in kinds and not self.folds):
            raise SlackApiError("refused", {"ok": False, "error": self.refuses})  # type: ignore[no-untyped-call]
        return {"ok": True}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[SlackClient, Workspace]:
    workspace: Workspace = request.param
    workspace.asked.clear()
    monkeypatch.setattr(AsyncWebClient, "api_call", lambda _self, method, **how: workspace.api_call(method, **how))
    return SlackClient(token="xoxb-1"), workspace


def folds(kinds: list[str]) -> bool:
    return "container" in kinds


def test_the_card_of_a_ticket_with_much_to_read_folds() -> None:
    assert folds([block["type"] for block in CARD["blocks"]])


def test_without_folds_the_same_is_said_in_the_same_order() -> None:
    flat = {**CARD, "blocks": unfolded(CARD["blocks"])}
    assert against_message(flat) == []
    assert not folds([block["type"] for block in flat["blocks"]])
    assert "d" * 500 in shown(flat["blocks"])


@pytest.mark.parametrize("client", [Workspace(folds=True)], indirect=True)
async def test_where_it_is_taken_it_stays(client: tuple[SlackClient, Workspace]) -> None:
    for _ in range(2):
        await client[0].api_call("chat.postMessage", json=CARD)
    assert [folds(kinds) for kinds in client[1].asked] == [True, True]


@pytest.mark.parametrize("client", [Workspace(folds=False)], indirect=True)
async def test_where_it_is_refused_nothing_is_lost_and_it_is_not_tried_again(
    client: tuple[SlackClient, Workspace],
) -> None:
    for method in ("chat.postMessage", "chat.update"):
        await client[0].api_call(method, json=CARD)
    assert [folds(kinds) for kinds in client[1].asked] == [True, False, False]


@pytest.mark.parametrize("client", [Workspace(folds=False, everything=True)], indirect=True)
async def test_what_is_refused_without_folds_as_well_is_refused_for_another_reason(
    client: tuple[SlackClient, Workspace],
) -> None:
    with pytest.raises(SlackApiError):
        await client[0].api_call("chat.postMessage", json=CARD)
    assert client[0].takes_folds


@pytest.mark.parametrize("client", [Workspace(folds=False, refuses="channel_not_found")], indirect=True)
async def test_another_refusal_is_not_taken_for_it(client: tuple[SlackClient, Workspace]) -> None:
    with pytest.raises(SlackApiError):
        await client[0].api_call("chat.postMessage", json=CARD)
    assert len(client[1].asked) == 1
