"""How a week went, for its managers: the report, beside the week before, and the tickets that missed a deadline in it,
those that are still open as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.wording.card import Card, Element, Facts, Heading, Line
from bot.wording.card_links import with_links
from bot.wording.clock_lines import clock_names
from bot.wording.phrase_book import PhraseBook
from bot.wording.report import Told, report_card, severity_name, share
from bot.wording.sentences import Sentence, join
from bot.wording.speech import Speech
from storage.missed import Missed
from triage.figures import Kept
from triage.report import Report
from triage.terms import ClockKind

NAMED = 10  # tickets that missed a deadline


def week_card(  # noqa: PLR0917  as whoever composes it has them
    told: Told, before: Report, missed: Sequence[Missed], people: PhraseBook, speech: Speech, cards: Mapping[int, str]
) -> Card:  # fmt: skip
    """`before`: the report of the week before. `missed`: the tickets that missed a deadline in it. `cards`: the
    addresses of the tickets' cards."""
    card = report_card(told, people, speech)
    first, count, *rest = card.elements
    more: list[Element] = []
    if told.report.resolved or before.resolved or told.report.opened or before.opened:
        more = [Heading(speech.text("report.compared")), Facts(tuple(_compared(told.report, before, speech)))]
    if missed:
        more += [Heading(speech.text("report.missed")), Line(with_links(_missed(missed, people, speech), cards))]
    return replace(card, elements=(first, count, *more, *rest))


def _compared(found: Report, before: Report, speech: Speech) -> list[tuple[str, Sentence]]:
    def against(now: object, then: object) -> Sentence:
        return speech("report.against", now=now, before=then)

    text = speech.text
    rows = [
        (text("report.opened"), against(found.opened, before.opened)),
        (text("report.resolved"), against(found.resolved, before.resolved)),
    ]
    for kind in ClockKind:
        this, last = found.kept_by(kind), before.kept_by(kind)
        if this != Kept() or last != Kept():
            rows.append(
                (text("report.in_time", clock=text(f"clock.{kind}")), against(_kept(this, speech), _kept(last, speech)))
            )
    promises = [Kept(each.promises.kept, each.promises.broken) for each in (found, before)]
    if any(each != Kept() for each in promises):
        rows.append((text("report.promises"), against(*(_kept(each, speech) for each in promises))))
    rows.append((text("report.backlog"), against(sum(found.backlog), sum(before.backlog))))
    return rows


def _kept(kept: Kept, speech: Speech) -> Sentence:
    whole = kept.kept + kept.missed
    return (share(kept.kept, whole, speech),) if whole else speech("report.nothing_due")


def _missed(missed: Sequence[Missed], people: PhraseBook, speech: Speech) -> Sentence:
    lines = [
        speech(
            "report.missed_open" if each.is_open else "report.missed_of", number=each.number,
            severity=severity_name(each.severity, speech),
            clocks=clock_names(speech, each.clocks),
            who=speech("briefing.by_nobody") if each.assignee is None else (people.named(each.assignee),),
        )
        for each in missed[:NAMED]
    ]  # fmt: skip
    if len(missed) > NAMED:
        lines.append(speech("report.more_missed", count=len(missed) - NAMED))
    return join(lines, "\n")
