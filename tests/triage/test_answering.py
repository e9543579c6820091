"""What the customer writes: it ends a wait, reopens, or is only shown."""

from __future__ import annotations

import pytest

from tests.contents import says
from tests.triage.story import CLEO, REX, Story, at, due, kinds, told
from triage import answering, awaiting, resolving
from triage.notice import Audience, NoticeKind
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind


def test_the_customers_message_ends_the_wait_at_its_own_time() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    change = story.act(answering.customer_wrote, "11:30", "here it is", at=at("11:00"), by=CLEO)
    assert kinds(change) == ["customer_wrote", "resumed"]
    assert (story.ticket.waiting, due(story, RESTORE)) == (None, at("16:00"))


@pytest.mark.parametrize("text", ["Thanks!", "merci beaucoup", "Bonjour", "Automatic reply: away"])
def test_thanks_and_greetings_do_not_end_the_wait(text: str) -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    assert kinds(story.act(answering.customer_wrote, "11:00", text, at=at("11:00"), by=CLEO)) == ["customer_wrote"]
    assert story.ticket.waiting is not None


def test_a_message_from_before_the_wait_does_not_end_it() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(answering.customer_wrote, "10:01", "any news", at=at("09:59"), by=CLEO)
    assert story.ticket.waiting is not None


def test_a_message_that_arrives_late_ends_the_wait_it_answered() -> None:
    story = Story("09:00")
    story.act(awaiting.wait, "10:00", "config needed")
    story.act(awaiting.resume, "12:00")
    story.act(awaiting.wait, "12:30", "serial number needed")
    story.act(answering.customer_wrote, "12:40", "here it is", at=at("11:00"), by=CLEO)
    ticket = story.ticket
    assert ticket.waits == ((at("10:00"), at("11:00")), (at("12:30"), None))
    assert ticket.waiting is not None


def test_a_message_never_happens_after_it_was_received() -> None:
    (event,) = Story("09:00").act(answering.customer_wrote, "10:00", "hello?", at=at("10:05"), by=CLEO).events
    assert event.at == at("10:00")


@pytest.mark.parametrize(
    ("when", "reopens"),
    [
        pytest.param("11:00", True, id="the same day"),
        pytest.param("7 10:00", True, id="exactly five business days later"),
        pytest.param("7 10:00:01", False, id="a second more"),
        pytest.param("6 23:00", True, id="the weekend does not count"),
        pytest.param("30 10:00", False, id="a month later"),
    ],
)
def test_a_customers_answer_within_five_business_days_reopens(when: str, reopens: bool) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, when, "it is down again", at=at(when), by=CLEO)
    assert story.ticket.is_open is reopens
    assert ("reopened" in kinds(change)) is reopens


def test_whoever_has_the_ticket_is_named_once_in_a_while_and_whenever_it_reopens() -> None:
    story = Story("09:00")
    named = []
    for when in ("10:00", "10:01", "10:06"):
        change = story.act(answering.customer_wrote, when, "it is down", at=at(when), by=CLEO)
        named.append(says(change.notices[0], "named"))
    story.act(resolving.resolve, "10:07")
    change = story.act(answering.customer_wrote, "10:08", "it is down again", at=at("10:08"), by=CLEO)
    assert [*named, says(change.notices[0], "named")] == [True, False, True, True]


@pytest.mark.parametrize(
    ("resolved", "when", "reopens"),
    [
        pytest.param("5 10:00", "11 17:00", True, id="Saturday: until Friday's closing"),
        pytest.param("5 10:00", "11 17:00:01", False, id="Saturday: not a second after it"),
        pytest.param("6 12:00", "13 12:00", False, id="Sunday: not on the Sunday after that week"),
        pytest.param("7 09:00", "12 10:00", False, id="Monday at opening: that week, not its weekend"),
        pytest.param("4 17:00", "14 08:59", False, id="Friday at closing: not in the hours before Monday's opening"),
    ],
)
def test_five_business_days_end_at_the_closing_that_fills_them(resolved: str, when: str, reopens: bool) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, resolved)
    story.act(answering.customer_wrote, when, "it is down again", at=at(when), by=CLEO)
    assert story.ticket.is_open is reopens


