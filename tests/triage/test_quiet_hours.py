"""In their quiet hours somebody is told of nothing but severity 1 and 2, and what cannot wait goes to whoever is
next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.triage.story import ANA, BEN, CLEO, LEA, Story, at
from triage import answering, owning, updating
from triage.desk_agenda import QUIET_ENDS, SOMEBODY_COMES, DeskDue, upcoming
from triage.hours import Calendar
from triage.notice import NoticeKind
from triage.people import Role
from triage.policy import Policy
from triage.quiet_hours import QuietHours, still_matters
from triage.roster import Roster
from triage.terms import Category

NIGHT = QuietHours(22 * 60, 7 * 60)
PARIS = replace(NIGHT, zone="Europe/Paris")


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [
        (NIGHT, ["22:00", "23:59", "1 00:00", "1 06:59:59"], ["21:59:59", "1 07:00", "12:00"]),
        (PARIS, ["21:00", "1 05:59:59"], ["20:59:59", "1 06:00"]),
        (QuietHours(12 * 60, 13 * 60 + 30), ["12:00", "13:29:59"], ["11:59:59", "13:30", "00:00"]),
        (QuietHours(0, 0), [], ["00:00", "12:00"]),
    ],
)
def test_they_begin_and_end_at_these_times_of_somebodys_own_zone(
    hours: QuietHours, quiet: list[str], loud: list[str]
) -> None:
    assert [when for when in [*quiet, *loud] if hours.is_on(at(when))] == quiet


@given(
    hours=st.builds(QuietHours, st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(["UTC", "Europe/Paris"])),
    now=st.timedeltas(timedelta(), timedelta(days=365)).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed),
)
def test_they_are_over_when_they_are_said_to_end_and_no_earlier(hours: QuietHours, now: datetime) -> None:
    assume(hours.is_on(now))
    end = hours.end_of(now)
    assert now < end <= now + timedelta(hours=25)
    assert hours.end_of(now + (end - now) * 0.999) == end


def test_their_ends_are_the_same_time_of_day_when_the_clock_changes() -> None:
    before = datetime(2026, 3, 28, tzinfo=UTC)  # in the night after it Paris goes from UTC+1 to UTC+2
    assert list(PARIS.ends_between(before, before + timedelta(days=2))) == [
        datetime(2026, 3, 28, 6, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC),
    ]  # fmt: skip
    assert list(QuietHours(0, 0).ends_between(before, before + timedelta(days=9))) == []


def roster(**quiet: QuietHours) -> Roster:
    """Ana, Ben and Lea, who leads; some have quiet hours."""
    roles = {ANA.id: frozenset({Role.AGENT}), BEN.id: frozenset({Role.AGENT}), LEA.id: frozenset({Role.LEAD})}
    return Roster(roles, frozenset(roles), (LEA.id,), quiet={f"chat:{name}": hours for name, hours in quiet.items()})


def taken(severity: int | None = 3, category: Category | None = None) -> Story:
    story = Story("09:00", severity=severity, category=category)
    story.act(owning.take, "09:01")
    return story


@pytest.mark.parametrize(("severity", "told"), [(1, [ANA.id]), (2, [ANA.id]), (3, [LEA.id]), (None, [LEA.id])])
def test_what_can_wait_goes_to_whoever_is_next(severity: int | None, told: list[str]) -> None:
    ticket = taken(severity, Category.PROVISIONING if severity is None else None).ticket
    people = roster(ana=NIGHT)
    assert people.for_ticket(ticket, at("23:00")).on_duty(ticket, at("23:00")) == told
    assert people.for_ticket(ticket, at("12:00")).on_duty(ticket, at("12:00")) == [ANA.id]


def test_where_everybody_has_quiet_hours_the_first_is_named_and_nobody_has_to_be_woken() -> None:
    ticket = taken().ticket
    people = roster(ana=NIGHT, lea=NIGHT)
    named = people.for_ticket(ticket, at("23:00")).on_duty(ticket, at("23:00"))
    assert named == [LEA.id]
    assert people.is_quiet(LEA.id, at("23:00"))


def test_what_nobody_has_sorted_yet_may_be_severity_1_where_it_was_claimed() -> None:
    assert Story("09:00", severity=2, by=CLEO).ticket.is_pressing
    assert not Story("09:00", severity=3, by=CLEO).ticket.is_pressing
    assert not Story("09:00", severity=None, by=CLEO).ticket.is_pressing


def test_their_end_stands_on_the_agenda_of_the_desk() -> None:
    people = roster(ana=NIGHT)
    due = upcoming(people, Policy(), at("08:00"), at("2 08:00"))
    assert [item for item in due if item.kind == QUIET_ENDS] == [
        DeskDue(at("1 07:00"), QUIET_ENDS, ANA.id), DeskDue(at("2 07:00"), QUIET_ENDS, ANA.id),
    ]  # fmt: skip


def test_when_they_end_the_queue_is_looked_at_if_that_is_somebody_who_works_then() -> None:
    people = roster(ana=NIGHT)

    def looked_at(people: Roster) -> list[datetime]:
        return [item.at for item in upcoming(people, Policy(), at("00:00"), at("23:00")) if item.kind == SOMEBODY_COMES]

    assert looked_at(people) == [at("07:00")]
    assert looked_at(replace(people, away={ANA.id: None})) == []
    late = Calendar("UTC", {"mon": [["09:00", "17:00"]]})
    assert looked_at(replace(people, shifts={ANA.id: late})) == [at("09:00")]
    assert looked_at(replace(people, roles={})) == []


def test_what_was_said_meanwhile_is_told_if_it_still_stands() -> None:
    story = taken()
    story.act(updating.update, "12:00", "on it")
    wrote = answering.customer_wrote(story.ticket, CLEO, at("23:00"), "Still nothing?", at=at("23:00"))
    story.record(wrote)
    story.live_until("1 10:00")
    said = [n.content for n in story.notices if n.kind in (NoticeKind.CUSTOMER_WROTE, NoticeKind.BREACH)]
    assert len(said) == 3
    assert all(still_matters(story.ticket, content, ANA.id) for content in said)
    story.act(updating.update, "1 10:01", "found it")
    assert not any(still_matters(story.ticket, content, ANA.id) for content in said)


def test_what_somebody_was_given_is_told_until_they_have_accepted_it() -> None:
    story = Story("09:00", severity=3)
    (given, *_) = [n.content for n in story.act(owning.assign, "23:00", BEN, by=LEA).notices if n.kind == "assigned"]
    assert still_matters(story.ticket, given, BEN.id)
    assert not still_matters(story.ticket, given, ANA.id)
    story.act(owning.take, "1 08:00", by=BEN)
    assert not still_matters(story.ticket, given, BEN.id)


def test_hours_that_were_set_only_afterwards_have_not_ended() -> None:
    before, after = at("00:00"), at("00:00") + timedelta(days=3)
    ends = list(NIGHT.ends_between(before, after))
    assert len(ends) == 3
    for count, since in enumerate(ends, 1):
        assert list(replace(NIGHT, since=since).ends_between(before, after)) == ends[count:]
