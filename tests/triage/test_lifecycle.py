"""What people do to a ticket: what goes on record, what is said to whom, and what is refused with which reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.contents import says
from tests.triage.story import ADA, ANA, BEN, CLEO, MIA, POLICY, REX, Story, at
from triage import (
    acknowledging,
    answering,
    awaiting,
    correcting,
    noting,
    owning,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.change import Change
from triage.clocks import ClockState
from triage.errors import Refusal
from triage.event import Kind
from triage.facts.telling import Updated
from triage.notice import Audience, NoticeKind
from triage.opening import open_ticket
from triage.stale import Stale
from triage.terms import Category, ClockKind
from triage.text import LONGEST_TEXT
from triage.ticket import Status

RESPONSE, UPDATE, RESTORE = ClockKind
INCIDENT, PROVISIONING, INQUIRY = Category


def kinds(change: Change) -> list[str]:
    return [event.kind.value for event in change.events]


def told(change: Change, audience: Audience) -> list[str]:
    return [notice.kind.value for notice in change.notices if notice.audience is audience]


def due(story: Story, kind: ClockKind) -> object:
    clock = story.ticket.clocks.get(kind)
    return None if clock is None else clock.due


# -- opening ---------------------------------------------------------------------------------------------------------


def test_what_an_agent_opens_is_confirmed_and_in_force() -> None:
    ticket = Story("09:00", severity=1, reported="08:40").ticket
    assert (ticket.category, ticket.severity, ticket.confirmed, ticket.claimed) == (INCIDENT, 1, True, None)
    assert {kind: clock.due for kind, clock in ticket.clocks.items()} == {
        RESPONSE: at("09:15"), UPDATE: at("09:30"), RESTORE: at("14:40"),
    }  # fmt: skip
    assert ticket.next_due == at("09:15")


@pytest.mark.parametrize("by", [REX, CLEO])
@pytest.mark.parametrize(
    ("category", "severity"), [(None, 1), (INCIDENT, 3), (INQUIRY, None), (PROVISIONING, None), (None, None)]
)
def test_what_anyone_else_says_is_claimed_and_only_response_runs_at_the_strictest_target(
    by: object, category: Category | None, severity: int | None
) -> None:
    story = Story("09:00", severity=severity, category=category, by=by)  # type: ignore[arg-type]
    ticket = story.ticket
    assert (ticket.severity, ticket.claimed, ticket.confirmed) == (None, severity, False)
    assert {kind: clock.due for kind, clock in ticket.clocks.items()} == {RESPONSE: at("09:15")}


def test_an_agent_who_does_not_know_the_severity_opens_it_unconfirmed() -> None:
    ticket = Story("09:00", severity=None).ticket
    assert (ticket.category, ticket.confirmed) == (None, False)


@pytest.mark.parametrize(
    ("category", "severity", "running"),
    [(INCIDENT, 2, {RESPONSE, UPDATE, RESTORE}), (INQUIRY, 3, {RESPONSE, UPDATE}), (PROVISIONING, None, set())],
)
def test_a_category_has_its_own_severity_and_clocks(
    category: Category, severity: int | None, running: set[ClockKind]
) -> None:
    ticket = Story("09:00", category=category, severity=severity if category is INCIDENT else None).ticket
    assert (ticket.severity, ticket.confirmed) == (severity, True)
    assert set(ticket.clocks) == running


def test_the_summary_and_description_are_kept_beside_the_event() -> None:
    change = open_ticket(POLICY, ANA, at("09:00"), summary=" Link\n down ", description="since 8:40\n")
    (opened,) = change.events
    assert opened.text == "Link down\nsince 8:40"
    assert "Link" not in str(opened.fact.to_data())
    assert told(change, Audience.CUSTOMER) == ["receipt"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"summary": "  "}, "no_summary"),
        ({"summary": "\u200b\u202e"}, "no_summary"),
        ({"summary": "x" * 251}, "summary_too_long"),
        ({"description": "x" * 8001}, "text_too_long"),
        ({"severity": 4}, "no_such_severity"),
        ({"severity": 0}, "no_such_severity"),
        ({"severity": 1, "category": PROVISIONING}, "severity_on_provisioning"),
        ({"severity": 2, "category": INQUIRY}, "severity_on_inquiry"),
        ({"reported_at": at("09:01")}, "reported_in_future"),
        ({"reported_at": at("-400 09:00")}, "too_long_ago"),
        ({"requested_date": at("2 09:00"), "severity": 1}, "requested_needs_provisioning"),
        ({"requested_date": at("08:00"), "category": PROVISIONING}, "requested_in_past"),
        ({"requested_date": at("2000 08:00"), "category": PROVISIONING}, "too_far_ahead"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_ticket(POLICY, ANA, at("09:00"), **{"summary": "Link down", **given})  # type: ignore[arg-type]
    assert refused.value.code == code


# -- the first answer ------------------------------------------------------------------------------------------------


def test_taking_it_tells_the_customer_who_has_it_and_meets_response() -> None:
    story = Story("09:00")
    change = story.act(owning.take, "09:10")
    assert told(change, Audience.CUSTOMER) == ["taken"]
    assert story.ticket.ownership.assignee == ANA.id
    assert story.ticket.clocks[RESPONSE].ended_at == at("09:10")
    assert due(story, UPDATE) == at("09:30"), "telling who has it is no update"
    assert not story.act(owning.take, "09:11"), "taking it twice changes nothing"
    story.act(owning.take, "09:12", by=BEN)
    assert story.ticket.ownership.assignee == BEN.id


def test_the_receipt_and_a_note_meet_nothing() -> None:
    story = Story("09:00")
    change = story.act(noting.note, "09:05", "looks like the fibre")
    assert told(change, Audience.CUSTOMER) == []
    assert due(story, RESPONSE) == at("09:15")


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


@pytest.mark.parametrize(
    ("verb", "code"),
    [(updating.update, "update_needs_text"), (noting.note, "note_needs_text"), (awaiting.wait, "wait_needs_text")],
)
@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_nothing_is_said_without_words(verb: object, code: str, text: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(verb, "09:10", text)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [updating.update, noting.note, awaiting.wait, resolving.resolve])
def test_text_that_is_too_long_is_refused(verb: object) -> None:
    with pytest.raises(Refusal, match="text_too_long"):
        Story("09:00").act(verb, "09:10", "x" * 10_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(("verb", "more"), [(updating.update, {"seen": True}), (noting.note, {"sent": True})])
def test_a_long_message_that_stands_in_a_thread_is_kept_as_far_as_it_goes(verb: object, more: dict[str, bool]) -> None:
    (event,) = Story("09:00").act(verb, "09:10", "x" * 10_000, **more).events  # type: ignore[arg-type]
    assert event.text is not None
    assert len(event.text) == LONGEST_TEXT


# -- promises --------------------------------------------------------------------------------------------------------


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


# -- waiting ---------------------------------------------------------------------------------------------------------


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


def test_the_customers_message_ends_the_wait_at_its_own_time() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    change = story.act(answering.customer_wrote, "11:30", "here it is", at=at("11:00"), by=CLEO)
    assert kinds(change) == ["customer_wrote", "resumed"]
    assert (story.ticket.waiting, due(story, RESTORE)) == (None, at("16:00"))


@pytest.mark.parametrize("text", ["Thanks!", "merci beaucoup", "Bonjour", "Automatic reply: away"])
def test_thanks_and_greetings_do_not_end_the_wait(text: str) -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    assert kinds(story.act(answering.customer_wrote, "11:00", text, at=at("11:00"), by=CLEO)) == ["customer_wrote"]
    assert story.ticket.waiting is not None


def test_a_message_from_before_the_wait_does_not_end_it() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(answering.customer_wrote, "10:01", "any news", at=at("09:59"), by=CLEO)
    assert story.ticket.waiting is not None


def test_a_message_that_arrives_late_ends_the_wait_it_answered() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(awaiting.resume, "12:00")
    story.act(awaiting.wait, "12:30", "serial number needed")
    story.act(answering.customer_wrote, "12:40", "here it is", at=at("11:00"), by=CLEO)
    ticket = story.ticket
    assert ticket.waits == ((at("10:00"), at("11:00")), (at("12:30"), None))
    assert ticket.waiting is not None


def test_a_message_never_happens_after_it_was_received() -> None:
    (event,) = Story("09:00").act(answering.customer_wrote, "10:00", "hello?", at=at("10:05"), by=CLEO).events
    assert event.at == at("10:00")


def test_waiting_twice_is_refused_but_its_reminder_can_be_moved() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed", until=at("12:00"))
    with pytest.raises(Refusal, match="already_waiting"):
        story.act(awaiting.wait, "10:30", "config needed", until=at("12:00"))
    story.act(awaiting.wait, "10:30", "they need longer", until=at("14:00"))
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


# -- restored, down again, the report ---------------------------------------------------------------------------------


def test_restored_meets_restore_and_the_ticket_stays_open() -> None:
    story = Story("09:00")
    change = story.act(restoring.restored, "11:00", at("10:30"), "rerouted")
    assert told(change, Audience.CUSTOMER) == ["restored"]
    ticket = story.ticket
    assert (ticket.status, ticket.outage.restored_at, ticket.is_open) == (Status.RESTORED, at("10:30"), True)
    assert due(story, UPDATE) == at("11:30"), "telling so is an update"


def test_service_can_have_been_restored_before_the_ticket_was_opened() -> None:
    story = Story("09:00", reported="08:00")
    story.act(restoring.restored, "09:10", at("08:30"))
    clock = story.ticket.clocks[RESTORE]
    assert clock.taken(at("08:30")) == 1800


@pytest.mark.parametrize(("when", "code"), [("12:01", "in_future"), ("07:59", "too_early")])
def test_service_is_restored_between_the_report_and_now(when: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", reported="08:00").act(restoring.restored, "12:00", at(when))


def test_down_again_cannot_be_restored_before_it_was() -> None:
    story = Story("09:00")
    story.act(restoring.restored, "10:00")
    with pytest.raises(Refusal, match="already_restored"):
        story.act(restoring.restored, "10:05")
    story.act(restoring.relapsed, "11:10", at("11:00"))
    assert due(story, RESTORE) == at("16:00")
    with pytest.raises(Refusal, match="too_early"):
        story.act(restoring.restored, "12:00", at("10:30"))
    with pytest.raises(Refusal, match="not_restored"):
        story.act(restoring.relapsed, "12:00")


def test_correcting_the_report_recomputes_restore_and_shows_the_correction() -> None:
    story = Story("09:00")
    change = story.act(reporting.correct_report, "09:30", at("08:15"), "they called at 8:15")
    assert [(says(n, "what"), n.body) for n in change.notices if n.kind is NoticeKind.CHANGED] == [
        ("reported", "they called at 8:15")
    ]
    ticket = story.ticket
    assert (ticket.report.at, ticket.report.corrections, due(story, RESTORE)) == (at("08:15"), 1, at("14:15"))
    assert not story.act(reporting.correct_report, "09:40", at("08:15"), "same"), "the same time changes nothing"


@pytest.mark.parametrize(
    ("when", "reason", "code"),
    [
        ("08:00", "", "reported_needs_text"),
        ("09:01", "typo", "reported_after_opening"),
        ("12:00", "typo", "in_future"),
        ("-400 08:00", "typo", "too_long_ago"),
    ],
)
def test_a_correction_needs_a_reason_and_a_time_before_opening(when: str, reason: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(reporting.correct_report, "10:00", at(when), reason)


# -- severity and category --------------------------------------------------------------------------------------------


def test_confirming_what_was_claimed_needs_no_reason_and_counts_restore_from_the_report() -> None:
    story = Story("09:00", by=REX, severity=1, reported="08:30")
    change = story.act(sorting.change_severity, "09:10", POLICY, 2)
    assert kinds(change) == [Kind.CONFIRMED]
    ticket = story.ticket
    assert (ticket.severity, ticket.confirmed) == (2, True)
    assert (due(story, RESPONSE), due(story, UPDATE), due(story, RESTORE)) == (at("09:15"), at("10:10"), at("1 08:30"))


def test_confirming_a_severity_with_more_time_to_answer_gives_that_time() -> None:
    story = Story("09:00", by=REX)
    story.act(sorting.change_severity, "09:10", POLICY, 3)
    assert due(story, RESPONSE) == at("09:30")


def test_a_change_of_severity_needs_a_reason() -> None:
    story = Story("09:00", severity=2)
    with pytest.raises(Refusal, match="severity_needs_reason"):
        story.act(sorting.change_severity, "10:00", POLICY, 1)
    with pytest.raises(Refusal, match="severity_needs_reason"):
        story.act(sorting.change_category, "10:00", POLICY, INCIDENT, 1)
    (event,) = story.act(sorting.change_severity, "10:00", POLICY, 1, "all sites").events
    assert (event.kind, event.text) == (Kind.SEVERITY_CHANGED, "all sites")
    assert story.ticket.severity == 1


@pytest.mark.parametrize(
    ("category", "severity", "code"),
    [
        (INCIDENT, 2, "same_severity"),
        (INCIDENT, 5, "no_such_severity"),
        (PROVISIONING, 1, "severity_on_provisioning"),
        (INQUIRY, 1, "severity_on_inquiry"),
        (INQUIRY, 3, "severity_on_inquiry"),
    ],
)
def test_a_severity_that_cannot_be_is_refused(category: Category, severity: int, code: str) -> None:
    story = Story("09:00", category=category, severity=2 if category is INCIDENT else None)
    with pytest.raises(Refusal, match=code):
        story.act(sorting.change_severity, "10:00", POLICY, severity, "because")


def test_raising_severity_keeps_the_pause_already_earned() -> None:
    story = Story("09:00", severity=2)
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(awaiting.resume, "11:00")
    story.act(sorting.change_severity, "12:00", POLICY, 1, "all sites")
    assert due(story, RESTORE) == at("16:00")


@pytest.mark.parametrize(
    ("reported", "restore"),
    [pytest.param(None, "18:00", id="default: the change"), pytest.param("11:30", "17:30", id="as told")],
)
def test_an_inquiry_that_becomes_an_incident_counts_restore_from_when_this_trouble_was_reported(
    reported: str | None, restore: str
) -> None:
    story = Story("09:00", category=INQUIRY, severity=None)
    when = at(reported) if reported else None
    change = story.act(sorting.change_category, "12:00", POLICY, INCIDENT, 1, when)
    assert kinds(change) == [Kind.CATEGORY_CHANGED]
    assert due(story, RESTORE) == at(restore)
    story.act(reporting.correct_report, "12:10", at("11:45"), "first call")
    assert due(story, RESTORE) == at("17:45"), "correctable up to the moment it became one"


def test_a_claimed_inquiry_that_is_confirmed_as_an_incident_was_reported_at_opening() -> None:
    story = Story("09:00", category=INQUIRY, severity=None, by=REX)
    story.act(sorting.change_category, "09:10", POLICY, INCIDENT, 1)
    assert due(story, RESTORE) == at("15:00")


@pytest.mark.parametrize(("category", "running"), [(INQUIRY, {RESPONSE, UPDATE}), (PROVISIONING, set())])
def test_an_incident_that_was_none_loses_its_clocks(category: Category, running: set[ClockKind]) -> None:
    story = Story("09:00", severity=2)
    story.act(sorting.change_category, "09:05", POLICY, category)
    ticket = story.ticket
    assert (ticket.severity, set(ticket.clocks)) == (3 if category is INQUIRY else None, running)


@pytest.mark.parametrize(
    ("category", "severity", "code"),
    [
        (INCIDENT, None, "incident_needs_severity"),
        (INQUIRY, None, "same_category"),
        (INQUIRY, 1, "severity_on_inquiry"),
    ],
)
def test_a_category_that_cannot_be_is_refused(category: Category, severity: int | None, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", category=INQUIRY, severity=None).act(
            sorting.change_category, "10:00", POLICY, category, severity
        )


# -- resolved, open again ---------------------------------------------------------------------------------------------


def test_resolving_tells_the_customer_implies_restored_and_stops_all_clocks() -> None:
    story = Story("09:00")
    story.act(updating.promise, "09:10", at("11:00"))
    change = story.act(resolving.resolve, "10:00", "fibre spliced")
    assert told(change, Audience.CUSTOMER) == ["resolved"]
    ticket = story.ticket
    assert (ticket.status, ticket.outage.restored_at, ticket.next_due, ticket.promise) == (
        Status.RESOLVED,
        at("10:00"),
        None,
        None,
    )
    assert not story.act(resolving.resolve, "10:05"), "resolving twice changes nothing"


def test_a_ticket_closed_an_hour_late_is_no_breach_where_service_was_back_in_time() -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "16:00", "fibre spliced", at("14:30"))
    clock = story.ticket.clocks[RESTORE]
    assert (clock.ended_at, clock.breached()) == (at("14:30"), False)
    assert (story.ticket.outage.restored_at, story.ticket.resolved_at) == (at("14:30"), at("16:00"))


def test_resolving_leaves_the_time_at_which_service_came_back_as_it_is() -> None:
    story = Story("09:00")
    story.act(restoring.restored, "10:00")
    story.act(resolving.resolve, "12:00", "spliced", at("11:00"))
    assert story.ticket.outage.restored_at == at("10:00")


@pytest.mark.parametrize(("when", "code"), [("12:01", "in_future"), ("07:59", "too_early")])
def test_service_was_back_between_the_report_and_the_resolution(when: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", reported="08:00").act(resolving.resolve, "12:00", "spliced", at(when))


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        (owning.take, ()), (updating.update, ("x",)), (updating.promise, (at("20:00"),)), (awaiting.wait, ("x",)),
        (awaiting.resume, ()), (restoring.restored, ()), (restoring.relapsed, ()), (acknowledging.acknowledge, ()),
        (sorting.change_severity, (POLICY, 1, "x")), (sorting.change_category, (POLICY, INQUIRY)),
    ],
)  # fmt: skip
def test_work_on_a_resolved_ticket_is_refused(verb: object, args: tuple[object, ...]) -> None:
    story = Story("09:00", severity=2)
    story.act(resolving.resolve, "10:00")
    with pytest.raises(Refusal) as refused:
        story.act(verb, "11:00", *args)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.values["at"]) == ("resolved", at("10:00"))


@pytest.mark.parametrize(("counts", "restore"), [(False, "17:00"), (True, "15:00")])
def test_reopening_asks_whether_it_came_back_or_was_never_fixed(counts: bool, restore: str) -> None:
    story = Story("09:00")
    with pytest.raises(Refusal, match="not_resolved"):
        story.act(resolving.reopen, "10:00", counts=counts)
    story.act(resolving.resolve, "10:00")
    with pytest.raises(Refusal, match="reopen_which"):
        story.act(resolving.reopen, "12:00", counts=None)
    assert told(story.act(resolving.reopen, "12:00", counts=counts), Audience.CUSTOMER) == ["reopened"]
    assert (story.ticket.status, due(story, RESTORE)) == (Status.OPEN, at(restore))


@pytest.mark.parametrize(
    ("when", "reopens"),
    [
        pytest.param("11:00", True, id="the same day"),
        pytest.param("7 10:00", True, id="exactly five business days later"),
        pytest.param("7 10:00:01", False, id="a second more"),
        pytest.param("6 23:00", True, id="the weekend does not count"),
        pytest.param("30 10:00", False, id="a month later"),
    ],
)
def test_a_customers_answer_within_five_business_days_reopens(when: str, reopens: bool) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, when, "it is down again", at=at(when), by=CLEO)
    assert story.ticket.is_open is reopens
    assert ("reopened" in kinds(change)) is reopens


@pytest.mark.parametrize(
    ("resolved", "when", "reopens"),
    [
        pytest.param("5 10:00", "11 17:00", True, id="Saturday: until Friday's closing"),
        pytest.param("5 10:00", "11 17:00:01", False, id="Saturday: not a second after it"),
        pytest.param("6 12:00", "13 12:00", False, id="Sunday: not on the Sunday after that week"),
        pytest.param("7 09:00", "12 10:00", False, id="Monday at opening: that week, not its weekend"),
        pytest.param("4 17:00", "14 08:59", False, id="Friday at closing: not in the hours before Monday's opening"),
    ],
)
def test_five_business_days_end_at_the_closing_that_fills_them(resolved: str, when: str, reopens: bool) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, resolved)
    story.act(answering.customer_wrote, when, "it is down again", at=at(when), by=CLEO)
    assert story.ticket.is_open is reopens


@pytest.mark.parametrize("text", ["Thanks!", "ok", "parfait, merci"])
def test_thanks_do_not_reopen(text: str) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    story.act(answering.customer_wrote, "10:05", text, at=at("10:05"), by=CLEO)
    assert not story.ticket.is_open


def test_an_answer_that_crossed_the_resolution_counts_at_its_time_and_is_shown_without_reopening() -> None:
    """Nobody who resolved it had read it, and whoever wrote it did not know that it was resolved."""
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "does it work?")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:01", "no, still down", at=at("09:59"), by=CLEO)
    ticket = story.ticket
    assert (ticket.is_open, ticket.waits) == (False, ((at("09:30"), at("09:59")),))
    (shown,) = [notice for notice in change.notices if notice.kind is NoticeKind.CUSTOMER_WROTE]
    assert (says(shown, "then"), says(shown, "named")) == ("before", True)


@pytest.mark.parametrize(("text", "written", "is_open"), [("no", "10:00", True), ("thanks!", "09:59", False)])
def test_in_the_second_of_the_resolution_it_reopens_and_thanks_never_ask(
    text: str, written: str, is_open: bool
) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:01", text, at=at(written), by=CLEO)
    assert story.ticket.is_open is is_open
    assert not any(says(notice, "then") == "before" for notice in change.notices)


def test_a_customers_message_is_shown_to_the_desk_unless_it_stands_there() -> None:
    story = Story("09:00")
    assert told(story.act(answering.customer_wrote, "10:00", "hm", at=at("10:00"), by=CLEO), Audience.DESK) == [
        "customer_wrote"
    ]
    change = story.act(answering.customer_wrote, "10:01", "hm", at=at("10:01"), by=REX, under_card=True)
    assert told(change, Audience.DESK) == []


@pytest.mark.parametrize("under_card", [False, True])
def test_what_a_customer_writes_names_somebody_once_in_five_minutes(under_card: bool) -> None:
    story = Story("09:00")
    named = []
    for when in ("10:00", "10:01", "10:04:59", "10:05", "10:09", "10:10"):
        change = story.act(answering.customer_wrote, when, "still down", at=at(when), by=REX, under_card=under_card)
        named += [when for notice in change.notices if says(notice, "named")]
    assert named == ["10:00", "10:05", "10:10"]
    thanks = story.act(answering.customer_wrote, "10:20", "thanks!", at=at("10:20"), by=REX)
    assert [says(notice, "named") for notice in thanks.notices] == [False]


@pytest.mark.parametrize(("severity", "shown"), [(1, True), (2, True), (3, False)])
@pytest.mark.parametrize("under_card", [False, True])
def test_an_answer_and_what_comes_of_it_are_one_message(severity: int, shown: bool, under_card: bool) -> None:
    story = Story("09:00", severity=severity)
    story.act(awaiting.wait, "09:30", "which floor?")
    change = story.act(answering.customer_wrote, "09:40", "the third", at=at("09:40"), by=CLEO, under_card=under_card)
    (said,) = [notice for notice in change.notices if notice.audience is Audience.DESK]
    assert (says(said, "then"), said.broadcast) == ("resumed", False)
    assert said.body == (None if under_card else "the third")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:10", "down again", at=at("10:10"), by=CLEO, under_card=under_card)
    (said,) = [notice for notice in change.notices if notice.audience is Audience.DESK]
    assert (says(said, "then"), said.broadcast) == ("reopened", shown)
    assert said.body == ("down again" if shown or not under_card else None), "the channel cannot see what is above"


def test_there_is_nothing_to_acknowledge_unless_something_is_open() -> None:
    story = Story("09:00")
    with pytest.raises(Refusal, match="nothing_to_acknowledge"):
        story.act(acknowledging.acknowledge, "09:10")
    story.live_until("09:16")
    assert story.ticket.breaches
    story.act(acknowledging.acknowledge, "09:17")
    assert not story.ticket.breaches


def test_free_text_never_stands_in_an_events_data() -> None:
    story, secret = Story("09:00"), "hunter2"
    story.act(updating.update, "09:10", secret)
    story.act(updating.promise, "09:11", at("09:50"), secret)
    story.act(awaiting.wait, "09:12", secret)
    story.act(noting.note, "09:13", secret)
    story.act(restoring.restored, "09:14", None, secret)
    story.act(sorting.change_severity, "09:15", POLICY, 3, secret)
    story.act(reporting.correct_report, "09:16", at("08:00"), secret)
    story.act(answering.customer_wrote, "09:17", secret, at=at("09:17"), by=CLEO)
    story.act(resolving.resolve, "09:18", secret)
    assert sum(event.text == secret for event in story.events) >= 9
    assert secret not in "".join(str(event.fact.to_data()) for event in story.events)
    assert secret not in "".join(str(notice.content.to_data()) for notice in story.notices)


def test_times_are_cut_to_the_second() -> None:
    odd = timedelta(microseconds=900_000)
    (event,) = open_ticket(POLICY, ANA, at("09:00") + odd, summary="x").events
    assert (event.at, event.recorded_at) == (at("09:00"), at("09:00"))


def test_whoever_waits_may_say_by_when_the_customer_hears_again() -> None:
    story = Story("09:00", severity=1)
    change = story.act(awaiting.wait, "09:10", "logs", next_update=at("10:30"))
    assert (story.ticket.status, story.ticket.promise) == (Status.WAITING, at("10:30"))
    assert story.ticket.clocks[ClockKind.UPDATE].due == at("10:30")
    assert [n.kind for n in change.notices if n.audience is Audience.CUSTOMER] == [NoticeKind.PROMISE]
    with pytest.raises(Refusal, match="promise_in_past"):
        story.act(awaiting.wait, "09:20", "more logs", what="vendor", next_update=at("09:00"))


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ([], "10:20"),  # nothing was written since the opening: the change itself is the report
        ([("10:00", "now the link is down")], "10:00"),
        ([("09:30", "any news?"), ("10:00", "now the link is down"), ("10:10", "thanks")], "10:00"),
    ],
)
def test_what_becomes_an_incident_was_reported_in_the_customers_last_message(
    said: list[tuple[str, str]], reported: str
) -> None:
    story = Story("09:00", category=INQUIRY, severity=None)
    for when, text in said:
        story.act(answering.customer_wrote, when, text, at=at(when), by=CLEO)
    story.act(sorting.change_category, "10:20", POLICY, INCIDENT, 1)
    assert story.ticket.report.at == at(reported)
    assert due(story, RESTORE) == at(reported) + timedelta(hours=6)
