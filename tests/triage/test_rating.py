"""The customer of a resolved ticket is asked once how it went, may answer by one press, and is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contents import says
from tests.triage.story import ANA, BEN, CLEO, LEA, POLICY, REX, Story, at, kinds
from triage import answering, escalation, rating, resolving
from triage.agenda import agenda
from triage.change import Change
from triage.contents.rating import RatingContent
from triage.errors import Refusal
from triage.facts.telling import CustomerWrote
from triage.figures import Ratings, rating_of
from triage.linking import Numbered
from triage.merging import merge
from triage.notice import Audience, Notice, NoticeKind
from triage.people import Actor, Role
from triage.policy import Policy
from triage.still_true import still_true

OTHER = Actor("chat:other", frozenset({Role.CUSTOMER}))


def resolved(when: str = "10:00", *, severity: int = 1, policy: Policy = POLICY) -> Story:
    """A customer's ticket, resolved at that time."""
    story = Story("09:00", severity=severity, by=CLEO, policy=policy)
    story.act(resolving.resolve, when, "Spliced")
    return story


def asked(when: str = "10:00", *, severity: int = 1) -> Story:
    """... and its customer was asked."""
    story = resolved(when, severity=severity)
    raised = replace(story.ticket.terms, severity=severity)
    assert raised.rate_after == 3600
    story.live_until("3 12:00")
    return story


def rate(story: Story, when: str = "3 12:05", *, by: Actor = CLEO, good: bool | None = True, text: str = "") -> Change:
    return story.act(rating.rate, when, by=by, good=good, text=text)


def why_not(story: Story, **given: object) -> str:
    before = len(story.events)
    with pytest.raises(Refusal) as refused:
        rate(story, **given)  # type: ignore[arg-type]
    assert len(story.events) == before
    return refused.value.code


def test_the_customer_is_asked_an_hour_later_once() -> None:
    story = resolved("10:00")
    assert story.plan() == [("rating", "ask", at("11:00"))]
    ((when, notice),) = story.live_until("5 12:00")
    assert (when, notice.kind, notice.audience, notice.broadcast) == (
        at("11:00"), NoticeKind.RATING, Audience.CUSTOMER, False,
    )  # fmt: skip
    assert agenda(story.ticket) == []


def test_nobody_is_asked_outside_opening_hours() -> None:
    assert resolved("16:30").plan() == [("rating", "ask", at("1 09:00"))]


def test_opened_again_within_that_hour_it_is_not_asked_about() -> None:
    story = resolved("10:00")
    story.act(resolving.reopen, "10:40", counts=False)
    assert not [due for due in agenda(story.ticket) if due.clock == "rating"]
    story.act(resolving.resolve, "10:50")
    assert story.plan() == [("rating", "ask", at("11:50"))]


def test_a_policy_may_turn_it_off() -> None:
    assert resolved("10:00", policy=replace(POLICY, rate_after=None)).plan() == []


def test_what_another_ticket_goes_on_for_or_a_flood_was_added_to_is_not_asked_about() -> None:
    story, other = Story("09:00", by=CLEO), Story("09:00", by=CLEO)
    story.record(merge(Numbered(1, story.ticket), Numbered(2, other.ticket), ANA, at("09:30"), POLICY)[0])
    assert agenda(story.ticket) == []
    flood = Story("09:00", by=CLEO)
    wrote = answering.customer_wrote(flood.ticket, CLEO, at("09:01"), "And another thing", at=at("09:01"))
    events = tuple(
        replace(each, fact=replace(each.fact, beyond=True)) if isinstance(each.fact, CustomerWrote) else each
        for each in wrote.events
    )
    flood.record(replace(wrote, events=events))
    flood.act(resolving.resolve, "10:00")
    assert agenda(flood.ticket) == []


def test_one_press_answers_and_is_on_record() -> None:
    story = asked()
    change = rate(story, good=True)
    assert kinds(change) == ["rated"]
    assert [notice.kind for notice in change.notices] == [NoticeKind.CARD]
    assert change.stale == (rating.ASKED,)
    found = story.ticket.rating
    assert (found.good, found.by, found.at) == (True, CLEO.id, at("3 12:05"))


