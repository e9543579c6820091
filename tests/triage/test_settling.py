"""What was said is settled once its deadline was met, moved or stopped, and open again where that is undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from storage.tables.outbox import SETTLING as INDEXED
from tests.contents import says
from tests.examples import examples
from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, BEN, CLEO, LEA, MIA, POLICY, REX, Story, at
from triage import acknowledging, awaiting, noting, owning, resolving, restoring, sorting, updating
from triage.contents.deadlines import WarningContent
from triage.correcting import take_back
from triage.escalation import escalate, undo_reaction
from triage.event import Kind
from triage.fold import fold
from triage.notice import Notice, NoticeKind
from triage.owning import assign
from triage.settling import SETTLING, is_settled, may_settle, settled_by
from triage.still_true import still_true
from triage.terms import ClockKind


def said(story: Story, kind: NoticeKind, clock: str | None = None) -> Notice:
    """The last notice of that kind."""
    return next(n for n in reversed(story.notices) if n.kind is kind and says(n, "clock") == clock)


def settled(story: Story, notice: Notice) -> bool:
    return is_settled(story.ticket, notice.content)


CLOSES: dict[str, tuple[Callable[[Story], object], set[str]]] = {
    "a note": (lambda story: story.act(noting.note, "09:25", "hm"), set()),
    "taken": (lambda story: story.act(owning.take, "09:25", by=BEN), {"response"}),
    "given to somebody": (lambda story: story.act(assign, "09:25", BEN, by=LEA), {"response"}),
    "updated": (lambda story: story.act(updating.update, "09:25", "on it", by=BEN), {"response", "update"}),
    "restored": (lambda story: story.act(restoring.restored, "09:25", by=BEN), {"response", "update", "restore"}),
    "resolved": (lambda story: story.act(resolving.resolve, "09:25", by=BEN), {"response", "update", "restore"}),
    "waits for the customer": (lambda story: story.act(awaiting.wait, "09:25", "logs", by=BEN), {"restore"}),
    "acknowledged": (lambda story: story.act(acknowledging.acknowledge, "09:25", by=BEN), set()),
    "another severity": (
        lambda story: story.act(sorting.change_severity, "09:25", POLICY, 3, "only one site", by=BEN),
        {"update", "restore"},  # the breach stays one
    ),
}


@pytest.mark.parametrize("action", CLOSES)
def test_a_warning_or_a_breach_is_settled_by_what_met_moved_or_stopped_its_clock(action: str) -> None:
    story = Story("09:00", severity=1, reported="05:30")  # half of the time to restore is over at 8:30
    story.live_until("09:20")
    notices = {
        "response": said(story, NoticeKind.BREACH, "response"),
        "update": said(story, NoticeKind.WARNING, "update"),
    }
    clock = story.ticket.clocks
    restore = Notice(
        WarningContent("left-900", clock[ClockKind.RESTORE].cycle, "restore", at("11:30")),
        notices["update"].audience,
    )
    notices["restore"] = restore
    assert not any(settled(story, notice) for notice in notices.values())
    before = story.ticket
    do, closed = CLOSES[action]
    do(story)
    assert {clock for clock, notice in notices.items() if settled(story, notice)} == closed
    assert may_settle(before, story.ticket) or not closed
    for clock_name in closed:
        event = settled_by(story.events, notices[clock_name].content, 2)
        assert event is not None
        assert (event.actor, event.at) == (BEN.id, at("09:25")) or event.kind is Kind.ASSIGNED


def test_what_was_undone_is_open_again() -> None:
    story = Story("09:00", severity=2)
    story.live_until("09:10")
    warning = said(story, NoticeKind.WARNING, "response")
    story.act(owning.take, "09:11", by_reaction=True)
    assert settled(story, warning)
    story.act(undo_reaction, "09:12", "take")
    assert not settled(story, warning)
    story.act(updating.update, "09:13", "wrong ticket")
    assert settled(story, warning)
    story.act(take_back, "09:14")
    assert not settled(story, warning)
    story.act(updating.update, "09:14:30", "on it", by=BEN)
    event = settled_by(story.events, warning.content, 2)
    assert event is not None
    assert (event.actor, event.at) == (BEN.id, at("09:14:30")), "what was undone settled nothing"


@pytest.mark.parametrize(("by", "severity"), [(ANA, 1), (ANA, 2), (CLEO, 1), (REX, 2)])
def test_whom_a_pressing_ticket_falls_to_is_said_until_somebody_accepts_it(by: object, severity: int) -> None:
    story = Story("09:00", severity=severity, by=by)  # type: ignore[arg-type]
    naming = said(story, NoticeKind.FALLS_TO)
    assert naming.broadcast
    story.act(assign, "09:01", BEN, by=LEA)
    assert not settled(story, naming), "nobody has said that they have it"
    story.act(updating.update, "09:02", "I have it", by=BEN)
    assert settled(story, naming)


@pytest.mark.parametrize("severity", [3, None])
def test_nobody_is_named_for_what_is_not_pressing(severity: int | None) -> None:
    assert not [n for n in Story("09:00", severity=severity).notices if n.kind is NoticeKind.FALLS_TO]


def test_whom_it_falls_to_is_said_only_while_it_is_pressing_and_in_the_latest_words_alone() -> None:
    def sayable(story: Story) -> list[int]:
        named = [notice for notice in story.notices if notice.kind is NoticeKind.FALLS_TO]
        return [says(n, "severity") for n in named if still_true(story.ticket, n.content, at("09:05"))]

    story = Story("09:00", severity=2, by=CLEO)
    assert sayable(story) == [2], "as claimed"
    story.act(sorting.change_severity, "09:01", POLICY, 1)
    assert sayable(story) == [1], "who is told of a severity 1 need not hear of a severity 2 as well"
    story.act(sorting.change_severity, "09:02", POLICY, 3, "one desk")
    assert sayable(story) == []


def test_somebody_is_named_again_only_where_it_got_worse_and_nobody_has_accepted_it() -> None:
    def named(story: Story) -> int:
        return sum(notice.kind is NoticeKind.FALLS_TO for notice in story.notices)

    story = Story("09:00", severity=2, by=CLEO)
    assert named(story) == 1
    story.act(sorting.change_severity, "09:01", POLICY, 2)
    assert named(story) == 1, "as they claimed: whoever was named knows"
    story.act(sorting.change_severity, "09:02", POLICY, 1, "all sites")
    assert named(story) == 2
    story.act(sorting.change_severity, "09:03", POLICY, 3, "one desk")
    story.act(sorting.change_severity, "09:04", POLICY, 2, "after all")
    assert named(story) == 3
    story.act(owning.take, "09:05")
    story.act(sorting.change_severity, "09:06", POLICY, 1, "all sites")
    story.act(resolving.resolve, "09:07")
    story.act(resolving.reopen, "09:08", counts=True)
    assert named(story) == 3
    story.act(assign, "09:09", None)
    story.act(resolving.resolve, "09:10")
    story.act(resolving.reopen, "09:11", counts=True)
    assert named(story) == 4


def closings(story: Story) -> list[str]:
    return [str(says(notice, "what")) for notice in story.notices if notice.kind is NoticeKind.CLOSING]


def test_a_severity_1_that_was_said_in_the_channel_is_closed_there_once() -> None:
    story = Story("09:00", severity=1)
    story.act(owning.take, "09:01")
    story.act(restoring.restored, "09:20")
    story.act(resolving.resolve, "09:30", by_reaction=True)
    assert closings(story) == ["restored"], "whichever is first"
    story.act(undo_reaction, "09:31", "resolve")
    story.act(restoring.relapsed, "09:32")
    story.act(escalate, "09:33", "again")
    story.act(resolving.resolve, "09:40")
    assert closings(story) == ["restored", "relapsed", "resolved"], "the channel heard of it again"
    quiet = Story("09:00", severity=3)
    quiet.act(owning.take, "09:01")
    quiet.act(sorting.change_severity, "09:02", POLICY, 1, "all sites")
    quiet.act(resolving.resolve, "09:03")
    assert closings(quiet) == [], "what the channel never heard of needs no end there"


def test_the_channel_hears_that_what_it_was_told_is_over_is_not() -> None:
    story = Story("09:00", severity=1)
    story.act(owning.take, "09:01")
    story.act(resolving.resolve, "09:10", by_reaction=True)
    story.act(undo_reaction, "09:11", "resolve")
    story.act(resolving.resolve, "09:20")
    story.act(resolving.reopen, "09:30", counts=True)
    story.act(restoring.restored, "09:40")
    story.act(restoring.relapsed, "09:50", None, "the same line")
    story.act(resolving.resolve, "10:00")
    heard = ["resolved", "reopened", "resolved", "reopened", "restored", "relapsed", "resolved"]
    assert closings(story) == heard
    assert not [n for n in story.notices if n.kind is NoticeKind.CHANGED and says(n, "what") == "relapsed"], "once"


def test_of_severity_2_the_channel_hears_that_it_was_opened_again_and_of_the_rest_nothing() -> None:
    story = Story("09:00", severity=2)
    story.act(owning.take, "09:01")
    story.act(restoring.restored, "09:10")
    story.act(restoring.relapsed, "09:20")
    story.act(resolving.resolve, "09:30")
    story.act(resolving.reopen, "09:40", counts=False)
    assert closings(story) == ["reopened"]
    minor = Story("09:00", severity=3)
    minor.act(resolving.resolve, "09:30")
    minor.act(resolving.reopen, "09:40", counts=False)
    assert closings(minor) == []


def test_a_proposal_is_settled_once_somebody_climbed() -> None:
    story = Story("09:00", severity=1)
    story.live_until("11:00")
    proposal = said(story, NoticeKind.PROPOSAL)
    assert not settled(story, proposal)
    story.act(escalate, "11:05", "too slow", by=MIA)
    assert settled(story, proposal)


def test_the_index_is_of_the_kinds_that_can_be_settled() -> None:
    kinds = ", ".join(f"'{kind.value}'" for kind in SETTLING)
    assert f"kind IN ({kinds})" == INDEXED


@settings(max_examples=examples(60))
@given(openings, steps)
def test_only_what_moves_something_can_settle(opening: dict[str, object], life: list[Step]) -> None:
    """A change that `may_settle` passes over settles nothing, and opens nothing again."""
    story = live(opening, life, looking=True)
    notices = [notice for notice in story.notices if notice.kind in SETTLING]
    for place in range(1, len(story.events)):
        before, after = fold(story.events[:place]), fold(story.events[: place + 1])
        if not may_settle(before, after) and (after.said or before.announced.named_for):
            for notice in notices:
                assert is_settled(before, notice.content) == is_settled(after, notice.content)
    assert all(is_settled(story.ticket, notice.content) for notice in notices if not story.ticket.is_open)
