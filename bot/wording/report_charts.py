"""A report's charts: how targets were met, and when tickets are opened. Everything in them is said in words too."""

from __future__ import annotations

from bot.wording.card import Chart, Series
from bot.wording.speech import Speech
from triage.report import Report
from triage.terms import ClockKind

TOGETHER = 2  # hours of one bar: charts have room for twenty


def charts(found: Report, speech: Speech) -> list[Chart]:
    """Two at most, which is what a message of Slack may have; none of what there is nothing of."""
    return [each for each in (_targets(found, speech), _hours(found, speech)) if each is not None]


def _targets(found: Report, speech: Speech) -> Chart | None:
    """What was in time and what was not, by clock and severity."""
    order = list(ClockKind)
    keys = sorted(found.kept, key=lambda key: (order.index(key[0]), key[1] or 9))
    if not keys:
        return None
    names = tuple(f"{speech.text(f'clock.{kind}')} {'-' if severity is None else severity}" for kind, severity in keys)
    kept, missed = (tuple(getattr(found.kept[key], name) for key in keys) for name in ("kept", "missed"))
    text = speech.text
    return Chart(
        text("report.targets"), names,
        (Series(text("report.chart.in_time"), kept), Series(text("report.chart.missed"), missed)),
        text("report.chart.by_severity"), text("report.chart.deadlines"), speech.language,
    )  # fmt: skip


def _hours(found: Report, speech: Speech) -> Chart | None:
    """When tickets were opened, by the time of the day."""
    if not found.hours:
        return None
    counts = [0] * (24 // TOGETHER)
    for (_, hour), count in found.hours.items():
        counts[hour // TOGETHER] += count
    names = tuple(f"{place * TOGETHER:02}-{(place + 1) * TOGETHER:02}" for place in range(len(counts)))
    text = speech.text
    opened = Series(text("home.opened"), tuple(counts))
    return Chart(
        text("report.chart.when"), names, (opened,), text("report.chart.hours"), text("report.chart.tickets"),
        speech.language,
    )  # fmt: skip
