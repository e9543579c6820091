"""What happened to a ticket last: who, when, what, in every language, for everything that can happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.wording.card import Line
from bot.wording.history import LAST, LEFT_OUT, history, lasting
from bot.wording.sentences import Link, plain
from bot.wording.speech import catalogue
from tests.bot.samples import (
    READERS,
    STATES,
    Story,
    climbed,
    merged,
    opened,
    promised,
    resolved,
    restored,
    taken,
    waiting,
)
from tests.factories import AGENT
from triage import awaiting, noting, resolving, updating
from triage.correcting import edit, take_back
from triage.event import Kind


def told(story: Story, language: str = "en") -> list[str]:
    lines: list[Line] = history(story.view(READERS[language]))
    return [line for each in lines for line in plain(each.sentence).split("\n")[1:]]


def does(story: Story, minutes: int, verb: object, *args: object) -> Story:
    story.now += timedelta(minutes=minutes)
    return story.does(verb(story.ticket, AGENT, story.now, *args))  # type: ignore[operator]


def test_a_ticket_tells_who_did_what_and_when_notes_included() -> None:
    story = taken(opened())
    does(story, 5, updating.update, "We found the fault")
    does(story, 1, noting.note, "The old config is on the second unit")
    waiting(story)
    assert told(story) == [
        "Mon 2 Mar 10:00 GMT Ana opened it",
        "Mon 2 Mar 10:00 GMT Ana took it",
        "Mon 2 Mar 10:05 GMT Ana gave an update: We found the fault",
        "Mon 2 Mar 10:06 GMT Ana noted: The old config is on the second unit",
        "Mon 2 Mar 10:06 GMT Ana set it waiting for the customer: Need the traceroute",
    ]


def test_only_the_last_things_are_told_and_none_that_nobody_did() -> None:
    story = taken(opened())
    for n in range(20):
        does(story, 1, noting.note, f"note {n}")
    assert [line.rpartition(": ")[2] for line in told(story)] == [f"note {n}" for n in range(20 - LAST, 20)]
    assert not {event.kind for event in lasting(opened().later(600).stored)} & LEFT_OUT
    assert any("breached" in line for line in told(opened().later(20)))


def test_one_act_is_told_once() -> None:
    assert [line for line in told(restored(taken(opened()))) if "restored" in line] == [
        "Mon 2 Mar 10:00 GMT Ana said that service is restored: Moved to the other port"
    ]
    assert sum("resolved" in line for line in told(resolved(taken(opened())))) == 1
    late = taken(opened())
    late.now += timedelta(hours=2)
    late.does(resolving.resolve(late.ticket, AGENT, late.now, "Spliced", late.now - timedelta(hours=1)))
    assert [line.partition(" GMT ")[2] for line in told(late)][-2:] == [
        "Ana said that service is restored", "Ana resolved it: Spliced",
    ]  # fmt: skip


def test_a_question_is_told_as_one() -> None:
    story = taken(opened())
    story.does(awaiting.wait(story.ticket, AGENT, story.now, "", question="Which floor?"))
    assert any(line.endswith("Ana asked a question: Which floor?") for line in told(story))
    assert not any("gave an update" in line for line in told(story))


def test_an_update_is_told_as_it_reads_now_and_one_that_was_taken_back_says_so() -> None:
    story = does(taken(opened()), 1, updating.update, "port 3")
    story.does(edit(story.ticket, AGENT, story.now, "port 5"))
    assert any(line.endswith("gave an update: port 5") for line in told(story))
    story.does(take_back(story.ticket, AGENT, story.now))
    assert any("took it back" in line for line in told(story))


def test_another_ticket_that_is_named_leads_to_its_card() -> None:
    view = replace(merged(opened()).view(READERS["en"]), cards={40: "https://chat.example/40"})
    assert Link("#40", "https://chat.example/40") in [part for line in history(view) for part in line.sentence]


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_told_in_every_language(state: str, language: str) -> None:
    lines = told(STATES[state](), language)
    assert lines
    assert not any("{" in line or "None" in line for line in lines)


def test_whatever_somebody_can_do_has_its_words() -> None:
    put_together = {"taken", "assigned_nobody", "handed_over", "terms", "promise", "snoozed_off", "taken_back_update",
        "rated_good", "rated_bad"}  # fmt: skip
    words = {key.partition(".")[2] for key in catalogue("en") if key.startswith("history.")} - put_together
    silent = {kind.value for kind in Kind if kind not in LEFT_OUT} - words
    assert silent <= {"confirmed", "severity_changed", "category_changed", "rated"} | NOT_TOLD


# Known to whoever it concerns, and nothing that the ticket went through.
NOT_TOLD = {"undelivered"}


def test_a_long_story_is_still_told() -> None:
    story = climbed(promised(taken(opened())), 3)
    assert any("escalated it to Level 3" in line for line in told(story))
