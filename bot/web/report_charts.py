"""Every chart of a report, where there is room for all: those that chat shows, and the rest. Of what there is nothing
there is no chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.wording.card import Chart, Series
from bot.wording.phrase_book import PhraseBook
from bot.wording.report import PEOPLE, Told, ages
from bot.wording.report_charts import charts
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from triage.figures import COMMAND, POLICY, REACTION
from triage.report import Report
from triage.terms import ClockKind

HOUR = 3600


def all_charts(told: Told, people: PhraseBook, speech: Speech) -> list[Chart]:
    """What matters most first."""
    return [replace(each, language=speech.language) for each in _all(told, people, speech)]


def _all(told: Told, people: PhraseBook, speech: Speech) -> Iterator[Chart]:
    found, text = told.report, speech.text
    yield from charts(found, speech)
    promises = found.promises
    if promises.kept + promises.broken:
        yield Chart(
            text("report.promises"), (text("report.promises"),),
            (Series(text("proof.kept"), (promises.kept,)), Series(text("proof.missed"), (promises.broken,))),
            "", text("web.reports.promises"),
        )  # fmt: skip
    yield from _times(found, speech)
    if sum(found.backlog):
        counted = Series(text("report.backlog"), tuple(found.backlog))
        yield Chart(text("report.backlog"), tuple(ages(speech)), (counted,), text("web.reports.age"),
                    text("report.chart.tickets"))  # fmt: skip
    yield from _pauses(told, people, speech)
    yield from _climbs(found, speech)
    if told.with_people and found.loads:
        most = sorted(found.loads.items(), key=lambda one: (-one[1].open - one[1].resolved, one[0]))[:PEOPLE]
        yield Chart(
            text("report.loads"), tuple(people.name(person) for person, _ in most),
            (Series(text("web.reports.resolved"), tuple(load.resolved for _, load in most)),
             Series(text("web.reports.open"), tuple(load.open for _, load in most))),
            text("web.people.who"), text("report.chart.tickets"),
        )  # fmt: skip
    if found.ratings.good + found.ratings.bad:
        yield Chart(
            text("fact.rating"), (text("fact.rating"),),
            (Series(text("web.reports.good"), (found.ratings.good,)),
             Series(text("web.reports.bad"), (found.ratings.bad,))),
            "", text("web.reports.answers"),
        )  # fmt: skip


def _times(found: Report, speech: Speech) -> Iterator[Chart]:
    """How long it took, in hours of each clock's own."""
    timed = [(kind, found.taken[kind]) for kind in (ClockKind.RESPONSE, ClockKind.RESTORE) if kind in found.taken]
    if not timed:
        return
    names = tuple(speech.text(f"report.time_to_{kind}") for kind, _ in timed)
    yield Chart(
        speech.text("web.reports.times"), names,
        (Series(speech.text("web.reports.median"), tuple(_hours(times.median) for _, times in timed)),
         Series(speech.text("web.reports.ninetieth"), tuple(_hours(times.ninetieth) for _, times in timed))),
        "", speech.text("web.reports.hours"),
    )  # fmt: skip


def _pauses(told: Told, people: PhraseBook, speech: Speech) -> Iterator[Chart]:
    """What was waited for, and, for those who may see it, who put it there."""
    title, hours = speech.text("report.pauses"), speech.text("web.reports.hours")
    waited = sorted(told.report.waited.items(), key=lambda one: (-one[1], one[0]))
    if waited:
        names = tuple(speech.text(f"waiting_for.{what}") for what, _ in waited)
        yield Chart(title, names, (Series(title, tuple(_hours(each) for _, each in waited)),), "", hours)
    by = sorted(told.report.waited_by.items(), key=lambda one: (-one[1], one[0]))[:PEOPLE]
    if by and told.with_people:
        names = tuple(plain((people.named(person),)) for person, _ in by)
        who = speech.text("web.reports.waited_by")
        yield Chart(who, names, (Series(title, tuple(_hours(each) for _, each in by)),), "", hours)


def _climbs(found: Report, speech: Speech) -> Iterator[Chart]:
    levels = sorted({level for level, _ in found.climbed})
    if not levels:
        return
    ways = [each for each in (COMMAND, REACTION, POLICY) if any(found.climbed.get((level, each)) for level in levels)]
    series = tuple(
        Series(
            speech.text(f"web.reports.climbed.{each}"), tuple(found.climbed.get((level, each), 0) for level in levels)
        )
        for each in ways
    )
    names = tuple(speech.text("card.level_word", level=level) for level in levels)
    yield Chart(speech.text("report.escalations"), names, series, "", speech.text("web.reports.times_reached"))


def _hours(seconds: int) -> float:
    return round(seconds / HOUR, 1)
