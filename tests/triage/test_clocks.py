"""The clock engine: three independent clocks, what meets, pauses and stops them, and what changed terms do to them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pytest

from tests.triage.story import at
from triage.clocks import Clock, Clocks, ClockState
from triage.hours import business_week
from triage.terms import ClockKind, Target, Terms

RESPONSE, UPDATE, RESTORE = ClockKind
MINUTE, HOUR = 60, 3600


class Line(NamedTuple):
    """A mark: the nth thing that happened."""

    seq: int
    recorded_at: datetime


def terms(response: int | None = 15, update: int | None = 30, restore: int | None = 360, **more: object) -> Terms:
    """Targets in minutes, around the clock."""
    given = {RESPONSE: response, UPDATE: update, RESTORE: restore}
    targets = {kind: Target(minutes * MINUTE) for kind, minutes in given.items() if minutes is not None}
    return Terms(targets=targets, **more)  # type: ignore[arg-type]


def opened(when: str = "09:00", under: Terms | None = None, reported: str | None = None) -> Clocks:
    return Clocks(at(when), at(reported or when), under or terms(), Line(1, at(when)))


def known(clocks: Clocks, kind: ClockKind) -> Clock:
    clock = clocks.clock(kind)
    assert clock is not None
    return clock


def due(clocks: Clocks, kind: ClockKind) -> datetime | None:
    return known(clocks, kind).due


def test_each_clock_has_its_own_start_and_deadline() -> None:
    clocks = opened("09:00", reported="08:30")
    assert [due(clocks, kind) for kind in ClockKind] == [at("09:15"), at("09:30"), at("14:30")]


def test_what_meets_one_clock_leaves_the_others_alone() -> None:
    clocks = opened()
    clocks.respond(at("09:10"))
    assert known(clocks, RESPONSE).state is ClockState.MET
    assert (due(clocks, UPDATE), due(clocks, RESTORE)) == (at("09:30"), at("15:00"))
    clocks.reply(at("09:20"), Line(2, at("09:20")))
    assert (due(clocks, UPDATE), due(clocks, RESTORE)) == (at("09:50"), at("15:00"))
    clocks.restore(at("10:00"), Line(2, at("10:00")))
    assert known(clocks, RESTORE).state is ClockState.MET
    assert due(clocks, UPDATE) == at("09:50")


def test_a_clock_without_target_does_not_exist() -> None:
    clocks = opened(under=terms(restore=None))
    assert clocks.clock(RESTORE) is None


@pytest.mark.parametrize(("when", "late"), [("09:14:59", False), ("09:15", False), ("09:15:01", True)])
def test_exactly_at_the_due_instant_is_in_time(when: str, late: bool) -> None:
    running = opened()
    assert known(running, RESPONSE).breached(at(when)) is late
    running.respond(at(when))
    assert known(running, RESPONSE).breached() is late
    assert known(running, RESPONSE).over(at(when)) == (1 if late else 0)


def test_only_the_first_answer_meets_response() -> None:
    clocks = opened()
    clocks.respond(at("09:14"))
    clocks.respond(at("09:40"))
    assert known(clocks, RESPONSE).ended_at == at("09:14")


def test_waiting_pauses_only_the_clocks_that_the_terms_list() -> None:
    clocks = opened()
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    assert known(clocks, RESTORE).state is ClockState.PAUSED
    assert due(clocks, RESTORE) is None
    assert due(clocks, UPDATE) == at("09:30")
    clocks.resume(at("12:00"), Line(3, at("12:00")))
    assert due(clocks, RESTORE) == at("17:00")
    assert known(clocks, RESTORE).taken(at("13:00")) == 2 * HOUR


def test_only_the_part_of_a_pause_inside_the_clocks_own_hours_counts() -> None:
    hours = business_week("UTC")  # 09:00 to 17:00
    clocks = opened(under=Terms(targets={RESTORE: Target(4 * HOUR, hours)}))
    clocks.wait(at("12:00"), Line(2, at("12:00")))
    clocks.resume(at("1 10:00"), Line(3, at("1 10:00")))
    assert due(clocks, RESTORE) == at("1 11:00")


def test_a_clock_that_was_late_before_waiting_began_stays_late() -> None:
    clocks = opened()
    clocks.wait(at("16:00"), Line(2, at("16:00")))  # restore was due at 15:00
    clock = known(clocks, RESTORE)
    assert (clock.state, clock.due) == (ClockState.PAUSED, None)
    assert clock.breached(at("20:00"))
    clocks.resume(at("18:00"), Line(3, at("18:00")))
    assert due(clocks, RESTORE) == at("15:00")
    assert known(clocks, RESTORE).cycle == 1, "nothing moved the deadline, so nothing is said again"


@pytest.mark.parametrize(
    ("waits", "cycle"),
    [
        ([("10:00", "11:00")], 10),
        ([("10:00", "11:00"), ("12:00", "13:00")], 11),
        ([("14:00", "16:00"), ("17:30", "18:00")], 10),  # the second began after the deadline, 17:00
    ],
)
def test_the_cycle_is_the_last_event_that_moved_the_deadline(waits: list[tuple[str, str]], cycle: int) -> None:
    clocks = opened()
    for seq, (start, end) in enumerate(waits, 10):
        clocks.wait(at(start), Line(2, at(start)))
        clocks.resume(at(end), Line(seq, at(end)))
    assert known(clocks, RESTORE).cycle == cycle


def test_restoring_while_waiting_leaves_the_wait_out() -> None:
    clocks = opened()
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    clocks.restore(at("18:00"), Line(2, at("18:00")))
    clock = known(clocks, RESTORE)
    assert not clock.breached()
    assert clock.taken(at("18:00")) == HOUR


def test_what_comes_after_the_end_of_a_clock_does_not_change_its_verdict() -> None:
    clocks = opened()
    clocks.restore(at("15:10"), Line(2, at("15:10")))
    before = known(clocks, RESTORE)
    clocks.wait(at("16:00"), Line(2, at("16:00")))
    clocks.resume(at("20:00"), Line(5, at("20:00")))
    assert known(clocks, RESTORE) == before
    assert before.breached()
    assert before.over(at("15:10")) == 10 * MINUTE


def test_down_again_resumes_restore_without_the_time_it_was_up() -> None:
    clocks = opened()
    clocks.restore(at("10:00"), Line(2, at("10:00")))
    clocks.relapse(at("12:00"), Line(4, at("12:00")))
    assert due(clocks, RESTORE) == at("17:00")
    assert known(clocks, RESTORE).cycle == 4


def test_down_again_after_it_was_late_is_as_late_as_before() -> None:
    clocks = opened()
    clocks.restore(at("16:00"), Line(2, at("16:00")))
    clocks.relapse(at("17:00"), Line(4, at("17:00")))
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at("15:00"), 1)


@pytest.mark.parametrize(("counts", "deadline"), [(False, "17:30"), (True, "15:00")])
def test_reopening_counts_the_closed_span_only_if_it_was_never_fixed(counts: bool, deadline: str) -> None:
    clocks = opened()
    clocks.close(at("10:00"), Line(2, at("10:00")))
    assert known(clocks, UPDATE).state is ClockState.STOPPED
    assert known(clocks, RESTORE).state is ClockState.MET
    clocks.reopen(at("12:30"), Line(3, at("12:30")), counts=counts)
    assert due(clocks, RESTORE) == at(deadline)
    assert known(clocks, RESTORE).cycle == 3


def test_coming_back_leaves_out_the_time_since_service_was_restored() -> None:
    clocks = opened()
    clocks.restore(at("10:00"), Line(2, at("10:00")))
    clocks.close(at("11:00"), Line(3, at("11:00")))
    clocks.reopen(at("13:00"), Line(4, at("13:00")))
    assert due(clocks, RESTORE) == at("18:00")
    assert due(clocks, UPDATE) == at("09:30"), "late before it was closed"


def test_closing_ends_waiting_and_stops_what_was_not_met() -> None:
    clocks = opened()
    clocks.wait(at("09:30"), Line(2, at("09:30")))
    clocks.close(at("10:00"), Line(3, at("10:00")))
    clock = known(clocks, RESPONSE)
    assert (clock.state, clock.ended_at, clock.due) == (ClockState.STOPPED, at("10:00"), None)
    assert clock.breached()
    assert clocks.waits == [(at("09:30"), at("10:00"))]


def test_a_reply_after_closing_does_not_rewrite_the_cycle_that_was_stopped() -> None:
    clocks = opened()
    clocks.close(at("10:00"), Line(2, at("10:00")))
    stopped = known(clocks, UPDATE)
    clocks.reply(at("11:00"), Line(3, at("11:00")))
    assert known(clocks, UPDATE) == stopped
    clocks.reopen(at("12:00"), Line(4, at("12:00")))
    assert due(clocks, UPDATE) == at("12:30")


def test_a_promise_replaces_the_deadline_until_the_next_reply() -> None:
    clocks = opened()
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("13:00"))
    assert (due(clocks, UPDATE), known(clocks, UPDATE).promised) == (at("13:00"), at("13:00"))
    clocks.reply(at("10:00"), Line(3, at("10:00")))
    assert (due(clocks, UPDATE), known(clocks, UPDATE).promised) == (at("10:30"), None)


def test_a_promise_is_held_where_the_terms_know_no_update_frequency() -> None:
    clocks = opened(under=Terms())
    assert clocks.clock(UPDATE) is None
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("13:00"))
    assert due(clocks, UPDATE) == at("13:00")
    assert known(clocks, UPDATE).breached(at("13:00:01"))
    clocks.reply(at("10:00"), Line(3, at("10:00")))
    assert clocks.clock(UPDATE) is None


@pytest.mark.parametrize("under", [terms(update_base="unanswered_customer"), terms(starts={UPDATE: "assigned"})])
def test_a_promise_counts_from_when_it_was_given_where_no_update_is_owed(under: Terms) -> None:
    clocks = opened(under=under)
    assert clocks.clock(UPDATE) is None
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("13:00"))
    assert (known(clocks, UPDATE).started_at, due(clocks, UPDATE)) == (at("09:10"), at("13:00"))


@pytest.mark.parametrize(("update", "held"), [(30, at("13:00")), (None, None)])
def test_a_promise_may_be_held_only_where_the_terms_know_an_update_frequency(
    update: int | None, held: datetime | None
) -> None:
    clocks = Clocks(at("09:00"), at("09:00"), terms(update=update), Line(1, at("09:00")), always_promised=False)
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("13:00"))
    clock = clocks.clock(UPDATE)
    assert (clock and clock.due) == held


@pytest.mark.parametrize("base", ["last_contact", "unanswered_customer"])
def test_what_the_customer_writes_under_a_promise_sets_no_deadline_anew(base: str) -> None:
    clocks = opened(under=terms(update_base=base))
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("11:00"))
    clocks.customer_wrote(at("10:00"), Line(3, at("10:00")))
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle) == (at("11:00"), 2)
    clocks.retarget(at("10:10"), terms(update=300, update_base=base), Line(4, at("10:10")), end_promise=True)
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle) == (at("15:00"), 4)


@pytest.mark.parametrize(
    ("base", "deadline"),
    [("last_update", "09:40"), ("last_contact", "11:00"), ("unanswered_customer", "10:50")],
)
def test_other_desks_count_updates_from_elsewhere(base: str, deadline: str) -> None:
    clocks = opened(under=terms(update_base=base))
    clocks.reply(at("09:10"), Line(2, at("09:10")))
    for seq, when in enumerate(("10:20", "10:30"), 3):
        clocks.customer_wrote(at(when), Line(seq, at(when)))
    assert due(clocks, UPDATE) == at(deadline)


def test_where_nobody_is_unanswered_there_is_no_update_clock() -> None:
    clocks = opened(under=terms(update_base="unanswered_customer"))
    assert clocks.clock(UPDATE) is None
    clocks.customer_wrote(at("09:05"), Line(2, at("09:05")))
    assert due(clocks, UPDATE) == at("09:35")
    clocks.reply(at("09:10"), Line(3, at("09:10")))
    assert clocks.clock(UPDATE) is None


def test_correcting_the_report_moves_restore_alone() -> None:
    clocks = opened()
    clocks.correct_report(at("08:00"), Line(2, at("09:05")))
    assert [due(clocks, kind) for kind in ClockKind] == [at("09:15"), at("09:30"), at("14:00")]
    assert known(clocks, RESTORE).cycle == 2


# -- changed terms ---------------------------------------------------------------------------------------------------


def retargeted(
    before: Terms, after: Terms, when: str, *, end_promise: bool = False, promise: str | None = None
) -> Clocks:
    clocks = opened(under=before)
    if promise:
        clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at(promise))
    clocks.retarget(at(when), after, Line(9, at(when)), end_promise=end_promise)
    return clocks


@pytest.mark.parametrize(
    ("before", "after", "when", "deadline", "cycle"),
    [
        pytest.param(30, 60, "09:10", "10:00", 9, id="later than the old one: it holds"),
        pytest.param(30, 60, "09:30", "10:00", 9, id="later than the old one, due at this instant: it holds"),
        pytest.param(30, 60, "09:50", "09:30", 1, id="later than the old one, which had passed: overdue stays overdue"),
        pytest.param(240, 30, "09:10", "09:40", 9, id="earlier: the change and the new target"),
        pytest.param(
            60, 30, "09:45", "10:00", 1, id="earlier, the change and the new target later than the old one: the old one"
        ),
        pytest.param(60, 30, "09:30", "10:00", 1, id="earlier, both at the same instant"),
        pytest.param(60, 30, "10:30", "10:00", 1, id="overdue stays overdue"),
        pytest.param(30, 30, "09:10", "09:30", 1, id="the same target moves nothing"),
    ],
)
def test_no_change_of_terms_puts_an_update_into_the_past(
    before: int, after: int, when: str, deadline: str, cycle: int
) -> None:
    clocks = retargeted(terms(update=before), terms(update=after), when)
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle) == (at(deadline), cycle)


def test_the_same_holds_for_response() -> None:
    clocks = retargeted(terms(response=60), terms(response=15), "09:30")
    assert due(clocks, RESPONSE) == at("09:45")
    clocks.retarget(at("09:40"), terms(response=10), Line(10, at("09:40")))
    assert due(clocks, RESPONSE) == at("09:45"), "a second change is held to what the first one left"
    clocks.retarget(at("09:41"), terms(response=120), Line(11, at("09:41")))
    assert due(clocks, RESPONSE) == at("11:00"), "computed from the original start again"
    clocks.retarget(at("11:01"), terms(response=600), Line(12, at("11:01")))
    assert due(clocks, RESPONSE) == at("11:00"), "overdue stays overdue, also where there would be more time"
    clocks.retarget(at("11:02"), terms(response=15), Line(13, at("11:02")))
    assert (due(clocks, RESPONSE), known(clocks, RESPONSE).cycle) == (at("11:00"), 11)


def test_what_is_overdue_stays_so_until_somebody_updates() -> None:
    clocks = retargeted(terms(update=30), terms(update=240), "10:00")
    assert due(clocks, UPDATE) == at("09:30")
    clocks.wait(at("10:10"), Line(10, at("10:10")))
    clocks.resume(at("10:40"), Line(11, at("10:40")))
    assert due(clocks, UPDATE) == at("09:30"), "what comes after it does not move it"
    clocks.reply(at("10:50"), Line(12, at("10:50")))
    assert due(clocks, UPDATE) == at("14:50")


def test_an_overdue_update_of_old_terms_ends_with_its_clock() -> None:
    clocks = retargeted(terms(), terms(update=None), "10:00")
    assert clocks.clock(UPDATE) is None


def test_a_change_at_the_end_of_a_ticket_puts_nothing_into_the_past_when_it_is_reopened() -> None:
    clocks = opened(under=terms(response=600, update=600))
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("10:40"), terms(response=60, update=60), Line(3, at("10:40")))
    assert known(clocks, RESPONSE).target == known(clocks, UPDATE).target == Target(600 * MINUTE), "the verdict"
    clocks.reopen(at("11:00"), Line(4, at("11:00")), counts=True)
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("11:40"), at("11:40"))
    assert known(clocks, RESPONSE).cycle == 4


def test_a_change_at_the_end_of_a_ticket_leaves_out_the_closed_span_too() -> None:
    clocks = opened(under=terms(response=600, update=600))
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("10:40"), terms(response=5, update=5), Line(3, at("10:40")))
    clocks.reopen(at("11:00"), Line(4, at("11:00")))
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("11:05"), at("11:05"))
    clocks.reply(at("11:01"), Line(5, at("11:01")))
    assert due(clocks, UPDATE) == at("11:06")


def test_what_was_said_after_a_change_at_the_end_of_a_ticket_counts_from_then() -> None:
    clocks = opened(under=terms(update=600))
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("10:00"), terms(update=60), Line(3, at("10:00")))
    clocks.reply(at("10:40"), Line(4, at("10:40")))
    clocks.reopen(at("11:00"), Line(5, at("11:00")), counts=True)
    assert due(clocks, UPDATE) == at("11:40")


def test_a_clock_new_to_a_ticket_at_its_end_starts_at_the_change_and_was_in_time() -> None:
    clocks = opened(under=Terms())
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("10:40"), terms(response=5, update=5), Line(3, at("10:40")))
    assert [known(clocks, kind).breached() for kind in (RESPONSE, UPDATE)] == [False, False]
    clocks.reopen(at("11:00"), Line(4, at("11:00")), counts=True)
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("10:45"), at("10:45"))


def test_a_clock_that_goes_and_comes_back_starts_anew_whatever_was_changed_before() -> None:
    clocks = retargeted(terms(response=60, update=60), terms(response=45, update=45), "09:20")
    clocks.retarget(at("10:30"), Terms(), Line(10, at("10:30")))
    clocks.retarget(at("11:00"), terms(response=30, update=30), Line(11, at("11:00")))
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("11:30"), at("11:30"))


@pytest.mark.parametrize(("after", "deadline"), [(60, "10:00"), (2880, "2 09:00")])
def test_restore_always_counts_from_the_report_even_into_the_past(after: int, deadline: str) -> None:
    clocks = retargeted(terms(), terms(restore=after), "12:00")
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at(deadline), 9)


def test_from_start_every_deadline_is_computed_as_if_the_new_terms_had_always_held() -> None:
    after = terms(response=5, update=10, restore=60, retarget="from_start")
    clocks = retargeted(terms(retarget="from_start"), after, "09:12")
    assert [due(clocks, kind) for kind in ClockKind] == [at("09:05"), at("09:10"), at("10:00")]


def test_a_clock_new_to_the_ticket_starts_at_the_change_and_restore_at_the_report() -> None:
    clocks = retargeted(Terms(), terms(), "12:00")
    assert [due(clocks, kind) for kind in ClockKind] == [at("12:15"), at("12:30"), at("15:00")]
    clocks.reply(at("12:10"), Line(10, at("12:10")))
    assert due(clocks, UPDATE) == at("12:40")


@pytest.mark.parametrize(("target", "late"), [(15, False), (5, True)])
def test_a_clock_already_met_keeps_its_verdict(target: int, late: bool) -> None:
    clocks = opened(under=terms(response=target, restore=target))
    clocks.respond(at("09:10"))
    clocks.restore(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("09:30"), terms(response=8, restore=8), Line(5, at("09:30")))
    assert [known(clocks, kind).breached() for kind in (RESPONSE, RESTORE)] == [late, late]
    clocks.retarget(at("09:40"), Terms(), Line(6, at("09:40")))
    assert known(clocks, RESPONSE).breached() is late, "also when the new terms do not know it"


def test_a_restore_clock_that_runs_again_runs_under_the_new_terms() -> None:
    clocks = opened()
    clocks.restore(at("10:00"), Line(2, at("10:00")))
    clocks.retarget(at("10:30"), terms(restore=120), Line(5, at("10:30")))
    clocks.relapse(at("11:00"), Line(6, at("11:00")))
    assert due(clocks, RESTORE) == at("12:00")


@pytest.mark.parametrize(("target", "deadline", "cycle"), [(120, "11:00", 6), (360, "15:00", 1)])
def test_down_again_after_it_was_late_under_old_and_new_terms_is_said_again_only_where_they_differ(
    target: int, deadline: str, cycle: int
) -> None:
    clocks = opened()
    clocks.restore(at("16:00"), Line(2, at("16:00")))
    clocks.retarget(at("16:30"), terms(restore=target), Line(5, at("16:30")))
    clocks.relapse(at("17:00"), Line(6, at("17:00")))
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at(deadline), cycle)


def test_pauses_already_earned_survive_a_change_of_terms() -> None:
    clocks = opened()
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    clocks.resume(at("11:00"), Line(3, at("11:00")))
    clocks.retarget(at("11:30"), terms(restore=120, pauses=frozenset()), Line(4, at("11:30")))
    assert due(clocks, RESTORE) == at("12:00")
    clocks.wait(at("11:40"), Line(2, at("11:40")))
    clocks.resume(at("11:50"), Line(5, at("11:50")))
    assert due(clocks, RESTORE) == at("12:00"), "what the new terms do not pause goes on"


@pytest.mark.parametrize(
    ("first", "then", "deadline"),
    [
        pytest.param({RESTORE}, set(), "15:30", id="no longer paused: it runs from the change on"),
        pytest.param(set(), {RESTORE}, "16:30", id="paused now: from the change on"),
        pytest.param({RESTORE}, {RESTORE, UPDATE}, "17:00", id="paused all along"),
    ],
)
def test_waiting_across_a_change_pauses_what_the_terms_of_the_time_say(
    first: set[ClockKind], then: set[ClockKind], deadline: str
) -> None:
    clocks = opened(under=terms(pauses=frozenset(first)))
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    clocks.retarget(at("10:30"), terms(pauses=frozenset(then)), Line(3, at("10:30")))
    clocks.resume(at("12:00"), Line(4, at("12:00")))
    assert due(clocks, RESTORE) == at(deadline)


@pytest.mark.parametrize(
    ("when", "deadline"),
    [
        pytest.param("09:20", "09:50", id="the change and the new target"),
        pytest.param("12:50", "13:00", id="the promise, which is earlier"),
        pytest.param("14:00", "13:00", id="the promise was broken: overdue stays overdue"),
        pytest.param("17:00", "13:00", id="also where the new target would come after the change"),
    ],
)
def test_a_rise_ends_the_promise_without_putting_the_update_into_the_past(when: str, deadline: str) -> None:
    clocks = retargeted(terms(update=240), terms(update=30), when, end_promise=True, promise="13:00")
    assert clocks.promise is None
    assert due(clocks, UPDATE) == at(deadline)
    assert known(clocks, UPDATE).promised is None


def test_a_promise_holds_through_a_change_that_does_not_end_it() -> None:
    clocks = retargeted(terms(update=30), terms(update=240), "09:20", promise="13:00")
    assert due(clocks, UPDATE) == at("13:00")


def test_a_promise_without_interval_ends_in_the_interval_of_the_new_terms() -> None:
    clocks = retargeted(Terms(), terms(), "10:00", end_promise=True, promise="3 13:00")
    assert due(clocks, UPDATE) == at("10:30")


def test_how_late_is_counted_in_the_clocks_own_hours() -> None:
    hours = business_week("UTC")
    clocks = opened(under=Terms(targets={RESTORE: Target(8 * HOUR, hours)}))
    clocks.restore(at("1 10:00"), Line(2, at("1 10:00")))
    clock = known(clocks, RESTORE)
    assert (clock.taken(at("1 10:00")), clock.over(at("1 10:00"))) == (9 * HOUR, HOUR)


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001  on purpose
    with pytest.raises(ValueError, match="no time zone"):
        Clocks(naive, naive, terms(), Line(1, at("09:00"))).clock(RESPONSE)


def test_waits_are_told_with_the_one_that_goes_on() -> None:
    clocks = opened()
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    clocks.wait(at("10:30"), Line(2, at("10:30")))
    assert clocks.waits == [(at("10:00"), None)]
    clocks.resume(at("11:00"), Line(2, at("11:00")))
    clocks.resume(at("11:30"), Line(3, at("11:30")))
    assert clocks.waits == [(at("10:00"), at("11:00"))]
    assert known(clocks, RESTORE).pauses == [(at("10:00"), at("11:00"))]
