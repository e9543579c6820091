"""Charts as Block Kit. They are newer than many a server and client: they are tried, and where a workspace refuses them
they are left out from then on. What they show stands in words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.wording.card import Chart, Series

Block = dict[str, Any]

KIND = "data_visualization"
TITLE, LABEL = 50, 20  # characters
CATEGORIES, SERIES = 20, 6  # Slack's pages say six series in one place and twelve in another
AT_MOST = 2  # in a message


def chart_blocks(chart: Chart) -> list[Block]:
    """A chart as a block; none where there is nothing to draw."""
    labels = _told_apart(chart.categories[:CATEGORIES])
    if not labels or not chart.series:
        return []
    shown = chart.series[:SERIES]
    series = [
        {
            "name": name,
            "data": [{"label": x, "value": y} for x, y in zip(labels, each.values[:CATEGORIES], strict=True)],
        }
        for name, each in zip(_told_apart([each.name for each in shown]), shown, strict=True)
    ]
    axes = {"categories": labels, "x_label": _cut(chart.across, TITLE), "y_label": _cut(chart.up, TITLE)}
    drawn = {"type": "bar", "series": series, "axis_config": axes}
    return [{"type": KIND, "title": _cut(chart.title, TITLE), "chart": drawn}]


def chart_of(block: Block) -> Chart:
    """The chart that a block shows: the inverse of `chart_blocks`, but for what was cut, and for the language, by which
    whole numbers, as all of chat's charts have, look alike."""
    drawn, axes = block["chart"], block["chart"]["axis_config"]
    series = tuple(Series(each["name"], tuple(one["value"] for one in each["data"])) for each in drawn["series"])
    return Chart(block["title"], tuple(axes["categories"]), series, axes["x_label"], axes["y_label"])


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that are short enough, and all different."""
    found: list[str] = []
    for name in names:
        short, more = _cut(name, LABEL), 2
        while short in found:
            short, more = f"{_cut(name, LABEL - 3)} {more}", more + 1
        found.append(short)
    return found


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def has_charts(blocks: Any) -> bool:
    """Whether there is a chart among these blocks."""
    return isinstance(blocks, list | tuple) and any(block.get("type") == KIND for block in blocks)


def without_charts(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks without charts."""
    return [block for block in blocks if block["type"] != KIND]


def no_more_charts(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with no more charts than a message may have: the first."""
    found: list[Block] = []
    drawn = 0
    for block in blocks:
        drawn += block["type"] == KIND
        if block["type"] != KIND or drawn <= AT_MOST:
            found.append(block)
    return found
