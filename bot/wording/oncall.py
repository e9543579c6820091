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
    until = now + 5 * WEEK
    week = rota.duties(now, until)
    first = week[0]
    heading = speech("on_call.now" if first.people else "on_call.now_nobody", who=_names(first, people))
    if len(week) > 1:
        heading = (*heading, " ", *speech("on_call.until", at=first.end))
        after = next((each for each in week[1:] if each.people and each.people != first.people), None)
        if after is not None:
            heading = (*heading, " ", *speech("on_call.next", who=_names(after, people), at=after.start))
    # Whoever is on call all the time stands in the heading.
    rows = [_row(each, people, speech, now, until) for each in week if each.start < now + WEEK] if len(week) > 1 else []
    more: list[Element] = [Line(problem)] if problem else []
    return Card(heading, (Line(heading), *more, *rows[:MOST_ROWS]))


def _row(duty: Duty, people: PhraseBook, speech: Speech, now: datetime, until: datetime) -> Line:
    """One duty. What lasts as far as anybody looks has no end."""
    ends, somebody = duty.end < until, bool(duty.people)
    values = {"start": max(duty.start, now), "end": duty.end, "who": _names(duty, people)}
    return Line(speech(_ROWS[ends, somebody], **values), small=True)


# By whether it ends as far as anybody looks, and whether there is somebody.
_ROWS = {
    (True, True): "on_call.row",
    (True, False): "on_call.row_nobody",
    (False, True): "on_call.row_open",
    (False, False): "on_call.row_open_nobody",
}


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
    if state is State.UNDONE and to == by:
        key = "stand_in.taken_back"
    whom = people.named(wanted.instead_of) if wanted.instead_of else ""
    instead = speech("stand_in.instead", who=whom) if wanted.instead_of else ()
    who = people.named(wanted.person) if wanted.person else ""
    return speech(key, who=who, by=people.named(by), start=wanted.start, end=wanted.end, instead=instead)
