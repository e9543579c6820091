"""What the desk's tickets came to: its figures drawn, beneath each the same numbers, and all of it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.charts.svg import number, svg
from bot.commands.acting import asked
from bot.verbs.reading.days import take_days
from bot.verbs.report import Scope, told_of
from bot.web.cards import elements_html
from bot.web.report_charts import all_charts
from bot.web.viewer import Viewer
from bot.web.words import Html, html_of, typed
from bot.wording.card import Chart
from bot.wording.refusals import explain
from bot.wording.report import Told, report_card, title
from bot.wording.sentences import Sentence
from triage import rights
from triage.errors import Refusal

PERIODS = ("week", "month", "this week", "this month")
LONGEST = 200  # characters of a customer's name


class Wanted(NamedTuple):
    """Which days somebody asks about, and whose tickets."""

    #: One of `PERIODS`; empty: the days below.
    period: str
    #: The first day, as it was typed ...
    first: str
    #: ... and the last.
    last: str
    #: The customer's name, as it was typed; empty: everybody's tickets.
    customer: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """What a page's address says."""
        first, last = query.get("from", "").strip()[:20], query.get("to", "").strip()[:20]
        period = query.get("days", "")
        if period not in PERIODS:
            period = "" if first else PERIODS[0]
        return cls(period, first, last, " ".join(query.get("customer", "").split())[:LONGEST])

    @property
    def words(self) -> str:
        """As one would type it."""
        return self.period or f"{self.first}..{self.last or self.first}"


class Found(NamedTuple):
    """What the database says."""

    #: What was asked for.
    wanted: Wanted
    #: The report; None: it cannot be made.
    told: Told | None
    #: Why not.
    refused: Sentence
    #: Every customer's name.
    customers: Sequence[str]


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Found:
    """The report that was asked for; without a question, of the week before this one."""
    desk, wanted = viewer.desk, Wanted.read(query)
    zone = viewer.people.desk_speech.zone
    customers = desk.customers.names(session)
    try:
        days, rest = take_days(wanted.words, now.astimezone(zone).date())
        if rest:
            raise Refusal("no_such_days", text=wanted.words[:60])
        scope = Scope(desk.organisation_id, desk.desk_id, desk.customers, zone)
        told = told_of(session, scope, days, wanted.customer, with_people=rights.may(viewer.actor, "overview"))
    except Refusal as refusal:
        stand = asked(desk, viewer.actor, viewer.speech).stand
        return Found(wanted, None, explain(refusal, stand), customers)
    return Found(wanted, told, (), customers)


def page_of(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any]:  # noqa: ARG001
    """What its template shows."""
    speech, told, wanted = viewer.speech, found.told, found.wanted
    spoken = partial(speech.text)
    return {
        "asked": wanted,
        "periods": [(name, spoken(f"web.reports.period.{name.replace(' ', '_')}")) for name in PERIODS],
        "customers": found.customers,
        "refused": None if told is None and not found.refused else html_of(found.refused),
        "title": None if told is None else html_of(title(told, speech)),
        "charts": [] if told is None else [_drawn(each) for each in all_charts(told, viewer.people, speech)],
        "words": None if told is None else elements_html(report_card(told, viewer.people, speech).elements[1:]),
        "customer": "" if told is None else told.customer,
        "month": "" if told is None else f"{told.days.last:%Y-%m}",
    }  # fmt: skip


def _drawn(chart: Chart) -> dict[str, Any]:
    """A chart with its numbers."""
    return {
        "title": typed(chart.title), "svg": Html(svg(chart)), "across": typed(chart.across),
        "names": [typed(each.name) for each in chart.series],
        "rows": [
            (typed(name), [number(each.values[place], chart.language) for each in chart.series])
            for place, name in enumerate(chart.categories)
        ],
    }  # fmt: skip
