"""Each kind of waiting stops the clocks that the policy lists for it, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triage.story import ANA, POLICY, Story, at
from tests.triage.test_clocks import RESPONSE, RESTORE, UPDATE, Line, due, known, opened, terms
from triage import awaiting
from triage.agenda import ESCALATION, agenda
from triage.cases import evaluate
from triage.clocks import ClockState
from triage.policy import Policy
from triage.terms import Terms, terms_from_data
from triage.why import Because, why

STOPS = {"vendor": frozenset({RESTORE, UPDATE}), "maintenance": frozenset({RESTORE})}
SUPPLIERS = Policy(desk=POLICY.desk, stops=STOPS)


@pytest.mark.parametrize(
    ("kind", "paused"),
    [("customer", {RESTORE}), ("vendor", {RESTORE, UPDATE}), ("maintenance", {RESTORE}), ("weather", set())],
)
def test_a_wait_stops_the_clocks_of_its_kind(kind: str, paused: set[object]) -> None:
    clocks = opened(under=terms(stops=STOPS))
    clocks.wait(at("09:05"), Line(2, at("09:05")), kind)
    assert {k for k in (RESPONSE, UPDATE, RESTORE) if known(clocks, k).state is ClockState.PAUSED} == paused
    clocks.resume(at("09:15"), Line(3, at("09:15")))
    shifted = {k: 10 if k in paused else 0 for k in (UPDATE, RESTORE)}
    assert due(clocks, UPDATE) == at(f"09:{30 + shifted[UPDATE]}")
    assert due(clocks, RESTORE) == at(f"15:{shifted[RESTORE]:02}")


def test_what_two_kinds_in_a_row_stop_stands_still_without_a_break_and_the_rest_runs_again() -> None:
    clocks = opened(under=terms(stops=STOPS))
    clocks.wait(at("09:05"), Line(2, at("09:05")), "vendor")
    clocks.wait(at("09:10"), Line(3, at("09:10")), "maintenance")
    assert due(clocks, UPDATE) == at("09:35")
    clocks.resume(at("09:25"), Line(4, at("09:25")))
    assert (due(clocks, UPDATE), due(clocks, RESTORE)) == (at("09:35"), at("15:20"))
    assert known(clocks, RESTORE).pauses == [(at("09:05"), at("09:25"))]


def test_only_the_customer_is_waited_for_in_the_sense_of_a_late_answer() -> None:
    clocks = opened(under=terms(stops=STOPS))
    clocks.wait(at("10:00"), Line(2, at("10:00")))
    clocks.wait(at("11:00"), Line(3, at("11:00")), "vendor")
    assert clocks.waits == [(at("10:00"), at("11:00"))]


def test_other_terms_during_a_wait_pause_what_they_say_from_then_on() -> None:
    clocks = opened()
    clocks.wait(at("10:00"), Line(2, at("10:00")), "vendor")
    assert due(clocks, RESTORE) == at("15:00")
    clocks.retarget(at("11:00"), terms(stops=STOPS), Line(3, at("11:00")))
    assert known(clocks, RESTORE).state is ClockState.PAUSED
    clocks.resume(at("12:00"), Line(4, at("12:00")))
    assert due(clocks, RESTORE) == at("16:00")


def test_terms_say_what_stops_and_what_was_stamped_before_says_nothing_of_it() -> None:
    assert terms_from_data(terms(stops=STOPS).to_data()).stops == STOPS
    assert "stops" not in Terms().to_data()
    assert terms_from_data(Terms().to_data()).stops == {}


def test_a_vendor_that_stops_the_time_to_restore_also_holds_back_proposals_and_is_explained() -> None:
    story = Story("09:00", severity=1, policy=SUPPLIERS)
    story.act(awaiting.wait, "10:00", "the carrier looks", what="vendor", by=ANA)
    assert not [item for item in agenda(story.ticket) if item.clock == ESCALATION]
    story.act(awaiting.resume, "11:00", by=ANA)
    proposed = [item.at for item in agenda(story.ticket) if item.clock == ESCALATION]
    assert proposed[0] == at("12:00"), "two hours without the hour that was waited"
    found = why(story.events, RESTORE)
    assert found is not None
    [pause] = [line for line in found.lines if line.because is Because.PAUSED]
    assert (pause.at, pause.until, pause.seconds) == (at("10:00"), at("11:00"), 3600)
    assert found.clock.deadline == at("16:00")


def case(**more: Any) -> dict[str, Any]:
    events = [
        ["2026-11-23T09:00:00Z", "created"],
        ["2026-11-23T09:10:00Z", "waiting", {"kind": "vendor"}],
        ["2026-11-23T09:40:00Z", "resumed"],
    ]
    targets = {"update_minutes": 60, "restore_minutes": 120}
    return {"kind": "ticket", "clock": "elapsed", "targets": targets, "events": events, **more}


@pytest.mark.parametrize(
    ("more", "update", "restore"),
    [
        pytest.param({}, "10:00", "11:00", id="a vendor stops nothing by default"),
        pytest.param({"waiting": {"vendor": ["restore"]}}, "10:00", "11:30", id="one clock"),
        pytest.param({"waiting": {"vendor": ["update", "restore"]}}, "10:30", "11:30", id="two"),
        pytest.param({"waiting": {"customer": ["update"]}}, "10:00", "11:00", id="another kind"),
        pytest.param({"waiting": {"vendor": []}}, "10:00", "11:00", id="none"),
        pytest.param({"waiting": {"vendor": None}}, "10:00", "11:00", id="nothing said"),
        pytest.param({"waiting": {"vendor": ""}}, "10:00", "11:00", id="no word"),
        pytest.param({"waiting": {"vendor": "restore"}}, "10:00", "11:30", id="one, without a list"),
        pytest.param({"waiting": {"vendor": "all"}}, "10:30", "11:30", id="all of them, in a word"),
    ],
)
def test_a_case_says_which_clocks_a_kind_stops(more: dict[str, Any], update: str, restore: str) -> None:
    result = evaluate(case(**more))["result"]
    assert (result["update_due"][11:16], result["restore_due"][11:16]) == (update, restore)


def test_a_case_may_say_what_the_customer_stops_in_either_place() -> None:
    events = [["2026-11-23T09:00:00Z", "created"], ["2026-11-23T09:10:00Z", "waiting"]]
    for rules, waiting, paused in (
        ({}, None, ["restore"]),
        ({"paused_clocks": ["update"]}, None, ["update"]),
        ({"paused_clocks": ["update"]}, {"vendor": ["restore"]}, ["update"]),
        ({"paused_clocks": ["update"]}, {"customer": ["restore"]}, ["restore"]),
    ):
        result = evaluate(case(events=events, rules=rules, waiting=waiting))["result"]
        assert [clock for clock in ("update", "restore") if result[f"{clock}_due"] is None] == paused


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"waiting": ["vendor"]}, 'waiting: give an object of lists of clocks, such as {"vendor": ["restore"]}.'),
        ({"waiting": {"vendor": "lunch"}}, "waiting: vendor is ['lunch']; give a list of response, update, restore."),
        (
            {"waiting": {"vendor": ["update", "lunch"]}},
            "waiting: vendor is ['update', 'lunch']; give a list of response, update, restore.",
        ),
        ({"waiting": {"vendor": 5}}, "waiting: vendor is 5; give a list of response, update, restore."),
        (
            {"waiting": {"vendor": ["all", "restore"]}},
            "waiting: vendor is ['all', 'restore']; give a list of response, update, restore.",
        ),
        ({"waiting": {"vendor": ["all"]}}, "waiting: vendor is ['all']; give a list of response, update, restore."),
        (
            {"events": [["2026-11-23T09:00:00Z", "created"], ["2026-11-23T09:10:00Z", "waiting", {"kind": 1}]]},
            'events: 1 is no kind of waiting; write a name, such as "vendor".',
        ),
    ],
)
def test_what_is_no_kind_of_waiting_is_said_in_a_sentence(more: dict[str, Any], error: str) -> None:
    assert evaluate(case(**more)) == {"id": None, "error": error}
