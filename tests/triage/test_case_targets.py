"""Cases with targets that are more than minutes: working days, times of day, hours by clock, severities; and what they
ask of warnings, escalations and shares."""

from __future__ import annotations

import json
from typing import Any

import pytest

from triage.case_fields import Case, CaseError
from triage.case_targets import TargetReader
from triage.case_timing import read_leads, read_thresholds, warned
from triage.cases import evaluate_line
from triage.terms import ClockKind, LeadTime, Threshold

OFFICE = {
    "timezone": "Europe/Paris",
    "weekly_hours": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-12-25"],
}
ELAPSED = {"clock": "elapsed"}
OPENED = "2026-11-23T10:00:00+01:00"  # a Monday


def case(desk: dict[str, Any], /, *events: list[Any], opened: str = OPENED, **more: Any) -> dict[str, Any]:
    return {"id": 1, "kind": "ticket", **desk, "events": [[opened, "created"], *events], **more}


def answer(given: dict[str, Any]) -> Any:
    found = evaluate_line(1, json.dumps(given).encode())
    return found.get("result", found.get("error"))


def utc(text: str) -> str:
    """`11-24 17:00` of 2026 in UTC, as results show it."""
    day, time = text.split()
    return f"2026-{day}T{time}:00Z"


@pytest.mark.parametrize(
    ("targets", "due"),
    [
        ({"restore": 240}, "11-23 13:00"),
        ({"restore": "4 hours"}, "11-23 13:00"),
        ({"restore": "90 minutes"}, "11-23 10:30"),
        ({"restore": "12 business hours"}, "11-24 12:00"),
        ({"restore": "3 business days"}, "11-26 17:00"),
        ({"restore": "3 jours ouvrés"}, "11-26 17:00"),
        ({"restore_business_days": 3}, "11-26 17:00"),
        ({"restore_business_days": 1}, "11-24 17:00"),
        ({"restore": {"business_days": 3}}, "11-26 17:00"),
        ({"restore": {"business_days": 3, "by": "12:00"}}, "11-26 11:00"),
        ({"restore": {"business_days": 3, "same_time": True}}, "11-26 09:00"),
        ({"restore": "3 business days, same time"}, "11-26 09:00"),
        ({"restore": "next business day"}, "11-24 17:00"),
        ({"restore": "next business day by 16:00"}, "11-24 15:00"),
        ({"restore": "jour ouvré suivant avant 16h"}, "11-24 15:00"),
        ({"restore": "end of day"}, "11-23 17:00"),
        ({"restore": {"target": "30 minutes", "not_before": "12:00"}}, "11-23 11:00"),
        ({"restore": {"target": "end of day", "out_of_hours": "4 hours"}}, "11-23 17:00"),
        ({"restore": {"target": 30, "hours": "elapsed"}}, "11-23 09:30"),
        ({"restore": {"target": "1 business day", "hours": {**OFFICE, "timezone": "Asia/Tokyo"}}}, "11-24 09:00"),
    ],
)
def test_a_target_is_written_as_in_the_policy_file(targets: dict[str, Any], due: str) -> None:
    assert answer(case(OFFICE, targets=targets))["restore_due"] == utc(due)


def test_as_many_working_days_count_as_four_years_have_and_no_more() -> None:
    found = answer(case(OFFICE, targets={"restore_business_days": 1000}))
    assert found["restore_due"] == "2030-09-24T16:00:00Z"
    told = answer(case(OFFICE, targets={"restore_business_days": 1001}))
    assert told == "restore_business_days: 1001 is not a number of working days from 1 to 1000."


@pytest.mark.parametrize(
    ("target", "hours"), [("3 business days", 27), ("next business day", 9), ("end of day", 9), ("4 hours", 4)]
)
def test_until_its_clock_starts_a_target_in_days_comes_to_so_many_working_days(target: str, hours: int) -> None:
    found = TargetReader(Case(OFFICE), None).read({"restore": target})
    assert found[ClockKind.RESTORE].seconds == hours * 3600


