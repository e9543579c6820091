"""The fold: the same events tell the same ticket, whatever the order they come in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, CLEO, POLICY, Story, at
from triage import answering, awaiting, owning, resolving, sorting, updating
from triage.clock import ClockState
from triage.data import read_stamp, stamp
from triage.event import Event, Kind
from triage.facts import FACTS
from triage.facts.sorting import Retargeted
from triage.facts.telling import Noted
from triage.fold import fold
from triage.folding import HANDLERS
from triage.terms import Category, ClockKind
from triage.ticket import Status


@given(openings, steps, st.randoms(use_true_random=False))
def test_the_order_in_which_events_come_makes_no_difference(
    opening: dict[str, object], life: list[Step], random: object
) -> None:
    story = live(opening, life)
    shuffled = list(story.events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == story.ticket


@given(openings, steps)
def test_nothing_a_fold_answers_is_shared_with_another(opening: dict[str, object], life: list[Step]) -> None:
    story = live(opening, life)
    before = story.ticket
    live(opening, life)
    assert story.ticket == before


@given(openings, steps)
def test_a_ticket_always_adds_up(opening: dict[str, object], life: list[Step]) -> None:
    ticket = live(opening, life).ticket
    assert ticket.is_open == (ticket.status is not Status.RESOLVED)
    assert (ticket.status is Status.WAITING) == (ticket.waiting is not None)
    for clock in ticket.clocks.values():
        assert (clock.due is not None) == (clock.state is ClockState.RUNNING)
        assert (clock.ended_at is not None) == (clock.state in (ClockState.MET, ClockState.STOPPED))
        assert clock.state is not ClockState.PAUSED or clock.kind in ticket.terms.pauses
        assert ticket.is_open or clock.due is None
    assert [climb.level for climb in ticket.escalation.climbs] == list(range(1, ticket.level + 1))
    if ticket.category is Category.INQUIRY and ticket.confirmed:
        assert ClockKind.RESTORE not in ticket.clocks or not ticket.clocks[ClockKind.RESTORE].due


@given(openings, steps)
def test_a_deadline_is_never_moved_into_the_past_by_a_change(opening: dict[str, object], life: list[Step]) -> None:
    """Response and update: what a change of severity or category puts into the past was overdue already, and is no
    more so than before."""
    story = live(opening, life)
    for place, event in enumerate(story.events):
        if event.kind not in (Kind.CONFIRMED, Kind.SEVERITY_CHANGED, Kind.CATEGORY_CHANGED):
            continue
        before, after = fold(story.events[:place]), fold(story.events[: place + 1])
        for kind in (ClockKind.RESPONSE, ClockKind.UPDATE):
            old, new = before.clocks.get(kind), after.clocks.get(kind)
            if new is not None and new.due is not None and new.due < event.at:
                assert old is not None
                assert old.due is not None
                assert old.due <= new.due
                assert old.due < event.at


@given(openings, steps)
def test_an_ended_clock_keeps_its_verdict_through_changes(opening: dict[str, object], life: list[Step]) -> None:
    story = live(opening, life)
    for place, event in enumerate(story.events):
        if isinstance(event.fact, Retargeted):
            before, after = fold(story.events[:place]), fold(story.events[: place + 1])
            for kind, old in before.clocks.items():
                if old.ended_at is not None and event.fact.reported_at is None:
                    assert after.clocks[kind].breached() is old.breached()


def test_events_that_tell_of_no_ticket_are_refused() -> None:
    with pytest.raises(ValueError, match="none of them is its opening"):
        fold([])
    with pytest.raises(ValueError, match="none of them is its opening"):
        fold([Event(at("09:00"), at("09:00"), ANA.id, Noted())])


def test_every_kind_of_event_has_its_place_in_the_fold() -> None:
    assert set(HANDLERS) == set(FACTS.values())


def test_the_version_is_the_last_event_recorded_not_the_last_that_happened() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:30", "now")
    story.act(updating.update, "09:31", "by phone", at=at("09:10"))
    assert story.ticket.version == 3


def test_events_of_one_second_are_folded_in_the_order_they_were_recorded() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "logs")
    story.act(awaiting.resume, "09:30")
    story.act(awaiting.wait, "09:30", "more logs", what="vendor")
    assert story.ticket.waiting is not None
    assert story.ticket.waiting.what == "vendor"


def test_the_texts_beside_the_events_are_told_by_their_bodies() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "logs")
    story.events[-1] = replace(story.events[-1], body_id=7, text=None)
    assert story.ticket.waiting is not None
    assert story.ticket.waiting.body_id == 7


def test_an_erased_text_leaves_every_figure_intact() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:10", "secret")
    story.act(answering.customer_wrote, "09:20", "secret", at=at("09:20"), by=CLEO)
    story.act(sorting.change_severity, "09:30", POLICY, 2, "secret")
    told, erased = story.ticket, fold(replace(event, text=None, body_id=None) for event in story.events)
    given, fact = told.updates.last or pytest.fail("nothing was told")
    assert erased == replace(
        told,
        escalation=replace(told.escalation, mark=replace(story.events[-1], text=None)),
        updates=replace(
            told.updates,
            last=(replace(given, text=None), fact),
            given=[replace(event, text=None) for event in told.updates.given],
        ),
    )


def test_the_next_deadline_is_the_earliest_of_those_that_run() -> None:
    story = Story("09:00")
    assert story.ticket.next_due == at("09:15")
    story.act(owning.take, "09:10")
    assert story.ticket.next_due == at("09:30")
    story.act(resolving.resolve, "09:20")
    assert story.ticket.next_due is None


def test_a_stamp_reads_back() -> None:
    assert read_stamp(stamp(at("09:00:07"))) == at("09:00:07")
