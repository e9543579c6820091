"""Cases in JSON, answered by the same engine that holds the clocks: what `vigie sla evaluate` prints.

No database, no settings: a case carries its calendar, targets and rules, and its answer depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from triage.case_fields import Case, CaseError, minutes, written
from triage.case_spellings import in_our_words
from triage.json_lines import id_of, not_an_object, object_in
from triage.ticket_case import evaluate_ticket
from triage.zones import CalendarError


def evaluate_line(number: int, line: bytes) -> dict[str, Any]:
    """The answer to a line of JSON: as `evaluate`, or `{"id": None, "line", "error"}` where it is no JSON object."""
    case = object_in(line)
    return not_an_object(number, "case") if case is None else evaluate(case)


def evaluate(case: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a case: `{"id", "result"}`, or `{"id", "error"}` with one sentence on what is wrong with it."""
    try:
        kind = case.get("kind")
        answer = KINDS.get(kind) if isinstance(kind, str) else None
        if answer is None:
            wrong = "kind is missing" if kind is None else f"kind: {kind!r} is not known"
            raise CaseError(f"{wrong}; use one of {', '.join(KINDS)}.")
        return {"id": id_of(case), "result": answer(Case(in_our_words(case)))}
    except (CaseError, CalendarError) as error:
        return {"id": id_of(case), "error": str(error)}
    except RecursionError:
        return {"id": id_of(case), "error": "This case is nested too deeply to be read."}


def _add(case: Case) -> str | None:
    start, seconds, pauses = case.instant("start"), case.seconds("duration_minutes"), case.pauses()
    due = case.hours().add_seconds(start, seconds, pauses)
    return None if due is None else written(due)


def _between(case: Case) -> float:
    start, end, pauses = case.instant("start"), case.instant("end"), case.pauses()
    return minutes(case.hours().seconds_between(start, end, pauses))


def _is_open(case: Case) -> bool:
    return case.hours().is_open(case.moment("at"), case.paused())


def _next_open(case: Case) -> str | None:
    found = case.hours().next_open(case.moment("start"), case.paused())
    return None if found is None else written(found)


def _open_intervals(case: Case) -> list[list[str | None]]:
    stretches = case.hours().open_intervals(case.moment("start"), case.count("count"), case.paused())
    return [[written(begin), None if end is None else written(end)] for begin, end in stretches]


KINDS: dict[str, Callable[[Case], Any]] = {
    "add_business_time": _add,
    "business_time_between": _between,
    "is_open": _is_open,
    "next_open": _next_open,
    "open_intervals": _open_intervals,
    "ticket": evaluate_ticket,
}
