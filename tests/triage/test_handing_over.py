"""Tickets are handed over at the end of a shift: what presses has to be accepted, everything else changes hands."""

from __future__ import annotations

from datetime import date, time
from typing import Final

import pytest

from tests.contents import says
from tests.triage.story import ANA, BEN, CLEO, LEA, Story, at
from triage import handing_over, owning, resolving
from triage.assigning import Load
from triage.change import Change
from triage.errors import Refusal
from triage.handing_over import next_in_line
from triage.hours import Calendar
from triage.notice import NoticeKind
from triage.people import Role
from triage.roster import Roster
from triage.rota import Rota, Turns
from triage.settling import is_settled
from triage.terms import ClockKind


def owned(severity: int = 1) -> Story:
    story = Story("09:00", severity=severity)
    story.act(owning.take, "09:05")
    return story


def said(change: Change) -> list[object]:
    return [says(notice, "what") for notice in change.notices if notice.kind is NoticeKind.CHANGED]


def test_what_can_wait_changes_hands_at_once_and_its_clocks_run_on() -> None:
    story = owned(severity=3)
    before = story.ticket.clocks[ClockKind.UPDATE].due
    change = story.act(handing_over.pass_on, "16:30", BEN)
    assert story.ticket.ownership.assignee == BEN.id
    assert said(change) == ["handed_on"]
    assert story.ticket.clocks[ClockKind.UPDATE].due == before
    assert not story.ticket.ownership.is_accepted, "an owner for warnings is whoever has said so"
    assert not story.act(handing_over.pass_on, "16:31", BEN), "it is not Ana's any more"


def test_the_group_that_has_the_work_in_hand_keeps_it() -> None:
    story = owned(severity=3)
    story.act(owning.hand_over, "09:10", "chat:netops")
    story.act(handing_over.pass_on, "16:30", BEN)
    assert (story.ticket.ownership.assignee, story.ticket.ownership.group) == (BEN.id, "chat:netops")


@pytest.mark.parametrize("severity", [1, 2])
def test_what_presses_stays_until_it_is_accepted(severity: int) -> None:
    story = owned(severity)
    assert said(story.act(handing_over.pass_on, "09:30", BEN)) == ["handover_asked"]
    assert story.ticket.ownership.assignee == ANA.id
    assert ("handover", "handover-lead", at("09:40")) in story.plan()
    assert not story.act(handing_over.pass_on, "09:31", BEN), "asked twice is asked once"
    story.act(owning.take, "09:35", by=BEN)
    assert story.ticket.ownership.assignee == BEN.id
    assert story.ticket.ownership.is_accepted
    assert "handover" not in {clock for clock, _, _ in story.plan()}


def test_if_nobody_accepts_it_the_lead_is_asked_once() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    asked = [(when, n) for when, n in story.live_until("09:30") if says(n, "about") == "handover"]
    assert [when for when, _ in asked] == [at("09:16")]
    content = asked[0][1].content
    assert not is_settled(story.ticket, content)
    story.act(owning.assign, "09:31", LEA, by=LEA)
    assert is_settled(story.ticket, content)


def test_whoever_cannot_says_so_and_the_lead_is_asked_at_once() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    with pytest.raises(Refusal) as refused:
        story.act(handing_over.decline, "09:07", by=LEA)
    assert refused.value.code == "nothing_to_decline"
    story.act(handing_over.decline, "09:08", by=BEN)
    assert ("handover", "handover-lead", at("09:08")) in story.plan()
    assert not story.act(handing_over.decline, "09:09", by=BEN)
    assert story.act(handing_over.pass_on, "09:10", BEN), "they may be asked again"


def test_nothing_falls_due_for_what_was_resolved() -> None:
    story = owned()
    story.act(handing_over.pass_on, "09:06", BEN)
    story.act(resolving.resolve, "09:07")
    assert "handover" not in {clock for clock, _, _ in story.plan()}


def test_a_ticket_is_handed_over_to_people_of_the_desk_alone() -> None:
    with pytest.raises(Refusal):
        owned().act(handing_over.pass_on, "09:30", CLEO)


def test_what_somebody_had_who_left_is_nobodys_and_what_presses_is_said_again() -> None:
    story = owned()
    change = story.record(handing_over.return_to_queue(story.ticket, at("12:00")))
    assert story.ticket.ownership.assignee is None
    assert [notice.kind for notice in change.notices] == [NoticeKind.CHANGED, NoticeKind.FALLS_TO, NoticeKind.CARD]
    assert not handing_over.return_to_queue(story.ticket, at("12:01"))
    quiet = handing_over.return_to_queue(owned(severity=3).ticket, at("12:00"))
    assert NoticeKind.FALLS_TO not in {notice.kind for notice in quiet.notices}


LATE: Final = Calendar("UTC", {day: [["17:00", "23:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
AGENT: Final = frozenset({Role.AGENT})


def test_next_in_line_is_whoever_works_then_and_has_least_to_do() -> None:
    now = at("17:00")
    people = {"chat:ana": AGENT, "chat:ben": AGENT, "chat:eve": AGENT, "chat:lea": frozenset({Role.LEAD})}
    roster = Roster(roles=people, leads=("chat:lea",), shifts={"chat:ben": LATE, "chat:eve": LATE})
    loads = {"chat:ben": Load({3: 4}), "chat:eve": Load({1: 1})}
    assert next_in_line(roster, loads, "chat:ana", now) == "chat:eve"
    assert next_in_line(roster, loads, "chat:eve", now) == "chat:ben"
    assert next_in_line(roster, loads, "chat:ben", at("23:00")) == "chat:ana", "who has no hours on record is there"
    on_call = Rota((Turns(("chat:eve",), date(2026, 1, 5), time(9)),))
    alone = Roster(roles=people, leads=("chat:lea",), shifts=dict.fromkeys(people, LATE), rota=on_call)
    assert next_in_line(alone, {}, "chat:ana", at("23:30")) == "chat:eve"
    assert next_in_line(alone, {}, "chat:eve", at("23:30")) == "chat:lea"
    assert next_in_line(Roster(), {}, "chat:ana", now) is None