def test_each_clock_may_have_its_own_hours() -> None:
    named = {"calendars": {"nights": {"weekly_hours": {"mon": [["22:00", "06:00"]]}}}, **OFFICE}
    found = answer(
        case(
            named,
            targets={"response_minutes": 600, "update_minutes": 600, "restore_minutes": 600},
            hours={"response": "elapsed", "update": "nights"},
        )
    )
    dues = [found[f"{clock}_due"] for clock in ("response", "update", "restore")]
    assert dues == [utc("11-23 19:00"), utc("11-30 23:00"), utc("11-24 10:00")]


def test_hours_by_clock_need_no_calendar_beside_them() -> None:
    given = case({}, targets={"restore": "1 business day"}, hours={"restore": OFFICE})
    assert answer(given)["restore_due"] == utc("11-24 17:00")
    assert "Give a calendar" in answer({**given, "targets": {"response_minutes": 5}})


@pytest.mark.parametrize(
    ("opened", "due"),
    [("2026-11-23T10:00:00+01:00", "11-23 09:30"), ("2026-11-28T10:00:00+01:00", "11-30 10:00")],
)
def test_out_of_hours_a_target_is_another(opened: str, due: str) -> None:
    target = {
        "target": "30 minutes", "hours": "elapsed",
        "out_of_hours": {"target": "next business day by 11:00", "hours": OFFICE},
    }  # fmt: skip
    assert answer(case(OFFICE, opened=opened, targets={"response": target}))["response_due"] == utc(due)


def test_a_minimum_around_the_clock_is_in_the_time_of_the_case() -> None:
    given = case(
        ELAPSED, opened="2026-11-28T03:00:00Z", timezone="Europe/Paris",
        targets={"response": {"target": 30, "not_before": "09:00"}},
    )  # fmt: skip
    assert answer(given)["response_due"] == utc("11-28 08:00")


