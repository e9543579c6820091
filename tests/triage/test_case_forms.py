"""What other programs write in a case, where it can mean only one thing: it is answered as that."""

from __future__ import annotations

from typing import Any

import pytest

from triage.cases import evaluate

OFFICE = {"timezone": "UTC", "weekly_hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
LATE = {**OFFICE, "weekly_hours": {"mon": [["12:00", "20:00"]]}}
OPENED, LATER = ["2026-11-23T09:00:00Z", "created"], "2026-11-23T09:30:00Z"
SEVERITIES = {"1": {"restore_minutes": 60}, "2": {"restore_minutes": 120}}
BY_SEVERITY = {"severities": SEVERITIES, "severity": 2, "escalations": [60]}
IN_FORCE = {"targets": {"restore_minutes": 120}, "severity": 2, "escalations": [60]}
VENDOR = {"waiting": {"vendor": ["restore"]}}


def waited(extra: Any) -> list[list[Any]]:
    """An hour, of a ticket that is an hour old."""
    return [OPENED, ["2026-11-23T10:00:00Z", "waiting", extra], ["2026-11-23T11:00:00Z", "resumed"]]


WAITED = waited({"kind": "vendor"})


def answer(fields: dict[str, Any]) -> Any:
    found = evaluate({"id": 1, **OFFICE, **fields})
    assert "result" in found, found
    return found["result"]


def ticket(*told: list[Any], **fields: Any) -> Any:
    targets = {"response_minutes": 30, "restore_minutes": 120}
    return answer({"kind": "ticket", "targets": targets, "events": [OPENED, *told], "as_of": LATER, **fields})


def test_a_severity_may_be_told_in_any_of_its_forms() -> None:
    plain = ticket([LATER, "severity", {"severity": 1}], **BY_SEVERITY)
    for extra in (1, 1.0, "1", {"to": 1}, {"severity": "1"}, {"severity": 1.0}, {"from": 2, "to": "1"}):
        assert ticket([LATER, "severity", extra], **BY_SEVERITY) == plain
    assert ticket(**{**BY_SEVERITY, "severity": 2.0}) == ticket(**BY_SEVERITY)


@pytest.mark.parametrize(
    "extra", [{"restore_minutes": 60}, {"targets": {"restore_minutes": 60}}, {"restore": "1 hour"}]
)
def test_a_severity_may_bring_its_targets(extra: dict[str, Any]) -> None:
    plain = ticket([LATER, "severity", 1], **BY_SEVERITY)
    assert ticket([LATER, "severity", {"severity": 1, **extra}], **IN_FORCE) == plain
    without = ticket([LATER, "severity", extra], **IN_FORCE)
    assert without == {**plain, "escalations": ["2026-11-23T10:00:00Z"]}, "targets alone raise nothing"


def test_a_severity_without_targets_of_its_own_leaves_those_in_force() -> None:
    found = ticket([LATER, "severity", 1], **IN_FORCE)
    assert found["restore_due"] == "2026-11-23T11:00:00Z"
    assert found["escalations"] == ["2026-11-23T10:30:00Z"]


def test_targets_may_be_wrapped() -> None:
    wrapped = {name: {"targets": targets} for name, targets in SEVERITIES.items()}
    assert ticket(**{**BY_SEVERITY, "severities": wrapped}) == ticket(**BY_SEVERITY)
    plain = {"restore_minutes": 60}
    assert ticket([LATER, "targets", {"targets": plain}]) == ticket([LATER, "targets", plain])


def test_what_changes_the_targets_of_agreements_only_leaves_those_of_the_ticket() -> None:
    agreements = {"it": {"targets": {"restore_minutes": 60}}}
    found = ticket([LATER, "targets", {"agreements": {"it": {"restore_minutes": 90}}}], agreements=agreements)
    assert found["restore_due"] == "2026-11-23T11:00:00Z"
    assert found["agreements"]["it"]["restore_due"] == "2026-11-23T10:30:00Z"


@pytest.mark.parametrize(
    ("told", "fields", "plain"),
    [
        ("vendor", VENDOR, ({"kind": "vendor"}, VENDOR)),
        ("vendor", {"waiting": {"vendor": "restore"}}, ({"kind": "vendor"}, VENDOR)),
        ("vendor", {"rules": VENDOR}, ({"kind": "vendor"}, VENDOR)),
        ("vendor", {"waiting": {"vendor": None}}, ({"kind": "vendor"}, {})),
        (
            "vendor",
            {"waiting": {"vendor": "all"}},
            ({"kind": "vendor"}, {"waiting": {"vendor": ["response", "update", "restore"]}}),
        ),
        ({"kind": None}, {}, ({}, {})),
    ],
)
def test_waiting_may_be_told_in_any_of_its_forms(told: Any, fields: dict[str, Any], plain: Any) -> None:
    extra, meant = plain
    assert ticket([LATER, "waiting", told], **fields) == ticket([LATER, "waiting", extra], **meant)


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ({"warnings": ["50%", 15]}, {"warnings": {name: ["50%", 15] for name in ("response", "update", "restore")}}),
        ({"warnings": {"restore": "75%"}}, {"warnings": {"restore": ["75%"]}}),
        ({"warnings": {"restore": ["15"]}}, {"warnings": {"restore": [15]}}),
        ({"warnings": {"restore": [{"percent": 75}, {"minutes": 15}]}}, {"warnings": {"restore": ["75%", 15]}}),
        ({"warnings": {"restore": None, "response": 5}}, {"warnings": {"response": [5]}}),
        ({"warnings": {"restore": [{"share": 0.75}, {"hours": 1}]}}, {"warnings": {"restore": ["75%", 60]}}),
        ({"warnings": {"restore": [{"minutes_before": 15}]}}, {"warnings": {"restore": [15]}}),
        ({"warnings": {"restore": [{"before_minutes": 15}]}}, {"warnings": {"restore": [15]}}),
        ({"warnings": {"restore": [0.75, 0.5, 15]}}, {"warnings": {"restore": ["75%", "50%", 15]}}),
        ({"warnings": {"restore": [{"minutes": 0.5}]}}, {"warnings": {"restore": ["30 seconds"]}}),
        ({"warnings": {"restore": ["15 min before", "1h before due"]}}, {"warnings": {"restore": [15, 60]}}),
        ({"warnings": {"restore": ["75% of the target", "50 % of target"]}}, {"warnings": {"restore": ["75%", "50%"]}}),
        ({"escalations": ["120"]}, {"escalations": [120]}),
        ({"escalations": [{"level": 1.0, "minutes": 120.0}]}, {"escalations": [120]}),
        ({"rules": {"paused_clocks": "response"}}, {"rules": {"paused_clocks": ["response"]}}),
        ({"rules": {"response_met_by": "created"}}, {"rules": {"response_met_by": ["created"]}}),
        ({"starts": {"restore": None, "update": "assigned"}}, {"starts": {"update": "assigned"}}),
        ({"escalations": {"2": "12 hours", "1": 120}}, {"escalations": [120, "12 hours"]}),
        ({"escalations": [{"level": "1", "after_minutes": "120"}]}, {"escalations": [120]}),
        ({"hours": "elapsed"}, {"hours": dict.fromkeys(("response", "update", "restore"), "elapsed")}),
        ({"starts": "assigned"}, {"starts": dict.fromkeys(("response", "update", "restore"), "assigned")}),
        ({"rules": {"starts": {"restore": "assigned"}}}, {"starts": {"restore": "assigned"}}),
        ({"clock": "it", "calendars": {"it": OFFICE}}, {"calendar": "it", "calendars": {"it": OFFICE}}),
    ],
)
def test_a_field_may_be_written_shorter(fields: dict[str, Any], plain: dict[str, Any]) -> None:
    assert ticket(**fields) == ticket(**plain)


