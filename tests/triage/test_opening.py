"""Opening a ticket: what is in force, what is only claimed, and what makes no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.story import ANA, CLEO, POLICY, REX, Story, at, told
from triage.errors import Refusal
from triage.notice import Audience
from triage.opening import open_ticket
from triage.terms import Category, ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind
INCIDENT, PROVISIONING, INQUIRY = Category


def test_what_an_agent_opens_is_confirmed_and_in_force() -> None:
    ticket = Story("09:00", severity=1, reported="08:40").ticket
    assert (ticket.category, ticket.severity, ticket.confirmed, ticket.claimed) == (INCIDENT, 1, True, None)
    assert {kind: clock.due for kind, clock in ticket.clocks.items()} == {
        RESPONSE: at("09:15"), UPDATE: at("09:30"), RESTORE: at("14:40"),
    }  # fmt: skip
    assert ticket.next_due == at("09:15")


@pytest.mark.parametrize("by", [REX, CLEO])
@pytest.mark.parametrize(
    ("category", "severity"), [(None, 1), (INCIDENT, 3), (INQUIRY, None), (PROVISIONING, None), (None, None)]
)
def test_what_anyone_else_says_is_claimed_and_only_response_runs_at_the_strictest_target(
    by: object, category: Category | None, severity: int | None
) -> None:
    story = Story("09:00", severity=severity, category=category, by=by)  # type: ignore[arg-type]
    ticket = story.ticket
    assert (ticket.severity, ticket.claimed, ticket.confirmed) == (None, severity, False)
    assert {kind: clock.due for kind, clock in ticket.clocks.items()} == {RESPONSE: at("09:15")}


def test_an_agent_who_does_not_know_the_severity_opens_it_unconfirmed() -> None:
    ticket = Story("09:00", severity=None).ticket
    assert (ticket.category, ticket.confirmed) == (None, False)


@pytest.mark.parametrize(
    ("category", "severity", "running"),
    [(INCIDENT, 2, {RESPONSE, UPDATE, RESTORE}), (INQUIRY, 3, {RESPONSE, UPDATE}), (PROVISIONING, None, set())],
)
def test_a_category_has_its_own_severity_and_clocks(
    category: Category, severity: int | None, running: set[ClockKind]
) -> None:
    ticket = Story("09:00", category=category, severity=severity if category is INCIDENT else None).ticket
    assert (ticket.severity, ticket.confirmed) == (severity, True)
    assert set(ticket.clocks) == running


def test_the_summary_and_description_are_kept_beside_the_event() -> None:
    change = open_ticket(POLICY, ANA, at("09:00"), summary=" Link\n down ", description="since 8:40\n")
    (opened,) = change.events
    assert opened.text == "Link down\nsince 8:40"
    assert "Link" not in str(opened.fact.to_data())
    assert told(change, Audience.CUSTOMER) == ["receipt"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"summary": "  "}, "no_summary"),
        ({"summary": "\u200b\u202e"}, "no_summary"),
        ({"summary": "x" * 251}, "summary_too_long"),
        ({"description": "x" * 8001}, "text_too_long"),
        ({"severity": 4}, "no_such_severity"),
        ({"severity": 0}, "no_such_severity"),
        ({"severity": 1, "category": PROVISIONING}, "severity_on_provisioning"),
        ({"severity": 2, "category": INQUIRY}, "severity_on_inquiry"),
        ({"reported_at": at("09:01")}, "reported_in_future"),
        ({"reported_at": at("-400 09:00")}, "too_long_ago"),
        ({"requested_date": at("2 09:00"), "severity": 1}, "requested_needs_provisioning"),
        ({"requested_date": at("08:00"), "category": PROVISIONING}, "requested_in_past"),
        ({"requested_date": at("2000 08:00"), "category": PROVISIONING}, "too_far_ahead"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_ticket(POLICY, ANA, at("09:00"), **{"summary": "Link down", **given})  # type: ignore[arg-type]
    assert refused.value.code == code


def test_times_are_cut_to_the_second() -> None:
    odd = timedelta(microseconds=900_000)
    (event,) = open_ticket(POLICY, ANA, at("09:00") + odd, summary="x").events
    assert (event.at, event.recorded_at) == (at("09:00"), at("09:00"))
