"""Tickets that belong together: linked they show each other, merged one goes on for both, and there are no circles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.story import ANA, CLEO, HUGO, POLICY, REX, Story, at
from triage import linking, merging, owning, resolving, updating
from triage.change import Change
from triage.clock import ClockState
from triage.customers import correct_customer
from triage.errors import Refusal
from triage.facts.sorting import Linked
from triage.linking import Numbered
from triage.notice import Audience
from triage.people import Actor
from triage.ticket import Status, Ticket


@dataclass
class Desk:
    """A few tickets of one customer."""

    stories: dict[int, Story] = field(default_factory=lambda: {n: Story("09:00", severity=2) for n in (40, 41, 42)})

    def do(self, verb: str, one: int, other: int, by: Actor = ANA) -> tuple[Change, Change]:
        first, second = (Numbered(n, self.stories[n].ticket) for n in (one, other))
        rule: Callable[..., tuple[Change, Change]] = getattr(linking, verb, partial(merging.merge, policy=POLICY))
        changes = rule(first, second, by, at("09:10"))
        for number, change in zip((one, other), changes, strict=True):
            self.stories[number].record(change)
        return changes

    def links(self) -> dict[int, tuple[int, ...]]:
        return {number: story.ticket.links for number, story in self.stories.items()}


def test_linked_tickets_show_each_other_until_they_are_unlinked() -> None:
    desk = Desk()
    one, other = desk.do("link", 42, 40)
    assert [event.fact for event in (*one.events, *other.events)] == [Linked(40), Linked(42)]
    assert desk.links() == {40: (42,), 41: (), 42: (40,)}
    assert desk.do("link", 40, 42) == (Change(), Change())
    desk.do("unlink", 40, 42)
    assert desk.links() == {40: (), 41: (), 42: ()}
    with pytest.raises(Refusal, match="not_linked"):
        desk.do("unlink", 40, 42)


def test_a_merged_ticket_ends_with_all_its_clocks_and_its_customer_is_told_where_it_goes_on() -> None:
    desk = Desk()
    ends, _ = desk.do("merge", 42, 40)
    duplicate, survivor = desk.stories[42].ticket, desk.stories[40].ticket
    assert (duplicate.status, duplicate.merged_into, duplicate.links) == (Status.RESOLVED, 40, (40,))
    assert {clock.state for clock in duplicate.clocks.values()} == {ClockState.STOPPED}, "nothing was restored by it"
    assert desk.stories[42].plan() == []
    assert [n.kind for n in ends.notices if n.audience is Audience.CUSTOMER] == ["merged"]
    assert (survivor.status, survivor.links, survivor.merged_into) == (Status.OPEN, (42,), None)
    assert survivor.clocks == Story("09:00", severity=2).ticket.clocks


def test_nothing_more_is_done_to_a_merged_ticket() -> None:
    desk = Desk()
    desk.do("merge", 42, 40)
    verbs: list[Callable[[Ticket], Change]] = [
        lambda ticket: owning.take(ticket, ANA, at("09:20")),
        lambda ticket: updating.update(ticket, ANA, at("09:20"), "hello"),
        lambda ticket: resolving.resolve(ticket, ANA, at("09:20")),
        lambda ticket: resolving.reopen(ticket, ANA, at("09:20"), counts=True),
    ]
    for verb in verbs:
        with pytest.raises(Refusal) as refused:
            verb(desk.stories[42].ticket)
        assert (refused.value.code, refused.value.values["number"]) == ("merged", 40)


def test_tickets_of_different_customers_are_never_merged_but_may_be_linked() -> None:
    desk = Desk()
    desk.stories[42].act(correct_customer, "09:05", POLICY, "Acme", None)
    with pytest.raises(Refusal, match="different_customers"):
        desk.do("merge", 42, 40)
    desk.do("link", 42, 40)
    desk.stories[40].act(correct_customer, "09:06", POLICY, " ACME ", None)
    desk.do("merge", 42, 40)
    assert desk.links()[40] == (42,)


@pytest.mark.parametrize("verb", ["link", "unlink", "merge"])
def test_a_pair_is_two_tickets_and_its_verbs_are_for_the_desk(verb: str) -> None:
    desk = Desk()
    with pytest.raises(Refusal, match="same_ticket"):
        desk.do(verb, 42, 42)
    for somebody in (REX, CLEO, HUGO):
        with pytest.raises(Refusal, match="not_allowed"):
            desk.do(verb, 42, 40, somebody)


@given(st.lists(st.tuples(st.sampled_from(["link", "unlink", "merge"]), *2 * [st.sampled_from([40, 41, 42])])))
def test_whatever_is_linked_and_merged_links_go_both_ways_and_every_ticket_goes_on_somewhere(
    acts: list[tuple[str, int, int]],
) -> None:
    desk = Desk()
    for verb, one, other in acts:
        try:
            desk.do(verb, one, other)
        except Refusal:
            continue
    links = desk.links()
    assert all(number in links[other] for number, others in links.items() for other in others)
    for number in links:
        seen = [number]
        while (into := desk.stories[seen[-1]].ticket.merged_into) is not None:
            assert into not in seen
            seen.append(into)
        assert desk.stories[seen[-1]].ticket.is_open
