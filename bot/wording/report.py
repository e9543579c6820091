"""A desk's report in words: what was kept, how long it took, what is open, who had how much to do.

What nothing went into is said as such: where nobody promised anything, no promise was broken, and none was kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton, get_day_names
from babel.numbers import format_percent

from bot.wording.card import Card, Element, Facts, Heading, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.report_charts import charts
from bot.wording.sentences import Named, Sentence, Typed, join, plain
from bot.wording.speech import Speech
from bot.wording.typography import labelled
from triage.days import Days
from triage.figures import COMMAND, POLICY, REACTION, Kept, Promises, Ratings
from triage.people import VIGIE
from triage.report import AGES, Report
from triage.terms import ClockKind

PEOPLE, HOURS, REASONS = 10, 3, 3  # how many of each are named
REASON = 80  # characters of one
_TIMED = (ClockKind.RESPONSE, ClockKind.RESTORE)


@dataclass(frozen=True, slots=True)
class Told:
    """A report, and all that is needed to tell it."""

    #: What it came to.
    report: Report
    #: The days that it is about.
    days: Days
    #: The customer whose tickets alone it is about, as they are called; empty: everybody's.
    customer: str = ""
    #: The texts that its reasons are, each as often as it was given.
    reasons: tuple[str, ...] = ()
    #: Whether whoever reads it may see who had how much to do.
    with_people: bool = False


def report_card(told: Told, people: PhraseBook, speech: Speech) -> Card:
    """The report, what matters most first."""
    found = told.report
    heading = title(told, speech)
    elements: list[Element] = [Line(heading), Line(_count(found, speech)), *charts(found, speech)]
    if found.resolved:
        elements += [Heading(speech.text("report.targets")), Facts(tuple(_targets(found, speech)))]
        elements.append(Line(speech("report.of_resolved"), small=True))
    if found.agreed and not told.customer:  # it is none of a customer's business what else was agreed
        elements += [Heading(speech.text("report.agreements")), Facts(tuple(_agreed(found, speech)))]
    if sum(found.backlog):
        elements.append(Facts(((speech.text("report.backlog"), _backlog(found, speech)),)))
    if found.resolved:
        elements += [Heading(speech.text("report.along_the_way")), Facts(tuple(_on_the_way(told, people, speech)))]
    if found.hours:
        elements.append(Facts(((speech.text("report.busiest"), _busiest(found, speech)),)))
    if told.with_people and found.loads:
        elements += [Heading(speech.text("report.loads")), Line(_loads(found, people, speech))]
    return Card((*heading, " ", *_brief(found, speech)), tuple(elements))


def title(told: Told, speech: Speech) -> Sentence:
    """Which days, and whose tickets."""
    days = span(told.days, speech)
    if told.customer:
        return speech("report.title_of", customer=told.customer, days=days)
    return speech("report.title", days=days)


def span(days: Days, speech: Speech) -> str:
    """Those days in words."""
    if days.first == days.last:
        return _day(days.last, speech)
    return speech.text("report.days", first=(_day(days.first, speech),), last=(_day(days.last, speech),))


def share(kept: int, whole: int, speech: Speech) -> str:
    """`kept` of `whole` in percent. All and nothing are said only where they are so."""
    percent = 100 * kept // whole if kept else 0
    return speech.set(format_percent(max(percent, 1 if kept else 0) / 100, locale=speech.language))


def _day(day: date, speech: Speech) -> str:
    return speech.set(format_skeleton("yMMMEd", day, locale=speech.language))


def _count(found: Report, speech: Speech) -> Sentence:
    if not found.opened and not found.resolved:
        return speech("report.nothing")
    return speech("report.count", opened=found.opened, resolved=found.resolved)


def _brief(found: Report, speech: Speech) -> Sentence:
    """What a notification shows, and whoever cannot see a chart hears."""
    said = [_count(found, speech)]
    for kind in ClockKind:
        kept = found.kept_by(kind)
        if kept != Kept():
            said.append(speech("report.brief", clock=speech.text(f"clock.{kind}"), met=_met(kept, speech)))
    return join(said, " ")


def _met(kept: Kept, speech: Speech) -> Sentence:
    whole = kept.kept + kept.missed
    return speech("report.met", kept=kept.kept, count=whole, share=(share(kept.kept, whole, speech),))


def _targets(found: Report, speech: Speech) -> list[tuple[str, Sentence]]:
    rows = [(speech.text(f"clock.{kind}"), _clock(found, kind, speech)) for kind in ClockKind]
    rows.append((speech.text("report.promises"), _promises(found.promises, speech)))
    for kind in _TIMED:
        times = found.taken.get(kind)
        said = speech("report.none_timed") if times is None else speech(
            "report.times", median=speech.brief(times.median), ninetieth=speech.brief(times.ninetieth),
            count=times.count,
        )  # fmt: skip
        rows.append((speech.text(f"report.time_to_{kind}"), said))
    return rows


def _agreed(found: Report, speech: Speech) -> list[tuple[str, Sentence]]:
    return [
        (f"{name} · {speech.text(f'clock.{kind}')}", _met(kept, speech)) for (name, kind), kept in found.agreed.items()
    ]


def _clock(found: Report, kind: ClockKind, speech: Speech) -> Sentence:
    """How the deadlines of a clock were kept, and by which severity."""
    kept = found.kept_by(kind)
    if kept == Kept():
        return speech("report.none_due")
    of = sorted(((severity, each) for (clock, severity), each in found.kept.items() if clock is kind),
                key=lambda one: one[0] or 9)  # fmt: skip
    parts = [
        speech("report.of_severity", severity=severity_name(severity, speech), kept=each.kept,
               all=each.kept + each.missed)
        for severity, each in of
    ]  # fmt: skip
    return (*_met(kept, speech), "\n", *join(parts, " · "))


def severity_name(severity: int | None, speech: Speech) -> str:
    """A severity in a word or two."""
    if severity is None:
        return speech.text("report.no_severity")
    return speech.text("report.severity", severity=severity)


def _promises(promises: Promises, speech: Speech) -> Sentence:
    whole = promises.kept + promises.broken
    moved = speech("report.moved", count=promises.moved) if promises.moved else ()
    if not whole:
        return moved or speech("report.no_promises")
    kept = speech("report.met", kept=promises.kept, count=whole, share=(share(promises.kept, whole, speech),))
    return join([kept, *([moved] if moved else [])], " · ")


def ages(speech: Speech) -> list[str]:
    """What each part of the backlog is called."""
    return [speech.text(f"report.age.{place}") for place in range(len(AGES) + 1)]


def _backlog(found: Report, speech: Speech) -> Sentence:
    parts: list[Sentence] = [
        speech("report.of_age", age=(age,), count=count)
        for age, count in zip(ages(speech), found.backlog, strict=True)
        if count
    ]
    return (*speech("report.open", count=sum(found.backlog)), "\n", *join(parts, " · "))


def _on_the_way(told: Told, people: PhraseBook, speech: Speech) -> list[tuple[str, Sentence]]:
    found = told.report
    rows = [(speech.text("report.pauses"), _pauses(told, people, speech))]
    rows.append((speech.text("report.escalations"), _climbed(found.climbed, speech)))
    if told.reasons:
        rows.append((speech.text("report.reasons"), _reasons(told.reasons, speech)))
    rows.append((speech.text("fact.rating"), _ratings(found.ratings, speech)))
    return rows


def _pauses(told: Told, people: PhraseBook, speech: Speech) -> Sentence:
    found = told.report
    if not found.waited:
        return speech("report.no_pauses")
    parts: list[Sentence] = [
        (speech.text(f"waiting_for.{what}"), " ", speech.brief(seconds)) for what, seconds in _most(found.waited)
    ]
    said = join(parts, " · ")
    if not told.with_people:
        return said
    who: list[Sentence] = [
        (named(person, people, speech), " ", speech.brief(seconds)) for person, seconds in _most(found.waited_by)
    ]
    return (*said, "\n", *speech("report.by", who=join(who[:PEOPLE], " · ")))


def named(person: str, people: PhraseBook, speech: Speech) -> Named | str:
    """Whoever did something: a person, or Vigie by itself."""
    return speech.text("report.by_itself") if person == VIGIE else people.named(person)


def _climbed(climbed: Mapping[tuple[int, str], int], speech: Speech) -> Sentence:
    if not climbed:
        return speech("report.no_escalations")
    parts: list[Sentence] = []
    for level in sorted({level for level, _ in climbed}):
        how = [(each, climbed[level, each]) for each in (COMMAND, REACTION, POLICY) if climbed.get((level, each))]
        said = speech.all_of([speech.text(f"report.climbed.{each}", count=count) for each, count in how])
        parts.append(speech("report.level", level=level, count=sum(count for _, count in how), how=(said,)))
    return join(parts, "\n")


def _reasons(reasons: Sequence[str], speech: Speech) -> Sentence:
    counted = Counter(" ".join(each.split())[:REASON] for each in reasons).most_common(REASONS)
    return join([speech("report.reason", text=Typed(text), count=count) for text, count in counted], "\n")


def _ratings(ratings: Ratings, speech: Speech) -> Sentence:
    whole = ratings.good + ratings.bad
    if not whole:
        return speech("report.no_ratings")
    return speech("report.rated", good=ratings.good, count=whole, share=(share(ratings.good, whole, speech),))


def _loads(found: Report, people: PhraseBook, speech: Speech) -> Sentence:
    most = sorted(found.loads.items(), key=lambda one: (-one[1].open - one[1].resolved, one[0]))
    lines = [
        speech("report.load", who=people.named(person), resolved=load.resolved, open=load.open)
        for person, load in most[:PEOPLE]
    ]
    if len(most) > PEOPLE:
        lines.append(speech("report.more_people", count=len(most) - PEOPLE))
    return join(lines, "\n")


def _busiest(found: Report, speech: Speech) -> Sentence:
    days = get_day_names("abbreviated", locale=speech.language)
    most = sorted(found.hours.items(), key=lambda one: (-one[1], one[0]))[:HOURS]
    parts = [
        speech("report.hour", day=(str(days[day]),), first=(f"{hour:02}:00",), last=(f"{(hour + 1) % 24:02}:00",),
               count=count)
        for (day, hour), count in most
    ]  # fmt: skip
    return join(parts, " · ")


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def words(card: Card, language: str) -> list[str]:
    """The whole of it as plain lines in that language, for a command line."""
    found: list[str] = []
    for element in card.elements:
        match element:
            case Heading(text):
                found += ["", text]
            case Line(sentence):
                found += plain(sentence).split("\n")
            case Facts(rows):
                found += [labelled(label, " - ".join(plain(value).splitlines()), language) for label, value in rows]
            case _:
                continue
    return found