BY_CLOCK = {"response": "elapsed", "restore": LATE}
BY_NAME = {"calendars": {"late": LATE}, "hours": {"restore": "late"}}
STOPS_ALL = {"vendor": ["response", "update", "restore"]}


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ({"calendars": BY_CLOCK}, {"hours": BY_CLOCK}),
        ({"clocks": BY_CLOCK}, {"hours": BY_CLOCK}),
        ({"calendar": BY_CLOCK}, {"hours": BY_CLOCK}),
        ({"clock": BY_CLOCK}, {"hours": BY_CLOCK}),
        ({"clocks": {"restore": {"calendar": LATE}, "response": {"clock": "elapsed"}}}, {"hours": BY_CLOCK}),
        ({"calendars": {"late": LATE, "restore": "late"}}, BY_NAME),
        ({"calendars": {"restore": "elapsed"}, "hours": {"restore": LATE}}, {"hours": {"restore": LATE}}),
        ({"targets": SEVERITIES, "severity": 2}, {"severities": SEVERITIES, "severity": 2}),
        *(
            ({name: VENDOR["waiting"], "events": WAITED}, {**VENDOR, "events": WAITED})
            for name in ("waits", "waiting_kinds", "kinds_of_waiting")
        ),
        ({"rules": {"waits": VENDOR["waiting"]}, "events": WAITED}, {**VENDOR, "events": WAITED}),
        ({"rules": {"paused_clocks": VENDOR["waiting"]}, "events": WAITED}, {**VENDOR, "events": WAITED}),
        (
            {"waiting": {"vendor": {"stops": ["restore"]}}, "rules": {"paused_clocks": STOPS_ALL}, "events": WAITED},
            {**VENDOR, "events": WAITED},
        ),
        (
            {"waiting": {"pauses": ["response"]}, "events": [OPENED, [LATER, "waiting"]]},
            {"rules": {"paused_clocks": ["response"]}, "events": [OPENED, [LATER, "waiting"]]},
        ),
        ({"events": waited({"kind": "vendor", "stops": ["restore"]})}, {**VENDOR, "events": WAITED}),
        ({"events": waited({"kind": "vendor", "clocks": ["restore"]}), "waiting": {}}, {**VENDOR, "events": WAITED}),
        (
            {"events": waited({"stops": ["response"]})},
            {"waiting": {"customer": ["response"]}, "events": waited({"kind": "customer"})},
        ),
        (
            {"events": waited({"kind": "vendor", "stops": ["restore"]}), "waiting": STOPS_ALL},
            {**VENDOR, "events": WAITED},
        ),
        (
            {"agreements": [{"name": "it", "targets": {"restore_minutes": 60}}]},
            {"agreements": {"it": {"targets": {"restore_minutes": 60}}}},
        ),
        (
            {"events": [["2026-11-23T08:30:00Z", "reported"], OPENED]},
            {"events": [[*OPENED, {"reported_at": "2026-11-23T08:30:00Z"}]]},
        ),
        (
            {"events": [OPENED, [LATER, "reported", {"reported_at": "2026-11-23T08:30:00Z"}]]},
            {"events": [[*OPENED, {"reported_at": "2026-11-23T08:30:00Z"}]]},
        ),
        (
            {"events": [[*OPENED, {"by": "ana"}], ["2026-11-23T08:30:00Z", "reported", None]]},
            {"events": [[*OPENED, {"reported_at": "2026-11-23T08:30:00Z"}]]},
        ),
        (
            {"severities": SEVERITIES, "events": [[*OPENED, {"severity": 2}], [LATER, "severity", 1]]},
            {"severities": SEVERITIES, "severity": 2, "events": [OPENED, [LATER, "severity", 1]]},
        ),
        (
            {"starts": {"response": "assignment"}, "events": [OPENED, [LATER, "assigned", "it"]]},
            {"starts": {"response": "assigned"}, "events": [OPENED, [LATER, "assigned", "it"]]},
        ),
        (
            {
                "agreements": {"it": {"group": "it", "targets": {"restore": 60}}},
                "events": [OPENED, [LATER, "assigned", "it"]],
            },
            {
                "agreements": {"it": {"begins": {"assigned": "it"}, "targets": {"restore": 60}}},
                "events": [OPENED, [LATER, "assigned", "it"]],
            },
        ),
        (
            {"agreements": {"it": {"targets": SEVERITIES}}, "severity": 1},
            {"agreements": {"it": {"severities": SEVERITIES}}, "severity": 1},
        ),
        (
            {"agreements": {"it": {"targets": {"restore": 60}, "rules": VENDOR}}, "waiting": {}, "events": WAITED},
            {"agreements": {"it": {"targets": {"restore": 60}, **VENDOR}}, "waiting": {}, "events": WAITED},
        ),
    ],
)
def test_a_field_may_have_another_name_or_place(fields: dict[str, Any], plain: dict[str, Any]) -> None:
    given = ticket(**fields)
    assert given == ticket(**plain)
    unsaid = {name: value for name, value in plain.items() if name in ("events", "severity", "targets")}
    assert given != ticket(**unsaid) or unsaid == plain, "what is said changes the answer"


