"""Who is on call, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.wording.card import Card, Element, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Sentence, join
from bot.wording.speech import Speech
from storage.stand_ins import State
from triage.rota import Duty, Rota, StandIn

WEEK = timedelta(days=7)
MOST_ROWS = 14


def oncall_card(rota: Rota, people: PhraseBook, speech: Speech, now: datetime, problem: Sentence = ()) -> Card:
    """Now, next, and the week, in the reader's zone. `problem`: what is wrong with where the rota comes from."""
    week = rota.duties(now, now + 5 * WEEK)
    first = week[0]
    heading = speech("on_call.now" if first.people else "on_call.now_nobody", who=_names(first, people))
    if len(week) > 1:
        heading = (*heading, " ", *speech("on_call.until", at=first.end))
        after = next((each for each in week[1:] if each.people and each.people != first.people), None)
        if after is not None:
            heading = (*heading, " ", *speech("on_call.next", who=_names(after, people), at=after.start))
    rows = [
        Line(
            speech(
                "on_call.row" if each.people else "on_call.row_nobody", start=max(each.start, now),
                end=each.end, who=_names(each, people),
            ),
            small=True,
        )
        for each in week
        if each.start < now + WEEK
    ][:MOST_ROWS]  # fmt: skip
    more: list[Element] = [Line(problem)] if problem else []
    return Card(heading, (Line(heading), *more, *rows))


def _names(duty: Duty, people: PhraseBook) -> Sentence:
    return join([(people.named(person),) for person in duty.people], ", ")


def stand_in_line(
    people: PhraseBook, speech: Speech, wanted: StandIn, state: State, *, by: str, to: str
) -> Sentence:  # fmt: skip
    """What became of somebody standing in, said to one of those it is about."""
    key = f"stand_in.{state}"
    if state is State.ASKED and to == wanted.person:
        key = "stand_in.asks"
    if state is State.AGREED and to == wanted.person:
        key = "stand_in.yours"
    whom = people.named(wanted.instead_of) if wanted.instead_of else ""
    instead = speech("stand_in.instead", who=whom) if wanted.instead_of else ()
    who = people.named(wanted.person) if wanted.person else ""
    return speech(key, who=who, by=people.named(by), start=wanted.start, end=wanted.end, instead=instead)
