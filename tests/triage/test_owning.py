"""Who owns a ticket: somebody else may decide it, a group may have the work while the owner stays."""

from __future__ import annotations

import pytest

from tests.contents import says
from tests.triage.story import ANA, BEN, CLEO, HUGO, MIA, REX, Story, at, due
from triage import escalation, owning, resolving, updating
from triage.change import Change
from triage.errors import Refusal
from triage.notice import Audience, NoticeKind
from triage.people import Actor
from triage.terms import Category, ClockKind

GROUP = "chat:netops"


def customer_hears(change: Change) -> list[str]:
    return [notice.kind.value for notice in change.notices if notice.audience is Audience.CUSTOMER]


def desk_hears(change: Change) -> list[tuple[object, object]]:
    said = [n for n in change.notices if n.kind in (NoticeKind.CHANGED, NoticeKind.ASSIGNED)]
    return [(says(n, "what") or n.kind, says(n, "to")) for n in said]


def test_taking_it_tells_the_customer_who_has_it_and_meets_response() -> None:
    story = Story("09:00")
    change = story.act(owning.take, "09:10")
    assert customer_hears(change) == ["taken"]
    assert story.ticket.ownership.assignee == ANA.id
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at == at("09:10")
    assert due(story, ClockKind.UPDATE) == at("09:30"), "telling who has it is no update"
    assert not story.act(owning.take, "09:11"), "taking it twice changes nothing"
    story.act(owning.take, "09:12", by=BEN)
    assert story.ticket.ownership.assignee == BEN.id


def test_the_new_assignee_is_told_in_the_thread_and_the_customer_who_waits_for_an_answer_is_told_who_it_is() -> None:
    story = Story("09:00")
    change = story.act(owning.assign, "09:10", BEN, "you know that router")
    assert story.ticket.ownership.assignee == BEN.id
    assert customer_hears(change) == ["taken"]
    assert desk_hears(change) == [("assigned", BEN.id)]
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at == at("09:10")


def test_a_customer_who_was_answered_before_is_not_told_of_every_hand_that_the_ticket_goes_through() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:05", "on it")
    change = story.act(owning.assign, "09:10", BEN)
    assert customer_hears(change) == []
    assert story.ticket.clocks[ClockKind.RESPONSE].ended_at == at("09:05")


def test_a_ticket_without_a_response_clock_has_nothing_that_a_name_would_meet() -> None:
    story = Story("09:00", severity=None, category=Category.PROVISIONING)
    assert customer_hears(story.act(owning.assign, "09:10", BEN)) == []


def test_to_assign_it_to_oneself_is_to_take_it() -> None:
    assigned, taken = Story("09:00"), Story("09:00")
    assert assigned.act(owning.assign, "09:10", ANA) == taken.act(owning.take, "09:10")


def test_nobody_may_own_it_and_a_second_time_changes_nothing() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:05")
    change = story.act(owning.assign, "09:10", None)
    assert story.ticket.ownership.assignee is None
    assert (customer_hears(change), desk_hears(change)) == ([], [("unassigned", None)])
    assert not story.act(owning.assign, "09:11", None)
    story.act(owning.assign, "09:12", BEN)
    assert not story.act(owning.assign, "09:13", BEN)


@pytest.mark.parametrize("to", [CLEO, REX, HUGO])
def test_only_people_of_the_desk_can_own_a_ticket(to: Actor) -> None:
    with pytest.raises(Refusal, match="cannot_own"):
        Story("09:00").act(owning.assign, "09:10", to)


def test_a_group_has_the_work_while_the_owner_stays_and_the_clocks_run_on() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:05")
    before = story.ticket
    change = story.act(owning.hand_to_group, "09:10", GROUP, "please look at the switch")
    assert (story.ticket.ownership.assignee, story.ticket.ownership.group) == (ANA.id, GROUP)
    assert (customer_hears(change), desk_hears(change)) == ([], [("assigned", GROUP)])
    assert story.ticket.clocks == before.clocks
    assert not story.act(owning.hand_to_group, "09:11", GROUP)


def test_a_group_has_the_work_until_it_is_assigned_to_a_person_again_even_its_owner() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:05")
    story.act(owning.hand_to_group, "09:10", GROUP)
    story.act(owning.take, "09:15", by=BEN)
    assert (story.ticket.ownership.assignee, story.ticket.ownership.group) == (BEN.id, GROUP), (
        "who takes it leaves its group at work"
    )
    story.act(owning.assign, "09:20", BEN, by=MIA)
    assert (story.ticket.ownership.assignee, story.ticket.ownership.group) == (BEN.id, None)


def test_a_reaction_taken_off_does_not_undo_what_somebody_assigned() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:05", by_reaction=True)
    story.act(owning.assign, "09:06", BEN)
    change = story.act(escalation.undo_reaction, "09:06", "take")
    assert not change.events
    assert [says(notice, "why") for notice in change.notices] == ["overtaken"], "and they are told why"
    assert story.ticket.ownership.assignee == BEN.id


def test_a_resolved_ticket_is_not_assigned() -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "09:05")
    for verb, to in ((owning.assign, BEN), (owning.hand_to_group, GROUP)):
        with pytest.raises(Refusal, match="resolved"):
            story.act(verb, "09:10", to)