def test_an_ended_clock_has_what_its_days_came_to() -> None:
    """Monday 10:00 to Wednesday 18:00 less an hour of waiting; restored on Wednesday at 19:00."""
    found = answer(
        case(
            OFFICE,
            ["2026-11-24T16:30:00Z", "waiting"], ["2026-11-25T08:30:00Z", "resumed"],
            ["2026-11-26T08:30:00Z", "restored"],
            targets={"restore": "2 business days"}, as_of="2026-11-26T08:30:00Z",
        )
    )  # fmt: skip
    assert found["restore_taken_minutes"] == 8 * 60 + 8.5 * 60 + 8.5 * 60 + 30
    assert (found["restore_left_minutes"], found["restore_breached"]) == (
        26 * 60 - found["restore_taken_minutes"],
        False,
    )
    assert found["elapsed_percent"]["restore"] == 98.1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"targets": {"restore": "soon"}}, "restore: 'soon' is not a target; write a number of minutes, or "),
        ({"targets": {"restore": "0 business days"}}, "restore: '0 business days' is not a target"),
        ({"targets": {"restore_business_days": 0}}, "restore_business_days: 0 is not a number of working days"),
        ({"targets": {"restore_business_days": True}}, "restore_business_days: True is not"),
        ({"targets": {"restore": "2 days"}}, "restore: '2 days' counts in opening hours here"),
        ({"targets": {"restore": 5, "restore_minutes": 5}}, "restore_minutes and restore say the same"),
        ({"targets": {"restore": {"not_before": "09:00"}}}, 'restore: say how long, such as {"target": "4 hours"}.'),
        ({"targets": {"restore": {"target": 5, "not_before": 9}}}, "restore: not_before is 9; give a time of day"),
        ({"targets": {"restore": {"target": 5, "out_of_hours": "x"}}}, "restore out_of_hours: 'x' is not a target"),
        ({"targets": {"restore": []}}, "restore: [] is not a number of minutes"),
        ({"targets": {"restore": {"target": "1 business day", "hours": "elapsed"}}}, "cannot be counted around"),
        ({"targets": {"restore": {"target": "2 business hours", "hours": "elapsed"}}}, "around the clock"),
        ({"targets": {"restore": {"target": 5, "hours": "nights"}}}, "'nights' is not the name of a calendar"),
        ({"targets": 5}, "targets: give response_minutes, update_minutes and restore_minutes, as far as they apply."),
        ({"targets": {}, "hours": {"update": "elapsed", "respons": "elapsed"}}, "is not an object of hours by clock"),
        ({"targets": {}, "hours": {"respons": "elapsed"}}, "hours: {'respons': 'elapsed'} is not an object of hours"),
        ({"targets": {}, "warnings": {"restore": True}}, "warnings: restore is True; give a list"),
        ({"targets": {}, "warnings": {"repair": []}}, "warnings: give an object of lists by clock"),
        ({"targets": {}, "warnings": {"restore": ["100%"]}}, "warnings: '100%' is no share"),
        ({"targets": {}, "warnings": {"restore": ["x%"]}}, "warnings: 'x%' is no share"),
        ({"targets": {}, "warnings": {"restore": ["soon"]}}, "warnings: 'soon' is neither a share"),
        ({"targets": {}, "warnings": {"restore": [-1]}}, "warnings: -1 is not a number of minutes"),
        ({"targets": {}, "escalations": 5}, "escalations: give a list"),
        ({"targets": {}, "escalations": {"1": ["2 hours"], "2": 60}}, "escalations: ['2 hours'] is not a number of"),
        ({"targets": {}, "escalations": ["soon"]}, "escalations: 'soon' is not a length of time"),
        ({"targets": {}, "escalations": [{"level": 0}]}, "escalations: 0 is no level"),
        ({"targets": {}, "escalations": [{"level": 1}]}, "escalations: None is not a number of minutes"),
        ({"targets": {}, "severities": []}, "severities: give an object of targets by severity"),
        ({"severity": 4, "severities": {"1": {}}}, "severity: 4 is none of the case's severities: 1."),
    ],
)  # fmt: skip
def test_what_is_no_target_is_told_in_one_sentence(more: dict[str, Any], told: str) -> None:
    found = answer(case(OFFICE, **more))
    assert told in found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"target": 30, "out_of_hours": 60}, "response: out_of_hours needs a calendar; give one to the case."),
        ({"target": 30, "not_before": "09:00"}, "response: not_before needs a timezone; give one to the case."),
        ("1 business day", "response: '1 business day' cannot be counted around the clock; give its clock a calendar"),
    ],
)
def test_what_needs_a_calendar_says_so(target: object, told: str) -> None:
    assert told in answer(case(ELAPSED, targets={"response": target}))


def test_warnings_are_shares_of_the_target_or_counted_back_in_its_hours() -> None:
    found = answer(
        case(
            OFFICE,
            targets={"response_minutes": 60, "restore": "1 business day"},
            warnings={"restore": [15, "50%", "75%", "2 hours"], "response": [5]},
        )
    )
    assert found["warnings"] == {
        "response": [utc("11-23 09:55")],
        "update": [],
        # 17 hours: 8 on Monday, 9 on Tuesday.
        "restore": [utc("11-24 08:30"), utc("11-24 12:45"), utc("11-24 15:00"), utc("11-24 16:45")],
    }


