"""What speed is measured on: ways whose answers are compared, offices, histories of tickets, cases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from benchmarks import cases
from benchmarks import compare as beside
from benchmarks.calendars import Office, public_holidays
from benchmarks.compare import DIFFERENT, SAME, Comparison, Way, compared, in_turn
from benchmarks.evaluate import complete
from benchmarks.histories import BUSY, live
from triage.cases import evaluate
from triage.fold import fold

PARIS = Office(holidays=public_holidays("FR", years=1))


def always() -> Random:
    """The same numbers in every run."""
    return Random(1)  # noqa: S311  no secret


def utc(text: str) -> datetime:
    """`2026-05-07 17:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(autouse=True)
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round goes over its inputs once, however soon that is done."""
    monkeypatch.setattr(beside, "ROUND_SECONDS", 0.0)


async def compare(*others: Way) -> Comparison:
    """Doubling, beside other ways to do it."""
    return compared(await in_turn([Way("ours", lambda n: n * 2, [(1,), (2,), (3,)]), *others], rounds=1))


async def test_ways_take_turns_and_their_answers_are_read_afterwards() -> None:
    called: list[str] = []

    def way(name: str) -> Way:
        def call(number: int) -> int:
            called.append(name)
            return number

        return Way(name, call, [(1,), (2,)], read=lambda answer: answer * 10)

    ran = await in_turn([way("a"), way("b")], rounds=2)
    assert called == ["a", "a", "b", "b"] * 2
    assert [one.answers for one in ran] == [[10, 20], [10, 20]]
    assert all(one.seconds > 0 for one in ran)


async def test_answers_agree_only_where_every_one_of_every_other_way_does() -> None:
    right = Way("right", lambda n: n + n, [(1,), (2,), (3,)])
    wrong = Way("wrong", lambda n: n * n, [(1,), (2,), (3,)])
    assert (await compare(right)).agreed
    found = await compare(wrong, right)
    assert not found.agreed
    assert [found.detail["wrong"][count] for count in ("compared", "agreed", "different")] == [3, 1, 2]


async def test_an_answer_in_another_convention_agrees_and_is_counted_apart() -> None:
    negative = Way(
        "negative", lambda n: -2 * n, [(1,), (2,), (3,)],
        judge=lambda ours, theirs: "negated" if ours == -theirs else DIFFERENT,
    )  # fmt: skip
    found = await compare(negative)
    assert found.agreed
    assert [found.detail["negative"][count] for count in ("compared", "agreed", "different")] == [3, 0, 0]
    assert found.detail["negative"]["instead"] == {"negated": 3}


def test_it_is_the_fastest_of_the_others_that_counts() -> None:
    ran = [beside.Ran(Way(name, int, []), [1], seconds) for name, seconds in (("ours", 1e-6), ("b", 9e-6), ("c", 3e-6))]
    found = compared(ran)
    assert found.times == pytest.approx(3)
    assert [found.detail[name]["per_second"] for name in ("ours", "b", "c")] == [1_000_000, 111_111, 333_333]


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        ("2026-05-06 15:00", "2026-05-07 07:00"),
        ("2026-05-07 15:00", "2026-05-11 07:00"),  # Friday is a holiday, then comes the weekend
        ("2026-03-27 16:00", "2026-03-30 07:00"),  # the clocks go forward in between
        ("2026-05-06 14:59", None),
    ],
)
def test_the_morning_after_a_closing_is_the_next_opening(closing: str, opening: str | None) -> None:
    found = PARIS.next_morning(utc(closing))
    assert found == (None if opening is None else utc(opening))
    if found is not None:
        assert PARIS.hours.next_open(utc(closing)) == found


def test_an_office_closes_for_lunch() -> None:
    office = Office(lunch=(time(12), time(13)))
    assert office.data["weekly_hours"]["fri"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert office.hours.between(utc("2026-05-06 00:00"), utc("2026-05-07 00:00")) == 7 * 3600


@pytest.mark.parametrize("text", ["2026-01-15 08:30", "2026-07-15 08:30"])
def test_local_times_name_the_instant_they_came_from(text: str) -> None:
    assert PARIS.instant(PARIS.local(utc(text))) == utc(text)


def test_a_life_has_as_many_events_as_were_asked_for_and_the_same_seed_tells_the_same() -> None:
    first, again = (live(always(), 80, BUSY, timedelta(minutes=12)) for _ in range(2))
    assert first == again
    assert [event.seq for event in first] == list(range(1, 81))
    assert fold(first).version == 80


def test_a_life_of_one_kind_of_action_has_no_other() -> None:
    kinds = {event.kind.value for event in live(always(), 30, {"update": 1}, timedelta(seconds=30))}
    assert kinds <= {"opened", "updated", "warned", "breached", "proposed"}


def test_simple_cases_are_of_every_kind_but_tickets_and_all_have_an_answer() -> None:
    made = cases.simple(always(), 200)
    assert set(Counter(case["kind"] for case in made)) == {
        "add_business_time", "business_time_between", "is_open", "next_open", "open_intervals",
    }  # fmt: skip
    assert {case["timezone"] for case in made} == {office.timezone for office in cases.OFFICES}
    assert complete(made, [evaluate(case) for case in made])


def test_cases_of_tickets_have_an_answer_and_every_second_one_was_closed() -> None:
    made = cases.tickets(always(), 200)
    assert complete(made, [evaluate(case) for case in made])
    assert 70 < sum(case["events"][-1][1] == "closed" for case in made) < 130


@pytest.mark.parametrize(
    "answers",
    [
        [{"id": 0, "result": 1}],  # one is missing
        [{"id": 1, "result": 1}, {"id": 0, "result": 1}],  # not in order
        [{"id": 0, "result": 1}, {"id": 1, "error": "no"}],
    ],
)
def test_cases_are_complete_only_when_each_was_answered_in_order(answers: list[dict[str, Any]]) -> None:
    given = [{"id": 0}, {"id": 1}]
    assert not complete(given, answers)
    assert complete(given, [{"id": 0, "result": 1}, {"id": 1, "result": None}])


def test_pandas_lands_on_the_next_opening_and_on_no_other() -> None:
    peers = pytest.importorskip("benchmarks.peers", reason="`make bench` installs what it measures beside")
    _, _, pandas = peers.adding(PARIS, [utc("2026-05-06 00:00")], 8)
    closing = utc("2026-05-06 15:00")
    assert pandas.judge(closing, utc("2026-05-07 07:00")) == peers.NEXT_OPENING
    assert pandas.judge(closing, utc("2026-05-08 07:00")) == DIFFERENT
    assert pandas.judge(closing - timedelta(seconds=1), utc("2026-05-07 07:00")) == DIFFERENT
    assert pandas.judge(closing, closing) == SAME
