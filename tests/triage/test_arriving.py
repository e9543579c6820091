"""What the customer was told counts from when it was given; what finally did not reach them does not count."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.contents import says
from tests.triage.story import ANA, CLEO, Story, at
from triage import awaiting, owning, resolving, restoring, updating
from triage.arriving import delivered, telling, undelivered
from triage.event import Event, Kind
from triage.notice import NoticeKind
from triage.terms import ClockKind

RESPONSE, UPDATE = ClockKind.RESPONSE, ClockKind.UPDATE


def lose(story: Story, kind: NoticeKind, when: str) -> Event:
    """The notice of the last change finally fails."""
    told = telling(story.events, kind, story.ticket.version)
    assert told is not None
    story.record(undelivered(story.ticket, told, at(when), shown=True))
    return told


def due(story: Story, clock: ClockKind) -> datetime | None:
    return story.ticket.clocks[clock].due


def test_an_acknowledgement_that_never_arrived_does_not_meet_response() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:02")
    assert due(story, RESPONSE) is None
    lose(story, NoticeKind.TAKEN, "09:03")
    assert due(story, RESPONSE) == at("09:15"), "from the opening, as ever"
    assert story.ticket.ownership.assignee == ANA.id, "who owns it is another matter"
    assert not story.ticket.ownership.acknowledged
    said = [notice.kind for _, notice in story.live_until("09:16")]
    assert said == [NoticeKind.WARNING, NoticeKind.WARNING, NoticeKind.BREACH], "in the thread, then the last call"


def test_where_it_fails_late_the_breach_is_said_at_once() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:02")
    story.pass_until("09:19")
    lose(story, NoticeKind.TAKEN, "09:20")
    said = story.live_until("09:21")
    assert [(when, notice.kind) for when, notice in said if says(notice, "clock") == "response"] == [
        (at("09:20"), NoticeKind.BREACH)
    ]


def test_warnings_start_again_though_they_were_said_before() -> None:
    story = Story("09:00")
    story.live_until("09:11")
    story.act(updating.update, "09:12", "We are on it")
    lose(story, NoticeKind.UPDATE, "09:13")
    said = [says(notice, "clock") for _, notice in story.live_until("09:16")]
    assert said.count("response") >= 2, "one warning at least, and the breach"


def test_an_update_that_never_arrived_leaves_the_deadline_where_it_was() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:05", "Looking")
    story.act(updating.update, "09:20", "Still looking")
    lose(story, NoticeKind.UPDATE, "09:21")
    assert due(story, UPDATE) == at("09:35")
    assert due(story, RESPONSE) is None, "the first one did arrive"
    last = story.ticket.updates.last_told
    assert last is not None
    assert last.at == at("09:05"), "what they were told last"


def test_a_promise_that_nobody_heard_holds_nothing() -> None:
    story = Story("09:00")
    story.act(updating.promise, "09:05", at("10:20"))
    assert due(story, UPDATE) == at("10:20")
    lose(story, NoticeKind.PROMISE, "09:06")
    assert (story.ticket.promise, due(story, UPDATE)) == (None, at("09:30"))


def test_what_arrived_since_makes_it_good() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:02")
    taken = story.ticket.version
    story.act(updating.update, "09:05", "We are on it")
    told = telling(story.events, NoticeKind.TAKEN, taken)
    assert told is not None
    story.record(undelivered(story.ticket, told, at("09:06"), shown=True))
    assert due(story, RESPONSE) is None
    assert due(story, UPDATE) == at("09:35")


def test_a_breach_that_it_had_answered_is_open_again() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:01")
    story.live_until("09:31")
    story.act(updating.update, "09:33", "We are on it")
    assert not story.ticket.breaches
    lose(story, NoticeKind.UPDATE, "09:34")
    story.live_until("09:35")
    assert [breach.clock for breach in story.ticket.breaches] == [UPDATE]


@pytest.mark.parametrize("verb", [resolving.resolve, restoring.restored])
def test_a_ticket_stays_resolved_or_restored_though_the_word_of_it_was_lost(verb: object) -> None:
    story = Story("09:00")
    story.act(verb, "09:05")  # type: ignore[arg-type]
    before = story.ticket.status
    lose(story, NoticeKind.RESOLVED if verb is resolving.resolve else NoticeKind.RESTORED, "09:06")
    assert story.ticket.status == before
    assert story.ticket.updates.last_told is None


@pytest.mark.parametrize(("promised", "still"), [("09:50", "09:50"), ("09:20", None)])
def test_sent_after_all_it_counts_from_then(promised: str, still: str | None) -> None:
    story = Story("09:00")
    story.act(updating.promise, "09:05", at(promised))
    told = lose(story, NoticeKind.PROMISE, "09:06")
    story.record(delivered(story.ticket, told.seq, at("09:25")))
    response = story.ticket.clocks[RESPONSE]
    assert response.ended_at == at("09:25"), "too late, and met"
    assert due(story, UPDATE) == (at(still) if still else at("09:55"))


def test_an_acknowledgement_sent_after_all_meets_response_then() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:02")
    told = lose(story, NoticeKind.TAKEN, "09:03")
    story.record(delivered(story.ticket, told.seq, at("09:10")))
    assert story.ticket.clocks[RESPONSE].ended_at == at("09:10")
    assert story.ticket.ownership.acknowledged


def test_it_is_put_on_record_once() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:02")
    told = lose(story, NoticeKind.TAKEN, "09:03")
    assert not undelivered(story.ticket, told, at("09:04"), shown=True)
    story.record(delivered(story.ticket, told.seq, at("09:05")))
    assert not delivered(story.ticket, told.seq, at("09:06"))


def test_what_tells_of_nothing_that_counts_is_nothing() -> None:
    story = Story("09:00", by=CLEO)
    assert telling(story.events, NoticeKind.RECEIPT, 1) is None
    story.act(awaiting.wait, "09:05", "the customer restarts it")
    assert telling(story.events, NoticeKind.WAITING, story.ticket.version) is None
    assert all(event.kind is not Kind.UNDELIVERED for event in story.events)
