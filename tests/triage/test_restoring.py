"""Service is back, or down again: when, and within which bounds."""

from __future__ import annotations

import pytest

from tests.triage.story import Story, at, due, told
from triage import restoring
from triage.errors import Refusal
from triage.notice import Audience
from triage.terms import ClockKind
from triage.ticket import Status

RESPONSE, UPDATE, RESTORE = ClockKind


def test_restored_meets_restore_and_the_ticket_stays_open() -> None:
    story = Story("09:00")
    change = story.act(restoring.restored, "11:00", at("10:30"), "rerouted")
    assert told(change, Audience.CUSTOMER) == ["restored"]
    ticket = story.ticket
    assert (ticket.status, ticket.outage.restored_at, ticket.is_open) == (Status.RESTORED, at("10:30"), True)
    assert due(story, UPDATE) == at("11:30"), "telling so is an update"


def test_service_can_have_been_restored_before_the_ticket_was_opened() -> None:
    story = Story("09:00", reported="08:00")
    story.act(restoring.restored, "09:10", at("08:30"))
    clock = story.ticket.clocks[RESTORE]
    assert clock.taken(at("08:30")) == 1800


@pytest.mark.parametrize(("when", "code"), [("12:01", "in_future"), ("07:59", "too_early")])
def test_service_is_restored_between_the_report_and_now(when: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00", reported="08:00").act(restoring.restored, "12:00", at(when))


def test_down_again_cannot_be_restored_before_it_was() -> None:
    story = Story("09:00")
    story.act(restoring.restored, "10:00")
    with pytest.raises(Refusal, match="already_restored"):
        story.act(restoring.restored, "10:05")
    story.act(restoring.relapsed, "11:10", at("11:00"))
    assert due(story, RESTORE) == at("16:00")
    with pytest.raises(Refusal, match="too_early"):
        story.act(restoring.restored, "12:00", at("10:30"))
    with pytest.raises(Refusal, match="not_restored"):
        story.act(restoring.relapsed, "12:00")