@pytest.mark.parametrize(
    "levels",
    [
        {"escalations": {"1": [60, "2 hours"], "2": ["4 hours"]}},
        {"escalations": [{"after": {"1": "1h", "2": "4h"}}, {"after": {"1": "2h"}}]},
        {"levels": [{"role": "duty manager", "after": {"1": "1h", "2": "4h"}}, {"after": {"1": 120}}, {"after": {}}]},
    ],
)
def test_levels_may_be_said_by_severity_as_a_policy_has_them(levels: dict[str, Any]) -> None:
    raised, lowered = [LATER, "severity", 1], ["2026-11-23T09:40:00Z", "severity", 2]
    assert ticket(severity=1, **levels)["escalations"] == ["2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"]
    assert ticket(severity=2, **levels)["escalations"] == ["2026-11-23T13:00:00Z"]
    assert ticket(raised, severity=2, **levels)["escalations"] == ["2026-11-23T10:30:00Z", "2026-11-23T11:30:00Z"]
    assert ticket(raised, lowered, severity=2, **levels)["escalations"] == ["2026-11-23T13:30:00Z"]
    assert ticket(severity=3, **levels)["escalations"] == ticket(**levels)["escalations"] == []
    beside = ticket(raised, severity=2, agreements={"it": {"targets": {"restore": 60}, **levels}})
    assert beside["agreements"]["it"]["escalations"] == ["2026-11-23T10:30:00Z", "2026-11-23T11:30:00Z"]


