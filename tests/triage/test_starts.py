"""A clock may start at something else than usual; until then it is not there, and nobody is warned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.story import ANA, LEA, POLICY, REX, Story, at
from tests.triage.test_clocks import RESPONSE, RESTORE, UPDATE, Line, due, known, opened, terms
from triage import owning, reporting, sorting, updating
from triage.agenda import agenda
from triage.cases import evaluate
from triage.clocks import ClockState
from triage.terms import STARTS, ClockKind, Terms, terms_from_data
from triage.why import Because, why


def of(clock: ClockKind, start: str, **more: Any) -> Terms:
    return terms(starts={clock: start}, **more)


def test_a_clock_that_has_not_started_is_not_there() -> None:
    clocks = opened(under=of(RESTORE, "confirmed"))
    assert clocks.clock(RESTORE) is None
    clocks.begin("confirmed", at("10:00"), Line(2, at("10:00")))
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at("16:00"), 2)
    clocks.begin("confirmed", at("11:00"), Line(3, at("11:00")))
    assert due(clocks, RESTORE) == at("16:00"), "the first time counts"


@pytest.mark.parametrize(
    ("clock", "start", "deadline"),
    [(RESPONSE, "reported", "08:45"), (UPDATE, "reported", "09:00"), (RESTORE, "created", "15:00")],
)
def test_a_clock_may_start_at_the_opening_or_at_the_report(clock: ClockKind, start: str, deadline: str) -> None:
    clocks = opened("09:00", reported="08:30", under=of(clock, start))
    assert due(clocks, clock) == at(deadline)


def test_a_corrected_report_moves_every_clock_that_starts_there_and_no_other() -> None:
    clocks = opened("09:00", under=of(RESPONSE, "reported"))
    clocks.correct_report(at("08:55"), Line(7, at("09:05")))
    assert [known(clocks, kind).cycle for kind in (RESPONSE, UPDATE, RESTORE)] == [7, 1, 7]
    clocks = opened("09:00", under=of(RESTORE, "created"))
    clocks.correct_report(at("08:00"), Line(7, at("09:05")))
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at("15:00"), 1)


def test_an_update_is_owed_after_the_start_or_after_the_last_one_whichever_is_later() -> None:
    clocks = opened(under=of(UPDATE, "assigned"))
    clocks.reply(at("09:10"), Line(2, at("09:10")))
    assert clocks.clock(UPDATE) is None
    clocks.begin("assigned", at("09:20"), Line(3, at("09:20")))
    assert due(clocks, UPDATE) == at("09:50")
    clocks.reply(at("09:40"), Line(4, at("09:40")))
    assert due(clocks, UPDATE) == at("10:10")


def test_a_response_before_the_clock_started_is_in_time() -> None:
    clocks = opened(under=of(RESPONSE, "assigned"))
    clocks.respond(at("09:40"))
    clocks.begin("assigned", at("10:00"), Line(3, at("10:00")))
    clock = known(clocks, RESPONSE)
    assert (clock.state, clock.breached(), clock.taken(at("09:40"))) == (ClockState.MET, False, 0)


def test_what_comes_after_the_end_starts_a_clock_at_the_reopening() -> None:
    clocks = opened(under=of(RESTORE, "assigned"))
    clocks.close(at("10:00"), Line(2, at("10:00")))
    clocks.begin("assigned", at("11:00"), Line(3, at("11:00")))
    assert clocks.clock(RESTORE) is None
    clocks.reopen(at("12:00"), Line(4, at("12:00")), counts=True)
    assert due(clocks, RESTORE) == at("18:00")


def test_a_change_to_terms_that_start_elsewhere_counts_from_there_or_from_the_change() -> None:
    clocks = opened(under=of(RESPONSE, "assigned"))
    clocks.retarget(at("09:30"), terms(), Line(5, at("09:30")))
    assert due(clocks, RESPONSE) == at("09:45"), "the clock is new to the ticket"
    clocks = opened(reported="08:00")
    clocks.retarget(at("09:30"), of(RESTORE, "created"), Line(5, at("09:30")))
    assert (due(clocks, RESTORE), known(clocks, RESTORE).cycle) == (at("15:00"), 5)


def test_the_start_is_stamped_and_what_was_stamped_before_starts_as_usual() -> None:
    stamped = terms(starts={RESTORE: "confirmed"})
    assert terms_from_data(stamped.to_data()).starts_at(RESTORE) == "confirmed"
    assert "starts" not in Terms().to_data()
    assert [Terms().starts_at(kind) for kind in ClockKind] == ["created", "created", "reported"]


def test_a_ticket_that_waits_to_be_sorted_and_taken_has_those_clocks_only_then_and_says_so() -> None:
    policy = replace(POLICY, starts={RESPONSE: "assigned", RESTORE: "confirmed"})
    story = Story("09:00", severity=2, by=REX, policy=policy)
    assert not story.ticket.clocks
    assert not [item for item in agenda(story.ticket) if item.clock in set(ClockKind)]
    story.act(owning.take, "09:10", by=ANA)
    story.act(sorting.change_severity, "09:20", policy, 2, "it is", by=LEA)
    clocks = story.ticket.clocks
    assert clocks[RESTORE].due == at("1 09:20")
    assert clocks[RESPONSE].started_at == at("09:10")
    for kind, start, when in ((RESTORE, "confirmed", "09:20"), (RESPONSE, "assigned", "09:10")):
        found = why(story.events, kind)
        assert found is not None
        assert (found.lines[0].because, found.lines[0].start, found.lines[0].at) == (Because.STARTED, start, at(when))
        assert found.lines[0].event is not None
    story.act(reporting.correct_report, "09:25", at("08:00"), "they had called", by=ANA)
    assert story.ticket.clocks[RESTORE].due == at("1 09:20")
    story.act(updating.update, "09:30", "on it", by=ANA)
    assert story.ticket.next_due == at("10:30")


def case(**more: Any) -> dict[str, Any]:
    events = [
        ["2026-11-23T09:00:00Z", "created", {"reported_at": "2026-11-23T08:30:00Z"}],
        ["2026-11-23T09:10:00Z", "assigned", {"group": "network"}],
        ["2026-11-23T09:20:00Z", "confirmed"],
        ["2026-11-23T09:30:00Z", "waiting"],
        ["2026-11-23T09:30:00Z", "resumed"],
    ]
    return {"kind": "ticket", "clock": "elapsed", "targets": {"restore_minutes": 60}, "events": events, **more}


@pytest.mark.parametrize(
    ("start", "restore"),
    [
        (None, "09:30"),
        ("reported", "09:30"),
        ("created", "10:00"),
        ("assigned", "10:10"),
        ("confirmed", "10:20"),
        ("waiting", "10:30"),
        ("responded", None),
        ("closed", None),
    ],
)
def test_a_case_says_what_a_clock_starts_at(start: str | None, restore: str | None) -> None:
    result = evaluate(case(starts=start and {"restore": start}))["result"]
    assert (result["restore_due"] and result["restore_due"][11:16]) == restore
    assert result["next_due"] == result["restore_due"]


def test_one_word_says_what_every_clock_of_a_case_starts_at() -> None:
    targets = {"response_minutes": 60, "update_minutes": 60, "restore_minutes": 60}
    for start, dues in (
        ("assigned", ["10:10", "10:10", "10:10"]),
        ("created", ["10:00", "10:00", "10:00"]),
        ("reported", ["09:30", "09:30", "09:30"]),
    ):
        result = evaluate(case(starts=start, targets=targets))["result"]
        assert [result[f"{clock}_due"][11:16] for clock in ("response", "update", "restore")] == dues


def test_what_is_no_start_is_said_in_a_sentence() -> None:
    said = 'starts: give an object of response, update, restore, such as {"restore": "created"}.'
    assert evaluate(case(starts=["restore"]))["error"] == said
    assert evaluate(case(starts={"repair": "created"}))["error"] == said
    assert evaluate(case(starts={"repair": "created", "restore": "created"}))["error"] == said
    assert evaluate(case(starts={"restore": "lunch"}))["error"].startswith("starts: restore is 'lunch'; use created, ")
    assert set(STARTS) <= set(evaluate(case(starts={"restore": 1}))["error"].rstrip(".").split("use ")[1].split(", "))
