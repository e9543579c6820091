"""Terms are stamped as JSON and come back as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.desk import Desk
from triage.hours import ELAPSED, Calendar, business_week
from triage.policy import Policy
from triage.terms import (
    Category,
    Climbing,
    ClockKind,
    LeadTime,
    Shown,
    Target,
    Terms,
    Threshold,
    lead_from_data,
    terms_from_data,
)

HOURS = st.sampled_from(
    [ELAPSED, business_week("Europe/Paris"), Calendar("Asia/Kolkata", {"sat": [["22:00", "02:00"]]})]
)
LEADS = st.one_of(
    st.integers(1, 10**6).map(lambda seconds: LeadTime(seconds=seconds)),
    st.floats(0.01, 0.99).map(lambda share: LeadTime(share=share)),
)
TERMS = st.builds(
    Terms,
    category=st.sampled_from([None, *Category]),
    severity=st.sampled_from([None, 1, 2, 3]),
    plan=st.sampled_from([None, "gold"]),
    region=st.sampled_from([None, "emea"]),
    targets=st.dictionaries(st.sampled_from(ClockKind), st.builds(Target, st.integers(1, 10**7), HOURS)),
    pauses=st.frozensets(st.sampled_from(ClockKind)),
    leads=st.dictionaries(st.sampled_from(ClockKind), st.lists(LEADS, max_size=4).map(tuple)),
    last_call=st.integers(1, 10**5),
    shown=st.dictionaries(st.sampled_from(ClockKind), st.sampled_from(Shown)),
    thresholds=st.lists(st.builds(Threshold, st.integers(1, 5), st.integers(1, 10**6))).map(tuple),
    levels=st.integers(0, 5),
    climbing=st.sampled_from(Climbing),
    ack_within=st.none() | st.integers(1, 10**5),
    promise_limit=st.none() | st.integers(1, 10**6),
    working=HOURS,
    quiet_nights=st.booleans(),
    idle=st.none() | st.integers(1, 10**6),
    chase=st.lists(st.integers(1, 10**6), max_size=3).map(tuple),
    close_after=st.none() | st.integers(1, 10**6),
    reopen_within=st.integers(0, 10**6),
    rate_after=st.none() | st.integers(1, 10**6),
    update_base=st.sampled_from(["last_update", "last_contact", "unanswered_customer"]),
    retarget=st.sampled_from(["no_past", "from_start"]),
    policy_version=st.integers(1, 1000),
)


def through_json(data: Mapping[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(data))
    return read


@given(TERMS)
def test_terms_come_back_as_they_were(terms: Terms) -> None:
    assert terms_from_data(terms.to_data()) == terms
    assert terms_from_data(through_json(terms.to_data())) == terms


def test_equal_terms_are_one_object_however_many_tickets_carry_them() -> None:
    data = Policy(desk=Desk(timezone="Europe/Paris")).terms(Category.INCIDENT, 3).to_data()
    assert terms_from_data(through_json(data)) is terms_from_data(through_json(data))


@pytest.mark.parametrize(
    ("lead", "step", "data"),
    [
        (LeadTime(seconds=300), "left-300", 300),
        (LeadTime(seconds=0), "left-0", 0),
        (LeadTime(seconds=1), "left-1", 1),
        (LeadTime(share=0.75), "used-0.75", 0.75),
        (LeadTime(share=0.9), "used-0.9", 0.9),
    ],
)
def test_a_lead_time_has_a_name_that_stays(lead: LeadTime, step: str, data: float) -> None:
    assert (lead.step, lead.to_data(), lead_from_data(data)) == (step, data, lead)


def test_terms_that_say_nothing_ask_nothing() -> None:
    terms = Terms()
    assert (terms.targets, terms.leads, terms.thresholds, terms.agreements) == ({}, {}, (), ())
    assert (terms.levels, terms.reopen_within, terms.quiet_nights, terms.policy_version) == (0, 0, False, 1)


@pytest.mark.parametrize("rate_after", [None, 3600])
def test_whoever_is_never_asked_how_it_went_is_held_to_all_else(rate_after: int | None) -> None:
    assert Terms(rate_after=rate_after, levels=3).unrated == Terms(levels=3)
