"""What a ticket is held to by the agreements of a policy, by its severity, category and region."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.story import at
from triage.agreement_rules import AgreementRules, agreements_under
from triage.day_targets import Days
from triage.desk import Desk, Region
from triage.hours import Calendar
from triage.target import Rule
from triage.terms import Agreement, ClockKind, LeadTime, Target, Terms

RESPONSE, UPDATE, RESTORE = ClockKind
TARGETS = {
    1: {RESPONSE: Target(600), RESTORE: Target(7200)},
    2: {RESPONSE: Target(300), UPDATE: Target(3600)},
    3: {RESTORE: Target(86400)},
}
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE, TOKYO = Calendar("Europe/Paris", WEEK), Calendar("Asia/Tokyo", WEEK)
DESK = Desk(timezone="Europe/Paris", hours=OFFICE, regions={"japan": Region(TOKYO), "france": Region()})
NEAR, FAR = (LeadTime(seconds=600),), (LeadTime(share=0.5),)


def held(
    rule: AgreementRules, *, confirmed: bool = True, clocks: tuple[ClockKind, ...] = tuple(ClockKind), **main: Any
) -> Agreement | None:
    """The agreement that a severity 1 has by that rule, unless `main` says otherwise."""
    found = agreements_under({"it": rule}, Terms(**{"severity": 1, **main}), clocks, DESK, confirmed=confirmed)
    return found[0] if found else None


def known(rule: AgreementRules, **more: Any) -> Terms:
    found = held(rule, **more)
    assert found is not None
    return found.terms


@pytest.mark.parametrize(
    ("severity", "confirmed", "clocks", "expected"),
    [
        pytest.param(1, True, tuple(ClockKind), {RESPONSE: 600, RESTORE: 7200}, id="those of its severity"),
        pytest.param(2, True, tuple(ClockKind), {RESPONSE: 300, UPDATE: 3600}, id="those of another"),
        pytest.param(1, True, (RESPONSE, UPDATE), {RESPONSE: 600}, id="an inquiry is never restored"),
        pytest.param(3, True, (RESPONSE, UPDATE), None, id="no clock is left: no agreement"),
        pytest.param(4, True, tuple(ClockKind), None, id="none for that severity"),
        pytest.param(1, False, tuple(ClockKind), {RESPONSE: 300}, id="unconfirmed: the strictest response of any"),
        pytest.param(None, True, tuple(ClockKind), {RESPONSE: 300}, id="no severity yet: the same"),
        pytest.param(1, False, (UPDATE, RESTORE), None, id="unconfirmed, in a category without response"),
    ],
)
def test_an_agreement_has_the_targets_of_the_severity_for_the_clocks_of_the_category(
    severity: int | None, clocks: tuple[ClockKind, ...], expected: dict[ClockKind, int] | None, *, confirmed: bool
) -> None:
    found = held(AgreementRules(TARGETS), severity=severity, confirmed=confirmed, clocks=clocks)
    assert (found and {kind: target.seconds for kind, target in found.terms.targets.items()}) == expected


def test_where_no_response_was_agreed_none_runs_until_somebody_has_said_what_it_is() -> None:
    assert held(AgreementRules({1: {RESTORE: Target(7200)}}), confirmed=False) is None


def test_what_an_agreement_leaves_out_is_as_for_the_customer_and_what_it_says_is_its_own() -> None:
    stops = {"vendor": frozenset({UPDATE})}
    main: dict[str, Any] = {"pauses": frozenset({UPDATE}), "stops": stops, "leads": {RESTORE: NEAR, UPDATE: NEAR}}
    plain = known(AgreementRules(TARGETS), **main, starts={RESTORE: "confirmed"})
    assert (plain.pauses, plain.stops, plain.starts) == (frozenset({UPDATE}), stops, {})
    assert plain.leads == {RESPONSE: (), RESTORE: NEAR}
    own = AgreementRules(
        TARGETS, "waiting", "vendor", frozenset(), {}, {RESTORE: "assigned"}, {1: {RESPONSE: FAR}, 2: {RESTORE: FAR}}
    )
    found = held(own, **main)
    assert found is not None
    assert (found.name, found.begins, found.of) == ("it", "waiting", "vendor")
    assert (found.terms.pauses, found.terms.stops, found.terms.starts) == (frozenset(), {}, {RESTORE: "assigned"})
    assert found.terms.leads == {RESPONSE: FAR, RESTORE: NEAR}, "other warnings of one leave those of the others"
    silent = known(replace(own, leads={1: {RESTORE: ()}}), **main)
    assert silent.leads[RESTORE] == (), "`none` is what warns of nothing"


def test_without_a_severity_its_warnings_are_those_of_the_most_urgent_it_knows() -> None:
    rule = AgreementRules(TARGETS, leads={2: {RESPONSE: NEAR}, 3: {RESPONSE: FAR}})
    assert known(rule, severity=None).leads == {RESPONSE: NEAR}
    assert known(AgreementRules(TARGETS, leads={}), severity=None).leads == {RESPONSE: ()}


@pytest.mark.parametrize(("region", "hours"), [("japan", TOKYO), ("france", OFFICE), (None, OFFICE)])
def test_business_time_is_that_of_the_customers_region_and_so_are_its_working_days(
    region: str | None, hours: Calendar
) -> None:
    days = Target(8 * 3600, OFFICE, Rule(OFFICE, Days(1, 16 * 60)))
    rule = AgreementRules({1: {RESPONSE: Target(600), UPDATE: Target(600, OFFICE), RESTORE: days}})
    targets = known(rule, region=region).targets
    assert {kind: target.hours for kind, target in targets.items()} == {
        RESPONSE: Target(1).hours, UPDATE: hours, RESTORE: hours
    }  # fmt: skip
    due = hours.add(at("01:00"), targets[RESTORE].at(at("01:00")).seconds)
    assert due == at("1 07:00" if region == "japan" else "1 15:00"), "at 16:00 there, a working day on"
