"""What if: the deadlines before and after, and nothing changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.triage.story import ANA, POLICY, Story, at
from tests.triage.test_agreements import GROUP, INNER, NETOPS, SUPPLIER, SYSOPS, hand
from tests.triage.test_agreements import story as story_under
from triage import awaiting, owning, sorting
from triage.change import Change
from triage.clocks import Clock, ClockState
from triage.supposing import Difference, differences, ended_at, next_proposal, suppose
from triage.terms import Category, ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind


def supposed(story: Story, change: Change) -> dict[ClockKind, Difference]:
    before = list(story.events)
    found = differences(story.ticket, suppose(story.events, change))
    assert story.events == before, "nothing was changed"
    return {each.kind: each for each in found if each.agreement is None}


def test_another_severity_is_shown_with_every_deadline_before_and_after() -> None:
    story = Story("09:00", severity=2)
    change = sorting.change_severity(story.ticket, story.opener, at("10:00"), POLICY, 1, "what if")
    found = supposed(story, change)
    assert [(each.before.due, each.after.due) for each in found.values() if each.before and each.after] == [
        (at("09:15"), at("09:15")),
        (at("10:00"), at("10:00")),
        (at("1 09:00"), at("15:00")),
    ]
    assert [kind for kind, each in found.items() if each.moved] == [RESTORE]
    assert (next_proposal(story.ticket), next_proposal(suppose(story.events, change))) == (at("21:00"), at("12:00"))


def test_a_wait_until_a_time_is_shown_as_if_the_customer_answered_then() -> None:
    story = Story("09:00", severity=1)
    change = awaiting.wait(story.ticket, story.opener, at("10:00"), "what if", until=at("1 09:00"))
    assert supposed(story, change)[RESTORE].after == suppose(story.events, change).clocks[RESTORE]
    found = supposed(story, ended_at(change, at("1 09:00")))[RESTORE]
    assert found.after is not None
    assert found.after.due == at("1 14:00"), "an hour was used up before, five are left"


@pytest.mark.parametrize("what", ["vendor", "maintenance"])
def test_other_waits_move_nothing_whenever_they_end(what: str) -> None:
    story = Story("09:00", severity=1)
    change = awaiting.wait(story.ticket, story.opener, at("10:00"), "what if", what=what, until=at("1 09:00"))
    for then in (change, ended_at(change, at("1 09:00"))):
        assert not any(each.moved for each in supposed(story, then).values())


def test_the_customers_answer_is_supposed_to_move_the_update_that_counts_from_it() -> None:
    story = Story("09:00", severity=1, policy=replace(POLICY, update_bases={"": {1: "last_contact"}}))
    change = awaiting.wait(story.ticket, story.opener, at("09:10"), "what if", until=at("11:00"))
    after = supposed(story, ended_at(change, at("11:00")))[UPDATE].after
    assert after is not None
    assert after.due == at("11:30")


@pytest.mark.parametrize("what", ["vendor", "maintenance"])
def test_a_wait_that_stops_a_clock_is_shown_as_if_it_were_over_at_its_time(what: str) -> None:
    story = Story("09:00", severity=1, policy=replace(POLICY, stops={what: frozenset({RESTORE})}))
    change = awaiting.wait(story.ticket, story.opener, at("10:00"), "what if", what=what, until=at("1 09:00"))
    after = supposed(story, ended_at(change, at("1 09:00")))[RESTORE].after
    assert after is not None
    assert after.due == at("1 14:00")
    assert ended_at(Change(), at("1 09:00")) == Change(), "what begins no wait has no end"


def test_a_clock_that_comes_or_goes_has_one_side_only() -> None:
    story = Story("09:00", severity=None, category=Category.INQUIRY)
    change = sorting.change_category(
        story.ticket, story.opener, at("10:00"), POLICY, Category.INCIDENT, 1, reported_at=at("09:30")
    )
    found = supposed(story, change)[RESTORE]
    assert found.before is None
    assert found.after is not None
    assert (found.after.due, found.moved) == (at("15:30"), True)


def side(clock: Clock | None) -> object:
    """When it is due, else where it stands."""
    return None if clock is None else clock.due or clock.state


def beside(story: Story, change: Change) -> list[tuple[str | None, ClockKind, object, object]]:
    """What would change, beside the customer's clocks."""
    found = differences(story.ticket, suppose(story.events, change))
    return [(each.agreement, each.kind, side(each.before), side(each.after))
            for each in found if each.moved and each.agreement is not None]  # fmt: skip


def test_work_that_is_handed_to_a_group_begins_its_agreement_and_ends_that_of_the_one_before() -> None:
    systems = replace(GROUP, name="systems", of=SYSOPS)
    story = story_under(GROUP, systems, INNER)

    def handed(when: str, group: str) -> Change:
        return owning.hand_to_group(story.ticket, ANA, at(when), group)

    assert beside(story, handed("10:00", NETOPS)) == [
        ("network", RESPONSE, None, at("10:10")), ("network", RESTORE, None, at("12:00"))
    ]  # fmt: skip
    hand(story, "10:00", NETOPS)
    assert beside(story, handed("10:30", SYSOPS)) == [
        ("network", RESPONSE, at("10:10"), ClockState.STOPPED), ("network", RESTORE, at("12:00"), ClockState.STOPPED),
        ("systems", RESPONSE, None, at("10:40")), ("systems", RESTORE, None, at("12:30")),
    ]  # fmt: skip


def test_a_wait_for_a_supplier_begins_its_agreement_which_is_kept_or_missed_where_the_wait_is_over() -> None:
    story = story_under(SUPPLIER)
    change = awaiting.wait(story.ticket, ANA, at("10:00"), "what if", what="vendor", until=at("15:00"))
    assert beside(story, change) == [("carrier", RESTORE, None, at("14:00"))]
    [ended] = [each for each in differences(story.ticket, suppose(story.events, ended_at(change, at("15:00"))))
               if each.agreement is not None]  # fmt: skip
    assert ended.after is not None
    assert (ended.after.deadline, ended.after.ended_at, ended.after.breached()) == (at("14:00"), at("15:00"), True)


def test_a_wait_for_the_customer_stops_what_the_agreement_says() -> None:
    still = replace(GROUP, terms=replace(GROUP.terms, pauses=frozenset()))
    for agreement, moved in ((GROUP, [("network", RESTORE, at("12:00"), at("13:00"))]), (still, [])):
        story = story_under(agreement)
        hand(story, "10:00", NETOPS)
        change = awaiting.wait(story.ticket, ANA, at("10:05"), "what if", until=at("11:05"))
        assert beside(story, ended_at(change, at("11:05"))) == moved
