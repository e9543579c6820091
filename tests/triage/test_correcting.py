"""What was said, put right: an update taken back was never given; one that was corrected moves no clock."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ADA, ANA, BEN, LEA, MIA, REX, Story, at
from triage import resolving, updating
from triage.agenda import agenda
from triage.correcting import edit, own_update, redact, take_back
from triage.errors import Refusal
from triage.facts.telling import Edited, Redacted
from triage.fold import fold
from triage.notice import Audience
from triage.people import Actor
from triage.stale import Stale
from triage.terms import ClockKind
from triage.ticket import Ticket


def test_an_update_that_was_taken_back_met_nothing() -> None:
    story = Story("09:00", severity=2)
    before = story.ticket
    story.act(updating.update, "09:05", "wrong ticket")
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at == at("09:05")
    change = story.act(take_back, "09:06")
    assert story.ticket.clocks == before.clocks
    assert story.ticket.updates.last_at is None
    assert [(n.kind, n.audience) for n in change.notices] == [("card", Audience.CARD)]
    assert change.stale == (Stale(update=story.ticket.version - 1),)


def test_a_promise_that_was_taken_back_gives_way_to_the_one_before_it() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.promise, "09:05", at("10:30"))
    story.act(updating.promise, "09:10", at("11:30"), "later")
    story.act(take_back, "09:11")
    assert story.ticket.promise == at("10:30")
    story.act(take_back, "09:14")
    assert story.ticket.promise is None
    with pytest.raises(Refusal, match="no_own_update"):
        story.act(take_back, "09:15")


@pytest.mark.parametrize(("again", "asks"), [("09:11:01", True), ("09:13", True), ("09:13:01", False)])
def test_whoever_takes_back_twice_within_two_minutes_is_asked_which_one_is_meant(again: str, asks: bool) -> None:
    story = Story("09:00", severity=2)
    for minute, text in ((5, "one"), (6, "two"), (7, "three")):
        story.act(updating.update, f"09:0{minute}", text)
    story.act(take_back, "09:11")
    if asks:
        with pytest.raises(Refusal) as refused:
            story.act(take_back, again)
        assert (refused.value.code, refused.value.values["seq"]) == ("take_back_again", 3)
    else:
        story.act(take_back, again)
    story.act(take_back, again, 2)  # the one that is named is meant
    assert 2 in story.ticket.updates.taken_back


def test_any_of_ones_updates_can_be_taken_back() -> None:
    story = Story("09:00", severity=2)
    for minute, text in ((5, "one"), (6, "two"), (7, "three")):
        story.act(updating.update, f"09:0{minute}", text)
    story.act(take_back, "09:08", 3)
    assert [update.text for update in story.ticket.updates.given] == ["one", "three"]
    with pytest.raises(Refusal, match="not_own_update"):
        story.act(take_back, "09:09", 3)


def test_what_was_late_because_of_it_is_said() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:14", "wrong ticket")
    story.live_until("09:40")
    story.act(take_back, "09:40")
    assert story.planned("response", "breach") == at("09:15:01")


@pytest.mark.parametrize("verb", [take_back, edit])
@pytest.mark.parametrize("somebody", [BEN, LEA, MIA, ADA])
def test_an_update_is_put_right_by_its_author_alone(verb: Any, somebody: Actor) -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:05", "on it")
    with pytest.raises(Refusal, match="no_own_update"):
        story.act(verb, "09:06", *(["other"] if verb is edit else []), by=somebody)


def test_a_message_that_the_author_wrote_in_the_thread_is_changed_there_and_taken_back_here() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:05", "on it", seen=True)
    with pytest.raises(Refusal, match="own_message"):
        story.act(edit, "09:06", "other")
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at is not None
    story.act(take_back, "09:06")
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at is None


def test_a_form_that_was_opened_on_an_update_corrects_that_one() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:05", "first")
    opened_on = story.ticket.version
    story.act(updating.update, "09:06", "second")
    change = edit(story.ticket, ANA, at("09:07"), "first, put right", opened_on)
    assert change.events[0].fact == Edited(opened_on)


def test_what_told_of_restoring_or_resolving_is_not_an_update_to_take_back() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:05", "on it")
    story.act(resolving.resolve, "09:10", "done")
    assert own_update(story.ticket, ANA).at == at("09:05")


def test_a_corrected_update_moves_no_clock_and_both_texts_stay_on_record() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:05", "the rooter")
    before = story.ticket
    change = story.act(edit, "09:10", "the router")
    assert story.ticket.clocks == before.clocks
    assert [(event.fact, event.text) for event in change.events] == [(Edited(2), "the router")]
    assert story.ticket.updates.edited.keys() == {2}
    with pytest.raises(Refusal, match="edit_needs_text"):
        story.act(edit, "09:11", " ")


def test_a_redaction_keeps_every_figure_and_nothing_of_what_was_erased() -> None:
    story = Story("09:00", severity=2)
    before = story.ticket
    change = story.act(redact, "09:05", [7, 3], by=LEA)
    assert story.ticket == replace(before, version=2)
    assert change.events[0].fact == Redacted(2)
    assert change.events[0].text is None
    with pytest.raises(Refusal, match="nothing_to_redact"):
        story.act(redact, "09:06", [], by=ADA)


@pytest.mark.parametrize("somebody", [ANA, MIA, REX])
def test_only_a_lead_or_an_admin_erases(somebody: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        Story("09:00").act(redact, "09:05", [1], by=somebody)
    assert refused.value.values["who"] == ["admin", "lead"]


def as_if_never_taken_back(ticket: Ticket) -> Ticket:
    """The ticket but for what tells that something was taken back."""
    return replace(
        ticket,
        version=0,
        updates=replace(ticket.updates, taken_back=set()),
        undo=replace(ticket.undo, taken_back=None),
    )


@given(openings, steps)
def test_taking_an_update_back_leaves_the_ticket_as_if_it_had_never_been_given(
    opening: dict[str, Any], life: list[Step]
) -> None:
    story = live(opening, life)
    with suppress(Refusal):
        given_last = own_update(story.ticket, ANA)
        now = story.events[-1].recorded_at
        story.act(take_back, now, given_last.seq)
        without = fold(event for event in story.events[:-1] if event.seq != given_last.seq)
        taken = story.ticket
        assert taken.updates.taken_back >= {given_last.seq}
        assert as_if_never_taken_back(taken) == as_if_never_taken_back(without)
        assert agenda(taken) == agenda(without)