@pytest.mark.parametrize("calendars", [{}, {"office": OFFICE}])
@pytest.mark.parametrize(
    "usual",
    [OFFICE, {**OFFICE, "hours": {"restore": "elapsed"}}, {"timezone": "UTC", "clock": "elapsed"},
     {"timezone": "UTC", "calendar": OFFICE}],
)  # fmt: skip
@pytest.mark.parametrize(
    ("own", "due"),
    [
        ({"clock": "elapsed"}, "10:00"),
        ({"calendar": "elapsed"}, "10:00"),
        ({"weekly_hours": LATE["weekly_hours"]}, "13:00"),
        ({"weeks": [LATE["weekly_hours"]]}, "13:00"),
        (LATE, "13:00"),
        ({"calendar": LATE}, "13:00"),
        ({"calendar": "late"}, "13:00"),
        ({"clock": "late"}, "13:00"),
        ({"hours": LATE}, "13:00"),
        ({"calendar": "very late", "calendars": {"very late": "late"}}, "13:00"),
        ({"calendars": {"restore": "late"}}, "13:00"),
    ],
)
def test_an_agreement_may_say_its_hours_as_a_case_does(
    own: dict[str, Any], due: str, usual: dict[str, Any], calendars: dict[str, Any]
) -> None:
    found = evaluate(
        {
            "kind": "ticket",
            **usual,
            "calendars": {"late": LATE, **calendars},
            "targets": {},
            "agreements": {"it": {**own, "targets": {"restore_minutes": 60}}},
            "events": [OPENED],
        }
    )
    assert found["result"]["agreements"]["it"]["restore_due"] == f"2026-11-23T{due}:00Z"


def test_a_kind_that_stops_now_these_clocks_and_now_those_stops_each_in_its_time() -> None:
    told: list[list[Any]] = [
        ["2026-11-23T09:10:00Z", "waiting", {"kind": "vendor", "stops": ["response"]}],
        ["2026-11-23T09:15:00Z", "resumed"],
        ["2026-11-23T09:20:00Z", "waiting", {"kind": "vendor", "stops": ["restore"]}],
        ["2026-11-23T09:50:00Z", "resumed"],
    ]
    found = ticket(*told)
    assert (found["response_due"], found["restore_due"]) == ("2026-11-23T09:35:00Z", "2026-11-23T11:30:00Z")


