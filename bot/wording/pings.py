"""A test of the escalation in words: the message that everybody gets, and what became of it."""

from __future__ import annotations

from bot.wording.card import Button, Buttons, Card, Line
from bot.wording.notices.saying import Telling
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from storage.announcements.to_person import Ping, PingReport
from storage.pages import PAGER
from storage.test_pings import PingResult

A_LINE = 15  # results in one part of a message: no platform takes a part of any length


def ping_card(telling: Telling, said: Ping) -> Card:
    """To one contact of a level."""
    speech, people = telling.speech, telling.people
    levels = speech.all_of([
        speech.text("card.level", level=level, role=people.level_role(level, speech)) for level in said.levels
    ])  # fmt: skip
    sentence = speech("announce.ping", levels=levels)
    return Card(
        sentence, (Line(sentence), Buttons((Button("got-it", speech.text("button.got-it"), 0, 0, value=said.test),)))
    )


def report_card(telling: Telling, _: PingReport) -> Card:
    """To whoever asked: who was reached, who could not be, who has not answered."""
    people, speech, results = telling.people, telling.speech, telling.results
    answered = sum(result.answered_at is not None for result in results)
    asked = sum(not result.who.startswith(f"{PAGER}:") for result in results)
    heading = speech("ping.heading", answered=answered, asked=asked)
    lines = [_line(people, speech, each) for each in results]
    parts = [lines[at : at + A_LINE] for at in range(0, len(lines), A_LINE)]
    return Card(heading, (Line(heading), *(Line(join(part, "\n")) for part in parts)))


def _line(people: PhraseBook, speech: Speech, result: PingResult) -> Sentence:
    if result.who.startswith(f"{PAGER}:"):
        return speech(f"ping.pager_{result.state}", target=Typed(result.who.removeprefix(f"{PAGER}:")))
    key = "answered" if result.answered_at is not None else result.state
    who: Sentence = (Typed(result.who),) if result.state == "nobody" else (people.named(result.who),)
    levels = speech.all_of([speech.text("card.level_word", level=level) for level in result.levels])
    return speech(f"ping.{key}", who=who, levels=levels, at=result.answered_at)
