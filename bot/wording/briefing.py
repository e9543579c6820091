"""How the desk stands, in the words of a morning: read in ten seconds, with the way to each ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.wording.card import Card, Element, Facts, Line
from bot.wording.card_links import with_links
from bot.wording.clock_lines import clock_name, clock_names
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from storage.briefing import Ahead, Standing

LINES, NUMBERS = 5, 8  # so many of a kind are named; the rest are counted
ABOUT = 40  # characters of what a ticket is about


def briefing_card(  # noqa: PLR0917  as whoever composes it has them
    found: Standing, closed: datetime, people: PhraseBook, speech: Speech, now: datetime, cards: Mapping[int, str]
) -> Card:  # fmt: skip
    """What a desk reads when its day begins. Nobody is notified by name: nothing of it is new. `cards`: the addresses
    of the tickets' cards."""
    heading = _heading(found, speech)
    rows: list[tuple[str, Sentence]] = []
    if found.due:
        rows.append((speech.text("briefing.due", count=len(found.due)), _due(found.due, people, speech)))
    if found.missed:
        parts = _clocks_of(found.missed, speech)
        rows.append((speech.text("briefing.missed", since=(speech.clock(closed),)), _some(parts, speech)))
    late = [
        *_numbers([number for number in found.late if number not in found.agreed]), *_clocks_of(found.agreed, speech)
    ]  # fmt: skip
    for key, which in (("late", late), ("unowned", _numbers(found.unowned))):
        if which:
            rows.append((speech.text(f"briefing.{key}"), _some(which, speech)))
    if found.waiting:
        parts = [
            speech("briefing.waits", number=number, since=(speech.date(since.astimezone(speech.zone).date()),))
            for number, since in found.waiting.items()
        ]
        rows.append((speech.text("briefing.waiting"), _some(parts, speech)))
    called = _on_call(people, speech, now)
    elements: list[Element] = [Line(heading)]
    linked = tuple((label, with_links(value, cards)) for label, value in (*rows, *called))
    if linked:
        elements.append(Facts(linked))
    return Card(heading, tuple(elements))


def _heading(found: Standing, speech: Speech) -> Sentence:
    if not found.open:
        return speech("briefing.nothing")
    of = sorted(found.open.items(), key=lambda each: each[0] or 9)
    parts = [
        speech.text("briefing.unsorted", count=count)
        if severity is None
        else speech.text("briefing.of_severity", count=count, severity=severity)
        for severity, count in of
    ]
    return speech("briefing.heading", count=sum(found.open.values()), severities=", ".join(parts))


def _due(due: Sequence[Ahead], people: PhraseBook, speech: Speech) -> Sentence:
    lines: list[Sentence] = []
    for each in due[:LINES]:
        what = speech("briefing.promise") if each.promised else clock_name(speech, each.clock)
        who = speech("briefing.by_nobody") if each.assignee is None else (people.named(each.assignee),)
        at = speech.when(each.at, "time")
        about = Typed(_cut(each.summary)) if each.summary else speech.text("card.erased")
        lines.append(speech("briefing.due_of", at=at, number=each.number, about=about, what=what, who=who))
    if len(due) > LINES:
        lines.append(speech("briefing.more", count=len(due) - LINES))
    return join(lines, "\n")


def _cut(text: str) -> str:
    return text if len(text) <= ABOUT else f"{text[: ABOUT - 1].rstrip()}…"


def _numbers(numbers: Sequence[int]) -> list[Sentence]:
    return [("#", str(number)) for number in numbers]


def _clocks_of(tickets: Mapping[int, Sequence[str]], speech: Speech) -> list[Sentence]:
    return [
        speech("briefing.missed_of", number=number, clocks=clock_names(speech, clocks))
        for number, clocks in tickets.items()
    ]


def _some(parts: Sequence[Sentence], speech: Speech) -> Sentence:
    shown = list(parts[:NUMBERS])
    if len(parts) > NUMBERS:
        shown.append(speech("briefing.more", count=len(parts) - NUMBERS))
    return join(shown, " · ")


def _on_call(people: PhraseBook, speech: Speech, now: datetime) -> list[tuple[str, Sentence]]:
    """Who is, where there is a rota."""
    if not people.roster.rota.people:
        return []
    names: list[Sentence] = [(people.named(person),) for person in people.roster.on_call(now)]
    who = join(names, ", ") if names else speech("briefing.nobody")
    return [(speech.text("briefing.on_call"), who)]
