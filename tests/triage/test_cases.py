"""`vigie sla evaluate`, case by case: what other desks and libraries promise, our own rules, and what is no case."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.cases import evaluate_line

DATA = Path(__file__).parents[1] / "data"

# Samples handed to us; expectations that other desks and libraries state in their suites, with more on calendars; and
# what our own rules say of tickets, worked out by hand. Never what the engine answered.
FILES = ("sla_sample.jsonl", "sla_calendars.jsonl", "sla_tickets.jsonl")
LINES = [line for file in FILES for line in (DATA / file).read_text(encoding="utf-8").splitlines()]
CASES = [json.loads(line) for line in LINES]
TICKET = next(case for case in CASES if case["id"] == "wait-17")
KEYS = {
    *(f"{clock}_{what}" for clock in ("response", "update", "restore")
      for what in ("due", "breached", "taken_minutes", "over_minutes", "left_minutes")),
    "response_met_at", "next_due", "warnings", "escalations", "elapsed_percent",
}  # fmt: skip


def answer(case: dict[str, Any]) -> dict[str, Any]:
    return evaluate_line(1, json.dumps(case).encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['note']}")
def test_a_case_is_answered_as_it_expects(case: dict[str, Any]) -> None:
    found = answer(case)
    assert found["id"] == case["id"]
    if "error" in case:
        assert case["error"] in found["error"]
        assert "\n" not in found["error"]
    elif isinstance(case["expected"], dict):
        assert set(found["result"]) == KEYS
        assert {key: found["result"][key] for key in case["expected"]} == case["expected"]
    else:
        assert json.dumps(found["result"]) == json.dumps(case["expected"]), "also in how a number is written"


def test_every_case_has_its_own_id() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        '{"id": "a", "kind": "ticket"',
        '{"id": "a"} {"id": "b"}',
        '["a list"]',
        '"a text"',
        "7",
        "null",
        '{"id": NaN}',
        '{"id": "a", "kind": "add_business_time", "duration_minutes": Infinity}',
        "{'id': 'a'}",
        '{"id": "a",}',
        '{"id": "a"} // why',
        "[" * 5000,
        '{"id": ' + "7" * 5000 + "}",
    ],
    ids=lambda line: line[:30],
)
def test_what_is_no_json_object_is_told_by_its_line(line: str) -> None:
    error = "This line is not a JSON object; write one case per line."
    assert evaluate_line(7, line.encode()) == {"id": None, "line": 7, "error": error}


def test_a_line_that_is_no_utf8_is_told_by_its_line() -> None:
    assert evaluate_line(3, b'{"id": "caf\xe9"}')["line"] == 3
    assert evaluate_line(3, '{"id": "café"}'.encode())["id"] == "café"


@pytest.mark.parametrize("id_", [None, 7, "7", "", 1.5, True, ["a"], {"a": 1}, "\ud800", "é\n"])
def test_the_id_comes_back_whatever_it_is(id_: object) -> None:
    for kind in ("is_open", "nothing"):
        found = answer({"id": id_, "kind": kind, "clock": "elapsed", "at": "2026-11-23T09:00:00Z"})
        assert found["id"] == id_
        assert json.loads(json.dumps(found)) == found


def test_without_an_id_there_is_still_an_answer() -> None:
    assert answer({"kind": "is_open", "clock": "elapsed", "at": "2026-11-23T09:00:00Z"}) == {"id": None, "result": True}


def test_unknown_fields_are_ignored_and_the_last_of_two_alike_counts() -> None:
    line = b'{"id": "a", "id": "b", "kind": "is_open", "clock": "elapsed", "at": "2026-11-23T09:00:00Z", "why": NULL}'
    assert evaluate_line(1, line.replace(b"NULL", b'{"reasons": 1}')) == {"id": "b", "result": True}
    week = {"timezone": "UTC", "weekly_hours": {"mon": [["09:00", "17:00"]]}, "calendar": "nights", "until": 7}
    assert answer({"kind": "is_open", **week, "at": "2026-11-23T09:00:00Z"})["result"] is True


def test_elapsed_needs_no_calendar_and_looks_at_none() -> None:
    case = {"kind": "is_open", "clock": "elapsed", "timezone": "Nowhere", "weekly_hours": 7}
    assert answer({**case, "at": "2026-11-23T09:00:00Z"})["result"] is True


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
        ("2026-11-23T14:45:00+05:45", "2026-11-23T09:00:00Z"),
        ("2026-11-22T23:30:00-09:30", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00Z", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00:00.999999Z", "2026-11-23T09:00:00Z"),
        ("2026-11-23T10:00:00.999+01:00", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00:00-00:00", "2026-11-23T09:00:00Z"),
    ],
)
def test_an_instant_may_have_any_offset_and_is_answered_in_utc_to_the_second(written: str, instant: str) -> None:
    assert answer({"kind": "next_open", "clock": "elapsed", "start": written})["result"] == instant


def test_an_as_of_is_cut_to_the_second_as_every_instant_is() -> None:
    targets = {"response_minutes": 15}
    case = {"kind": "ticket", "clock": "elapsed", "targets": targets, "events": [["2026-11-23T02:00:00.9Z", "created"]]}
    for as_of, late in (("2026-11-23T02:15:00.95Z", False), ("2026-11-23T02:15:01Z", True)):
        assert answer({**case, "as_of": as_of})["result"]["response_breached"] is late


@pytest.mark.parametrize("minutes", [f"1{'0' * 400}", "1e18", "1e308", "1e400", "1e16"], ids=lambda text: text[:5])
def test_a_duration_beyond_all_measure_is_never_over(minutes: str) -> None:
    case = {"kind": "add_business_time", "clock": "elapsed", "start": "2026-11-23T09:00:00Z", "duration_minutes": 0.25}
    assert evaluate_line(1, json.dumps(case).replace("0.25", minutes).encode())["result"] is None
    line = json.dumps({**TICKET, "targets": {"restore_minutes": 0.25}}).replace("0.25", minutes)
    found = evaluate_line(1, line.encode())["result"]
    assert found["restore_due"] is None
    assert found["restore_breached"] is False


def test_as_many_stretches_as_there_are() -> None:
    case = {"kind": "open_intervals", "timezone": "UTC", "weekly_hours": {"mon": [["09:00", "17:00"]]}}
    found = answer({**case, "start": "2200-12-01T00:00:00Z", "count": 10**30})["result"]
    assert [begin for begin, _ in found] == [f"2200-12-{day:02}T09:00:00Z" for day in (1, 8, 15, 22, 29)]


def test_what_is_nested_too_deeply_is_refused_wherever_that_shows() -> None:
    """Just under the depth at which the line itself cannot be read."""
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        deep = "[" * depth + "]" * depth
        line = json.dumps(TICKET).replace('"paused_clocks": ', f'"paused_clocks": {deep}, "was": ')
        found = evaluate_line(1, line.encode())
        assert found["id"] in (TICKET["id"], None)
        assert "error" in found


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
instants = st.sampled_from(
    ["2026-11-23T09:00:00Z", "2026-10-25T02:30:00+02:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
     "1899-12-31T23:59:59Z", "2200-12-31T23:59:59Z", "2026-11-23T09:00:00", "2026-11-23", "T", "1e9"]
)  # fmt: skip
times = st.sampled_from(["00:00", "24:00", "9:00", "09:00", "17:00", "23:59", "-1:00", "24:01", "9", ""])
values = st.recursive(
    leaves | instants | times,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["mon", "next_update", "x"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(CASES), st.data())
def test_whatever_is_put_in_a_case_it_is_answered_in_plain_json(case: dict[str, Any], data: st.DataObject) -> None:
    changed = json.loads(json.dumps(case))
    for _ in range(data.draw(st.integers(1, 3))):
        place = changed
        while True:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
                place = place[key]
                continue
            place[key] = data.draw(values)
            break
    found = answer(changed)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found) in ({"id", "result"}, {"id", "error"})
