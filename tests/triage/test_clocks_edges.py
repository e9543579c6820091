"""The clock engine at its edges: what the rules say where two of them meet."""

from __future__ import annotations

import pytest

from tests.triage.story import at
from tests.triage.test_clocks import MINUTE, RESPONSE, RESTORE, UPDATE, Line, due, known, opened, terms
from triage.day_targets import Days
from triage.hours import Calendar
from triage.target import Rule, Target
from triage.terms import Terms


@pytest.mark.parametrize("word", ["customer_wrote", "reply"])
def test_what_is_said_after_closing_gives_no_clock_that_was_not_there(word: str) -> None:
    clocks = opened(under=terms(update_base="unanswered_customer"))
    clocks.close(at("10:00"), Line(2, at("10:00")))
    assert clocks.clock(UPDATE) is None
    if word == "reply":
        clocks.reply(at("11:00"), Line(3, at("11:00")), promise=at("12:00"))
    else:
        clocks.customer_wrote(at("11:00"), Line(3, at("11:00")))
    assert clocks.clock(UPDATE) is None


def test_a_response_given_before_there_was_a_clock_for_it_is_not_late() -> None:
    clocks = opened("09:00", under=Terms())
    clocks.respond(at("10:00"))
    clocks.retarget(at("11:00"), terms(response=15), Line(3, at("11:00")))
    clock = known(clocks, RESPONSE)
    assert not clock.breached()
    assert clock.taken(at("10:00")) == 0


def test_updates_were_owed_while_service_was_up() -> None:
    """Restored, then closed, then back: restore leaves out the time since it was up, updates only the closed span."""
    clocks = opened()
    clocks.restore(at("09:10"), Line(2, at("09:10")))
    clocks.reply(at("09:20"), Line(3, at("09:20")))
    clocks.close(at("09:30"), Line(4, at("09:30")))
    clocks.reopen(at("12:00"), Line(5, at("12:00")))
    assert due(clocks, UPDATE) == at("12:20")
    assert due(clocks, RESPONSE) == at("09:15"), "late before it was closed"
    assert due(clocks, RESTORE) == at("17:50")


@pytest.mark.parametrize(("waiting", "deadline", "cycle"), [("14:59:59", "16:00:01", 3), ("15:00", "15:00", 1)])
def test_a_wait_that_begins_when_a_clock_is_due_moves_nothing(waiting: str, deadline: str, cycle: int) -> None:
    clocks = opened()
    clocks.wait(at(waiting), Line(2, at(waiting)))
    clocks.resume(at("16:00"), Line(3, at("16:00")))
    clock = known(clocks, RESTORE)
    assert (clock.deadline, clock.cycle) == (at(deadline), cycle)


def test_what_is_never_due_is_never_over() -> None:
    clocks = opened(under=terms(restore=10**12))
    clocks.close(at("1 09:00"), Line(2, at("1 09:00")))
    clock = known(clocks, RESTORE)
    assert clock.deadline is None
    assert clock.over(at("1 09:00")) == 0
    assert not clock.breached()


@pytest.mark.parametrize(("promise", "seconds"), [("09:10", 1), ("09:09", 1), ("09:10:01", 1), ("09:12", 120)])
def test_a_promise_without_an_interval_is_its_own_target(promise: str, seconds: int) -> None:
    clocks = opened(under=Terms())
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at(promise))
    assert known(clocks, UPDATE).target.seconds == seconds
    assert due(clocks, UPDATE) == at(promise)


def test_what_was_closed_runs_under_the_terms_of_its_reopening() -> None:
    clocks = opened()
    clocks.respond(at("09:10"))
    clocks.reply(at("09:50"), Line(2, at("09:50")))
    clocks.close(at("10:00"), Line(3, at("10:00")))
    clocks.retarget(at("10:30"), terms(response=5, update=60, restore=120), Line(4, at("10:30")))
    assert known(clocks, RESTORE).target.seconds == 360 * 60, "its verdict stands while it is closed"
    clocks.reopen(at("11:00"), Line(5, at("11:00")))
    assert due(clocks, RESTORE) == at("12:00")
    assert due(clocks, UPDATE) == at("11:50")
    assert not known(clocks, RESPONSE).breached(), "a response that was given keeps its verdict"


def test_a_response_that_was_not_given_runs_under_the_terms_of_the_reopening_too() -> None:
    clocks = opened()
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("09:20"), terms(response=60), Line(3, at("09:20")))
    clocks.reopen(at("09:30"), Line(4, at("09:30")))
    assert due(clocks, RESPONSE) == at("10:20")


@pytest.mark.parametrize(
    ("minutes", "when", "deadline", "held", "cycle"),
    [
        pytest.param((30, 30), "09:10", "09:30", None, 1, id="the same: counted from its start as before"),
        pytest.param((30, 60), "09:10", "10:00", None, 9, id="later: counted from its start"),
        pytest.param((240, 30), "09:10", "09:40", False, 9, id="earlier: counted from the change"),
        pytest.param((60, 30), "09:30", "10:00", True, 1, id="both at one instant: the old one is held"),
        pytest.param((60, 30), "09:45", "10:00", True, 1, id="the old one is held"),
        pytest.param((30, 60), "09:30", "10:00", None, 9, id="due at this instant, and later from now on"),
        pytest.param((30, 60), "09:30:01", "09:30", True, 1, id="late: what was said of it stays said"),
        pytest.param((30, 60), "10:00:01", "09:30", True, 1, id="late under both: the old one is held"),
        pytest.param((60, 30), "10:00:01", "10:00", True, 1, id="late, and later under the new"),
    ],
)
def test_what_a_deadline_is_computed_from_after_a_change(
    minutes: tuple[int, int], when: str, deadline: str, held: bool | None, cycle: int
) -> None:
    before, after = (terms(update=update) for update in minutes)
    clocks = opened(under=before)
    clocks.retarget(at(when), after, Line(9, at(when)))
    basis = clocks.basis(UPDATE)
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle) == (at(deadline), cycle)
    assert (basis and basis.held) is held


