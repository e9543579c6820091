"""Charts are tried, and where a workspace refuses them the same is said without, at once and from then on."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.charts import AT_MOST, chart_blocks, has_charts
from bot.slack.client import SlackClient
from bot.slack.forms import render_view
from bot.slack.render import render_message
from bot.slack_emulator.blocks import check_blocks, check_view
from bot.wording.card import Card, Chart, Line, Series
from tests.bot.slack.limits import against_message

Json = dict[str, Any]
LONG = "Rétablissement du service 1"


def chart(categories: int = 3, series: int = 2, name: str = "in time") -> Chart:
    names = tuple(f"{LONG}{place}" for place in range(categories))
    values = tuple(float(place) for place in range(categories))
    return Chart("t" * 80, names, tuple(Series(name, values) for _ in range(series)), "across", "up")


def card(*charts: Chart) -> Card:
    return Card(("said",), (Line(("in words",)), *charts))


@pytest.mark.parametrize(("categories", "series"), [(1, 1), (3, 2), (20, 6), (40, 15)])
def test_whatever_is_drawn_slack_would_show(categories: int, series: int) -> None:
    message = render_message(card(chart(categories, series)))
    assert against_message(message) == []
    drawn = message["blocks"][1]["chart"]
    assert len(set(drawn["axis_config"]["categories"])) == min(categories, 20), "they are told apart"


@pytest.mark.parametrize(("categories", "series"), [(0, 1), (3, 0)])
def test_nothing_is_not_drawn(categories: int, series: int) -> None:
    assert chart_blocks(chart(categories, series)) == []


def test_a_message_has_no_more_charts_than_slack_takes() -> None:
    message = render_message(card(*[chart()] * (AT_MOST + 1)))
    assert [block["type"] for block in message["blocks"]].count("data_visualization") == AT_MOST


def test_a_window_has_no_charts() -> None:
    view = render_view(card(chart()), "Close")
    assert check_view(view) == []
    assert not has_charts(view["blocks"])


WRONG = [
    (lambda block: block.pop("title"), "missing required field: title"),
    (lambda block: block.update(title="t" * 51), "less than 51"),
    (lambda block: block["chart"]["axis_config"]["categories"].append("x"), "value for every category"),
    (lambda block: block["chart"]["series"].append(block["chart"]["series"][0]), "must be unique"),
    (lambda block: block["chart"]["series"][0]["data"][0].update(value="1"), "must provide a number"),
    (lambda block: block["chart"].update(type="radar"), "radar"),
]


@pytest.mark.parametrize(("change", "complaint"), WRONG)
def test_the_stand_in_refuses_what_slack_would_refuse(change: Any, complaint: str) -> None:
    (block,) = chart_blocks(chart())
    change(block)
    assert any(complaint in problem for problem in check_blocks([block])), check_blocks([block])


class Workspace:
    """Answers as a server does that knows no charts, and perhaps no other newer blocks."""

    def __init__(self, error: str = "invalid_blocks", *, everything: bool = False) -> None:
        self.error, self.everything = error, everything
        self.asked: list[bool] = []

    async def api_call(self, method: str, *, json: Json | None = None, **_: Any) -> Json:
        if json is None or method.startswith("files."):
            raise SlackApiError("refused", {"ok": False, "error": "missing_scope"})  # type: ignore[no-untyped-call]
        self.asked.append(has_charts(json["blocks"]))
        if self.asked[-1] or self.everything:
            raise SlackApiError("refused", {"ok": False, "error": self.error})  # type: ignore[no-untyped-call]
        return {"ok": True}


def connected(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> SlackClient:
    monkeypatch.setattr(AsyncWebClient, "api_call", lambda _self, method, **how: workspace.api_call(method, **how))
    return SlackClient(token="xoxb-1")


async def test_where_charts_are_refused_the_words_are_said_and_it_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace = Workspace()
    client = connected(workspace, monkeypatch)
    for _ in range(2):
        await client.api_call("chat.postMessage", json=render_message(card(chart())))
    assert workspace.asked == [True, False, False]
    assert client.takes_folds


@pytest.mark.parametrize("workspace", [Workspace(everything=True), Workspace("channel_not_found")])
async def test_what_is_refused_for_another_reason_says_nothing_of_charts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connected(workspace, monkeypatch)
    with pytest.raises(SlackApiError):
        await client.api_call("chat.postMessage", json=render_message(card(chart())))
    assert client.takes_charts
