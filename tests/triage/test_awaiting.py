"""Waiting and going on: what pauses, what is asked, and what ends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contents import says
from tests.triage.story import CLEO, Story, at, due, kinds, told
from triage import answering, awaiting, correcting
from triage.clocks import ClockState
from triage.errors import Refusal
from triage.notice import Audience, NoticeKind
from triage.stale import Stale
from triage.terms import ClockKind
from triage.ticket import Status

RESPONSE, UPDATE, RESTORE = ClockKind


@pytest.mark.parametrize(("what", "restore"), [("customer", "16:00"), ("vendor", "15:00"), ("maintenance", "15:00")])
def test_only_waiting_for_the_customer_pauses_restore(what: str, restore: str) -> None:
    story = Story("09:00")
    change = story.act(awaiting.wait, "10:00", "config needed", what=what)
    assert told(change, Audience.CUSTOMER) == [], "the reason is the desk's own, and nothing was asked"
    assert story.ticket.status is Status.WAITING
    assert due(story, RESTORE) == (None if what == "customer" else at("15:00"))
    story.act(awaiting.resume, "11:00")
    assert (story.ticket.status, due(story, RESTORE)) == (Status.OPEN, at(restore))


def test_a_question_is_sent_and_is_an_update_that_may_promise_the_next_one() -> None:
    story = Story("09:00")
    change = story.act(
        awaiting.wait, "09:10", "they have two sites", question="Which floor is it?", next_update=at("09:50")
    )
    assert kinds(change) == ["waited", "updated"]
    (asked,) = [notice for notice in change.notices if notice.audience is Audience.CUSTOMER]
    assert (asked.kind, asked.body) == (NoticeKind.WAITING, "Which floor is it?")
    ticket = story.ticket
    assert (ticket.promise, ticket.updates.last_at) == (at("09:50"), at("09:10"))
    assert ticket.clocks[ClockKind.RESPONSE].state is ClockState.MET
    assert ticket.waiting is not None
    assert ticket.waiting.asked == 3
    (inside,) = [notice for notice in change.notices if says(notice, "what") == "waiting"]
    assert inside.body == "they have two sites"


def test_a_second_wait_puts_the_question_in_other_words_where_it_stands() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:10", "", question="Which floor is it?")
    change = story.act(awaiting.wait, "09:20", "", question="Which floor, and which room?")
    assert kinds(change) == ["edited"]
    assert change.stale == (Stale(update=3),)
    assert [n.kind for n in change.notices if n.audience is Audience.CUSTOMER] == [], "nothing is said again"
    assert story.ticket.waiting is not None
    assert story.ticket.waiting.since == at("09:10")
    story.act(awaiting.wait, "09:30", "they are slow", until=at("15:00"))
    change = story.act(awaiting.wait, "09:40", "", question="Which floor, please?", until=at("15:00"))
    assert kinds(change) == ["edited"], "it stands though they wait for longer"
    story.act(answering.customer_wrote, "09:50", "the second", at=at("09:50"), by=CLEO)
    change = story.act(awaiting.wait, "10:00", "", question="And which room?")
    assert told(change, Audience.CUSTOMER) == ["waiting"], "what was answered is asked anew"


def test_what_was_only_waited_for_is_asked_later_without_waiting_anew() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:10", "need the floor")
    assert kinds(story.act(awaiting.ask, "09:20", "Which floor is it?")) == ["updated"]
    assert story.ticket.waiting is not None
    assert (story.ticket.waiting.since, story.ticket.waiting.asked) == (at("09:10"), 3)
    story.act(correcting.take_back, "09:21")
    assert story.ticket.waiting is not None
    assert story.ticket.waiting.asked is None, "the question was taken back, the wait goes on"


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "wait_needs_text"), ({"question": "Which?", "what": "vendor"}, "question_to_others"),
     ({"question": "  "}, "wait_needs_text")],
)  # fmt: skip
def test_a_wait_needs_a_reason_or_a_question_and_only_the_customer_is_asked(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(awaiting.wait, "09:10", "", **given)


def test_the_reason_to_go_on_is_the_desks_own() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:10", "need the floor")
    change = story.act(awaiting.resume, "09:20", "found it in the file")
    assert told(change, Audience.CUSTOMER) == []
    assert change.events[0].text == "found it in the file"


def test_waiting_twice_is_refused_but_its_reminder_can_be_moved() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed", until=at("12:00"))
    with pytest.raises(Refusal, match="already_waiting"):
        story.act(awaiting.wait, "10:30", "config needed", until=at("12:00"))
    change = story.act(awaiting.wait, "10:30", "they need longer", until=at("14:00"))
    assert (kinds(change), story.ticket.waits) == (["waited"], ((at("10:00"), None),)), "the same wait goes on"
    assert story.ticket.waiting is not None
    assert story.ticket.waiting.until == at("14:00")
    story.act(awaiting.resume, "11:00")
    assert due(story, RESTORE) == at("16:00"), "waiting went on all along"


@pytest.mark.parametrize(
    ("args", "more", "code"),
    [
        (("x",), {"what": "godot"}, "no_such_waiting"),
        (("x",), {"until": at("08:00")}, "wait_in_past"),
        (("x",), {"until": at("400 08:00")}, "too_far_ahead"),
    ],
)
def test_waiting_for_nothing_real_is_refused(args: tuple[str], more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(awaiting.wait, "10:00", *args, **more)


def test_whoever_waits_may_say_by_when_the_customer_hears_again() -> None:
    story = Story("09:00", severity=1)
    change = story.act(awaiting.wait, "09:10", "logs", next_update=at("10:30"))
    assert (story.ticket.status, story.ticket.promise) == (Status.WAITING, at("10:30"))
    assert story.ticket.clocks[ClockKind.UPDATE].due == at("10:30")
    assert [n.kind for n in change.notices if n.audience is Audience.CUSTOMER] == [NoticeKind.PROMISE]
    with pytest.raises(Refusal, match="promise_in_past"):
        story.act(awaiting.wait, "09:20", "more logs", what="vendor", next_update=at("09:00"))
