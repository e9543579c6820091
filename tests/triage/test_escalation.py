"""Climbing: one level at a time, by the people who may, endorsed and undone as the policy says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.contents import says
from tests.triage.story import ADA, ANA, BEN, CLEO, HUGO, LEA, MAX, MIA, REX, Story, at
from triage import acknowledging, awaiting, owning, resolving, restoring
from triage.change import Change
from triage.contents.privately import StandsContent
from triage.desk import Desk
from triage.errors import Refusal
from triage.escalation import escalate, escalate_by_reaction, give_reason, undo_reaction
from triage.levels import Level
from triage.notice import Audience, NoticeKind
from triage.people import Actor
from triage.policy import Policy
from triage.terms import ClockKind


def kinds(change: Change) -> list[str]:
    return [event.kind.value for event in change.events]


def react(story: Story, when: str, by: Actor = MIA) -> Change:
    return story.act(escalate_by_reaction, when, by=by)


def take_off(story: Story, when: str, by: Actor = MIA, verb: str = "escalate") -> Change:
    return story.act(undo_reaction, when, verb, by=by)


@pytest.mark.parametrize("by", [ANA, LEA, MIA, ADA])
def test_staff_climb_by_command_with_a_reason(by: Actor) -> None:
    story = Story("09:00")
    change = story.act(escalate, "09:30", "not resolved fast enough", by=by)
    assert [(n.kind, n.broadcast, n.body) for n in change.notices if n.kind is not NoticeKind.CARD] == [
        (NoticeKind.ESCALATED, True, "not resolved fast enough")
    ], "one climb is one message"
    assert story.ticket.level == 1
    assert story.ticket.escalation.climbs[0].explained


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_a_climb_by_command_needs_a_reason(reason: str) -> None:
    with pytest.raises(Refusal, match="escalate_needs_reason"):
        Story("09:00").act(escalate, "09:30", reason)


def test_levels_are_climbed_one_at_a_time_to_the_top() -> None:
    story = Story("09:00")
    for level, minute in enumerate((30, 32, 34), 1):
        story.act(escalate, f"09:{minute}", "worse")
        assert story.ticket.level == level
    with pytest.raises(Refusal) as refused:
        story.act(escalate, "09:34", "worse")
    assert (refused.value.code, refused.value.values) == ("top_of_chain", {"level": 3})
    with pytest.raises(Refusal, match="top_of_chain"):
        react(story, "09:40")


@pytest.mark.parametrize(("when", "asks"), [("09:30", True), ("09:31", True), ("09:31:01", False)])
def test_a_typed_escalate_within_a_minute_of_a_climb_asks_first(when: str, asks: bool) -> None:
    story = Story("09:00")
    react(story, "09:30")
    if asks:
        with pytest.raises(Refusal) as refused:
            story.act(escalate, when, "worse")
        assert (refused.value.code, refused.value.values["next"]) == ("escalate_again", 2)
        assert story.ticket.level == 1
        story.act(escalate, when, "worse", sure=True)
    else:
        story.act(escalate, when, "worse")
    assert story.ticket.level == 2


def test_whoever_endorses_is_told_so_and_whose_climb_it_is() -> None:
    story = Story("09:00")
    react(story, "09:30")
    (noted,) = react(story, "09:30:20", MAX).notices
    assert noted.kind is NoticeKind.ENDORSED
    assert (
        says(noted, "person"),
        says(noted, "by"),
        says(noted, "level"),
    ) == (MAX.id, MIA.id, 1)


def test_the_thresholds_are_never_a_bar() -> None:
    story = Story("09:00", severity=3)
    story.act(escalate, "09:00:01", "vip")
    assert story.ticket.level == 1


def test_a_policy_with_fewer_levels_has_a_lower_top() -> None:
    story = Story("09:00", policy=Policy(desk=Desk(), levels=(Level("boss"),)))
    story.act(escalate, "09:30", "worse")
    with pytest.raises(Refusal, match="top_of_chain"):
        story.act(escalate, "09:31", "worse")


@pytest.mark.parametrize("by", [CLEO, REX, HUGO])
def test_a_customer_asks_and_a_manager_decides(by: Actor) -> None:
    story = Story("09:00")
    change = story.act(escalate, "09:00:05", "our shop is closed", by=by)
    assert kinds(change) == ["escalation_asked"]
    assert [(n.kind, n.body) for n in change.notices if n.kind is not NoticeKind.CARD] == [
        (NoticeKind.ESCALATION_ASKED, "our shop is closed")
    ]
    assert story.ticket.level == 0


@pytest.mark.parametrize("verb", ["command", "reaction", "asked"])
def test_a_resolved_ticket_is_not_escalated(verb: str) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "09:30")
    by_reaction = partial(react, story, "09:31")
    by_words = partial(story.act, escalate, "09:31", "worse", by=CLEO if verb == "asked" else ANA)
    with pytest.raises(Refusal, match="resolved"):
        (by_reaction if verb == "reaction" else by_words)()


# -- by reaction ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [ANA, LEA, ADA, HUGO, REX, CLEO])
def test_a_reaction_of_anyone_but_a_manager_is_refused(by: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        react(Story("09:00"), "09:30", by)
    assert (refused.value.code, refused.value.values["who"]) == ("not_allowed", ["manager"])


def test_a_managers_reaction_climbs_at_once_and_offers_the_reasons_privately() -> None:
    story = Story("09:00")
    change = react(story, "09:30")
    assert story.ticket.level == 1
    asked = [n for n in change.notices if n.kind is NoticeKind.PICK_REASON]
    assert [(n.audience, says(n, "person")) for n in asked] == [(Audience.PERSON, MIA.id)]


@pytest.mark.parametrize(("when", "level"), [("09:30", 1), ("09:30:01", 1), ("09:31:00", 1), ("09:31:01", 2)])
def test_another_managers_reaction_within_a_minute_endorses(when: str, level: int) -> None:
    story = Story("09:00")
    react(story, "09:30")
    change = react(story, when, MAX)
    assert story.ticket.level == level
    assert kinds(change) == (["endorsed"] if level == 1 else ["escalated"])


def test_a_reaction_within_a_minute_of_a_climb_by_command_endorses_it() -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "worse")
    react(story, "09:30:30")
    assert story.ticket.level == 1


def test_a_second_reaction_of_somebody_whose_first_stands_endorses_however_late() -> None:
    story = Story("09:00")
    react(story, "09:30")
    assert kinds(react(story, "12:00")) == ["endorsed"]
    assert story.ticket.level == 1


def test_also_where_the_first_only_endorsed() -> None:
    story = Story("09:00")
    react(story, "09:30")
    react(story, "09:30:10", MAX)
    assert kinds(react(story, "12:00", MAX)) == ["endorsed"]
    assert story.ticket.level == 1


def test_the_climb_of_another_manager_does_not_stand_in_the_way() -> None:
    story = Story("09:00")
    react(story, "09:30")
    react(story, "09:40", MAX)
    assert story.ticket.level == 2


@pytest.mark.parametrize(("when", "level"), [("09:31", 0), ("09:32", 0), ("09:32:01", 1)])
def test_taken_off_within_two_minutes_it_is_undone(when: str, level: int) -> None:
    story = Story("09:00")
    react(story, "09:30")
    change = take_off(story, when)
    assert story.ticket.level == level
    assert kinds(change) == (["reaction_removed"] if level else ["escalation_undone"])
    if not level:
        assert NoticeKind.ESCALATION_UNDONE in [n.kind for n in change.notices]


def test_taken_off_later_it_no_longer_stands_so_the_next_one_climbs() -> None:
    story = Story("09:00")
    react(story, "09:30")
    take_off(story, "10:00")
    assert not story.ticket.escalation.climbs[0].stands
    react(story, "10:05")
    assert story.ticket.level == 2


def test_after_an_undo_the_next_reaction_climbs_again() -> None:
    story = Story("09:00")
    react(story, "09:30")
    take_off(story, "09:30:10")
    react(story, "09:30:20")
    assert (story.ticket.level, story.ticket.escalation.climbs[0].actor) == (1, MIA.id)


def test_a_climb_that_others_endorse_stands_when_the_first_takes_it_back() -> None:
    story = Story("09:00")
    react(story, "09:30")
    react(story, "09:30:10", MAX)
    assert kinds(take_off(story, "09:30:20")) == ["reaction_removed"]
    assert story.ticket.level == 1


def test_one_of_two_reactions_taken_off_leaves_the_climb_to_the_other() -> None:
    story = Story("09:00")
    react(story, "09:30")
    react(story, "09:30:10")
    take_off(story, "09:30:20")
    assert (story.ticket.level, story.ticket.escalation.climbs[0].stands) == (1, True)
    take_off(story, "09:30:30")
    assert story.ticket.level == 0


def test_only_ones_own_reaction_undoes() -> None:
    story = Story("09:00")
    react(story, "09:30")
    assert not take_off(story, "09:30:10", MAX)
    assert story.ticket.level == 1


def test_a_climb_on_top_is_not_undone_by_the_one_below() -> None:
    story = Story("09:00")
    react(story, "09:30")
    story.act(escalate, "09:31", "worse", sure=True)
    assert kinds(take_off(story, "09:31:30")) == ["reaction_removed"]
    assert story.ticket.level == 2


def test_a_climb_by_command_is_not_undone_by_a_reaction() -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "worse", by=MIA)
    assert not take_off(story, "09:30:10")


def test_the_reason_is_picked_once_by_the_one_who_reacted() -> None:
    story = Story("09:00")
    react(story, "09:30")
    assert not story.act(give_reason, "09:31", 1, "impact", by=MAX)
    assert not story.act(give_reason, "09:31", 2, "impact", by=MIA)
    assert not story.act(give_reason, "09:31", 1, " ", by=MIA)
    change = story.act(give_reason, "09:31", 1, "impact has grown", by=MIA)
    assert [event.text for event in change.events] == ["impact has grown"]
    assert story.ticket.escalation.climbs[0].explained
    assert not story.act(give_reason, "09:32", 1, "slow", by=MIA)


def test_the_contact_acknowledges_the_level_that_was_reached() -> None:
    story = Story("09:00")
    react(story, "09:30")
    story.act(acknowledging.acknowledge, "09:40", by=MIA)
    assert story.ticket.escalation.climbs[0].acknowledged_by == MIA.id
    with pytest.raises(Refusal, match="nothing_to_acknowledge"):
        story.act(acknowledging.acknowledge, "09:41", by=MAX)


# -- undoing take and resolve -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "undone"), [("09:11", True), ("09:12", True), ("09:12:01", False)])
def test_taking_is_undone_within_two_minutes_as_if_it_never_happened(when: str, undone: bool) -> None:
    story = Story("09:00")
    story.act(owning.take, "09:10", by_reaction=True)
    change = take_off(story, when, ANA, "take")
    ticket = story.ticket
    assert bool(change.events) is undone
    assert [says(notice, "why") for notice in change.notices if isinstance(notice.content, StandsContent)] == (
        [] if undone else ["late"]
    )
    assert ticket.ownership.assignee == (None if undone else ANA.id)
    assert ticket.clocks[ClockKind.RESPONSE].due == (at("09:15") if undone else None)


def test_undoing_gives_the_ticket_back_to_whom_it_was_taken_from() -> None:
    story = Story("09:00")
    story.act(owning.take, "09:10")
    story.act(owning.take, "09:20", by=BEN, by_reaction=True)
    assert not take_off(story, "09:21", ANA, "take"), "not hers to undo any more"
    take_off(story, "09:21", BEN, "take")
    assert (story.ticket.ownership.assignee, story.ticket.clocks[ClockKind.RESPONSE].ended_at) == (ANA.id, at("09:10"))


def test_resolving_is_undone_as_if_it_was_never_resolved() -> None:
    story = Story("09:00")
    story.act(restoring.restored, "09:30")
    story.act(resolving.resolve, "10:00", by_reaction=True)
    assert not take_off(story, "10:01", BEN, "resolve")
    change = take_off(story, "10:01", ANA, "resolve")
    ticket = story.ticket
    assert (ticket.is_open, ticket.outage.restored_at) == (True, at("09:30")), "restored it stays"
    assert [n.kind for n in change.notices if n.audience is Audience.CUSTOMER] == [NoticeKind.REOPENED]
    assert not take_off(story, "10:01:10", ANA, "resolve"), "there is nothing left to undo"


def test_a_resolution_that_was_undone_leaves_the_wait_as_it_was() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "config needed")
    story.act(resolving.resolve, "10:00", by_reaction=True)
    take_off(story, "10:01", ANA, "resolve")
    assert story.ticket.waits == ((at("09:30"), None),)


def test_resolved_again_after_an_undo_can_be_undone_again() -> None:
    story = Story("09:00")
    for minute in (10, 20):
        story.act(resolving.resolve, f"09:{minute}", by_reaction=True)
        assert take_off(story, f"09:{minute + 1}", ANA, "resolve")
    assert story.ticket.is_open


@pytest.mark.parametrize(("verb", "do"), [("take", owning.take), ("resolve", resolving.resolve)])
def test_a_reaction_that_did_nothing_undoes_nothing_and_its_person_is_told_nothing(
    verb: str, do: Callable[..., Change]
) -> None:
    story = Story("09:00")
    story.act(do, "09:10")
    assert not story.act(do, "09:11", by_reaction=True), "it is so already"
    for when in ("09:11:30", "09:14"):
        assert take_off(story, when, ANA, verb) == Change()


def test_undoing_what_nobody_did_does_nothing() -> None:
    story = Story("09:00")
    for verb in ("take", "resolve", "escalate", "update"):
        assert not take_off(story, "09:10", MIA, verb)


@pytest.mark.parametrize(("when", "does"), [("12:28", "escalated"), ("11:30", "escalated"), ("12:30:02", "endorsed")])
def test_a_clock_that_was_set_back_keeps_no_reaction_from_climbing(when: str, does: str) -> None:
    """Two replicas whose clocks differ by seconds still take two reactions for one."""
    story = Story("11:00")
    react(story, "12:30:05")
    assert kinds(react(story, when, by=MAX)) == [does]
