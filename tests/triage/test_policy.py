"""The default policy is the support policy, figure by figure."""

from __future__ import annotations

import pytest

from triage.desk import Desk
from triage.hours import ELAPSED, Calendar, business_week
from triage.levels import LEVELS
from triage.policy import Policy
from triage.terms import PRESSING, Category, ClockKind, LeadTime, Shown, Target, Threshold

RESPONSE, UPDATE, RESTORE = ClockKind
MINUTE, HOUR = 60, 3600
PARIS = Policy(desk=Desk(timezone="Europe/Paris"))
WEEK = business_week("Europe/Paris")


@pytest.mark.parametrize(
    ("severity", "response", "update", "restore"),
    [
        (1, Target(15 * MINUTE), Target(30 * MINUTE), Target(6 * HOUR)),
        (2, Target(15 * MINUTE), Target(60 * MINUTE), Target(24 * HOUR)),
        (3, Target(30 * MINUTE), Target(4 * HOUR), Target(48 * HOUR, WEEK)),
    ],
)
def test_the_targets(severity: int, response: Target, update: Target, restore: Target) -> None:
    terms = PARIS.terms(Category.INCIDENT, severity)
    assert terms.targets == {RESPONSE: response, UPDATE: update, RESTORE: restore}
    assert terms.promise_limit == 4 * update.seconds
    assert terms.pauses == {RESTORE}
    assert terms.quiet_nights is (severity == 3)


@pytest.mark.parametrize(
    ("severity", "last_call", "restore"), [(1, 180, Shown.ALWAYS), (2, 180, Shown.ALWAYS), (3, 300, Shown.UNOWNED)]
)
def test_what_the_channel_hears_of(severity: int, last_call: int, restore: Shown) -> None:
    terms = PARIS.terms(Category.INCIDENT, severity)
    assert terms.last_call == last_call
    assert terms.shown == {RESPONSE: Shown.UNOWNED, UPDATE: Shown.UNOWNED, RESTORE: restore}
    assert (severity in PRESSING) is (restore is Shown.ALWAYS)


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_a_contact_has_a_quarter_of_an_hour_to_acknowledge(severity: int) -> None:
    assert PARIS.terms(Category.INCIDENT, severity).ack_within == 15 * MINUTE


@pytest.mark.parametrize(("severity", "update", "shares"), [(1, 10, (0.5, 0.75, 0.9)), (2, 15, (0.5, 0.75, 0.9)),
                                                            (3, 15, (0.75, 0.9))])  # fmt: skip
def test_when_is_warned(severity: int, update: int, shares: tuple[float, ...]) -> None:
    assert PARIS.terms(Category.INCIDENT, severity).leads == {
        RESPONSE: (LeadTime(seconds=5 * MINUTE),),
        UPDATE: (LeadTime(seconds=update * MINUTE),),
        RESTORE: (*(LeadTime(share=share) for share in shares), LeadTime(seconds=15 * MINUTE)),
    }


def test_an_inquiry_is_held_to_severity_3_without_restore_and_proposes_nothing() -> None:
    terms = PARIS.terms(Category.INQUIRY, 3)
    assert terms.targets == {RESPONSE: Target(30 * MINUTE), UPDATE: Target(4 * HOUR)}
    assert terms.thresholds == ()


def test_provisioning_has_no_clocks_but_is_nudged_and_its_promises_are_warned_of() -> None:
    terms = PARIS.terms(Category.PROVISIONING, None)
    assert (terms.targets, terms.idle) == ({}, 4 * HOUR)
    assert terms.leads == {UPDATE: (LeadTime(seconds=15 * MINUTE),)}


@pytest.mark.parametrize("category", [None, *Category])
def test_until_it_is_confirmed_only_response_runs_at_the_strictest_target(category: Category | None) -> None:
    terms = PARIS.terms(category, None, confirmed=False)
    assert terms.targets == {RESPONSE: Target(15 * MINUTE)}
    assert (terms.severity, terms.thresholds, terms.idle) == (None, (), None)
    assert terms.leads[RESPONSE] == (LeadTime(seconds=5 * MINUTE),)


def test_the_strictest_target_is_the_policys_own() -> None:
    targets = {severity: {RESPONSE: Target(minutes * MINUTE)} for severity, minutes in ((1, 20), (2, 12), (3, 40))}
    assert Policy(targets=targets).terms(None, None, confirmed=False).targets == {RESPONSE: Target(12 * MINUTE)}


def test_a_policy_without_response_targets_has_no_response_clock() -> None:
    policy = Policy(targets={1: {}, 2: {}, 3: {}})
    assert policy.terms(None, None, confirmed=False).targets == {}
    terms = policy.terms(Category.INCIDENT, 1)
    assert (terms.targets, terms.promise_limit) == ({}, None)


@pytest.mark.parametrize(
    ("severity", "thresholds"),
    [
        (1, (Threshold(1, 2 * HOUR), Threshold(2, 6 * HOUR), Threshold(3, 12 * HOUR))),
        (2, (Threshold(1, 12 * HOUR), Threshold(2, 24 * HOUR), Threshold(3, 48 * HOUR))),
        (3, ()),
    ],
)
def test_the_escalation_thresholds(severity: int, thresholds: tuple[Threshold, ...]) -> None:
    assert PARIS.terms(Category.INCIDENT, severity).thresholds == thresholds
    assert PARIS.terms(Category.INCIDENT, severity).levels == len(LEVELS) == 3


def test_closing_may_never_be_proposed() -> None:
    assert PARIS.terms(Category.INCIDENT, 1).close_after == 5 * 8 * HOUR
    assert Policy(close_after=0).terms(Category.INCIDENT, 1).close_after is None


def test_in_business_time_nights_need_not_be_kept_quiet() -> None:
    targets = {3: {kind: Target(HOUR, WEEK) for kind in ClockKind}}
    assert not Policy(targets=targets).terms(Category.INCIDENT, 3).quiet_nights


@pytest.mark.parametrize(
    ("hours", "seconds"),
    [
        (ELAPSED, 24 * HOUR),
        (WEEK, 8 * HOUR),
        (Calendar("UTC", {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "tue": [["09:00", "12:00"]]}), 5 * HOUR),
        (Calendar("UTC", {"fri": [["22:00", "02:00"]]}), 4 * HOUR),
        (Calendar("UTC", {}, exceptions={"2026-12-24": [["09:00", "11:00"]]}), 2 * HOUR),
    ],
)
def test_a_business_day_is_the_average_of_the_days_that_open(hours: Calendar, seconds: int) -> None:
    assert hours.day_seconds == seconds


def test_48_business_hours_are_six_working_days() -> None:
    assert 6 * WEEK.day_seconds == 48 * HOUR
