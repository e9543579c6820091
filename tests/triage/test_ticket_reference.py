"""Whatever happens to a ticket, its clocks agree with the slow reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.ticket_reference import Desk, SlowTicket, Told
from triage.cases import evaluate

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
CLOCKS = ("response", "update", "restore")
OTHER_STARTS = ["created", "reported", "responded"]
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

minutes = st.integers(100, 1300) | st.integers(5, 65).map(lambda n: n * 20)
words = st.sampled_from(
    ["agent_reply", "customer_message", "internal_note", "waiting", "resumed", "restored", "relapsed", "closed",
     "reopened", "confirmed", "assigned"]
)  # fmt: skip


@st.composite
def told(draw: st.DrawFn) -> Told:
    at, word = draw(minutes), draw(words)
    if word == "agent_reply":
        return Told(at, word, draw(st.none() | st.integers(100, 1400)))
    if word == "waiting":
        return Told(at, word, draw(st.sampled_from([None, "customer", "vendor", "maintenance"])))
    return Told(at, word, draw(st.booleans()) if word == "reopened" else None)


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """What happened from the opening on, in any order."""
    at = draw(minutes)
    opened = Told(at, "created", draw(st.none() | st.integers(0, 90).map(lambda n: at - n)))
    later = [event for event in draw(st.lists(told(), max_size=9)) if event.at >= opened.at]
    return [*later, opened] if draw(st.booleans()) else [opened, *later]


stopped = st.frozensets(st.sampled_from(CLOCKS))
desks = st.builds(
    Desk,
    st.fixed_dictionaries({"customer": stopped}, optional={"vendor": stopped, "maintenance": stopped}),
    st.sampled_from(["last_update", "last_contact", "unanswered_customer"]),
    st.frozensets(words, min_size=1, max_size=2) | st.just(frozenset({"agent_reply"})),
    st.sampled_from([None, (540, 1020), (0, 600)]),
    st.just({})
    | st.dictionaries(st.sampled_from(CLOCKS), words | st.sampled_from(["created", "reported", "responded"])),
)
targets = st.dictionaries(st.sampled_from(CLOCKS), st.integers(0, 600))


def written(minute: int) -> str:
    return (MIDNIGHT + timedelta(minutes=minute)).isoformat()


def minute_of(value: Any) -> Any:
    if isinstance(value, str):
        return (datetime.fromisoformat(value) - MIDNIGHT) // timedelta(minutes=1)
    return value


def as_case(history: list[Told], target: dict[str, int], desk: Desk, as_of: int | None) -> dict[str, Any]:
    events: list[list[Any]] = []
    for at, word, extra in history:
        key = {"reopened": "counts", "waiting": "kind", "created": "reported_at"}.get(word, "next_update")
        said = extra if isinstance(extra, str | bool) or extra is None else written(extra)
        events.append([written(at), word, {} if extra is None else {key: said}])
    hours = {"clock": "elapsed"} if desk.opening is None else {
        "timezone": "UTC",
        "weekly_hours": {day: [[f"{n // 60:02}:{n % 60:02}" for n in desk.opening]] for day in EVERY_DAY},
    }  # fmt: skip
    rules = {
        "paused_clocks": sorted(desk.stops["customer"]),
        "update_base": desk.update_base,
        "response_met_by": sorted(desk.response_met_by),
    }
    waiting = {kind: sorted(clocks) for kind, clocks in desk.stops.items() if kind != "customer"}
    case = {
        "kind": "ticket",
        **hours,
        "rules": rules,
        "waiting": waiting,
        "starts": desk.starts,
        "events": events,
        "as_of": as_of and written(as_of),
    }
    return {**case, "targets": {f"{clock}_minutes": n for clock, n in target.items()}}


@settings(max_examples=examples(400))
@given(histories(), targets, desks, st.none() | minutes)
def test_every_clock_is_as_the_slow_reference_says(
    history: list[Told], target: dict[str, int], desk: Desk, as_of: int | None
) -> None:
    ordered = sorted(history, key=lambda event: (event.at, event.word != "created"))
    found = evaluate(as_case(history, target, desk, as_of))
    result = {key: minute_of(value) for key, value in found["result"].items()}
    assert result == SlowTicket(ordered, target, desk).results(as_of)