@pytest.mark.parametrize(
    "agreements", [[{"targets": {"restore": 60}}], [{"name": "it"}, {"name": "it"}], [{"name": 1}]]
)
def test_agreements_in_a_list_each_need_a_name(agreements: Any) -> None:
    found = evaluate({"kind": "ticket", **OFFICE, "targets": {}, "events": [OPENED], "agreements": agreements})
    assert found["error"] == "agreements: give an object of agreements by name, each an object with its targets."


@pytest.mark.parametrize(
    ("targets", "plain"),
    [
        ({"restore": "120"}, {"restore": 120}),
        ({"restore_business_days": "3"}, {"restore_business_days": 3}),
        ({"restore_business_days": 3.0}, {"restore_business_days": 3}),
        ({"restore": {"business_days": 3}}, {"restore_business_days": 3}),
        ({"restore": {"business_days": 3, "by": "12:00"}}, {"restore": "3 business days by 12:00"}),
        ({"restore": {"business_days": 3, "same_time": True}}, {"restore": "3 business days, same time"}),
        ({"restore": {"within": "4 hours"}}, {"restore": "4 hours"}),
        ({"restore": {"minutes": 240, "not_before": "14:00"}}, {"restore": {"target": 240, "not_before": "14:00"}}),
        ({"restore": "NBD"}, {"restore": "next business day"}),
        ({"restore": "NBD by 16:00"}, {"restore": "next business day by 16:00"}),
        ({"restore": "EOD"}, {"restore": "end of day"}),
        ({"restore": "close of business"}, {"restore": "end of day"}),
        ({"restore_working_days": 3}, {"restore_business_days": 3}),
        ({"restore": {"working_days": 3, "by": "12:00"}}, {"restore": "3 business days by 12:00"}),
        ({"restore": {"minutes": 240, "calendar": LATE}}, {"restore": {"target": 240, "hours": LATE}}),
        ({"restore": {"minutes": 240, "clock": "elapsed"}}, {"restore": {"target": 240, "hours": "elapsed"}}),
        ({"restore": "4 hours, not before 14:00"}, {"restore": {"target": 240, "not_before": "14:00"}}),
        ({"restore": "NBD not before 9:30"}, {"restore": {"target": "NBD", "not_before": "09:30"}}),
        ({"restore": "4 heures, pas avant 14h"}, {"restore": {"target": 240, "not_before": "14:00"}}),
        (
            {"restore": {"in_hours": "4 hours", "out_of_hours": "NBD"}},
            {"restore": {"target": "4 hours", "out_of_hours": "NBD"}},
        ),
    ],
)
def test_a_target_may_be_written_in_other_words(targets: dict[str, Any], plain: dict[str, Any]) -> None:
    assert ticket(targets=targets) == ticket(targets=plain)
    agreements = [{"it": {"targets": each}} for each in (targets, plain)]
    assert ticket(agreements=agreements[0]) == ticket(agreements=agreements[1])


@pytest.mark.parametrize(("short", "extra"), [(True, {"counts": True}), (False, {}), ({"counts": None}, {})])
def test_that_the_closed_span_counts_may_stand_alone(short: Any, extra: dict[str, Any]) -> None:
    closed = ["2026-11-23T09:10:00Z", "closed"]
    assert ticket(closed, [LATER, "reopened", short]) == ticket(closed, [LATER, "reopened", extra])


@pytest.mark.parametrize(
    ("told", "fields", "error"),
    [
        ([[LATER, "reopened", {"counts": "true"}]], {}, "counts: 'true' is neither true nor false."),
        ([[LATER, "reopened", {"counts": 1}]], {}, "counts: 1 is neither true nor false."),
        (
            [],
            {"warnings": {"restore": [{"weeks": 1}]}},
            "warnings: {'weeks': 1} says neither percent, share, minutes, hours nor days.",
        ),
        *(
            (
                [],
                {"warnings": {"restore": [{"share": share}]}},
                f"warnings: {share!r} is no share; write more than 0 and less than 1.",
            )
            for share in (75, 1.5, 1, 0, -0.5, True, False, "x", None)
        ),
    ],
)
def test_what_can_mean_several_things_is_refused(told: list[Any], fields: dict[str, Any], error: str) -> None:
    case = {
        "id": 1,
        "kind": "ticket",
        **OFFICE,
        "targets": {"restore_minutes": 60},
        "events": [OPENED, *told],
        **fields,
    }
    assert evaluate(case) == {"id": 1, "error": error}


