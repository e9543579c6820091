"""Agreements beside the customer's, as a policy file writes them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.policy_file import check_policy, load_policy
from bot.desk.policy_file.data import policy_from_data
from triage.hours import Calendar
from triage.policy import Policy
from triage.targets import LEADS
from triage.terms import Category, ClockKind, LeadTime, Target

RESPONSE, UPDATE, RESTORE = ClockKind
HOUR = 3600
TODAY = date(2026, 11, 23)
FILE = """
calendars: {nights: {hours: {mon-fri: 22:00-06:00}, timezone: UTC}}
waiting: {vendor: [update]}
agreements:
  network:
    begins: {assigned: S0456DEF}
    targets: {1: {response: 10m, restore: 2h}, 2: {response: 30m}}
    waiting: {customer: [], vendor: [restore]}
    starts: {restore: responded}
    lead_times: {restore: [75%]}
  systems: {based_on: network, begins: {assigned: S0457DEF}}
  carrier: {begins: {waiting: vendor}, targets: {1: {restore: 4 business hours}}, calendar: nights}
  inner: {targets: {3: {update: 2h, restore: 4h}}}
"""


def policy(text: str = FILE) -> Policy:
    return load_policy(text, today=TODAY)[0]


def test_each_has_targets_a_beginning_pauses_and_warnings_of_its_own() -> None:
    network, systems, carrier = policy().terms(Category.INCIDENT, 1).agreements
    assert (network.name, network.begins, network.of) == ("network", "assigned", "slack:S0456DEF")
    assert network.terms.targets == {RESPONSE: Target(600), RESTORE: Target(2 * HOUR)}
    assert network.terms.stopped_by("customer") == frozenset()
    assert network.terms.stopped_by("vendor") == {RESTORE}
    assert network.terms.starts == {RESTORE: "responded"}
    desks, own = LeadTime(seconds=300), LeadTime(share=0.75)
    assert network.terms.leads == {RESPONSE: (desks,), RESTORE: (own,)}
    assert (systems.of, systems.terms) == ("slack:S0457DEF", network.terms)
    assert (carrier.begins, carrier.of) == ("waiting", "vendor")
    assert carrier.terms.targets == {RESTORE: Target(4 * HOUR, Calendar("UTC", {"mon": [["22:00", "06:00"]]} | {
        day: [["22:00", "06:00"]] for day in ("tue", "wed", "thu", "fri")
    }))}  # fmt: skip


@pytest.mark.parametrize("switch", ["business", "office", "nights"])
def test_its_own_calendar_counts_whatever_the_hours_of_the_severity(switch: str) -> None:
    found = policy(f"""
calendars:
  office: {{hours: {{mon-fri: 9-17}}, timezone: UTC}}
  nights: {{hours: {{mon-fri: 22:00-06:00}}, timezone: UTC}}
  early: {{hours: {{mon-fri: 6-14}}, timezone: UTC}}
severities: {{2: {{hours: {switch}}}}}
agreements:
  own: {{calendar: early, targets: {{2: {{response: 30 business minutes, restore: 3h}}}}}}
  same: {{targets: {{2: {{restore: 3h}}}}}}
