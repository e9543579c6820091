"""At the thresholds a level is proposed, a ticket climbs by itself, or neither; and a level may be left again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.triage.story import ADA, ANA, BEN, CLEO, LEA, MAX, MIA, POLICY, REX, Story, at
from triage import acknowledging, resolving, sorting, updating
from triage.attention import waits_for_manager
from triage.contents.privately import StandsContent
from triage.contents.to_desk import EscalatedContent, EscalationAskedContent
from triage.due import decide_overtaken
from triage.errors import Refusal
from triage.escalation import de_escalate, escalate, escalate_by_reaction, undo_reaction
from triage.notice import Notice, NoticeKind
from triage.people import VIGIE, Actor
from triage.settling import is_settled, may_settle
from triage.terms import Climbing, terms_from_data

AUTOMATIC = replace(POLICY, climbing=Climbing.AUTOMATIC)
OFF = replace(POLICY, climbing=Climbing.OFF)


def reached(story: Story) -> list[tuple[str, str, int]]:
    """Every climb on record: when, by whom, to which level."""
    return [(f"{climb.at:%H:%M}", climb.actor, climb.level) for climb in story.ticket.escalation.climbs]


def said(story: Story, kind: NoticeKind) -> list[Notice]:
    return [notice for notice in story.notices if notice.kind is kind]


# -- by itself -------------------------------------------------------------------------------------------------------


def test_on_automatic_a_ticket_climbs_at_each_threshold_and_says_so_as_any_climb() -> None:
    story = Story("09:00", policy=AUTOMATIC)
    story.live_until("22:00")
    assert reached(story) == [("11:00", VIGIE, 1), ("15:00", VIGIE, 2), ("21:00", VIGIE, 3)]
    assert [(n.content, n.broadcast) for n in said(story, NoticeKind.ESCALATED)] == [
        (EscalatedContent(VIGIE, level), True) for level in (1, 2, 3)
    ]
    assert {n.content.step for n in said(story, NoticeKind.PROPOSAL)} == {"unanswered"}  # type: ignore[attr-defined]


def test_off_proposes_nothing_at_the_thresholds() -> None:
    story = Story("09:00", policy=OFF)
    story.live_until("2 09:00")
    assert not said(story, NoticeKind.PROPOSAL)
    story.act(escalate, "2 09:01", "worse")
    assert story.ticket.level == 1, "and stands in nobody's way"


def test_what_is_due_for_several_levels_at_once_climbs_one_and_leaves_it_time_to_answer() -> None:
    story = Story("23:00", policy=AUTOMATIC, reported="08:00")
    story.live_until("23:00")
    assert story.ticket.level == 1
    story.live_until("1 00:00")
    assert reached(story) == [("23:00", VIGIE, 1), ("23:15", VIGIE, 2), ("23:30", VIGIE, 3)]


def test_after_an_outage_it_climbs_once_and_not_up_the_whole_chain() -> None:
    story = Story("09:00", policy=AUTOMATIC)
    story.pass_until("23:00")
    assert reached(story) == [("23:00", VIGIE, 1)]
    assert len(said(story, NoticeKind.ESCALATED)) == 1


def test_somebody_who_climbs_in_the_same_moment_climbs_one_level_with_it() -> None:
    story = Story("09:00", policy=AUTOMATIC)
    story.live_until("10:59")
    action = escalate(story.ticket, ANA, at("11:00:02"), "worse")
    overtaken = decide_overtaken(story.events, story.ticket, action.events, at("11:00:02"))
    assert [event.kind.value for event in overtaken.events] == ["proposed"]
    story.record(overtaken)
    story.record(action)
    assert reached(story) == [("11:00", ANA.id, 1)]


def test_a_level_climbed_by_hand_is_not_climbed_again() -> None:
    story = Story("09:00", policy=AUTOMATIC)
    story.act(escalate, "09:30", "worse")
    story.act(acknowledging.acknowledge, "09:31", by=MIA)
    story.live_until("14:59")
    assert story.ticket.level == 1
    story.live_until("15:00")
    assert story.ticket.level == 2


# -- down again ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [LEA, MIA, ADA])
def test_leads_managers_and_admins_leave_a_level_with_a_reason(by: Actor) -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "worse")
    change = story.act(de_escalate, "09:40", "it shrank", by=by)
    assert story.ticket.level == 0
    assert [(n.kind, n.broadcast, n.body) for n in change.notices if n.kind is not NoticeKind.CARD] == [
        (NoticeKind.DEESCALATED, False, "it shrank")
    ]


@pytest.mark.parametrize(
    ("by", "words", "code"),
    [(BEN, "it shrank", "not_allowed"), (REX, "it shrank", "not_allowed"), (LEA, " ", "de_escalate_needs_reason")],
)
def test_nobody_else_does_and_not_without_one(by: Actor, words: str, code: str) -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "worse")
    with pytest.raises(Refusal, match=code):
        story.act(de_escalate, "09:40", words, by=by)


def test_there_is_nothing_to_leave_where_nothing_was_reached_or_the_ticket_is_resolved() -> None:
    story = Story("09:00")
    with pytest.raises(Refusal, match="not_escalated"):
        story.act(de_escalate, "09:10", "it shrank", by=LEA)
    story.act(escalate, "09:30", "worse")
    story.act(resolving.resolve, "09:40")
    with pytest.raises(Refusal, match="resolved"):
        story.act(de_escalate, "09:41", "it shrank", by=LEA)


def test_the_level_that_was_left_is_proposed_again_only_after_its_whole_time() -> None:
    story = Story("09:00")
    story.act(escalate, "09:30", "worse")
    story.act(de_escalate, "10:00", "it shrank", by=LEA)
    assert [(due.step, due.at) for due in story.dues() if due.clock == "escalation"] == [
        ("propose-1", at("12:00")), ("propose-2", at("16:00")), ("propose-3", at("22:00")),
    ]  # fmt: skip


def test_or_as_soon_as_the_severity_rises() -> None:
    story = Story("09:00", severity=2)
    story.act(escalate, "09:30", "worse")
    story.act(de_escalate, "10:00", "it shrank", by=LEA)
    story.act(sorting.change_severity, "11:00", POLICY, 1, "all sites")
    assert story.planned("escalation", "propose-1") == at("13:00")


def test_what_was_said_before_is_not_said_again_and_the_level_below_is_answered_for() -> None:
    story = Story("09:00")
    story.live_until("11:00")
    for minute in (1, 3):
        story.act(escalate, f"11:0{minute}", "worse", sure=True)
    story.act(de_escalate, "11:10", "one level will do", by=MIA)
    assert (story.ticket.level, story.ticket.escalation.climbs[0].acknowledged_by) == (1, MIA.id)
    assert [due.step for due in story.dues() if due.clock == "escalation"] == ["propose-2", "propose-3"]
    assert waits_for_manager(story.ticket, story.events) is None


def test_whoever_takes_off_the_reaction_that_carried_it_is_told_who_left_it() -> None:
    story = Story("09:00")
    story.act(escalate_by_reaction, "09:30", by=MIA)
    story.act(de_escalate, "09:31", "it shrank", by=LEA)
    change = story.act(undo_reaction, "09:31:30", "escalate", by=MIA)
    assert [(n.content.why, n.content.by) for n in change.notices if isinstance(n.content, StandsContent)] == [
        ("left", LEA.id)
    ]
    story.act(escalate_by_reaction, "09:40", by=MIA)
    assert story.ticket.level == 1, "a new reaction climbs"


# -- what was said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["acknowledged", "undone", "resolved", "climbed", "left"])
def test_a_climb_that_is_over_is_settled_and_one_that_is_not_is_not(ends: str) -> None:
    story = Story("09:00")
    story.act(escalate_by_reaction, "09:30", by=MAX)
    said_by = len(story.events)
    assert not is_settled(story.ticket, EscalatedContent(MAX.id, 1), said_by)
    story.act(updating.update, "09:30:30", "on it")
    assert not is_settled(story.ticket, EscalatedContent(MAX.id, 1), said_by)
    match ends:
        case "acknowledged":
            story.act(acknowledging.acknowledge, "09:31", by=MIA)
        case "undone":
            story.act(undo_reaction, "09:31", "escalate", by=MAX)
        case "resolved":
            story.act(resolving.resolve, "09:31")
        case "climbed":
            story.act(escalate, "09:32", "worse")
        case "left":
            story.act(de_escalate, "09:31", "it shrank", by=LEA)
    assert is_settled(story.ticket, EscalatedContent(MAX.id, 1), said_by)


@pytest.mark.parametrize("ends", ["climbed", "resolved"])
def test_what_a_customer_asked_for_is_settled_once_it_is_decided_and_stays_so_when_they_ask_again(ends: str) -> None:
    story = Story("09:00")
    story.act(escalate, "09:10", "our shop is closed", by=CLEO)
    first, asked = len(story.events), EscalationAskedContent(CLEO.id)
    story.act(updating.update, "09:20", "on it")
    assert not is_settled(story.ticket, asked, first)
    before = story.ticket
    if ends == "climbed":
        story.act(escalate, "09:30", "yes")
    else:
        story.act(resolving.resolve, "09:30")
    assert is_settled(story.ticket, asked, first)
    assert may_settle(before, story.ticket)
    if ends == "climbed":
        story.act(escalate, "09:40", "higher", by=CLEO)
        assert is_settled(story.ticket, asked, first)
        assert not is_settled(story.ticket, asked, len(story.events))


def test_what_was_said_of_a_climb_that_was_undone_stays_settled_when_somebody_climbs_again() -> None:
    story = Story("09:00")
    story.act(escalate_by_reaction, "09:30", by=MIA)
    first = len(story.events)
    story.act(undo_reaction, "09:31", "escalate", by=MIA)
    story.act(escalate_by_reaction, "09:35", by=MIA)
    assert is_settled(story.ticket, EscalatedContent(MIA.id, 1), first)
    assert not is_settled(story.ticket, EscalatedContent(MIA.id, 1), len(story.events))


def test_terms_that_were_stamped_before_propose_and_wait_as_is_usual() -> None:
    data = dict(Story("09:00").ticket.terms.to_data())
    older = {key: value for key, value in data.items() if key not in ("climbing", "ack_within")} | {"key": "older"}
    terms = terms_from_data(older)
    assert (terms.climbing, terms.ack_within) == (Climbing.PROPOSE, 900)
    stamped = Story("09:00", policy=replace(AUTOMATIC, ack_within=None)).ticket.terms
    assert terms_from_data(stamped.to_data()) == stamped