@pytest.mark.parametrize(("severity", "to_lead"), [(1, True), (2, True), (3, False)])
def test_the_lead_is_told_of_what_was_not_good_on_severity_1_or_2(severity: int, *, to_lead: bool) -> None:
    story = Story("09:00", severity=severity)
    story.opener = ANA
    story.act(resolving.resolve, "10:00")
    story.live_until("11:00")
    (said, _) = story.act(rating.rate, "11:05", by=ANA, good=False).notices
    assert (said.kind, said.audience, says(said, "good"), says(said, "to_lead")) == (
        NoticeKind.RATED, Audience.DESK, False, to_lead,
    )  # fmt: skip


def test_a_word_is_read_by_the_desk_and_pings_the_lead_no_second_time() -> None:
    story = Story("09:00", severity=1)
    story.act(resolving.resolve, "10:00")
    story.live_until("11:00")
    story.act(rating.rate, "11:05", by=ANA, good=False)
    (said, _) = story.act(rating.rate, "11:06", by=ANA, good=None, text="It took days").notices
    assert (said.body, says(said, "to_lead")) == ("It took days", False)


def test_a_second_press_of_the_same_changes_nothing_and_of_the_other_corrects() -> None:
    story = asked()
    rate(story, good=True)
    assert not rate(story, good=True)
    (said, _) = rate(story, good=False).notices
    assert said.kind is NoticeKind.RATED
    assert story.ticket.rating.good is False


def test_only_the_customer_answers_and_the_first_of_them_for_all() -> None:
    story = asked()
    assert {why_not(story, by=each) for each in (ANA, BEN, LEA, REX)} == {"rate_not_yours"}
    rate(story, by=OTHER, good=False)
    assert why_not(story, by=CLEO, good=True) == "rate_answered"


def test_opened_again_the_question_is_withdrawn_and_a_press_says_so() -> None:
    story = asked()
    before = story.ticket
    story.act(resolving.reopen, "3 12:01", counts=False)
    assert rating.stale(before, story.ticket) == (rating.ASKED,)
    assert not still_true(story.ticket, RatingContent(before.rating.cycle or 0), at("3 12:02"))
    assert why_not(story) == "rate_reopened"


def test_resolved_again_it_is_asked_about_only_where_nobody_had_answered() -> None:
    for answered in (True, False):
        story = asked()
        if answered:
            rate(story, "3 12:00", good=False)
        story.act(resolving.reopen, "3 12:01", counts=False)
        story.act(resolving.resolve, "3 12:02")
        said = [notice.kind for _, notice in story.live_until("4 12:00")]
        assert said == ([] if answered else [NoticeKind.RATING])
        assert story.ticket.rating.good is (False if answered else None)


def test_an_answer_stands_until_the_ticket_is_opened_again_and_for_what_was_resolved_then() -> None:
    story = asked()
    rate(story, good=False, text="It took days")
    assert rating_of(story.ticket) == Ratings(bad=1)
    story.act(resolving.reopen, "3 12:10", counts=False)
    assert (story.ticket.rating.stands, rating_of(story.ticket)) == (False, Ratings())
    story.act(resolving.resolve, "3 12:20")
    assert rating_of(story.ticket) == Ratings(), "it was said of the resolution before"
    (said, _) = rate(story, "3 12:30", good=False).notices
    assert (says(said, "good"), rating_of(story.ticket)) == (False, Ratings(bad=1))
    assert story.ticket.rating.body_id is None, "their word was about the other one"


def test_a_resolution_that_is_undone_was_never_asked_about() -> None:
    story = Story("09:00", severity=1, by=CLEO, policy=POLICY)
    story.act(resolving.resolve, "10:00", by_reaction=True)
    story.act(escalation.undo_reaction, "10:01", "resolve")
    assert story.ticket.rating.cycle is None


def test_nobody_answers_what_nobody_was_asked() -> None:
    assert why_not(resolved("10:00"), when="10:05") == "rate_not_asked"


def test_a_late_question_is_not_sent_once_it_was_answered() -> None:
    story = asked()
    content = RatingContent(story.ticket.rating.cycle or 0)
    assert still_true(story.ticket, content, at("3 12:01"))
    rate(story)
    assert not still_true(story.ticket, content, at("3 12:06"))
    assert isinstance(Notice(content, Audience.CUSTOMER), Notice)
