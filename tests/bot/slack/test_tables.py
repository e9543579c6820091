"""A table is sent where the workspace takes it; where it does not, each row is a line and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackClient
from bot.slack.forms import render_view
from bot.slack.render import render_message
from bot.slack.tables import PROBE, without_tables
from bot.slack_emulator.blocks import check_blocks, check_view
from bot.wording.card import Card, Cell, Line, Table
from bot.wording.sentences import Link, Named
from tests.bot.slack.limits import shown

Json = dict[str, Any]
HOSTILE = "<!channel> *x* & </a> :eyes:"


def card_of(rows: int, text: str = HOSTILE) -> Card:
    made = tuple(
        (
            Cell(("🔴 ", Link(f"#{n} {text}", "https://chat.example/archives/C1/p1"))), Cell(("Severity 1",), 1.0),
            Cell(("open",)), Cell((), 1e9), Cell((Named("slack:U1", text),)),
        )
        for n in range(rows)
    )  # fmt: skip
    return Card(("Queue",), (Line(("Queue",)), Table("Queue", ("Ticket", "Severity", "State", "Due", "Owner"), made)))


class Workspace:
    """A server that knows tables or does not."""

    def __init__(self, *, tables: bool, error: str = "invalid_blocks") -> None:
        self.tables, self.error = tables, error
        self.asked: list[list[str]] = []

    async def api_call(self, _method: str, *, json: Json, **_: Any) -> Json:
        kinds = [block["type"] for block in json["blocks"]]
        self.asked.append(kinds)
        if "data_table" in kinds and not self.tables:
            raise SlackApiError("refused", {"ok": False, "error": self.error})  # type: ignore[no-untyped-call]
        return {"ok": True}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[SlackClient, Workspace]:
    workspace: Workspace = request.param
    monkeypatch.setattr(AsyncWebClient, "api_call", lambda _self, method, **how: workspace.api_call(method, **how))
    return SlackClient(token="xoxb-1"), workspace


def test_a_long_table_keeps_to_every_limit_and_so_do_its_lines() -> None:
    message = render_message(card_of(40, "é" * 200))
    assert check_blocks(message["blocks"]) == []
    assert [block["type"] for block in message["blocks"]] == ["section", "data_table"]
    assert check_blocks(without_tables(message["blocks"])) == []
    assert check_blocks([PROBE]) == []


def test_the_lines_of_a_table_say_what_stands_in_it_as_it_was_typed() -> None:
    (line,) = without_tables(render_message(card_of(1))["blocks"])[1:]
    title, state = (section["elements"] for section in line["elements"])
    assert [(piece["type"], piece["text"].strip("\u2068\u2069")) for piece in title] == [
        ("text", "🔴 "), ("link", f"#0 {HOSTILE}"),
    ]  # fmt: skip
    assert "".join(piece["text"] for piece in state).replace("\u2068", "").replace("\u2069", "") == (
        f"Severity 1 · open · {HOSTILE}"
    )


def test_over_a_page_of_ones_own_a_table_is_lines() -> None:
    view = render_view(card_of(3), "Close")
    assert check_view(view) == []
    assert "#2" in shown(view["blocks"])


@pytest.mark.parametrize("client", [Workspace(tables=True)], indirect=True)
async def test_where_it_is_taken_it_stays_a_table(client: tuple[SlackClient, Workspace]) -> None:
    assert await client[0].takes_tables()
    await client[0].api_call("chat.postEphemeral", json=render_message(card_of(2)))
    assert client[1].asked == [["data_table"], ["section", "data_table"]]


@pytest.mark.parametrize("client", [Workspace(tables=False)], indirect=True)
async def test_where_it_is_refused_the_same_is_said_in_lines_and_that_is_remembered(
    client: tuple[SlackClient, Workspace],
) -> None:
    noted: list[bool] = []
    client[0].on_tables = noted.append
    await client[0].api_call("chat.postEphemeral", json=render_message(card_of(2)))
    assert client[1].asked == [["section", "data_table"], ["section", "rich_text", "rich_text"]]
    assert (noted, client[0].takes_folds) == ([False], True)


@pytest.mark.parametrize(
    "client", [Workspace(tables=False, error=code) for code in ("invalid_blocks", "unknown_method")], indirect=True
)
async def test_a_server_that_cannot_say_gets_no_tables(client: tuple[SlackClient, Workspace]) -> None:
    assert not await client[0].takes_tables()
