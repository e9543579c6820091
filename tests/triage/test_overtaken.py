"""What fell due before an action is put on record with it: none overtakes a breach, or makes one that never was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contents import says
from tests.triage.story import ANA, CLEO, LEA, MIA, Story, at
from triage import answering, awaiting, escalation, noting, owning, resolving, restoring, updating
from triage.change import Change
from triage.due import decide_overtaken
from triage.errors import Refusal
from triage.notice import Notice, NoticeKind
from triage.people import Actor
from triage.still_true import worth_saying

Verb = Callable[..., Change]
SECOND = timedelta(seconds=1)


def act(story: Story, verb: Verb, when: str | datetime, *args: object, by: Actor = ANA, **more: object) -> list[Notice]:
    """Somebody does something while nobody looked at what was due; what is still said of that."""
    now = when if isinstance(when, datetime) else at(when)
    change = verb(story.ticket, by, now, *args, **more)
    before = decide_overtaken(story.events, story.ticket, change.events, now)
    story.record(replace(before, notices=()))
    story.record(change)
    return [notice for notice in worth_saying(before, story.ticket, now) if notice.kind is not NoticeKind.CARD]


def planned(story: Story) -> list[tuple[str, str, datetime]]:
    """Of every clock what was put on record, and when it fell due."""
    return sorted((event.said[0], event.said[1], event.at) for event in story.events if event.said is not None)


def breaches(story: Story) -> list[str]:
    return [f"{clock} {step}" for clock, step, _ in planned(story) if step.startswith("breach")]


def a_ticket() -> Story:
    """Opened at 9:00 and taken at once: the first update is due at 9:30."""
    story = Story("09:00")
    story.act(owning.take, "09:00")
    return story


ACTIONS: list[tuple[str, Verb, tuple[object, ...], Actor]] = [
    ("update", updating.update, ("We are on it",), ANA),
    ("promise", updating.promise, (at("10:10"),), ANA),
    ("note", noting.note, ("for us",), ANA),
    ("take", owning.take, (), LEA),
    ("wait", awaiting.wait, ("the customer restarts it",), ANA),
    ("restored", restoring.restored, (), ANA),
    ("resolve", resolving.resolve, (), ANA),
    ("escalate", escalation.escalate, ("impact has grown",), ANA),
    ("reaction", escalation.escalate_by_reaction, (), MIA),
]


@pytest.mark.parametrize(
    ("verb", "args", "by"), [action[1:] for action in ACTIONS], ids=[action[0] for action in ACTIONS]
)
def test_no_action_overtakes_a_breach(verb: Verb, args: tuple[object, ...], by: Actor) -> None:
    story = a_ticket()
    said = act(story, verb, "09:33", *args, by=by)
    assert breaches(story) == ["update breach"]
    assert any(says(notice, "to") == "assignee" for notice in said), "and it is said"


@pytest.mark.parametrize(("when", "breached"), [("09:30", False), ("09:30:01", True)])
def test_exactly_at_the_due_instant_is_in_time(when: str, breached: bool) -> None:
    story = a_ticket()
    act(story, updating.update, when, "We are on it")
    assert breaches(story) == (["update breach"] if breached else [])


def test_a_warning_that_the_action_answers_is_on_record_and_not_said() -> None:
    story = a_ticket()
    assert act(story, updating.update, "09:29:30", "We are on it") == []
    assert ("update", at("09:20")) in [(clock, when) for clock, _, when in planned(story)]


@pytest.mark.parametrize(("given", "logged", "breached"), [("09:25", "09:50", False), ("09:40", "09:50", True)])
def test_an_update_counts_when_it_was_given_however_late_it_is_logged(given: str, logged: str, breached: bool) -> None:
    story = a_ticket()
    act(story, updating.update, logged, "by phone", at=at(given))
    assert breaches(story) == (["update breach"] if breached else [])


def test_what_is_restored_earlier_was_restored_in_time_though_the_update_was_late() -> None:
    """Restore is due at 15:00, the last update at 14:50 lasts until 15:20; at 15:40 it is told that all is well since
    14:55."""
    story = a_ticket()
    for hour in range(9, 15):
        for minute in (20, 50):
            act(story, updating.update, f"{hour}:{minute}", "On it")
    act(story, restoring.restored, "15:40", at("14:55"))
    assert breaches(story) == ["update breach"]


def test_what_the_customer_wrote_before_the_deadline_makes_no_breach() -> None:
    story = a_ticket()
    change = answering.customer_wrote(story.ticket, CLEO, at("09:40"), "Any news?", at=at("09:10"))
    assert decide_overtaken(story.events, story.ticket, change.events, at("09:40")) == Change()


def test_a_long_outage_that_an_update_ends_pings_nobody_further_up() -> None:
    story = a_ticket()
    said = act(story, updating.update, "11:00", "We are on it")
    assert "update breach-level" in breaches(story)
    assert {says(notice, "to") for notice in said} == {"assignee"}
    assert len(said) == 1


def test_a_note_answers_nothing_so_whoever_is_next_is_told() -> None:
    story = a_ticket()
    (said,) = act(story, noting.note, "11:00", "for us")
    assert says(said, "to") == "level"


def quick(story: Story, minutes: list[tuple[int, str]], *, watched: bool) -> None:
    """Actions at minutes after 9:00; `watched`: every due instant is looked at when it comes."""
    for minute, verb in minutes:
        now = at("09:00") + minute * timedelta(minutes=1) + 5 * SECOND
        if watched:
            story.live_until(now)
        try:
            if verb == "update":
                act(story, updating.update, now, "On it")
            elif verb == "promise":
                act(story, updating.promise, now, now + timedelta(minutes=25), "We look again")
            elif verb == "wait":
                act(story, awaiting.wait, now, "the customer")
            elif verb == "resume":
                act(story, awaiting.resume, now)
            else:
                act(story, noting.note, now, "for us")
        except Refusal:
            continue
    story.live_until("2 09:00")


@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.sampled_from(["update", "promise", "wait", "resume", "note"])), max_size=8
    )
)
def test_whoever_looks_and_however_late_the_same_is_on_record(actions: list[tuple[int, str]]) -> None:
    """As if somebody looked at every second, or nobody before each action."""
    watched, alone = a_ticket(), a_ticket()
    quick(watched, sorted(actions), watched=True)
    quick(alone, sorted(actions), watched=False)
    assert planned(alone) == planned(watched)