def test_an_ended_or_paused_clock_has_no_warnings() -> None:
    more: dict[str, Any] = {"targets": {"response": 60, "restore": 60}, "warnings": {"response": [5], "restore": [5]}}
    found = answer(case(OFFICE, ["2026-11-23T09:10:00Z", "agent_reply"], ["2026-11-23T09:20:00Z", "waiting"], **more))
    assert found["warnings"] == {"response": [], "update": [], "restore": []}


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([], ["2026-11-23T11:00:00Z", "2026-11-23T21:00:00Z"]),
        (
            [["2026-11-23T10:00:00Z", "waiting"], ["2026-11-23T13:00:00Z", "resumed"]],
            ["2026-11-23T14:00:00Z", "2026-11-24T00:00:00Z"],
        ),
        ([["2026-11-23T12:00:00Z", "waiting"]], ["2026-11-23T11:00:00Z", None]),
        ([["2026-11-23T11:00:00Z", "restored"]], [None, None]),
        ([["2026-11-23T12:00:00Z", "closed"]], ["2026-11-23T11:00:00Z", None]),
        (
            [["2026-11-23T12:00:00Z", "closed"], ["2026-11-23T15:00:00Z", "reopened"]],
            ["2026-11-23T11:00:00Z", "2026-11-24T00:00:00Z"],
        ),
    ],
)
def test_a_level_is_proposed_so_long_after_the_report_without_what_is_waited(
    events: list[list[Any]], found: list[str | None]
) -> None:
    for levels in ([{"level": 2, "after_minutes": 720}, {"level": 1, "after": "2 hours"}], ["2 hours", 720]):
        given = case(OFFICE, *events, targets={"restore_minutes": 60}, escalations=levels)
        assert answer(given)["escalations"] == found


def test_of_severities_each_has_its_targets() -> None:
    severities = {"1": {"response_minutes": 15}, "3": {"response_minutes": 60, "restore": "1 business day"}}
    lowered = case(ELAPSED | {"timezone": "UTC"}, severity=1, severities={"1": severities["1"]}, targets={})
    assert answer(lowered)["response_due"] == "2026-11-23T09:15:00Z"
    raised = ["2026-11-23T09:20:00Z", "severity", {"severity": 1}]
    given = case(OFFICE, severity=3, severities=severities, escalations=["1 hour"])
    assert answer(given)["restore_due"] == utc("11-24 17:00")
    assert answer(given)["escalations"] == ["2026-11-23T10:00:00Z"]
    more: dict[str, Any] = {"severity": 3, "severities": severities, "escalations": ["1 hour"]}
    found = answer(case(OFFICE, raised, rules={"retarget": "no_past"}, **more))
    assert (found["response_due"], found["restore_due"]) == ("2026-11-23T09:35:00Z", None)
    assert found["escalations"] == ["2026-11-23T10:20:00Z"], "they count anew when a severity rises"
    found = answer(case(OFFICE, raised, ["2026-11-23T09:40:00Z", "severity", {"severity": "3"}], **more))
    assert (found["response_due"], found["escalations"]) == (utc("11-23 10:00"), ["2026-11-23T10:20:00Z"])
    nothing = case(OFFICE, [OPENED, "severity"], severities=severities, targets={})
    assert answer(nothing) == "severity: None is none of the case's severities: 1, 3."


PLAIN, QUICK = {"restore_minutes": 60}, {"restore_minutes": 30}
BY_SEVERITY = {"1": QUICK, "2": PLAIN}


@pytest.mark.parametrize(
    ("more", "extra", "due"),
    [
        pytest.param({"severity": 2, "targets": PLAIN}, {"severity": 1}, "11-23 10:00", id="there is none: they stay"),
        pytest.param({"severities": BY_SEVERITY, "targets": PLAIN}, {}, "11-23 10:00", id="opened without one"),
        pytest.param({"severities": BY_SEVERITY, "severity": 2}, {"severity": 1}, "11-23 09:30", id="that of another"),
        pytest.param({"severities": BY_SEVERITY, "severity": 2}, {"to": 1}, "11-23 09:30", id="in another word"),
        pytest.param(
            {"severities": BY_SEVERITY, "severity": 2}, {"severity": 1, "restore_minutes": 45}, "11-23 09:45",
            id="it brings its own",
        ),
        pytest.param(
            {"severities": BY_SEVERITY, "severity": 2}, {"severity": 1, "targets": {"restore": 45}}, "11-23 09:45",
            id="in an object of their own",
        ),
        pytest.param({"severity": 2, "targets": PLAIN}, QUICK, "11-23 09:30", id="a change of targets alone"),
    ],
)  # fmt: skip
def test_a_change_of_severity_brings_its_targets_or_leaves_those_there_are(
    more: dict[str, Any], extra: dict[str, Any], due: str
) -> None:
    events = [["2026-11-23T09:20:00Z", "severity", extra]] if extra else []
    assert answer(case(OFFICE, *events, **more))["restore_due"] == utc(due)