""")
    own, same = found.terms(Category.INCIDENT, 2).agreements
    assert {target.hours for target in own.terms.targets.values()} == {
        Calendar("UTC", {day: [["06:00", "14:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
    }
    customers = found.terms(Category.INCIDENT, 2).targets[RESTORE]
    assert same.terms.targets[RESTORE].hours == customers.hours


def test_what_one_says_nothing_of_is_as_for_the_customer() -> None:
    [inner] = policy().terms(Category.INCIDENT, 3).agreements
    assert (inner.begins, inner.of) == ("created", None)
    assert inner.terms.stopped_by("customer") == {RESTORE}
    assert inner.terms.stopped_by("vendor") == {UPDATE}
    assert inner.terms.leads == {kind: LEADS[3][kind] for kind in (UPDATE, RESTORE)}


def test_only_what_a_category_has_runs_and_before_it_is_sorted_only_the_strictest_response() -> None:
    found = policy()
    assert found.terms(Category.PROVISIONING, None).agreements == ()
    [inner] = found.terms(Category.INQUIRY, 3).agreements
    assert set(inner.terms.targets) == {UPDATE}
    unsorted = found.terms(None, None, confirmed=False).agreements
    assert [(each.name, each.terms.targets) for each in unsorted] == [
        (name, {RESPONSE: Target(600)}) for name in ("network", "systems")
    ]


DOUBTED = [
    ("{1: {restore: 7h}}", "created", "its restore target of severity 1, 7h, is longer than the customer's, 6h"),
    ("{1: {restore: 6h}}", "created", None),
    ("{1: {restore: 7 business hours}}", "{waiting: vendor}", "severity 1, 7 business hours, is longer"),
    ("{2: {response: 20m}}", "created", "its response target of severity 2, 20m, is longer than the customer's, 15m"),
    ("{2: {response: 20m}}", "{assigned: S0456DEF}", None),  # the group's acknowledgement
    ("{3: {restore: 49h}}", "created", None),  # the customer's counts in opening hours: nobody knows
    ("{3: {restore: 9 business days}}", "created", None),
    ("{2: {restore: 2 business days}}", "created", None),
]


@pytest.mark.parametrize(("targets", "begins", "doubted"), DOUBTED)
def test_a_target_longer_than_the_customers_of_the_same_clock_is_doubted(
    targets: str, begins: str, doubted: str | None
) -> None:
    text = f"agreements:\n  network:\n    begins: {begins}\n    targets: {targets}\n"
    doubts = [each for each in check_policy(text, today=TODAY)[1] if "customer's" in each]
    assert bool(doubts) is (doubted is not None), doubts
    assert all((doubted or "") in each and "line 4" in each for each in doubts)


def test_working_days_are_compared_where_they_end_alike_and_doubted_as_the_customers_are() -> None:
    days = "targets: {3: {restore: 3 business days}}\nagreements: {network: {targets: {3: {restore: 4 business days}}}}"
    doubts = check_policy(days, today=TODAY)[1]
    assert any("4 business days, is longer than the customer's, 3 business days" in each for each in doubts)
    nights = "agreements: {network: {targets: {3: {restore: next business day by 23:30}}}}"
    assert any("23:30 is outside its opening hours" in each for each in check_policy(nights, today=TODAY)[1])


def test_the_calendar_of_an_agreement_and_that_of_a_target_out_of_hours_are_used() -> None:
    text = """
calendars: {early: {hours: {mon-fri: 6-14}}, late: {hours: {mon-fri: 14-22}}, never: {hours: {sat: 9-10}}}
agreements: {network: {calendar: early, targets: {1: {restore: 2 business hours}}}}
targets: {3: {response: {within: 30 business minutes, out_of_hours: {within: 1h, calendar: late}}}}
"""
    doubted = [each for each in check_policy(text, today=TODAY)[1] if "uses this calendar" in each]
    assert len(doubted) == 1
    assert "calendars.never" in doubted[0]


@pytest.mark.parametrize("target", ["3 business days", "next business day by 16:00"])
def test_working_days_of_a_calendar_that_never_closes_are_doubted(target: str) -> None:
    text = f"""
calendars: {{always: {{hours: {{mon-sun: 00:00-24:00}}}}}}
desks: {{support: {{calendar: always}}}}
targets: {{3: {{restore: {target}}}}}
"""
    assert any("counted around the clock" in each and "line 4" in each for each in check_policy(text, today=TODAY)[1])


def test_an_agreement_whose_hours_hardly_ever_come_is_doubted() -> None:
    text = """
calendars: {dead: {hours: {mon-fri: 9-17}, exceptions: {2020-01-01..2199-12-31: closed}}}
agreements: {network: {calendar: dead, targets: {1: {restore: 2 business days}}}}
"""
    doubts = check_policy(text, today=TODAY)[1]
    assert any("line 3" in each and "2 business days last more than a year" in each for each in doubts)


def test_a_group_of_an_agreement_is_somebody_whom_the_policy_names() -> None:
    assert {"slack:S0456DEF", "slack:S0457DEF"} <= policy().people


def test_a_policy_without_them_is_stored_as_it_was() -> None:
    data, _ = check_policy("version: 1", today=TODAY)
    assert not {"agreements", "starts", "stops"} & set(data)
    assert policy_from_data(data).terms(Category.INCIDENT, 1).agreements == ()