def test_null_in_an_agreement_is_left_out() -> None:
    fields = [
        "begins",
        "ends",
        "hours",
        "rules",
        "waiting",
        "starts",
        "warnings",
        "escalations",
        "severities",
        "based_on",
    ]
    own: dict[str, Any] = {"targets": {"restore_minutes": 60}}
    case: dict[str, Any] = {"rules": {"paused_clocks": []}}
    nulls = ticket([LATER, "waiting"], agreements={"it": {**own, **dict.fromkeys(fields)}}, **case)
    assert nulls == ticket([LATER, "waiting"], agreements={"it": own}, **case)


@pytest.mark.parametrize("begins", [["assigned", "network"], {"assigned": {"group": "network"}}])
def test_an_agreement_may_begin_in_any_of_its_forms(begins: Any) -> None:
    told = [LATER, "assigned", {"group": "network"}]
    found, plain = (
        ticket([*told[:2], extra], agreements={"it": {"begins": each, "targets": {"restore_minutes": 60}}})
        for each, extra in ((begins, "network"), ({"assigned": "network"}, {"group": "network"}))
    )
    assert found == plain
    assert found["agreements"]["it"]["restore_due"] == "2026-11-23T10:30:00Z"


HALF = [["09:00", "12:00"]]


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ({"exceptions": ["2026-12-24"]}, {"exceptions": {"2026-12-24": []}}),
        ({"exceptions": {"2026-12-24": None}}, {"exceptions": {"2026-12-24": []}}),
        ({"exceptions": {"2026-12-24": "closed"}}, {"exceptions": {"2026-12-24": []}}),
        ({"exceptions": {"2026-12-24": ["09:00", "12:00"]}}, {"exceptions": {"2026-12-24": [["09:00", "12:00"]]}}),
        ({"yearly": {"12-24": ["09:00", "12:00"]}}, {"yearly": {"12-24": [["09:00", "12:00"]]}}),
        ({"yearly": ["12-24"]}, {"yearly": {"12-24": []}}),
        ({"exceptions": [{"date": "2026-12-24", "intervals": HALF}]}, {"exceptions": {"2026-12-24": HALF}}),
        ({"exceptions": [{"date": "2026-12-24"}]}, {"exceptions": {"2026-12-24": []}}),
        ({"exceptions": [{"date": "2026-12-24", "closed": True}]}, {"exceptions": {"2026-12-24": []}}),
        (
            {"exceptions": [{"from": "2026-12-24", "to": "2026-12-26", "hours": HALF}]},
            {"exceptions": {"2026-12-24..2026-12-26": HALF}},
        ),
        ({"exceptions": {"2026-12-24/2026-12-26": HALF}}, {"exceptions": {"2026-12-24..2026-12-26": HALF}}),
        ({"yearly": [{"on": "24 December", "hours": HALF}]}, {"yearly": {"12-24": HALF}}),
        ({"yearly": [{"month": 12, "day": 24, "open": HALF}]}, {"yearly": {"12-24": HALF}}),
        ({"yearly": {"24 December": HALF}}, {"yearly": {"12-24": HALF}}),
        ({"yearly": ["24 December 09:00-12:00", "easter"]}, {"yearly": {"12-24": HALF, "easter": []}}),
        (
            {"yearly": ["12-24 09:00-10:00, 11:00-12:00"]},
            {"yearly": {"12-24": [["09:00", "10:00"], ["11:00", "12:00"]]}},
        ),
        ({"exceptions": ["2026-12-24 09:00-12:00"]}, {"exceptions": {"2026-12-24": HALF}}),
        ({"holidays": [{"date": "2026-12-24", "name": "Christmas Eve"}]}, {"holidays": ["2026-12-24"]}),
    ],
)
def test_a_date_may_be_written_shorter(fields: dict[str, Any], plain: dict[str, Any]) -> None:
    asked = {"kind": "open_intervals", "start": "2026-12-24T00:00:00Z", "count": 3}
    assert answer({**asked, **fields}) == answer({**asked, **plain})
    named = {"calendars": {"office": OFFICE}, "based_on": "office", "weekly_hours": None}
    assert answer({**asked, **named, **fields}) == answer({**asked, **named, **plain})