UPDATES = {"severities": {"1": {"update_minutes": 30}, "3": {"update_minutes": 60}}}


@pytest.mark.parametrize(
    ("retarget", "severities", "more", "due", "beside"),
    [
        ("from_start", (3, 1), UPDATES, "09:40", "10:40"),
        ("no_past", (3, 1), UPDATES, "09:50", "10:50"),
        ("from_start", (3, 1), {"targets": {"update_minutes": 60}}, "10:10", "10:40"),
        ("no_past", (3, 1), {"targets": {"update_minutes": 60}}, "10:20", "10:50"),
        ("no_past", (1, 3), UPDATES, "14:00", "14:00"),
        ("from_start", (3, 3), UPDATES, "14:00", "14:00"),
    ],
)
def test_a_severity_that_rises_ends_a_promise(
    retarget: str, severities: tuple[int, int], more: dict[str, Any], due: str, beside: str
) -> None:
    before, after = severities
    promised = ["2026-11-23T09:10:00Z", "agent_reply", {"next_update": "2026-11-23T14:00:00Z"}]
    changed = ["2026-11-23T09:20:00Z", "severity", {"severity": after}]
    desk = {"desk": {"targets": {"update_minutes": 90}}}
    rules = {"retarget": retarget}
    found = answer(case(ELAPSED, promised, changed, severity=before, rules=rules, agreements=desk, **more))
    dues = [each["update_due"] for each in (found, found["agreements"]["desk"])]
    assert dues == [utc(f"11-23 {due}"), utc(f"11-23 {beside}")]


def test_a_severity_event_that_names_none_is_refused_where_it_brings_no_targets_either() -> None:
    told = answer(case(OFFICE, ["2026-11-23T09:20:00Z", "severity"], targets=PLAIN))
    assert told == "severity: None is none of the case's severities: give the case some."


@pytest.mark.parametrize(
    ("before", "after", "anew"),
    [
        (2, 1, True), (2, "1", True), ("10", "9", True), (2, 2, False), (1, 2, False), (None, 1, False),
        (2, None, False), ("low", "high", False), ("high", 1, False), (1, "high", False),
        (0, "high", False), ("high", 0, False), ("\u00b2", "\u00b9", False), ("9" * 5000, "8" * 5000, False),
    ],
)  # fmt: skip
def test_levels_count_anew_from_a_severity_that_is_a_lower_number_than_before(
    before: object, after: object, *, anew: bool
) -> None:
    changed = ["2026-11-23T09:20:00Z", "severity", {"severity": after, **PLAIN}]
    found = answer(case(OFFICE, changed, severity=before, targets=PLAIN, escalations=["2 hours"]))
    assert found["escalations"] == [utc("11-23 11:20") if anew else utc("11-23 11:00")]


