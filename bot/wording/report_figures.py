"""A report's figures as rows, for programs and spreadsheets. A figure that nothing went into has no row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.wording.phrase_book import PhraseBook
from bot.wording.report import Told
from triage.report import AGES, Report

#: What each row says: which figure, of what (a clock, a person, a day and hour), of what of that (a severity, how), and
#: how much. Lengths of time are in seconds.
HEAD = ("figure", "of", "by", "value")
Row = tuple[str, str, str, int | float]


def figures(told: Told, people: PhraseBook) -> list[Row]:
    """Every figure of a report. One of a customer's tickets has none of the agreements beside theirs, which are none of
    their business."""
    found = told.report if not told.customer else replace(told.report, agreed={})
    return [("opened", "", "", found.opened), ("resolved", "", "", found.resolved), *_deadlines(found), *_rest(found),
            *_of_people(found, people)]  # fmt: skip


def _deadlines(found: Report) -> Iterator[Row]:
    for (kind, severity), kept in sorted(found.kept.items(), key=lambda one: (one[0][0], one[0][1] or 9)):
        of, by = kind.value, "" if severity is None else str(severity)
        yield "kept", of, by, kept.kept
        yield "missed", of, by, kept.missed
    for (name, kind), kept in sorted(found.agreed.items()):
        yield "agreement_kept", kind.value, name, kept.kept
        yield "agreement_missed", kind.value, name, kept.missed
    for kind, times in sorted(found.taken.items()):
        yield "time_to", kind.value, "tickets", times.count
        yield "time_to", kind.value, "median", times.median
        yield "time_to", kind.value, "90th percentile", times.ninetieth


def _rest(found: Report) -> Iterator[Row]:
    promises, ratings = found.promises, found.ratings
    if promises.kept or promises.broken or promises.moved:
        for name in ("kept", "broken", "moved"):
            yield "promises", name, "", getattr(promises, name)
    if ratings.good or ratings.bad:
        yield "ratings", "good", "", ratings.good
        yield "ratings", "bad", "", ratings.bad
    ages = [*(f"up to {age.days} days" for age in AGES), "older"]
    for age, count in zip(ages, found.backlog, strict=True):
        yield "open", age, "", count
    for what, seconds in sorted(found.waited.items()):
        yield "waited", what, "", seconds
    for (level, how), count in sorted(found.climbed.items()):
        yield "escalated", str(level), how, count
    for (day, hour), count in sorted(found.hours.items()):
        yield "opened_at", str(day + 1), f"{hour:02}:00", count


def _of_people(found: Report, people: PhraseBook) -> Iterator[Row]:
    for person, seconds in sorted(found.waited_by.items()):
        yield "waited_by", people.name(person), person, seconds
    for person, load in sorted(found.loads.items()):
        yield "resolved_by", people.name(person), person, load.resolved
        yield "open_of", people.name(person), person, load.open