@pytest.mark.parametrize("place", ["calendar", "calendars", "hours", "agreement", "hours of an agreement"])
def test_dates_are_listed_in_any_calendar_of_a_case(place: str) -> None:
    listed: dict[str, Any] = {"exceptions": [{"date": "2026-11-23", "hours": HALF}]}
    calendar = {**OFFICE, **listed}
    places: dict[str, dict[str, Any]] = {
        "calendar": {"calendar": calendar, "weekly_hours": None},
        "calendars": {"calendars": {"half": calendar}, "hours": {"restore": "half"}},
        "hours": {"hours": {"restore": calendar}},
        "agreement": {"agreements": {"it": {"targets": {"restore": 240}, **calendar}}},
        "hours of an agreement": {"agreements": {"it": {"targets": {"restore": 240}, "hours": calendar}}},
    }
    case = {**OFFICE, "kind": "ticket", "targets": {"restore": 240}, "events": [OPENED], **places[place]}
    result = evaluate({name: value for name, value in case.items() if value is not None})["result"]
    found = result["agreements"]["it"] if "agreement" in place else result
    assert found["restore_due"] == "2026-11-24T10:00:00Z"


def test_of_two_entries_for_one_date_neither_is_chosen() -> None:
    twice = [{"date": "2026-12-24", "hours": HALF}, {"date": "2026-12-24"}]
    told = {"kind": "is_open", "at": LATER, **OFFICE, "exceptions": twice}
    assert "is not a date" in evaluate(told)["error"]


ANYTHING: tuple[Any, ...] = (
    None, True, 0, -1, 0.5, 1e308, "", "x", "elapsed", "2026-12-24", "24 December", "\ud800", [], {}, [[]], [{}],
    {"": {}}, ["restore", "update"], {"restore": {}}, {"restore": {"calendar": {}}}, {"1": {"restore": 60}},
    {"1": [60]}, {"1": {}}, [{"date": "2026-12-24"}], [{"month": 1, "day": 10**9}],
    [{"name": "it", "targets": {"1": 5}}], [{"after": {"1": []}}], {"stops": {}}, {"pauses": [1]},
    {"vendor": {"stops": "x"}}, {"retarget": []},
    {"update_base": ["last_update"] * 2}, [OPENED, [LATER, "waiting", {"stops": 5}]],
    [OPENED, {}, [LATER, "reported", {"reported_at": 5}]],
    [OPENED, [LATER, "waiting", {"kind": [], "stops": ["restore"]}]],
)  # fmt: skip
FIELDS = (
    "agreements", "as_of", "calendar", "calendars", "clock", "clocks", "escalations", "events", "exceptions",
    "holidays", "hours", "levels", "paused_clocks", "retarget", "rules", "severities", "severity", "starts", "targets",
    "timezone", "update_base", "waiting", "waits", "warnings", "weekly_hours", "yearly",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_stands_in_a_field_the_case_is_answered(field: str) -> None:
    desk: dict[str, Any]
    for desk in (OFFICE, {"clock": "elapsed"}, {**OFFICE, "severities": SEVERITIES, "severity": 1}):
        usual = {"kind": "ticket", **desk, "targets": {"restore": 60}, "events": [OPENED], "as_of": LATER}
        for value in ANYTHING:
            beside = {"agreements": {"it": {"targets": {"restore": 60}, field: value}}}
            for case in ({field: value}, {"rules": {field: value}}, beside):
                found = evaluate({**usual, **case})
                assert "result" in found or found["error"][-1] in ".?", (case, found)


@pytest.mark.parametrize("rule", ["update_base", "retarget"])
@pytest.mark.parametrize("words", [[], ["from_start", "no_past"], ["last_update", "last_update"]])
def test_a_rule_of_one_word_is_refused_with_none_or_several(rule: str, words: list[str]) -> None:
    case = {"kind": "ticket", **OFFICE, "targets": {}, "events": [OPENED], "rules": {rule: words}}
    assert evaluate(case)["error"].startswith(f"rules: {rule} is {words!r}; use ")
