"""Two tickets of one trouble become one, which keeps what counts most of both; what would be lost is asked first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.triage.story import ANA, BEN, LEA, POLICY, Story, at
from triage import majors, noting, owning, reporting, resolving, updating
from triage.change import Change
from triage.contents.changes import MergedHereContent
from triage.errors import Refusal
from triage.linking import Numbered
from triage.merging import merge
from triage.terms import Category, ClockKind


def merged(one: Story, other: Story, *, sure: str = "") -> MergedHereContent:
    """42 is merged into 40; what is said under the card of 40."""
    pair = (Numbered(42, one.ticket, events=one.events), Numbered(40, other.ticket, events=other.events))
    ends, here = merge(*pair, ANA, at("10:00"), POLICY, sure=sure)
    one.record(ends)
    other.record(here)
    return next(notice.content for notice in here.notices if isinstance(notice.content, MergedHereContent))


def test_the_higher_severity_the_earlier_report_and_the_last_update_are_kept() -> None:
    one, other = Story("09:00", severity=1), Story("09:10", severity=2)
    one.act(reporting.correct_report, "09:15", at("08:00"), "They called")
    one.act(updating.update, "09:40", "We are on it")
    said = merged(one, other)
    assert set(said.takes) == {"severity", "reported", "update"}
    ticket = other.ticket
    assert (ticket.severity, ticket.report.at, ticket.updates.last_at) == (1, at("08:00"), at("09:40"))
    assert ticket.clocks[ClockKind.RESTORE].due == at("14:00"), "six hours from the report"


def test_nothing_is_taken_that_the_one_that_goes_on_has_better() -> None:
    one, other = Story("09:10", severity=3), Story("09:00", severity=1)
    other.act(owning.take, "09:05")
    other.act(updating.update, "09:50", "We are on it")
    one.act(updating.update, "09:40", "We looked")
    before = other.ticket
    assert merged(one, other).takes == ()
    assert other.ticket.clocks == before.clocks
    assert other.ticket.ownership.assignee == ANA.id


def test_the_owner_comes_along_where_there_is_none_and_who_worked_on_it_is_named() -> None:
    one, other = Story("09:00", severity=2), Story("09:10", severity=2)
    one.record(owning.take(one.ticket, BEN, at("09:20")))
    one.record(noting.note(one.ticket, LEA, at("09:30"), "Same optic"))
    said = merged(one, other)
    assert (other.ticket.ownership.assignee, other.ticket.ownership.is_accepted) == (BEN.id, True)
    assert (said.takes, said.tell) == (("reported", "owner"), ())
    assert said.people == (BEN.id, LEA.id)


def test_who_loses_a_ticket_to_another_owner_is_asked_about_first_and_told() -> None:
    one, other = Story("09:00", severity=2), Story("09:10", severity=2)
    one.record(owning.take(one.ticket, BEN, at("09:20")))
    other.record(owning.take(other.ticket, LEA, at("09:20")))
    with pytest.raises(Refusal) as refused:
        merged(one, other)
    assert (refused.value.code, refused.value.values["sure"]) == ("merge_differs", "40")
    said = merged(one, other, sure="40")
    assert (other.ticket.ownership.assignee, said.tell) == (LEA.id, (BEN.id,))


def test_another_category_is_asked_about_first() -> None:
    one, other = Story("09:00", severity=1), Story("09:10", category=Category.INQUIRY, severity=None)
    with pytest.raises(Refusal, match="merge_differs"):
        merged(one, other)
    merged(one, other, sure="40")
    assert other.ticket.category is Category.INQUIRY


def declared(story: Story) -> Change:
    return majors.declare(story.ticket, LEA, at("09:30"))


@pytest.mark.parametrize(
    ("spoil", "which", "code", "number"),
    [
        (lambda s: resolving.resolve(s.ticket, ANA, at("09:30"), "Done"), 0, "resolved", 42),
        (lambda s: resolving.resolve(s.ticket, ANA, at("09:30"), "Done"), 1, "resolved", 40),
        (declared, 0, "merge_of_major", 42),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_says_which_of_the_two_it_is(
    spoil: Callable[[Story], Change], which: int, code: str, number: int
) -> None:
    pair = (Story("09:00", severity=2), Story("09:10", severity=2))
    pair[which].record(spoil(pair[which]))
    with pytest.raises(Refusal) as refused:
        merged(*pair)
    assert (refused.value.code, refused.value.values["number"]) == (code, number)


def test_a_merge_into_a_major_incident_is_done() -> None:
    one, other = Story("09:00", severity=2), Story("09:10", severity=2)
    other.record(declared(other))
    merged(one, other)
    assert one.ticket.merged_into == 40
