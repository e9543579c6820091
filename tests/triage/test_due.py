"""What falls due is put on record exactly once, never early, and said to the right people; an outage is one notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contents import says
from tests.examples import examples
from tests.triage.actions import Step, live, openings, steps
from tests.triage.story import ANA, BEN, MIA, Story, at
from triage import awaiting, owning, sorting, updating
from triage.agenda import agenda
from triage.change import Change
from triage.desk import Desk
from triage.due import decide_due
from triage.event import Event, Kind
from triage.facts.ahead import Breached, Planned, Warned
from triage.notice import Notice, NoticeKind
from triage.owning import assign
from triage.policy import Policy
from triage.snoozing import snooze
from triage.still_true import still_true
from triage.terms import Category, ClockKind

PLANNED = (Kind.WARNED, Kind.BREACHED, Kind.PROPOSED, Kind.REMINDED)


def spoken(change: Change) -> list[Notice]:
    return [notice for notice in change.notices if notice.kind is not NoticeKind.CARD]


def planned(events: list[Event]) -> dict[tuple[str, str, int], datetime]:
    return {event.said: event.at for event in events if event.said is not None}


def test_nothing_due_is_nothing_to_record() -> None:
    assert not Story("09:00").pass_until("09:09:59")


@pytest.mark.parametrize(
    ("when", "kind", "step"),
    [("09:10", Kind.WARNED, "left-300"), ("09:15", None, None), ("09:15:01", Kind.BREACHED, "breach")],
)
def test_a_warning_comes_before_and_a_breach_a_second_after_the_due_instant(
    when: str, kind: Kind | None, step: str | None
) -> None:
    story = Story("09:00", severity=2)
    if when != "09:10":
        story.pass_until("09:10")
    change = story.pass_until(when)
    assert [(e.kind, e.fact.step) for e in change.events if isinstance(e.fact, Planned)] == (
        [(kind, step)] if kind else []
    )


def test_a_severity_1_life_is_said_in_order() -> None:
    """Nobody does anything: warnings, breaches and their repeats, proposals, each once and to the right audience."""
    story = Story("09:00", severity=1)
    said = [
        (f"{when:%H:%M:%S}", notice.kind.value, says(notice, "clock") or "", says(notice, "to") or "")
        for when, notice in story.live_until("11:10")
    ]
    assert said == [
        ("09:10:00", "warning", "response", ""),
        ("09:15:01", "breach", "response", "assignee"),
        ("09:20:00", "warning", "update", ""),
        ("09:30:01", "breach", "update", "assignee"),
        ("09:45:01", "breach", "response", "lead"),
        ("10:00:01", "breach", "update", "lead"),
        ("10:15:01", "breach", "response", "level"),
        ("10:30:01", "breach", "update", "level"),
        ("11:00:00", "proposal", "", ""),
    ]


OWNING: dict[str, Callable[[Story], object]] = {
    "nobody": lambda story: None,
    "taken": lambda story: story.act(owning.take, "09:01"),
    "given": lambda story: story.act(assign, "09:01", ANA, by=MIA),
    "given and acknowledged": lambda story: [
        story.act(assign, "09:01", ANA, by=MIA), story.act(updating.update, "09:02", "on it", by=ANA),
    ],
    "taken and given away": lambda story: [
        story.act(owning.take, "09:01", by=BEN), story.act(assign, "09:02", ANA, by=BEN),
    ],
    "taken and given back": lambda story: [
        story.act(owning.take, "09:01"), story.act(assign, "09:02", None, by=ANA),
    ],
}  # fmt: skip


@pytest.mark.parametrize("severity", [1, 2, 3])
@pytest.mark.parametrize("owning", OWNING)
@pytest.mark.parametrize("there", [True, False])
def test_a_warning_is_shown_in_the_channel_while_no_owner_on_duty_has_accepted_the_ticket(
    severity: int, owning: str, there: bool
) -> None:
    story = Story("09:00", severity=severity)
    OWNING[owning](story)
    accepted = owning in ("taken", "given and acknowledged")
    assert story.ticket.ownership.is_accepted is accepted
    said = [n for _, n in story.live_until("7 17:00", there=there) if n.kind is NoticeKind.WARNING]
    for clock, loud in ((ClockKind.UPDATE, False), (ClockKind.RESTORE, severity in (1, 2))):
        first = next(notice for notice in said if says(notice, "clock") == clock)
        assert first.broadcast is (loud or not (accepted and there))


def test_the_last_call_comes_only_where_the_channel_has_not_heard_of_the_deadline() -> None:
    unowned = Story("09:00", severity=1)
    said = [(w, n) for w, n in unowned.live_until("09:15") if n.kind is NoticeKind.WARNING]
    assert [(w, n.broadcast, says(n, "last_call")) for w, n in said] == [(at("09:10"), True, False)]
    owned = Story("09:00", severity=1)
    owned.act(owning.take, "09:05")
    said = [(w, n) for w, n in owned.live_until("09:30") if n.kind is NoticeKind.WARNING]
    assert [(w, n.broadcast, says(n, "last_call")) for w, n in said] == [
        (at("09:20"), False, False), (at("09:27"), True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        pytest.param("09:30", "09:27", id="three minutes before"),
        pytest.param("09:14", "09:11", id="of four minutes too"),
        pytest.param("09:12", "09:11", id="half of two minutes"),
    ],
)
def test_where_less_is_left_the_last_call_comes_at_half_of_it(promised: str, expected: str) -> None:
    story = Story("09:00", severity=1)
    story.act(owning.take, "09:05")
    story.act(updating.promise, "09:10", at(promised))
    calls = [when for when, n in story.live_until(promised) if says(n, "last_call") and n.broadcast]
    assert calls == [at(expected)]


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_a_last_call_is_said_whatever_is_held_back_or_merged(severity: int) -> None:
    """Snoozed, and after an outage that ended between the last call and the deadline."""
    story = Story("09:00", severity=severity)
    story.act(owning.take, "09:01")
    due = story.ticket.clocks[ClockKind.UPDATE].due
    assert due is not None
    story.act(snooze, "09:02", due + timedelta(hours=5))
    change = story.pass_until(due - timedelta(seconds=1))
    calls = [notice for notice in change.notices if says(notice, "last_call")]
    assert [(says(n, "clock"), n.broadcast) for n in calls] == [("update", True)]
    assert still_true(story.ticket, calls[0].content, due)


def test_outside_opening_hours_severity_3_is_told_the_channel_once_and_nobody_is_named() -> None:
    story = Story("20:00", severity=3)
    said = [
        (f"{when:%H:%M:%S}", notice.kind.value, notice.broadcast, says(notice, "quiet"))
        for when, notice in story.live_until("23:00")
    ]
    assert said == [("20:25:00", "warning", True, True), ("20:30:01", "breach", False, True)]


@settings(max_examples=examples(60))
@given(openings, steps)
def test_no_breach_comes_without_the_channel_having_heard_of_the_deadline(
    opening: dict[str, object], life: list[Step]
) -> None:
    """Unless there was no time: it was late already when it was set, or was set a second or two before."""
    story = live(opening, life, looking=True)
    heard: set[tuple[str, int]] = set()
    for place, event in enumerate(story.events):
        if event.said is None:
            continue
        clock, step, cycle = event.said
        if isinstance(event.fact, Warned) and event.fact.shown:
            heard.add((clock, cycle))
        if step == "breach" and (clock, cycle) not in heard:
            past = Story.__new__(Story)
            past.events = story.events[:place]
            late = past.ticket.clocks[ClockKind(clock)]
            assert late.due is not None
            assert late.due - late.set_at <= timedelta(seconds=2)


@pytest.mark.parametrize(
    ("opened", "severity", "broadcast"), [("20:00", 3, False), ("09:00", 3, True), ("20:00", 1, True)]
)
def test_a_breach_is_shown_in_the_channel_but_not_for_severity_3_at_night(
    opened: str, severity: int, broadcast: bool
) -> None:
    story = Story(opened, severity=severity)
    first = next(notice for _, notice in story.live_until("1 09:00") if notice.kind is NoticeKind.BREACH)
    assert first.broadcast is broadcast


def test_of_each_clock_only_the_latest_step_is_said() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:01", "on it")
    change = story.pass_until("09:47")  # the update's warning is 75 seconds old
    assert [says(notice, "step") for notice in spoken(change)] == ["left-900"]


def test_proposals_name_the_next_level_whatever_the_threshold() -> None:
    story = Story("09:00", severity=1)
    proposals = [notice for _, notice in story.live_until("22:00") if notice.kind is NoticeKind.PROPOSAL]
    assert [(says(notice, "step"), says(notice, "level")) for notice in proposals] == [
        ("propose-1", 1), ("propose-2", 1), ("propose-3", 1),
    ]  # fmt: skip


def test_at_the_top_there_is_nothing_left_to_propose() -> None:
    story = Story("09:00", severity=3, policy=Policy(desk=Desk(timezone="UTC"), levels=()))
    story.act(sorting.change_severity, "18:00", story.policy, 1, "all sites")  # restore was due at 15:00
    assert [notice.kind for notice in spoken(story.pass_until("18:00")) if notice.kind is NoticeKind.PROPOSAL] == []


def test_a_reminder_says_what_it_is_about() -> None:
    story = Story("09:00", category=Category.PROVISIONING, severity=None, requested="2 09:00")
    assert [(says(notice, "about"), says(notice, "step")) for _, notice in story.live_until("3 00:00")] == [
        ("idle", "nudge"), ("idle", "nudge-lead"), ("requested", "day-before"), ("requested", "come"),
    ]  # fmt: skip


# -- outages ----------------------------------------------------------------------------------------------------------


def test_after_an_outage_one_notice_tells_what_was_missed_and_names_the_furthest() -> None:
    story = Story("09:00", severity=1)
    change = story.pass_until("10:20")
    (notice,) = spoken(change)
    assert (notice.kind, says(notice, "to"), notice.broadcast) == (NoticeKind.CATCH_UP, "level", True)
    assert [(clock, step) for clock, step, *_ in says(notice, "missed")] == [
        ("response", "left-300"), ("response", "breach"), ("update", "left-600"), ("update", "breach"),
        ("response", "breach-lead"), ("update", "breach-lead"), ("response", "breach-level"),
    ]  # fmt: skip
    assert planned(list(change.events))["response", "breach", 1] == at("09:15:01"), "on record when it fell due"
    assert not story.pass_until("10:20"), "looking again finds nothing"


def test_a_catch_up_of_warnings_alone_names_the_assignee() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:01", "on it")
    story.act(awaiting.wait, "09:02", "x", what="vendor", until=at("09:45:30"))
    (notice,) = spoken(story.pass_until("09:48"))
    assert (notice.kind, says(notice, "to")) == (NoticeKind.CATCH_UP, "assignee")


def test_a_single_thing_missed_is_said_as_itself() -> None:
    story = Story("09:00", severity=2)
    story.act(updating.update, "09:01", "on it")
    assert [notice.kind for notice in spoken(story.pass_until("09:55"))] == [NoticeKind.WARNING]


def test_what_was_answered_during_the_outage_is_not_said() -> None:
    story = Story("09:00", severity=1)
    story.act(updating.update, "10:00", "back online")
    assert not [n for n in spoken(story.pass_until("10:05")) if n.kind is NoticeKind.BREACH]


# -- properties -------------------------------------------------------------------------------------------------------


@given(openings, steps)
def test_everything_is_on_record_once_and_never_early(opening: dict[str, object], life: list[Step]) -> None:
    story = live(opening, [part for step in life for part in (step, (0, "look", 0))])
    events = [event for event in story.events if event.kind in PLANNED]
    assert all(count == 1 for count in Counter(event.said for event in events).values())
    assert all(event.at <= event.recorded_at for event in events)
    assert not decide_due(story.ticket, story.events[-1].recorded_at), "deciding again gives nothing"


@given(openings, st.lists(st.integers(1, 300_000), max_size=12))
def test_when_one_looks_does_not_change_what_goes_on_record(opening: dict[str, object], looks: list[int]) -> None:
    end = at("09:00") + timedelta(seconds=sum(looks))
    seldom, always = live(opening, [(seconds, "look", 0) for seconds in looks]), live(opening, [])
    always.live_until(end)
    assert planned(seldom.events) == planned(always.events)
    assert not [item for item in agenda(seldom.ticket) if item.at <= end]


@given(openings, steps, st.integers(1, 400_000))
def test_after_any_outage_a_ticket_gets_one_notice_and_everything_due_is_on_record(
    opening: dict[str, object], life: list[Step], outage: int
) -> None:
    story = live(opening, life, looking=True)
    expected = {item.key for item in agenda(story.ticket)}
    end = story.events[-1].recorded_at + timedelta(seconds=outage)
    change = story.pass_until(end)
    late = any(end - event.at > timedelta(minutes=2) for event in change.events)
    # Whoever is called to a level is called all the same, once.
    said = spoken(change)
    calls = [notice for notice in said if notice.kind is NoticeKind.UNACKNOWLEDGED]
    assert len(calls) <= 1
    assert len(said) - len(calls) <= (1 if late else 9)
    assert {event.said for event in change.events} <= expected
    assert not [item for item in agenda(story.ticket) if item.at <= end]


@settings(max_examples=examples(50))
@given(openings, steps)
def test_a_breach_is_said_only_while_its_clock_is_late(opening: dict[str, object], life: list[Step]) -> None:
    story = live(opening, life, looking=True)
    for place, event in enumerate(story.events):
        if isinstance(event.fact, Breached) and event.fact.step == "breach":
            past = Story.__new__(Story)
            past.events = story.events[:place]
            clock = past.ticket.clocks[ClockKind(event.fact.clock)]
            assert clock.due is not None
            assert event.at > clock.due
            assert clock.breached(event.at)