@pytest.mark.parametrize("text", ["Thanks!", "ok", "parfait, merci"])
def test_thanks_do_not_reopen(text: str) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    story.act(answering.customer_wrote, "10:05", text, at=at("10:05"), by=CLEO)
    assert not story.ticket.is_open


def test_an_answer_that_crossed_the_resolution_counts_at_its_time_and_is_shown_without_reopening() -> None:
    """Nobody who resolved it had read it, and whoever wrote it did not know that it was resolved."""
    story = Story("09:00")
    story.act(awaiting.wait, "09:30", "does it work?")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:01", "no, still down", at=at("09:59"), by=CLEO)
    ticket = story.ticket
    assert (ticket.is_open, ticket.waits) == (False, ((at("09:30"), at("09:59")),))
    (shown,) = [notice for notice in change.notices if notice.kind is NoticeKind.CUSTOMER_WROTE]
    assert (says(shown, "then"), says(shown, "named")) == ("before", True)


@pytest.mark.parametrize(("text", "written", "is_open"), [("no", "10:00", True), ("thanks!", "09:59", False)])
def test_in_the_second_of_the_resolution_it_reopens_and_thanks_never_ask(
    text: str, written: str, is_open: bool
) -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:01", text, at=at(written), by=CLEO)
    assert story.ticket.is_open is is_open
    assert not any(says(notice, "then") == "before" for notice in change.notices)


def test_a_customers_message_is_shown_to_the_desk_unless_it_stands_there() -> None:
    story = Story("09:00")
    assert told(story.act(answering.customer_wrote, "10:00", "hm", at=at("10:00"), by=CLEO), Audience.DESK) == [
        "customer_wrote"
    ]
    change = story.act(answering.customer_wrote, "10:01", "hm", at=at("10:01"), by=REX, under_card=True)
    assert told(change, Audience.DESK) == []


@pytest.mark.parametrize("under_card", [False, True])
def test_what_a_customer_writes_names_somebody_once_in_five_minutes(under_card: bool) -> None:
    story = Story("09:00")
    named = []
    for when in ("10:00", "10:01", "10:04:59", "10:05", "10:09", "10:10"):
        change = story.act(answering.customer_wrote, when, "still down", at=at(when), by=REX, under_card=under_card)
        named += [when for notice in change.notices if says(notice, "named")]
    assert named == ["10:00", "10:05", "10:10"]
    thanks = story.act(answering.customer_wrote, "10:20", "thanks!", at=at("10:20"), by=REX)
    assert [says(notice, "named") for notice in thanks.notices] == [False]


@pytest.mark.parametrize(("severity", "shown"), [(1, True), (2, True), (3, False)])
@pytest.mark.parametrize("under_card", [False, True])
def test_an_answer_and_what_comes_of_it_are_one_message(severity: int, shown: bool, under_card: bool) -> None:
    story = Story("09:00", severity=severity)
    story.act(awaiting.wait, "09:30", "which floor?")
    change = story.act(answering.customer_wrote, "09:40", "the third", at=at("09:40"), by=CLEO, under_card=under_card)
    (said,) = [notice for notice in change.notices if notice.audience is Audience.DESK]
    assert (says(said, "then"), said.broadcast) == ("resumed", False)
    assert said.body == (None if under_card else "the third")
    story.act(resolving.resolve, "10:00")
    change = story.act(answering.customer_wrote, "10:10", "down again", at=at("10:10"), by=CLEO, under_card=under_card)
    (said,) = [notice for notice in change.notices if notice.audience is Audience.DESK]
    assert (says(said, "then"), said.broadcast) == ("reopened", shown)
    assert said.body == ("down again" if shown or not under_card else None), "the channel cannot see what is above"
