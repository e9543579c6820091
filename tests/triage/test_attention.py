"""What waits for a manager: a level nobody answers for, a request, a proposal; the most pressing one is said."""

from __future__ import annotations

from tests.triage.story import ANA, CLEO, MIA, Story, at
from triage import acknowledging, escalation, resolving
from triage.attention import Attention, Waits, waits_for_manager


def waits(story: Story) -> Waits | None:
    return waits_for_manager(story.ticket, story.events)


def test_nothing_waits_on_a_ticket_that_nobody_escalated() -> None:
    assert waits(Story("09:00", severity=2)) is None


def test_a_level_waits_until_somebody_acknowledges_it() -> None:
    story = Story("09:00", severity=2)
    story.act(escalation.escalate, "10:00", "slow")
    assert waits(story) == Waits(Attention.ESCALATED, 1, at("10:00"))
    story.act(acknowledging.acknowledge, "10:05", by=MIA)
    assert waits(story) is None


def test_what_the_customer_asks_for_waits_until_somebody_climbs() -> None:
    story = Story("09:00", severity=2, by=CLEO)
    story.act(escalation.escalate, "10:00", "slow", by=CLEO)
    assert waits(story) == Waits(Attention.ASKED, 1, at("10:00"))
    story.act(escalation.escalate, "10:05", "slow", by=ANA)
    found = waits(story)
    assert found is not None
    assert found.what is Attention.ESCALATED


def test_nothing_waits_on_a_resolved_ticket() -> None:
    story = Story("09:00", severity=2)
    story.act(escalation.escalate, "10:00", "slow")
    story.act(resolving.resolve, "11:00")
    assert waits(story) is None
