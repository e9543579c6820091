"""Severity and category: confirming, changing, and what the clocks make of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.story import CLEO, POLICY, REX, Story, at, due, kinds
from triage import answering, awaiting, reporting, sorting
from triage.errors import Refusal
from triage.event import Kind
from triage.terms import Category, ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind
INCIDENT, PROVISIONING, INQUIRY = Category


def test_confirming_what_was_claimed_needs_no_reason_and_counts_restore_from_the_report() -> None:
    story = Story("09:00", by=REX, severity=1, reported="08:30")
    change = story.act(sorting.change_severity, "09:10", POLICY, 2)
    assert kinds(change) == [Kind.CONFIRMED]
    ticket = story.ticket
    assert (ticket.severity, ticket.confirmed) == (2, True)
    assert (due(story, RESPONSE), due(story, UPDATE), due(story, RESTORE)) == (at("09:15"), at("10:10"), at("1 08:30"))


def test_confirming_a_severity_with_more_time_to_answer_gives_that_time() -> None:
    story = Story("09:00", by=REX)
    story.act(sorting.change_severity, "09:10", POLICY, 3)
    assert due(story, RESPONSE) == at("09:30")


def test_a_change_of_severity_needs_a_reason() -> None:
    story = Story("09:00", severity=2)
    with pytest.raises(Refusal, match="severity_needs_reason"):
        story.act(sorting.change_severity, "10:00", POLICY, 1)
    with pytest.raises(Refusal, match="severity_needs_reason"):
        story.act(sorting.change_category, "10:00", POLICY, INCIDENT, 1)
    (event,) = story.act(sorting.change_severity, "10:00", POLICY, 1, "all sites").events
    assert (event.kind, event.text) == (Kind.SEVERITY_CHANGED, "all sites")
    assert story.ticket.severity == 1


@pytest.mark.parametrize(
    ("category", "severity", "code"),
    [
        (INCIDENT, 2, "same_severity"),
        (INCIDENT, 5, "no_such_severity"),
        (PROVISIONING, 1, "severity_on_provisioning"),
        (INQUIRY, 1, "severity_on_inquiry"),
        (INQUIRY, 3, "severity_on_inquiry"),
    ],
)
def test_a_severity_that_cannot_be_is_refused(category: Category, severity: int, code: str) -> None:
    story = Story("09:00", category=category, severity=2 if category is INCIDENT else None)
    with pytest.raises(Refusal, match=code):
        story.act(sorting.change_severity, "10:00", POLICY, severity, "because")


def test_raising_severity_keeps_the_pause_already_earned() -> None:
    story = Story("09:00", severity=2)
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(awaiting.resume, "11:00")
    story.act(sorting.change_severity, "12:00", POLICY, 1, "all sites")
    assert due(story, RESTORE) == at("16:00")


@pytest.mark.parametrize(
    ("reported", "restore"),
    [pytest.param(None, "18:00", id="default: the change"), pytest.param("11:30", "17:30", id="as told")],
)
def test_an_inquiry_that_becomes_an_incident_counts_restore_from_when_this_trouble_was_reported(
    reported: str | None, restore: str
) -> None:
    story = Story("09:00", category=INQUIRY, severity=None)
    when = at(reported) if reported else None
    change = story.act(sorting.change_category, "12:00", POLICY, INCIDENT, 1, when)
    assert kinds(change) == [Kind.CATEGORY_CHANGED]
    assert due(story, RESTORE) == at(restore)
    story.act(reporting.correct_report, "12:10", at("11:45"), "first call")
    assert due(story, RESTORE) == at("17:45"), "correctable up to the moment it became one"


def test_a_claimed_inquiry_that_is_confirmed_as_an_incident_was_reported_at_opening() -> None:
    story = Story("09:00", category=INQUIRY, severity=None, by=REX)
    story.act(sorting.change_category, "09:10", POLICY, INCIDENT, 1)
    assert due(story, RESTORE) == at("15:00")


@pytest.mark.parametrize(("category", "running"), [(INQUIRY, {RESPONSE, UPDATE}), (PROVISIONING, set())])
def test_an_incident_that_was_none_loses_its_clocks(category: Category, running: set[ClockKind]) -> None:
    story = Story("09:00", severity=2)
    story.act(sorting.change_category, "09:05", POLICY, category)
    ticket = story.ticket
    assert (ticket.severity, set(ticket.clocks)) == (3 if category is INQUIRY else None, running)


@pytest.mark.parametrize(
    ("category", "severity", "code"),
    [
        (INCIDENT, None, "incident_needs_severity"),
        (INQUIRY, None, "same_category"),
        (INQUIRY, 1, "severity_on_inquiry"),
    ],
)
def test_a_category_that_cannot_be_is_refused(category: Category, severity: int | None, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", category=INQUIRY, severity=None).act(
            sorting.change_category, "10:00", POLICY, category, severity
        )


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ([], "10:20"),  # nothing was written since the opening: the change itself is the report
        ([("10:00", "now the link is down")], "10:00"),
        ([("09:30", "any news?"), ("10:00", "now the link is down"), ("10:10", "thanks")], "10:00"),
    ],
)
def test_what_becomes_an_incident_was_reported_in_the_customers_last_message(
    said: list[tuple[str, str]], reported: str
) -> None:
    story = Story("09:00", category=INQUIRY, severity=None)
    for when, text in said:
        story.act(answering.customer_wrote, when, text, at=at(when), by=CLEO)
    story.act(sorting.change_category, "10:20", POLICY, INCIDENT, 1)
    assert story.ticket.report.at == at(reported)
    assert due(story, RESTORE) == at(reported) + timedelta(hours=6)
