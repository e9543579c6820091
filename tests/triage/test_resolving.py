"""Resolving and reopening: what stops, what is refused afterwards, and what goes on."""

from __future__ import annotations

import pytest

from tests.triage.story import POLICY, Story, at, due, told
from triage import acknowledging, awaiting, owning, resolving, restoring, sorting, updating
from triage.errors import Refusal
from triage.notice import Audience
from triage.terms import Category, ClockKind
from triage.ticket import Status

RESPONSE, UPDATE, RESTORE = ClockKind
INCIDENT, PROVISIONING, INQUIRY = Category


def test_resolving_tells_the_customer_implies_restored_and_stops_all_clocks() -> None:
    story = Story("09:00")
    story.act(updating.promise, "09:10", at("11:00"))
    change = story.act(resolving.resolve, "10:00", "fibre spliced")
    assert told(change, Audience.CUSTOMER) == ["resolved"]
    ticket = story.ticket
    assert (ticket.status, ticket.outage.restored_at, ticket.next_due, ticket.promise) == (
        Status.RESOLVED,
        at("10:00"),
        None,
        None,
    )
    assert not story.act(resolving.resolve, "10:05"), "resolving twice changes nothing"


def test_a_ticket_closed_an_hour_late_is_no_breach_where_service_was_back_in_time() -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "16:00", "fibre spliced", at("14:30"))
    clock = story.ticket.clocks[RESTORE]
    assert (clock.ended_at, clock.breached()) == (at("14:30"), False)
    assert (story.ticket.outage.restored_at, story.ticket.resolved_at) == (at("14:30"), at("16:00"))


def test_resolving_leaves_the_time_at_which_service_came_back_as_it_is() -> None:
    story = Story("09:00")
    story.act(restoring.restored, "10:00")
    story.act(resolving.resolve, "12:00", "spliced", at("11:00"))
    assert story.ticket.outage.restored_at == at("10:00")


@pytest.mark.parametrize(("when", "code"), [("12:01", "in_future"), ("07:59", "too_early")])
def test_service_was_back_between_the_report_and_the_resolution(when: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", reported="08:00").act(resolving.resolve, "12:00", "spliced", at(when))


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        (owning.take, ()), (updating.update, ("x",)), (updating.promise, (at("20:00"),)), (awaiting.wait, ("x",)),
        (awaiting.resume, ()), (restoring.restored, ()), (restoring.relapsed, ()), (acknowledging.acknowledge, ()),
        (sorting.change_severity, (POLICY, 1, "x")), (sorting.change_category, (POLICY, INQUIRY)),
    ],
)  # fmt: skip
def test_work_on_a_resolved_ticket_is_refused(verb: object, args: tuple[object, ...]) -> None:
    story = Story("09:00", severity=2)
    story.act(resolving.resolve, "10:00")
    with pytest.raises(Refusal) as refused:
        story.act(verb, "11:00", *args)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.values["at"]) == ("resolved", at("10:00"))


@pytest.mark.parametrize(("counts", "restore"), [(False, "17:00"), (True, "15:00")])
def test_reopening_asks_whether_it_came_back_or_was_never_fixed(counts: bool, restore: str) -> None:
    story = Story("09:00")
    with pytest.raises(Refusal, match="not_resolved"):
        story.act(resolving.reopen, "10:00", counts=counts)
    story.act(resolving.resolve, "10:00")
    with pytest.raises(Refusal, match="reopen_which"):
        story.act(resolving.reopen, "12:00", counts=None)
    assert told(story.act(resolving.reopen, "12:00", counts=counts), Audience.CUSTOMER) == ["reopened"]
    assert (story.ticket.status, due(story, RESTORE)) == (Status.OPEN, at(restore))
