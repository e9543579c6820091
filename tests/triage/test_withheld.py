"""A warning that would only disturb is withheld; the last call and what is late never are."""

from __future__ import annotations

from tests.contents import says
from tests.triage.story import Story
from triage import updating
from triage.change import Change
from triage.facts.ahead import Warned
from triage.notice import NoticeKind
from triage.owning import take
from triage.terms import Category


def said(change: Change) -> list[tuple[NoticeKind, bool]]:
    """The notices, and whether each is a last call."""
    return [(n.kind, bool(says(n, "last_call"))) for n in change.notices if n.kind is not NoticeKind.CARD]


def warned(change: Change) -> list[tuple[str, bool, bool]]:
    """The warnings on record: their step, whether they were withheld, and whether the channel was shown them."""
    return [(e.fact.step, e.fact.withheld, e.fact.shown) for e in change.events if isinstance(e.fact, Warned)]


def test_while_somebody_writes_to_the_customer_nobody_is_warned_that_they_have_to() -> None:
    story = Story("09:00", severity=1)
    change = story.pass_until("09:10", written=True)
    assert (said(change), warned(change)) == ([], [("left-300", True, False)])
    assert not story.pass_until("09:11"), "it is not said later either"


def test_the_last_call_comes_all_the_same_so_that_the_channel_hears_before_it_is_late() -> None:
    story = Story("09:00", severity=1)
    assert story.planned("response", "last-call") is None, "the warning would have been shown there"
    story.pass_until("09:10", written=True)
    change = story.pass_until("09:12", written=True)
    assert (said(change), warned(change)) == ([(NoticeKind.WARNING, True)], [("last-call", False, True)])
    assert said(story.pass_until("09:15:01", written=True)) == [(NoticeKind.BREACH, False)]


def test_no_update_meets_the_time_to_restore_so_its_warnings_are_said() -> None:
    story = Story("09:00", severity=1)
    for hour in range(3):
        for minute in (0, 25, 50):
            story.act(updating.update, f"{9 + hour}:{minute:02}", "on it")
    story.live_until("11:59")
    change = story.pass_until("12:00", written=True)
    assert (NoticeKind.WARNING, False) in said(change)
    assert {says(n, "clock") for n in change.notices if n.kind is NoticeKind.WARNING} == {"restore"}


def test_nobody_is_warned_of_the_next_update_right_after_one() -> None:
    story = Story("09:00", severity=None, category=Category.PROVISIONING)
    story.act(take, "09:00")
    for minutes, withheld in ((18, True), (25, False)):
        at = story.events[-1].recorded_at
        story.act(updating.promise, at, at.replace(minute=at.minute + minutes), "Soon")
        change = story.pass_until(min(due.at for due in story.dues() if due.clock == "update"))
        assert [each for _, each, _ in warned(change)] == [withheld]
        assert bool(said(change)) is not withheld
