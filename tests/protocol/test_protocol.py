"""Claim, decide, record, send: tried in every order in which it can go, with the real code's decisions.

What is excluded by assumption stands in `tests.protocol.model`.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import delivery
from storage import outbox
from storage.database import Database
from tests.protocol.decisions import Decisions, Impatient
from tests.protocol.digests import DigestDecisions, DigestModel
from tests.protocol.exploring import Explored
from tests.protocol.model import Model, World
from tests.protocol.planning import PlanningDecisions, PlanningModel

#: How many seconds the clocks of two replicas may be apart. By PostgreSQL's they are less than one (bot/desk/now.py).
APART = 3


@pytest.fixture
def decisions(sqlite_database: str) -> Any:
    database = Database(sqlite_database)
    yield Decisions(database)
    database.close_now()


@pytest.fixture
def digesting(sqlite_database: str) -> Any:
    database = Database(sqlite_database)
    yield DigestDecisions(database)
    database.close_now()


@pytest.fixture
def planning(sqlite_database: str) -> Any:
    database = Database(sqlite_database)
    yield PlanningDecisions(database)
    database.close_now()


def explored(decisions: Decisions, **world: Any) -> Explored:
    return Model(decisions, World(**world)).explore()


@pytest.mark.parametrize(
    "world",
    [
        {"workers": 1, "take_over": True, "deaths": 1},
        pytest.param({"deaths": 1}, marks=pytest.mark.slow),
        pytest.param({"skew": APART}, marks=pytest.mark.slow),
        pytest.param({"can_tell": False, "deaths": 1}, marks=pytest.mark.slow),
        pytest.param({"workers": 1, "deaths": 1, "breaks": 1, "slow": 1}, marks=pytest.mark.slow),
        pytest.param({"workers": 1, "can_tell": False, "repeated": True, "deaths": 1}, marks=pytest.mark.slow),
        pytest.param({"workers": 1, "stalls": 1}, marks=pytest.mark.slow),
        pytest.param({"workers": 1, "refusals": 1, "by_hand": True}, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_in_every_order_nothing_is_lost_doubled_early_out_of_order_or_stuck(
    decisions: Decisions, world: dict[str, Any]
) -> None:
    found = explored(decisions, **world)
    assert found.wrong == {}
    assert found.ends > 0
    assert found.states > 1000, "it was really explored"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "world", "wrong"),
    [
        ("no look", {"deaths": 1}, "doubled"),
        ("no doubt", {"deaths": 1}, "doubled"),
        ("no lease", {}, "doubled"),
        ("no order", {}, "out of order"),
        ("records first", {"workers": 1, "deaths": 1}, "lost"),
        ("for ever", {"workers": 1, "deaths": 1}, "stuck for ever"),
        ("told first", {"workers": 1}, "told, and not on record"),
        ("ahead", {"workers": 1}, "early"),
        ("plans blindly", {}, "doubled"),
        ("no settling", {"workers": 1, "slow": 1}, "doubled"),
        ("no settling", {"workers": 1, "take_over": True, "deaths": 1}, "doubled"),
        ("no look at the time", {"stalls": 1}, "doubled"),
        ("", {"begins_within": 16}, "doubled"),
        ("", {"skew": APART + 1}, "doubled"),
    ],
)
def test_a_fault_that_is_made_on_purpose_is_found(
    decisions: Decisions, fault: str, world: dict[str, Any], wrong: str
) -> None:
    found = explored(decisions, **world, faults=frozenset([fault]))
    assert list(found.wrong) == [wrong], found.wrong


@pytest.mark.slow
def test_a_dead_letter_that_is_tried_again_while_it_may_still_arrive_would_be_doubled(sqlite_database: str) -> None:
    """Where every try in vain makes one. That it is not tried before: `python -m tests.protocol Impatient`."""
    database = Database(sqlite_database)
    found = explored(Impatient(database), workers=1, slow=1, by_hand=True, faults=frozenset(["at once"]))
    database.close_now()
    assert list(found.wrong) == ["doubled"]


@pytest.mark.slow
@pytest.mark.long
def test_with_a_digest_everything_is_said_once_by_itself_or_in_it(digesting: Any) -> None:
    """With two workers, too many states to try each time: `python -m tests.protocol`."""
    found = DigestModel(digesting, World(workers=1, deaths=1)).explore()
    assert found.wrong == {}
    assert found.ends > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "world", "wrong"),
    [("takes what is held", {}, "doubled"), ("no look", {"workers": 1, "deaths": 1}, "doubled")],
)
def test_a_fault_of_a_digest_that_is_made_on_purpose_is_found(
    digesting: Any, fault: str, world: dict[str, Any], wrong: str
) -> None:
    found = DigestModel(digesting, World(**world, faults=frozenset([fault]))).explore()
    assert list(found.wrong) == [wrong], found.wrong


@pytest.mark.slow
def test_what_falls_due_together_is_planned_once_whoever_has_locked_it_and_whatever_fails_beside_it(
    planning: PlanningDecisions,
) -> None:
    found = PlanningModel(planning, deaths=1).explore()
    assert found.wrong == {}
    assert found.ends > 0
    assert found.states > 1000, "it was really explored"


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "wrong"), [("plans blindly", "doubled"), ("locks stay", "stuck for ever")])
def test_a_fault_of_planning_that_is_made_on_purpose_is_found(
    planning: PlanningDecisions, fault: str, wrong: str
) -> None:
    found = PlanningModel(planning, deaths=1, faults=frozenset([fault])).explore()
    assert list(found.wrong) == [wrong], found.wrong


def test_no_sending_outlasts_its_lease() -> None:
    """However late it was begun, and where another replica's clock is ahead as far as it may be."""
    assert outbox.LEASE.total_seconds() > delivery.BEGINS_WITHIN + delivery.SECONDS + APART
