"""What a chart shows, in words: for whoever cannot see it."""

from __future__ import annotations

from bot.charts.svg import number
from bot.wording.card import Chart

MOST = 2000  # characters that Slack takes of it
SAYS = {"fr": "\u00a0: "}  # between what is counted and its numbers


def in_words(chart: Chart) -> str:
    """Its title, and every number that is not zero."""
    said = [
        f"{each.name}{SAYS.get(chart.language, ': ')}"
        + "; ".join(f"{name} {number(value, chart.language)}" for name, value in named)
        for each in chart.series
        if (named := [pair for pair in zip(chart.categories, each.values, strict=True) if pair[1]])
    ]
    whole = ". ".join([chart.title, *said])
    return whole if len(whole) <= MOST else f"{whole[: MOST - 1]}…"
