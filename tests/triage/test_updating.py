"""Updates and promises: what the customer is told, and which deadlines follow."""

from __future__ import annotations

import pytest

from tests.triage.story import ADA, ANA, MIA, POLICY, REX, Story, at, due, kinds, told
from triage import sorting, updating
from triage.errors import Refusal
from triage.facts.telling import Updated
from triage.notice import Audience, NoticeKind
from triage.terms import Category, ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind
INCIDENT, PROVISIONING, INQUIRY = Category


def test_an_update_meets_response_and_starts_the_next_interval() -> None:
    story = Story("09:00")
    change = story.act(updating.update, "09:12", "we are on it")
    assert told(change, Audience.CUSTOMER) == ["update"]
    assert story.ticket.clocks[RESPONSE].ended_at == at("09:12")
    assert due(story, UPDATE) == at("09:42")


def test_an_update_given_elsewhere_counts_from_its_own_time_and_is_not_sent_again() -> None:
    story = Story("09:00")
    change = story.act(updating.update, "09:40", "by phone", at=at("09:14"))
    assert told(change, Audience.CUSTOMER) == []
    assert not story.ticket.clocks[RESPONSE].breached()
    assert due(story, UPDATE) == at("09:44")


def test_an_update_logged_late_does_not_replace_a_later_one() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:30", "on it")
    story.act(updating.update, "09:35", "by phone", at=at("09:20"))
    assert due(story, UPDATE) == at("10:00")
    assert story.ticket.clocks[RESPONSE].ended_at == at("09:20")
    assert story.ticket.updates.last_at == at("09:30")


def test_what_was_written_in_the_customers_thread_is_not_sent_again() -> None:
    assert told(Story("09:00").act(updating.update, "09:10", "hello", seen=True), Audience.CUSTOMER) == []


def test_an_update_by_the_requester_is_their_own_message() -> None:
    story = Story("09:00", by=REX)
    change = story.act(updating.update, "09:05", "it is worse", by=REX)
    assert kinds(change) == ["customer_wrote"]
    assert due(story, RESPONSE) == at("09:15")


@pytest.mark.parametrize(("when", "code"), [("09:31", "in_future"), ("08:59", "too_early")])
def test_an_update_can_only_be_logged_for_a_time_within_the_ticket(when: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(updating.update, "09:30", "by phone", at=at(when))


def test_a_promise_is_told_to_the_customer_and_replaces_the_next_deadline_once() -> None:
    story = Story("09:00", severity=2)
    change = story.act(updating.promise, "09:10", at("11:30"))
    assert told(change, Audience.CUSTOMER) == ["promise"]
    assert story.ticket.clocks[RESPONSE].ended_at == at("09:10"), "a promise is itself a visible update"
    assert (story.ticket.promise, due(story, UPDATE)) == (at("11:30"), at("11:30"))
    story.act(updating.update, "11:00", "fibre team on site")
    assert (story.ticket.promise, due(story, UPDATE)) == (None, at("12:00"))


def test_an_update_can_carry_the_promise() -> None:
    story = Story("09:00", severity=2)
    change = story.act(updating.update, "09:10", "on it", promise_until=at("11:00"))
    assert [notice.body for notice in change.notices if notice.kind is NoticeKind.PROMISE] == ["on it"]
    assert due(story, UPDATE) == at("11:00")


@pytest.mark.parametrize("until", ["09:10", "09:09", "08:00"])
def test_a_promise_in_the_past_is_refused(until: str) -> None:
    with pytest.raises(Refusal, match="promise_in_past"):
        Story("09:00").act(updating.promise, "09:10", at(until))


def test_moving_an_open_promise_needs_words_and_reports_the_old_one_as_moved() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.promise, "09:10", at("10:00"))
    assert not story.act(updating.promise, "09:20", at("10:00")), "the same promise again changes nothing"
    with pytest.raises(Refusal, match="promise_needs_text"):
        story.act(updating.promise, "09:30", at("11:00"))
    (moved,) = story.act(updating.promise, "09:30", at("11:00"), "the crew is late").events
    assert moved.fact == Updated(promise=at("11:00"), moved=at("10:00"))
    assert due(story, UPDATE) == at("11:00")


@pytest.mark.parametrize(
    ("until", "by", "refused"),
    [("11:10", ANA, False), ("11:10:01", ANA, True), ("11:10:01", MIA, False), ("11:10:01", ADA, False)],
)
def test_beyond_four_intervals_only_a_manager_promises(until: str, by: object, refused: bool) -> None:
    story = Story("09:00", severity=1)
    if not refused:
        assert story.act(updating.promise, "09:10", at(until), by=by)  # type: ignore[arg-type]
        return
    with pytest.raises(Refusal) as raised:
        story.act(updating.promise, "09:10", at(until), by=by)  # type: ignore[arg-type]
    assert (raised.value.code, raised.value.values["until"]) == ("promise_too_far", at("11:10"))


def test_raising_severity_ends_the_promise_lowering_it_does_not() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.promise, "09:10", at("12:00"))
    story.act(sorting.change_severity, "09:20", POLICY, 3, "less bad")
    assert story.ticket.promise == at("12:00")
    story.act(sorting.change_severity, "09:30", POLICY, 1, "all down")
    assert story.ticket.promise is None
    assert due(story, UPDATE) == at("10:00")


@pytest.mark.parametrize(
    ("severity", "promise"), [pytest.param(1, None, id="beyond its cap"), pytest.param(2, "12:00", id="within its cap")]
)
def test_a_promise_on_a_ticket_without_severity_holds_only_as_far_as_the_new_severity_allows(
    severity: int, promise: str | None
) -> None:
    story = Story("09:00", category=PROVISIONING, severity=None)
    story.act(updating.promise, "09:10", at("12:00"))
    story.act(sorting.change_category, "09:20", POLICY, INCIDENT, severity)
    assert story.ticket.promise == (at(promise) if promise else None)
    assert due(story, UPDATE) == at(promise or "09:50")
