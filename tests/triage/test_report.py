"""What a desk's tickets came to: closed facts, added up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.story import ANA, BEN, at
from triage.figures import REACTION, Climbed, Kept, Promises, Ratings, TicketFigures, Waited, figures_to_data
from triage.report import AGES, Load, Open, Report, Sums, Times, report
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind
SINCE, UNTIL = at("00:00"), at("7 00:00")


Whose = tuple[str | None, TicketFigures]


def closed(figures: TicketFigures, *, assignee: str | None = ANA.id) -> Whose:
    return assignee, figures


def made(*went: Whose, still: tuple[Open, ...] = ()) -> Report:
    sums = Sums()
    for assignee, figures in went:
        sums.add(assignee, figures_to_data(figures))
    return report(SINCE, UNTIL, {}, sums, still, zone=UTC)


def test_what_nothing_went_into_has_no_figure() -> None:
    found = made()
    assert (found.kept, found.taken, found.waited, found.loads, found.hours) == ({}, {}, {}, {}, {})
    assert found.kept_by(RESPONSE) == Kept()


def test_deadlines_add_up_by_clock_and_severity() -> None:
    one = TicketFigures({(UPDATE, 1): Kept(3, 1), (RESTORE, 1): Kept(0, 1)})
    other = TicketFigures({(UPDATE, 2): Kept(2, 0), (UPDATE, 1): Kept(1, 0)})
    found = made(closed(one), closed(other))
    assert found.kept == {(UPDATE, 1): Kept(4, 1), (RESTORE, 1): Kept(0, 1), (UPDATE, 2): Kept(2, 0)}
    assert found.kept_by(UPDATE) == Kept(6, 1)


def test_agreements_add_up_by_name_and_clock() -> None:
    one = TicketFigures(agreed={("network", RESTORE): Kept(2, 1), ("carrier", RESTORE): Kept(0, 1)})
    found = made(closed(one), closed(one), closed(TicketFigures()))
    assert found.agreed == {("carrier", RESTORE): Kept(0, 2), ("network", RESTORE): Kept(4, 2)}


def test_promises_ratings_waiting_and_levels_add_up() -> None:
    one = TicketFigures(
        promises=Promises(2, 1, 0), ratings=Ratings(1, 0),
        waited=(Waited("customer", ANA.id, 60), Waited("vendor", BEN.id, 30)),
        climbed=(Climbed(1, REACTION, 7), Climbed(2, REACTION)),
    )  # fmt: skip
    found = made(closed(one), closed(one))
    assert (found.promises, found.ratings) == (Promises(4, 2, 0), Ratings(2, 0))
    assert (found.waited, found.waited_by) == ({"customer": 120, "vendor": 60}, {ANA.id: 120, BEN.id: 60})
    assert (found.climbed, found.reasons) == ({(1, REACTION): 2, (2, REACTION): 2}, (7, 7))


def test_half_took_no_longer_than_the_median_and_nine_of_ten_no_longer_than_the_ninetieth() -> None:
    found = made(*(closed(TicketFigures(taken={RESPONSE: seconds})) for seconds in range(10, 0, -1)))
    assert found.taken == {RESPONSE: Times(10, 5, 9)}


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_a_median_is_what_some_ticket_took(taken: list[int]) -> None:
    found = made(*(closed(TicketFigures(taken={RESTORE: seconds})) for seconds in taken)).taken[RESTORE]
    assert {found.median, found.ninetieth} <= set(taken)
    assert sum(each <= found.median for each in taken) * 2 >= len(taken)
    assert sum(each <= found.ninetieth for each in taken) * 10 >= 9 * len(taken)
    assert found.median <= found.ninetieth


@pytest.mark.parametrize(
    ("age", "place"),
    [(timedelta(0), 0), (AGES[0], 0), (AGES[0] + timedelta(seconds=1), 1), (AGES[3], 3), (timedelta(days=400), 4)],
)
def test_open_tickets_are_parted_by_their_age_at_the_end(age: timedelta, place: int) -> None:
    found = made(still=(Open(UNTIL - age, 1, None),))
    assert [where for where, count in enumerate(found.backlog) if count] == [place]


def test_everybody_is_shown_with_what_they_have_and_what_they_resolved() -> None:
    found = made(closed(TicketFigures()), closed(TicketFigures(), assignee=None), still=(Open(SINCE, 1, BEN.id),))
    assert found.loads == {ANA.id: Load(0, 1), BEN.id: Load(1, 0)}


def test_the_hour_of_an_opening_is_that_of_the_desk() -> None:
    opened = {datetime(2026, 11, 23, 23, 30, tzinfo=UTC): 1}
    found = report(SINCE, UNTIL, opened, Sums(), (), zone=ZoneInfo("Europe/Paris"))
    assert found.hours == {(1, 0): 1}  # half past midnight on Tuesday