@pytest.mark.parametrize("when", ["09:30", "09:30:01"])
def test_from_the_start_a_deadline_that_moves_is_set_anew_also_where_it_was_late(when: str) -> None:
    clocks = opened(under=terms(retarget="from_start"))
    clocks.retarget(at(when), terms(update=10, retarget="from_start"), Line(9, at(when)))
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle) == (at("09:10"), 9)


def test_a_wait_that_begins_when_a_clock_ends_is_none_of_its_pauses() -> None:
    clocks = opened()
    clocks.restore(at("10:00"), Line(2, at("10:00")))
    clocks.wait(at("10:00"), Line(3, at("10:00")))
    assert known(clocks, RESTORE).paused == ()


BASES = [("last_update", "10:10"), ("last_contact", "10:30"), ("unanswered_customer", "10:20")]


@pytest.mark.parametrize("before", [base for base, _ in BASES])
@pytest.mark.parametrize(("after", "deadline"), BASES)
@pytest.mark.parametrize("closed", [False, True], ids=["open", "at its end"])
def test_a_change_of_what_updates_count_from_counts_from_there(
    before: str, after: str, deadline: str, closed: bool
) -> None:
    clocks = opened(under=terms(update=60, update_base=before, retarget="from_start"))
    clocks.reply(at("09:10"), Line(2, at("09:10")))
    for seq, when in enumerate(("09:20", "09:30"), 3):
        clocks.customer_wrote(at(when), Line(seq, at(when)))
    if closed:
        clocks.close(at("09:35"), Line(5, at("09:35")))
    verdict = clocks.clock(UPDATE)
    clocks.retarget(at("09:40"), terms(update=60, update_base=after, retarget="from_start"), Line(6, at("09:40")))
    if closed:
        assert clocks.clock(UPDATE) == verdict
        clocks.reopen(at("09:45"), Line(7, at("09:45")), counts=True)
    assert due(clocks, UPDATE) == at(deadline)


def test_a_change_at_the_end_of_a_ticket_from_the_start_holds_from_there_when_it_is_reopened() -> None:
    clocks = opened(under=terms(response=600, update=600, retarget="from_start"))
    clocks.close(at("09:10"), Line(2, at("09:10")))
    clocks.retarget(at("10:40"), terms(response=60, update=60, retarget="from_start"), Line(3, at("10:40")))
    clocks.reopen(at("11:00"), Line(4, at("11:00")), counts=True)
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("10:00"), at("10:00"))


def test_a_change_of_terms_gives_no_clock_to_what_has_not_started() -> None:
    before, after = (
        terms(response=minutes, starts={RESPONSE: "assigned"}, update_base="unanswered_customer") for minutes in (60, 5)
    )
    clocks = opened(under=before)
    clocks.retarget(at("09:10"), after, Line(2, at("09:10")))
    assert (clocks.clock(RESPONSE), clocks.clock(UPDATE)) == (None, None)
    clocks.begin("assigned", at("09:20"), Line(3, at("09:20")))
    clocks.customer_wrote(at("09:25"), Line(4, at("09:25")))
    assert (due(clocks, RESPONSE), due(clocks, UPDATE)) == (at("09:25"), at("09:55"))


@pytest.mark.parametrize(("first", "then"), [(30, 240), (240, 30), (None, 30)])
def test_a_change_of_terms_under_a_promise_sets_no_deadline_anew(first: int | None, then: int) -> None:
    clocks = opened(under=terms(update=first))
    clocks.reply(at("09:10"), Line(2, at("09:10")), promise=at("13:00"))
    clocks.retarget(at("09:20"), terms(update=then), Line(3, at("09:20")))
    assert (due(clocks, UPDATE), known(clocks, UPDATE).cycle, clocks.basis(UPDATE)) == (at("13:00"), 2, None)


@pytest.mark.parametrize(
    ("after", "deadline", "held"),
    [
        pytest.param(60, "10:00", True, id="earlier by the new start: the old one, by the old start, is held"),
        pytest.param(100, "10:10", None, id="later by the new start, too"),
    ],
)
def test_a_change_of_what_a_clock_starts_at_holds_the_deadline_by_the_old_start(
    after: int, deadline: str, held: bool | None
) -> None:
    clocks = opened("09:00", reported="08:30", under=terms(response=60))
    clocks.retarget(at("09:20"), terms(response=after, starts={RESPONSE: "reported"}), Line(2, at("09:20")))
    basis = clocks.basis(RESPONSE)
    assert (due(clocks, RESPONSE), basis and basis.held) == (at(deadline), held)


def test_a_target_told_by_the_day_is_held_as_it_was_at_the_old_start() -> None:
    hours = Calendar("UTC", {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
    tomorrow = Target(MINUTE, hours, Rule(hours, Days(1, 12 * 60)))
    clocks = opened("1 11:00", reported="0 10:00", under=Terms(targets={RESPONSE: tomorrow}))
    assert due(clocks, RESPONSE) == at("2 12:00")
    after = Terms(targets={RESPONSE: tomorrow}, starts={RESPONSE: "reported"})
    clocks.retarget(at("2 11:30"), after, Line(2, at("2 11:30")))
    assert due(clocks, RESPONSE) == at("2 12:00")