@pytest.mark.parametrize(
    ("as_of", "percent"),
    [
        (None, None),
        ("2026-11-23T08:00:00Z", 0.0),
        ("2026-11-23T09:00:03Z", 0.1),
        ("2026-11-23T09:00:02Z", 0.1),
        ("2026-11-23T09:00:01Z", 0.0),
        ("2026-11-23T09:30:00Z", 50.0),
        ("2026-11-23T11:00:00Z", 200.0),
        ("2026-11-24T09:00:00Z", 900.0),
    ],
)
def test_the_share_of_a_target_that_is_used_up_counts_in_its_hours(as_of: str | None, percent: float | None) -> None:
    found = answer(case(OFFICE, targets={"restore_minutes": 60}, as_of=as_of))["elapsed_percent"]
    assert found == {"response": None, "update": None, "restore": percent}


def test_a_clock_that_ended_has_used_what_it_had_at_its_end_and_nothing_is_all_of_nothing() -> None:
    given = case(
        OFFICE, ["2026-11-23T09:30:00Z", "agent_reply"],
        targets={"response_minutes": 60, "update_minutes": 0}, as_of="2026-11-23T12:00:00Z",
    )  # fmt: skip
    assert answer(given)["elapsed_percent"] == {"response": 50.0, "update": 100.0, "restore": None}


def test_a_change_of_terms_moves_a_target_in_days_too() -> None:
    later = ["2026-11-23T10:00:00Z", "targets", {"response": "end of day", "update": "next business day by 12:00"}]
    rules = {"retarget": "no_past"}
    given = case(OFFICE, later, targets={"response": "2 business days", "update": "30 minutes"}, rules=rules)
    assert (answer(given)["response_due"], answer(given)["update_due"]) == (utc("11-23 17:00"), "2026-11-23T09:30:00Z")
    sooner = ["2026-11-24T16:00:00Z", "targets", {"response": "end of day"}]
    given = case(OFFICE, sooner, targets={"response": "2 business days"}, rules=rules)
    assert answer(given)["response_due"] == utc("11-24 17:00"), "from the change, not into the past"
    assert answer({**given, "rules": {}})["response_due"] == utc("11-23 17:00")


@pytest.mark.parametrize(
    ("lead", "found"),
    [
        ([15], [LeadTime(seconds=900)]),
        (["15"], [LeadTime(seconds=900)]),
        (15, [LeadTime(seconds=900)]),
        ([{"minutes": 15}], [LeadTime(seconds=900)]),
        ([{"hours": 2}], [LeadTime(seconds=7200)]),
        ([{"hours": "1.5"}], [LeadTime(seconds=5400)]),
        ([{"days": 1}], [LeadTime(seconds=86400)]),
        ([1.0, 1.5, 0.0], [LeadTime(seconds=60), LeadTime(seconds=90), LeadTime(seconds=0)]),
        (["75%"], [LeadTime(share=0.75)]),
        ([{"percent": 75}], [LeadTime(share=0.75)]),
        ([{"percent": 75}, "2 hours"], [LeadTime(share=0.75), LeadTime(seconds=7200)]),
        (None, []),
        ([], []),
    ],
)
def test_a_warning_is_a_share_or_a_length_with_its_unit_in_whatever_place(lead: object, found: list[LeadTime]) -> None:
    assert read_leads({"restore": lead}) == {ClockKind.RESTORE: tuple(found)}


@pytest.mark.parametrize("lead", [-0.5, {}, {"hours": 1, "minutes": 30}, {"percent": "many"}, {"hours": "many"}])
def test_what_is_no_length_with_its_unit_is_no_warning(lead: object) -> None:
    with pytest.raises(CaseError, match="warnings"):
        read_leads({"restore": [lead]})


def test_levels_that_are_not_numbered_are_numbered_from_one() -> None:
    assert read_thresholds(["2 hours", 720]) == (Threshold(1, 7200), Threshold(2, 43200))


def test_one_clock_that_is_none_is_refused_beside_one_that_is() -> None:
    with pytest.raises(CaseError, match="lists by clock"):
        read_leads({"restore": [5], "repair": [5]})


def test_a_clock_that_is_not_there_is_not_warned_of() -> None:
    assert warned(None, (LeadTime(seconds=900),)) == []
