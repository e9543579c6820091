"""The `data_visualization` block, checked against Slack's limits."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator.elements import BLOCK_ID
from bot.slack_emulator.rules import Problems, Rule, array, both, complain, fields, string, typed_as

AT_MOST = 2  # in a message
_LABEL, _TITLE = string(20), string(50)


def _number(value: Any, pointer: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        complain(problems, "must provide a number", pointer)


def _positive(value: Any, pointer: str, problems: Problems) -> None:
    _number(value, pointer, problems)
    if isinstance(value, int | float) and value <= 0:
        complain(problems, "must be more than 0", pointer)


def _every_category(chart: Any, pointer: str, problems: Problems) -> None:
    """Every series has a value for each category, in that order, and a name of its own."""
    axes, series = chart.get("axis_config"), chart.get("series")
    if not isinstance(axes, dict) or not isinstance(series, list):
        return
    names = [each.get("name") for each in series if isinstance(each, dict)]
    for index, each in enumerate(series):
        points = each.get("data") if isinstance(each, dict) else None
        labels = [one.get("label") for one in points if isinstance(one, dict)] if isinstance(points, list) else None
        if labels != axes.get("categories"):
            complain(problems, "must have a value for every category", f"{pointer}/series/{index}/data")
        if names.count(names[index] if index < len(names) else None) > 1:
            complain(problems, "names of series must be unique", f"{pointer}/series/{index}/name")


_POINT = fields({"label": _LABEL, "value": _number}, ("label", "value"))
_SERIES = fields({"name": _LABEL, "data": array(_POINT, 20)}, ("name", "data"))
_AXES = fields({"categories": array(_LABEL, 20), "x_label": _TITLE, "y_label": _TITLE}, ("categories",))
_BARS: Rule = both(
    fields({"series": array(_SERIES, 12), "axis_config": _AXES}, ("series", "axis_config")), _every_category
)
_SEGMENT = fields({"label": _LABEL, "value": _positive}, ("label", "value"))
_PIE = fields({"segments": array(_SEGMENT, 12)}, ("segments",))
CHART = fields(
    {"block_id": BLOCK_ID, "title": _TITLE,
     "chart": typed_as({"bar": _BARS, "line": _BARS, "area": _BARS, "pie": _PIE})},
    ("title", "chart"),
)  # fmt: skip
