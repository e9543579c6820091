"""Agreements beside the customer's, in cases: each is answered like a ticket, over the part in which it holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.test_ticket_reference import as_case, desks, histories, minutes, targets
from tests.triage.ticket_reference import Desk, Told
from triage.cases import evaluate


def when(text: str) -> str:
    return f"2026-11-23T{text}:00Z"


def case(*events: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    told = [[when("09:00"), "created"], *([when(event[0]), *event[1:]] for event in events)]
    return {"kind": "ticket", "clock": "elapsed", "targets": {"restore_minutes": 600}, "events": told, **more}


def answered(*events: tuple[Any, ...], as_of: str = "18:00", **agreement: Any) -> dict[str, Any]:
    asked = case(*events, agreements={"it": {"targets": {"restore_minutes": 60}, **agreement}}, as_of=when(as_of))
    found: dict[str, Any] = evaluate(asked)["result"]["agreements"]["it"]
    return found


NETWORK, SYSTEMS = {"group": "network"}, {"group": "systems"}
TO_NETWORK, TO_VENDOR = {"begins": {"assigned": "network"}}, {"begins": {"waiting": "vendor"}}
VENDOR, RESUMED = {"kind": "vendor"}, ("11:00", "resumed")


def test_each_agreement_has_the_keys_of_a_ticket_and_the_tickets_own_answer_is_as_without() -> None:
    plain = evaluate(case(("10:00", "agent_reply")))["result"]
    asked = case(("10:00", "agent_reply"), agreements={"it": {"targets": {"restore_minutes": 60}}})
    both = evaluate(asked)["result"]
    assert set(both.pop("agreements")["it"]) == set(plain)
    assert both == plain


@pytest.mark.parametrize(
    ("events", "agreement", "due", "taken", "breached"),
    [
        pytest.param([], {}, "10:00", None, True, id="beside the customer's from the opening"),
        pytest.param([], TO_NETWORK, None, None, False, id="never begun: no clock"),
        pytest.param([("10:00", "assigned", NETWORK)], TO_NETWORK, "11:00", None, True, id="begun by the group's work"),
        pytest.param([("10:00", "assigned", SYSTEMS)], TO_NETWORK, None, None, False, id="another group"),
        pytest.param(
            [("10:00", "assigned", NETWORK), ("10:30", "assigned", SYSTEMS)], TO_NETWORK, None, 30, False,
            id="ended when another has the work",
        ),
        pytest.param(
            [("10:00", "assigned", NETWORK), ("11:30", "assigned")], TO_NETWORK, None, 90, True,
            id="ended, late, when it is handed back",
        ),
        pytest.param(
            [("10:00", "assigned", NETWORK), ("10:30", "assigned", NETWORK)], TO_NETWORK, "11:00", None, True,
            id="the same group again goes on",
        ),
        pytest.param(
            [("10:00", "assigned", NETWORK), ("10:30", "assigned"), ("12:00", "assigned", NETWORK)],
            TO_NETWORK, "13:00", None, True, id="handed to it again it begins anew",
        ),
        pytest.param([("10:00", "waiting", VENDOR), RESUMED], TO_VENDOR, None, 60, False, id="a supplier, in time"),
        pytest.param([("10:00", "waiting", VENDOR)], TO_VENDOR, "11:00", None, True, id="a supplier that goes on"),
        pytest.param(
            [("10:00", "waiting", VENDOR), ("10:20", "waiting", {"kind": "maintenance"})], TO_VENDOR, None, 20, False,
            id="ended by a wait of another kind",
        ),
        pytest.param(
            [("10:00", "waiting", VENDOR), ("10:20", "closed"), ("12:00", "reopened")], TO_VENDOR, None, 20, False,
            id="ended with the ticket, which it does not come back with",
        ),
        pytest.param(
            [("10:00", "assigned", NETWORK), ("10:20", "closed"), ("12:00", "reopened")], TO_NETWORK, "12:40", None,
            True, id="a group has it again with the ticket",
        ),
        pytest.param(
            [("10:00", "waiting"), ("10:10", "assigned", NETWORK), ("10:30", "resumed")], TO_NETWORK, "11:30", None,
            True, id="the customer was waited for already",
        ),
        pytest.param(
            [("10:00", "waiting"), ("10:05", "resumed"), ("10:10", "assigned", NETWORK)], TO_NETWORK, "11:10", None,
            True, id="the customer had answered already",
        ),
        pytest.param(
            [("10:00", "closed"), ("10:05", "waiting"), ("10:10", "reopened"), ("10:20", "assigned", NETWORK)],
            TO_NETWORK, "11:20", None, True, id="nobody waits on a ticket at its end",
        ),
        pytest.param(
            [("10:00", "closed"), ("10:10", "assigned", NETWORK)], TO_NETWORK, None, None, False,
            id="nor does anything begin on one",
        ),
        pytest.param(
            [("10:00", "closed"), ("10:10", "assigned", NETWORK), ("10:30", "reopened")], TO_NETWORK, "11:30", None,
            True, id="a group that got it meanwhile begins when it is open again",
        ),
        pytest.param(
            [("10:00", "closed"), ("10:10", "assigned", NETWORK), ("10:20", "assigned"), ("10:30", "reopened")],
            TO_NETWORK, None, None, False, id="but not where it was handed back before that",
        ),
        pytest.param(
            [("10:00", "closed"), ("10:10", "waiting", VENDOR), ("10:30", "reopened")], TO_VENDOR, None, None, False,
            id="no supplier is waited for at the end of a ticket",
        ),
        pytest.param(
            [("10:00", "waiting", VENDOR), ("10:20", "waiting", VENDOR)], TO_VENDOR, "11:00", None, True,
            id="a wait said anew goes on",
        ),
        pytest.param(
            [("10:00", "waiting"), ("10:20", "waiting")], {"begins": {"waiting": "customer"}}, "11:00", None, True,
            id="and never stops what it began",
        ),
        pytest.param(
            [("10:00", "waiting", VENDOR), ("10:20", "waiting")], {"begins": "waiting"}, "11:00", None, True,
            id="whatever is waited for",
        ),
        pytest.param([("10:00", "closed")], {"begins": "closed"}, "11:00", None, True, id="what follows a closing"),
        pytest.param(
            [("10:00", "closed"), ("10:10", "reopened")], {"begins": "reopened"}, "11:10", None, True,
            id="or a reopening",
        ),
        pytest.param([("09:30", "restored")], {}, None, 30, False, id="service is back"),
        pytest.param(
            [("09:30", "agent_reply")], {"ends": "agent_reply"}, None, 30, False, id="it says itself when it ends"
        ),
    ],
)  # fmt: skip
def test_an_agreement_holds_from_its_beginning_to_its_end(
    events: list[tuple[Any, ...]], agreement: dict[str, Any], due: str | None, taken: int | None, breached: bool
) -> None:
    found = answered(*events, **agreement)
    assert (found["restore_due"] and found["restore_due"][11:16]) == due
    assert (found["restore_taken_minutes"], found["restore_breached"]) == (taken, breached)


@pytest.mark.parametrize(
    ("begins", "due"),
    [
        (["assigned", "network"], "11:00"),
        ({"assigned": {"group": "network"}}, "11:00"),
        (["assigned", {"group": "network"}], "11:00"),
        (["waiting", "vendor"], "11:30"),
        ({"waiting": {"kind": "vendor"}}, "11:30"),
        ("assigned", "11:00"),
        ("waiting", "11:30"),
    ],
)
def test_where_an_agreement_begins_may_be_written_as_the_event_is(begins: Any, due: str) -> None:
    told = [("10:00", "assigned", NETWORK), ("10:30", "waiting", VENDOR)]
    assert answered(*told, begins=begins)["restore_due"] == when(due)


def test_each_clock_of_an_agreement_may_have_hours_of_its_own() -> None:
    targets = {"response_minutes": 30, "update_minutes": 30, "restore_minutes": 30}
    office = {"timezone": "UTC", "weekly_hours": {"mon": [["13:00", "17:00"]]}}

    def dues(**hours: Any) -> list[str]:
        found = answered(targets=targets, **hours)
        return [found[f"{clock}_due"][11:16] for clock in ("response", "update", "restore")]

    assert dues() == ["09:30", "09:30", "09:30"]
    assert dues(hours={"update": office}) == ["09:30", "13:30", "09:30"]
    assert dues(hours={"response": office, "update": "elapsed", "restore": office}) == ["13:30", "09:30", "13:30"]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("assigned", "11:00"),
        ("confirmed", "11:00"),
        ("internal_note", "12:30"),
        ("responded", "12:00"),
        ("restored", None),
    ],
)
def test_a_clock_that_starts_at_what_was_so_before_the_agreement_starts_with_it(start: str, due: str | None) -> None:
    told = [("09:10", "agent_reply"), ("09:20", "confirmed"), ("10:00", "assigned", NETWORK), ("11:00", "agent_reply")]
    found = answered(*told, ("11:30", "internal_note"), begins=TO_NETWORK["begins"], starts={"restore": start})
    assert found["restore_due"] == (due and when(due))


def test_what_an_agreement_leaves_out_of_hours_rules_and_waiting_is_the_cases() -> None:
    office = {"timezone": "UTC", "weekly_hours": {"mon": [["13:00", "17:00"]]}}
    events = [("09:10", "waiting", VENDOR), ("13:30", "resumed")]
    asked = case(*events, waiting={"vendor": ["restore"]}, calendars={"late": office})
    del asked["clock"]
    asked["calendar"] = "late"
    own: dict[str, dict[str, Any]] = {
        "like": {},
        "round": {"hours": "elapsed"},
        "runs": {"waiting": {}},
        "both": {"hours": office},
    }
    asked["agreements"] = {name: {"targets": {"restore_minutes": 60}, **more} for name, more in own.items()}
    result = evaluate(asked)["result"]["agreements"]
    dues = {name: each["restore_due"][11:16] for name, each in result.items()}
    assert dues == {"like": "14:30", "round": "14:20", "runs": "14:00", "both": "14:30"}


@pytest.mark.parametrize(
    ("own", "due"),
    [
        ({"paused_clocks": []}, "10:40"),
        ({"paused_clocks": [], "update_base": None}, "10:40"),
        ({"update_base": "last_update"}, "10:40"),
        ({"update_base": "last_update", "paused_clocks": []}, "10:30"),
        ({}, "10:50"),
    ],
)
def test_a_rule_that_an_agreement_leaves_out_is_the_cases(own: dict[str, Any], due: str) -> None:
    events = [("09:30", "agent_reply"), ("09:40", "customer_message"), ("09:50", "waiting"), ("10:00", "resumed")]
    rules = {"update_base": "last_contact", "paused_clocks": ["update"]}
    asked = case(*events, rules=rules, agreements={"it": {"targets": {"update_minutes": 60}, "rules": own}})
    assert evaluate(asked)["result"]["agreements"]["it"]["update_due"] == when(due)


@pytest.mark.parametrize(
    "hours", [{"clock": "elapsed"}, {"hours": "elapsed"}, {"weekly_hours": {"mon": [["09:00", "12:00"]]}}]
)
def test_an_agreement_that_has_a_week_of_its_own_counts_in_that_and_keeps_all_else_of_the_case(
    hours: dict[str, Any],
) -> None:
    asked = case(("13:10", "waiting", VENDOR), ("13:40", "resumed"), waiting={"vendor": ["restore"]}, timezone="UTC")
    del asked["clock"]
    own = {"targets": {"restore_minutes": 60}, "weekly_hours": {"mon": [["13:00", "17:00"]]}}
    found = evaluate({**asked, **hours, "agreements": {"it": own}})["result"]["agreements"]["it"]
    assert found["restore_due"] == when("14:30")


def test_an_agreement_may_be_based_on_another() -> None:
    base = {"targets": {"restore_minutes": 60}, "begins": {"assigned": "network"}}
    both = {"network": base, "systems": {"based_on": "network", "begins": {"assigned": "systems"}}}
    events = [("10:00", "assigned", NETWORK), ("10:30", "assigned", SYSTEMS)]
    found = evaluate(case(*events, agreements=both))["result"]["agreements"]
    assert found["network"]["restore_taken_minutes"] == 30
    assert found["systems"]["restore_due"] == when("11:30")


def test_other_targets_of_the_customer_leave_an_agreement_alone_unless_they_name_it() -> None:
    changed: dict[str, Any] = {"restore_minutes": 30}
    assert answered(("09:10", "targets", changed))["restore_due"] == when("10:00")
    changed["agreements"] = {"it": {"restore_minutes": 90}}
    assert answered(("09:10", "targets", changed))["restore_due"] == when("10:30")


@pytest.mark.parametrize(
    ("agreements", "error"),
    [
        (["it"], "give an object of agreements by name, each an object with its targets."),
        ({"it": 60}, "give an object of agreements by name, each an object with its targets."),
        ({"it": 60, "that": {}}, "give an object of agreements by name, each an object with its targets."),
        ({"it": {}}, 'it is on nothing; give it targets, such as {"restore_minutes": 240}.'),
        ({"it": {"targets": {}}}, 'it is on nothing; give it targets, such as {"restore_minutes": 240}.'),
        (
            {"it": {"based_on": "gold"}},
            "it is based on 'gold', which is not there; leave `based_on` out.",
        ),
        (
            {"it": {"based_on": [1]}, "that": {}},
            "it is based on [1], which is not there; write the name of another, such as that, or leave `based_on` out.",
        ),
        (
            {"it": {"based_on": "that"}, "that": {"based_on": "it"}},
            "it comes back to itself (it on that on it); leave `based_on` out of one of them.",
        ),
    ],
)  # fmt: skip
def test_agreements_that_make_no_sense_are_said_in_a_sentence(agreements: Any, error: str) -> None:
    assert evaluate(case(agreements=agreements)) == {"id": None, "error": f"agreements: {error}"}


@pytest.mark.parametrize("field", ["begins", "ends"])
@pytest.mark.parametrize(
    "given",
    [
        "lunch", "x", 3, {}, [], ["assigned"], ["assigned", "network", "systems"], [3, "network"], {"assigned": 3},
        {"created": "network"}, {"assigned": "network", "waiting": "vendor"}, {"waiting": {"group": "network"}},
    ],
)  # fmt: skip
def test_a_beginning_or_an_end_that_is_no_event_is_said_in_a_sentence(field: str, given: Any) -> None:
    said = f'it {field} at {given!r}; write "created", {{"assigned": "network"}} or {{"waiting": "vendor"}}.'
    agreements = {"it": {"targets": {"restore_minutes": 1}, field: given}}
    assert evaluate(case(agreements=agreements)) == {"id": None, "error": f"agreements: {said}"}


@settings(max_examples=examples(100))
@given(histories(), targets.filter(bool), desks, st.none() | minutes)
def test_an_agreement_with_the_terms_of_the_main_one_answers_the_same(
    history: list[Told], target: dict[str, int], desk: Desk, as_of: int | None
) -> None:
    asked = as_case(history, target, desk, as_of)
    asked["agreements"] = {"same": {"targets": asked["targets"]}}
    result = evaluate(asked)["result"]
    assert result.pop("agreements")["same"] == result


def test_an_agreement_by_severity_begins_at_the_severity_that_is_in_force_then() -> None:
    by_severity = {"1": {"restore_minutes": 60}, "2": {"restore_minutes": 240}}
    events = [("09:30", "severity", {"severity": 1}), ("10:00", "assigned", NETWORK)]
    own = {"severities": by_severity, **TO_NETWORK, "warnings": {"restore": ["50%"]}}
    asked = case(*events, severity=2, severities={"1": {}, "2": {}}, agreements={"it": own})
    del asked["targets"]
    found = evaluate(asked)["result"]["agreements"]["it"]
    assert (found["restore_due"], found["warnings"]["restore"]) == (when("11:00"), [when("10:30")])
    asked["events"].append([when("10:10"), "severity", {"severity": 2}])
    assert evaluate(asked)["result"]["agreements"]["it"]["restore_due"] == when("14:00")
    asked["agreements"]["it"] = {"targets": {"restore_minutes": 30}, **TO_NETWORK}
    assert evaluate(asked)["result"]["agreements"]["it"]["restore_due"] == when("10:30")
    asked["agreements"]["it"] = {**own, "begins": {"assigned": "systems"}}
    assert evaluate(asked)["result"]["agreements"]["it"]["restore_due"] is None


def test_a_rise_in_severity_counts_the_escalations_of_every_agreement_anew() -> None:
    own = {"targets": {"restore_minutes": 600}, "escalations": ["1 hour"]}
    found = evaluate(case(("10:30", "severity", {"severity": 1}), severity=2, agreements={"it": own}))["result"]
    assert found["agreements"]["it"]["escalations"] == [when("11:30")]
    lowered = evaluate(case(("09:30", "severity", {"severity": 3}), severity=2, agreements={"it": own}))["result"]
    assert lowered["agreements"]["it"]["escalations"] == [when("10:00")]


@pytest.mark.parametrize("own", [{"targets": {"restore": "10 h"}}, {"severities": {"2": {"restore": "10 h"}}}])
def test_targets_that_a_severity_brings_itself_are_the_tickets_alone(own: dict[str, Any]) -> None:
    told = ("09:10", "severity", {"severity": 2, "restore_minutes": 30}), ("09:20", "severity", {"restore_minutes": 40})
    found = evaluate(case(*told, severity=2, agreements={"it": own}))["result"]
    assert (found["restore_due"], found["agreements"]["it"]["restore_due"]) == (when("09:40"), when("19:00"))


def test_an_agreement_has_no_clock_at_a_severity_that_it_does_not_name() -> None:
    own = {"severities": {"1": {"restore_minutes": 60}}}
    found = evaluate(case(severity=2, agreements={"it": own}))["result"]
    assert found["agreements"]["it"]["restore_due"] is None
    risen = evaluate(case(("09:30", "severity", 1), ("09:40", "severity", 3), ("09:50", "severity", 1), severity=2,
                          agreements={"it": own}))["result"]  # fmt: skip
    assert risen["agreements"]["it"]["restore_due"] == when("10:00")


@pytest.mark.parametrize("begins", ["created", {"waiting": "vendor"}])
@pytest.mark.parametrize(
    ("own", "error"),
    [
        ({"targets": {"restore": "soon"}}, "restore: 'soon' is not a target; write a number of minutes, or"),
        ({"targets": {"restore": "3 business days"}, "hours": "elapsed"}, "cannot be counted around the clock; give"),
        ({"targets": {"restore": 60}, "warnings": ["soon"]}, "warnings: 'soon' is neither a share such as 75% nor"),
        ({"targets": {"restore": 60}, "escalations": ["soon"]}, "escalations: 'soon' is not a length of time such as"),
    ],
)
def test_what_makes_no_sense_is_said_also_of_an_agreement_that_never_begins(
    begins: Any, own: dict[str, Any], error: str
) -> None:
    assert error in evaluate(case(agreements={"it": {"begins": begins, **own}}))["error"]


def test_an_agreement_by_severity_that_never_begins_needs_no_severity() -> None:
    own = {"begins": {"waiting": "vendor"}, "severities": {"1": {"restore": 60}}}
    assert "error" not in evaluate(case(agreements={"it": own}))
