"""A ticket from another help desk: what its clocks make of its past, and what is said of that (nothing)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from tests.triage.kept import deadlines_kept
from triage.agenda import BREACH_STEPS, agenda
from triage.agreement_rules import AgreementRules
from triage.bringing import IMPORT, Brought, bring
from triage.due import decide_due
from triage.errors import Refusal
from triage.event import Event, Kind
from triage.figures import figures_of
from triage.fold import fold
from triage.keys import is_program
from triage.policy import Policy
from triage.proof import proven
from triage.referring import Elsewhere
from triage.targets import TARGETS
from triage.terms import Category, Climbing, ClockKind, Target
from triage.ticket import Status, Ticket

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def came(now: datetime = NOW, policy: Policy | None = None, **given_of: object) -> tuple[Ticket, Sequence[Event]]:
    """A ticket of severity 1, reported a day ago, unless `given_of` says otherwise."""
    known: dict[str, object] = {"ref": Elsewhere("ZD-7"), "summary": "Down", "reported_at": NOW - DAY, "severity": 1}
    brought = Brought(**{**known, **given_of})  # type: ignore[arg-type]
    change = bring(policy or Policy(), now, brought, answered="Answered there.", waits="Waited there.")
    assert change.notices == ()
    events = [replace(each, seq=seq) for seq, each in enumerate(change.events, 1)]
    return fold(events), events


def test_what_fell_due_before_it_came_is_on_record_and_never_said_again() -> None:
    ticket, _ = came()
    assert {(kind, clock.state.value) for kind, clock in ticket.clocks.items()} == {
        (kind, "running") for kind in ClockKind
    }
    assert {each.clock for each in ticket.breaches} == set(ClockKind)
    assert [item for item in agenda(ticket) if item.at <= NOW or item.step in BREACH_STEPS] == []
    assert not decide_due(ticket, NOW).notices


def test_what_falls_due_after_it_came_is_said_as_of_any_ticket() -> None:
    ticket, _ = came(reported_at=NOW - timedelta(minutes=10))
    late = decide_due(ticket, NOW + timedelta(minutes=6))
    assert Kind.BREACHED in {each.kind for each in late.events}
    assert late.notices


def test_a_policy_that_climbs_by_itself_does_not_climb_for_what_is_past() -> None:
    ticket, _ = came(policy=replace(Policy(), climbing=Climbing.AUTOMATIC))
    assert ticket.level == 0


@pytest.mark.parametrize("took", [timedelta(minutes=1), DAY])
def test_a_deadline_that_was_over_before_it_came_is_neither_kept_nor_missed(took: timedelta) -> None:
    reported = NOW - 3 * DAY
    ticket, events = came(reported_at=reported, answered_at=reported, resolved_at=reported + took)
    assert ticket.status is Status.RESOLVED
    assert deadlines_kept(events) == {}
    assert figures_of(ticket, events).taken == {}
    assert proven(events) == []


@pytest.mark.parametrize("took", [timedelta(minutes=1), DAY])
def test_nor_is_one_of_an_agreement_beside_the_customers(took: timedelta) -> None:
    held = {ClockKind.RESPONSE: Target(60), ClockKind.UPDATE: Target(60), ClockKind.RESTORE: Target(3600)}
    policy = replace(Policy(), agreements={"the team": AgreementRules(dict.fromkeys(TARGETS, held))})
    reported = NOW - 3 * DAY
    ticket, events = came(policy=policy, reported_at=reported, answered_at=reported, resolved_at=reported + took)
    assert ticket.agreements["the team"][ClockKind.RESTORE].breached() is (took == DAY)
    assert figures_of(ticket, events).agreed == {}


def test_a_deadline_that_ends_here_counts() -> None:
    ticket, events = came(reported_at=NOW - HOUR, answered_at=NOW - timedelta(minutes=55))
    after = bring(
        Policy(), NOW, Brought(Elsewhere("x"), "y", NOW - HOUR, resolved_at=NOW), answered="", waits=""
    ).events[-2:]
    later = NOW + HOUR
    ended = [replace(each, seq=ticket.version + n, at=later, recorded_at=later) for n, each in enumerate(after, 1)]
    kept = deadlines_kept([*events, *ended])
    assert kept[ClockKind.RESTORE].kept == 1
    assert ClockKind.RESPONSE not in kept


def test_it_keeps_what_is_known_of_it() -> None:
    ticket, events = came(
        owner="slack:UAGENT", customer="Acme", waits="vendor", notes="between us", answered_at=NOW - HOUR,
        ref=Elsewhere("ZD-7", "https://help.example/7"), requester="slack:UASKS",
    )  # fmt: skip
    assert (ticket.ownership.assignee, ticket.ownership.is_accepted) == ("slack:UAGENT", True)
    assert (ticket.customer, ticket.requester, ticket.status) == ("Acme", "slack:UASKS", Status.WAITING)
    assert ticket.clocks[ClockKind.RESPONSE].ended_at == NOW - HOUR
    texts = [each.text for each in events if each.text]
    assert texts == ["Down", "Answered there.", "ZD-7 https://help.example/7", "between us", "Waited there."]
    assert events[-1].kind is Kind.WAITED, "a timeline ends with how it stands, not with what had fallen due"
    assert is_program(IMPORT.id), "nobody can be told anything by it"


def test_a_customer_is_not_asked_how_it_went_elsewhere() -> None:
    asking = replace(Policy(), rate_after=3600)
    ticket, _ = came(policy=asking, reported_at=NOW - DAY, resolved_at=NOW - timedelta(minutes=1))
    assert agenda(ticket) == []


def test_an_inquiry_is_severity_3_and_what_is_provisioned_has_none() -> None:
    assert came(category=Category.INQUIRY, severity=1)[0].severity == 3
    assert came(category=Category.PROVISIONING, severity=1)[0].severity is None
    ticket, _ = came(category=None, severity=None)
    assert (ticket.confirmed, ticket.category) == (False, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"summary": " \u202e "}, {"reported_at": NOW + HOUR}, {"reported_at": NOW.replace(year=1999)},
        {"resolved_at": NOW - 2 * DAY}, {"answered_at": NOW + HOUR}, {"ref": Elsewhere("x" * 61)},
        {"ref": Elsewhere("7", "javascript:alert(1)")}, {"ref": Elsewhere("")},
    ],
)  # fmt: skip
def test_what_tells_of_no_ticket_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        came(**wrong)  # type: ignore[arg-type]


@given(
    minutes=st.integers(0, 60 * 24 * 400), severity=st.sampled_from([None, 1, 2, 3]),
    category=st.sampled_from([None, *Category]), waits=st.sampled_from([None, "customer", "vendor"]),
    took=st.none() | st.integers(0, 60 * 24 * 30), climbing=st.sampled_from(Climbing),
)  # fmt: skip
def test_whenever_it_was_reported_nothing_is_left_to_be_said_of_its_past(
    *, minutes: int, severity: int | None, category: Category | None, waits: str | None, took: int | None,
    climbing: Climbing,
) -> None:  # fmt: skip
    reported = NOW - timedelta(minutes=minutes)
    resolved = None if took is None else min(NOW, reported + timedelta(minutes=took))
    ticket, events = came(
        policy=replace(Policy(), climbing=climbing), reported_at=reported, severity=severity, category=category,
        waits=waits, resolved_at=resolved,
    )  # fmt: skip
    assert [item for item in agenda(ticket) if item.at <= NOW] == []
    assert sum((each.kept for each in deadlines_kept(events).values()), 0) == 0
    assert len({each.said for each in events if each.said}) == len([each for each in events if each.said])
