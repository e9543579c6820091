"""Other terms for tickets on record: moved on purpose, or looked at as if they had always held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ADA, POLICY, REX, Story, at
from tests.triage.test_agreements import NETOPS, SYSOPS, hand
from triage import acknowledging, resolving, sorting, updating
from triage.agreement_rules import AgreementRules
from triage.cycles import agreement_cycles, cycles
from triage.desk import Desk
from triage.event import Kind
from triage.facts.ahead import Breached
from triage.facts.sorting import ReportCorrected
from triage.fold import fold
from triage.hours import Calendar
from triage.moving import as_if, asks_the_same, move_terms
from triage.notice import CARD_IN_TIME
from triage.policy import Policy
from triage.terms import Category, ClockKind, Target

RESPONSE, UPDATE, RESTORE = ClockKind
HOUR = 3600
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def with_holiday(version: int = 2) -> Policy:
    return Policy(version=version, desk=Desk(timezone="UTC", hours=Calendar("UTC", WEEK, holidays=["2026-11-25"])))


def move(story: Story, when: str, policy: Policy, plan: str | None = None) -> None:
    story.record(move_terms(story.ticket, ADA, at(when), policy, plan))


def test_a_holiday_moves_what_counts_in_business_time_by_a_day() -> None:
    story = Story("09:00", severity=3)
    assert story.ticket.clocks[RESTORE].due == at("7 17:00")
    move(story, "10:00", with_holiday())
    assert story.ticket.clocks[RESTORE].due == at("8 17:00")
    assert story.ticket.clocks[UPDATE].due == at("13:00")
    assert story.ticket.terms.policy_version == 2


def test_a_shorter_target_never_puts_response_or_update_into_the_past() -> None:
    story = Story("09:00", severity=3)
    short = {1: {}, 2: {}, 3: {RESPONSE: Target(60), UPDATE: Target(600), RESTORE: Target(HOUR)}}
    move(story, "09:20", replace(POLICY, version=2, targets=short))
    clocks = story.ticket.clocks
    assert [clocks[kind].due for kind in ClockKind] == [at("09:21"), at("09:30"), at("10:00")]


def test_a_plan_that_the_customer_was_given_since_comes_with_the_move() -> None:
    gold = {1: {}, 2: {}, 3: {RESTORE: Target(4 * HOUR)}}
    story = Story("09:00", severity=3)
    move(story, "10:00", replace(POLICY, version=2, plans={"gold": gold}), plan="gold")
    assert (story.ticket.terms.plan, story.ticket.clocks[RESTORE].due) == ("gold", at("13:00"))


def test_what_is_not_confirmed_stays_so() -> None:
    story = Story("09:00", severity=1, by=REX)
    move(story, "09:05", with_holiday())
    assert (story.ticket.confirmed, list(story.ticket.clocks)) == (False, [RESPONSE])
    assert story.ticket.clocks[RESPONSE].due == at("09:15")


def test_a_resolved_ticket_and_one_on_those_terms_already_are_left_alone() -> None:
    story = Story("09:00", severity=3)
    assert not move_terms(story.ticket, ADA, at("10:00"), POLICY, None)
    story.act(resolving.resolve, "11:00")
    assert not move_terms(story.ticket, ADA, at("12:00"), with_holiday(), None)


def test_a_version_that_asks_the_same_is_put_on_record_and_shown_to_nobody() -> None:
    story = Story("09:00", severity=3)
    change = move_terms(story.ticket, ADA, at("10:00"), replace(POLICY, version=7), None)
    assert ([event.kind for event in change.events], change.notices) == ([Kind.TERMS_MOVED], ())
    assert move_terms(story.ticket, ADA, at("10:00"), with_holiday(), None).notices == (CARD_IN_TIME,)


def agreed(hours: int, version: int = 1) -> Policy:
    """The usual policy, with a group's agreement beside the customer's of so many hours to restore."""
    rules = AgreementRules({3: {RESTORE: Target(hours * HOUR)}}, "assigned", NETOPS)
    return replace(POLICY, version=version, agreements={"network": rules})


def test_agreements_that_ask_the_same_are_the_same_whatever_the_version() -> None:
    assert asks_the_same(agreed(2), agreed(2, version=7))
    assert not asks_the_same(agreed(2), agreed(3, version=7))
    story = Story("09:00", severity=3, policy=agreed(2))
    assert move_terms(story.ticket, ADA, at("10:00"), agreed(2, version=7), None).notices == ()
    assert move_terms(story.ticket, ADA, at("10:00"), agreed(3, version=7), None).notices == (CARD_IN_TIME,)


def test_as_if_another_policy_had_always_held_its_agreements_begin_and_end_with_what_happened() -> None:
    story = Story("09:00", severity=3)
    hand(story, "10:00", NETOPS)
    story.act(acknowledging.acknowledge, "10:10", in_group=True)
    hand(story, "13:00", SYSOPS)
    hand(story, "14:00", NETOPS)
    assert agreement_cycles(story.events) == {}
    found = agreement_cycles(as_if(story.events, agreed(2), None))
    assert list(found) == [("network", RESTORE)]
    first, second = found["network", RESTORE]
    assert (first.clock.deadline, first.ended_at, first.met) == (at("12:00"), at("13:00"), True)
    assert (second.clock.deadline, second.ended_at, second.met) == (at("16:00"), None, False)
    assert [each.breached(at("15:00")) for each in (first, second)] == [True, False]


def test_a_later_change_of_severity_keeps_the_terms_that_were_moved_to() -> None:
    story = Story("09:00", severity=2)
    move(story, "10:00", with_holiday())
    story.act(sorting.change_severity, "11:00", with_holiday(), 3, "less")
    assert story.ticket.clocks[RESTORE].due == at("8 17:00")


@given(openings, steps)
def test_as_if_what_was_in_force_had_been_in_force_changes_nothing(opening: dict[str, Any], life: list[Step]) -> None:
    events = live(opening, life).events
    assert fold(as_if(events, POLICY, None)) == fold(events)


def test_as_if_another_policy_had_always_held_a_breach_is_none() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "09:40", "late by ten minutes")
    story.act(updating.update, "10:00", "in time")
    loose = replace(POLICY, targets={1: {RESPONSE: Target(HOUR), UPDATE: Target(HOUR)}, 2: {}, 3: {}})
    as_it_was, as_it_would_be = cycles(story.events), cycles(as_if(story.events, loose, None))
    now = at("10:10")
    assert [cycle.breached(now) for cycle in as_it_was[UPDATE]] == [True, False, False]
    assert [cycle.breached(now) for cycle in as_it_was[RESPONSE]] == [True]
    assert not any(cycle.breached(now) for kind in ClockKind for cycle in as_it_would_be[kind])
    assert as_it_would_be[RESTORE] == []


@pytest.mark.parametrize(("replied_at", "late"), [("09:30", False), ("09:30:01", True)])
def test_exactly_at_the_due_instant_is_in_time(replied_at: str, late: bool) -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, replied_at, "on it")
    assert cycles(story.events)[UPDATE][0].breached(at("12:00")) is late


@settings(max_examples=examples(60))
@given(openings, steps, st.integers(0, 3 * 86400))
def test_the_last_cycle_is_the_clock_and_every_breach_on_record_is_one_of_a_cycle(
    opening: dict[str, Any], life: list[Step], seconds: int
) -> None:
    story = live(opening, life, looking=True)
    found = cycles(story.events)
    for kind, clock in story.ticket.clocks.items():
        assert found[kind][-1].clock == clock
    now = story.events[-1].recorded_at + timedelta(seconds=seconds)
    told_later = [e for e in story.events if e.said is None and e.at != e.recorded_at]
    taken_back = [e for e in story.events if hasattr(e.fact, "undoes") or isinstance(e.fact, ReportCorrected)]
    if told_later or taken_back:
        return  # a breach on record may turn out to have been none
    late = {(kind, cycle.clock.cycle) for kind in ClockKind for cycle in found[kind] if cycle.breached(now)}
    for event in story.events:
        if isinstance(event.fact, Breached) and event.fact.step == "breach":
            assert (event.fact.clock, event.fact.cycle) in late


def test_provisioning_that_is_moved_still_has_no_clocks() -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None)
    move(story, "10:00", with_holiday())
    assert story.ticket.clocks == {}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(POLICY, version=9), True),
        (replace(POLICY, reactions={"eyes": "take"}, skills={"network": ("chat:ana",)}), True),
        (with_holiday(), False),
        (replace(POLICY, promise_intervals=3), False),
        (replace(POLICY, plans={"gold": {1: {RESTORE: Target(HOUR)}, 2: {}, 3: {}}}), False),
        (replace(POLICY, close_after=HOUR), False),
    ],
)
def test_policies_that_ask_the_same_need_no_move(other: Policy, same: bool) -> None:
    assert asks_the_same(POLICY, other) is same
    assert asks_the_same(other, POLICY) is same
