"""Random contracts and random tickets: of every agreement, the sum that `why` tells adds up, and what `what-if` answers
is what happens when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.triage.actions import VERBS, Step, openings, steps
from tests.triage.story import ANA, CLEO, Story, at
from tests.triage.test_why import BY_DAY, HOUR, OFFICE, in_days, sum_up
from triage import awaiting
from triage.agreement_rules import AgreementRules
from triage.answering import customer_wrote
from triage.change import Change
from triage.clocks import Clock
from triage.day_targets import Days, Until
from triage.errors import Refusal
from triage.hours import Calendar
from triage.policy import Policy
from triage.supposing import differences, ended_at, suppose
from triage.target import Rule
from triage.targets import TARGETS, Targets
from triage.terms import STARTS, UPDATE_BASES, ClockKind, Target
from triage.why import Because, Why, why

NIGHTS = Calendar("Europe/Paris", {day: [["22:00", "06:00"]] for day in ("mon", "wed", "fri")})
HALF_DAYS = Calendar(
    "Europe/Paris", OFFICE.to_data()["weekly_hours"], ["2026-11-25"], {"2026-11-24": [["09:00", "12:00"]]}
)

targets = st.sampled_from([
    Target(900), Target(6 * HOUR), Target(2 * HOUR, OFFICE), Target(3 * HOUR, HALF_DAYS), Target(HOUR, NIGHTS),
    in_days(Days(0)), in_days(Days(1, 16 * 60)), in_days(Days(3)), in_days(Days(2, Until.SAME_TIME)),
    Target(8 * HOUR, HALF_DAYS, Rule(HALF_DAYS, Days(1))),
    Target(HOUR, OFFICE, Rule(OFFICE, not_before=14 * 60)),
    Target(900, rule=Rule(OFFICE, not_before=9 * 60, otherwise=Target(HOUR))),
])  # fmt: skip
clocks = st.frozensets(st.sampled_from(list(ClockKind)))
by_severity: st.SearchStrategy[Targets] = st.fixed_dictionaries(
    {severity: st.fixed_dictionaries({}, optional=dict.fromkeys(ClockKind, targets)) for severity in TARGETS}
)
stopped = st.dictionaries(st.sampled_from(["vendor", "maintenance"]), clocks)
starts = st.dictionaries(st.sampled_from(list(ClockKind)), st.sampled_from(STARTS), max_size=2)
beginnings = st.sampled_from([
    ("created", None), ("assigned", "chat:netops"), ("assigned", "chat:sysops"), ("waiting", "vendor"),
    ("waiting", "maintenance"), ("waiting", "customer"),
])  # fmt: skip


@st.composite
def agreement(draw: st.DrawFn) -> AgreementRules:
    """One beside the customer's."""
    begins, of = draw(beginnings)
    return AgreementRules(
        draw(by_severity), begins, of, pauses=draw(st.none() | clocks), stops=draw(st.none() | stopped),
        starts=draw(starts),
    )  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A contract, and what is agreed beside it."""
    return replace(
        BY_DAY,
        targets=draw(by_severity),
        update_bases={"": draw(st.fixed_dictionaries(dict.fromkeys(TARGETS, st.sampled_from(UPDATE_BASES))))},
        pauses=draw(clocks), stops=draw(stopped), starts=draw(starts),
        agreements=draw(st.dictionaries(st.sampled_from(["one", "two", "three"]), agreement(), min_size=1)),
    )  # fmt: skip


few_steps = steps.map(lambda life: [step for step in life if step[1] != "resolve"][:6])


def lived(story: Story, life: list[Step]) -> None:
    """All that happens to the ticket."""
    now = at("09:00")
    for seconds, verb, number in life:
        now += timedelta(seconds=seconds)
        try:
            VERBS[verb](story, now, number)
        except Refusal:
            continue


def elapsed(found: Why) -> None:
    """What the last line says that it took is what the lines before have counted until then."""
    clock, last = found.clock, found.lines[-1]
    if clock.ended_at is None or last.because not in (Because.MET, Because.STOPPED):
        return
    assert last.seconds == clock.taken(clock.ended_at)
    counted = [line for line in found.lines if line.because in (Because.COUNTED, Because.SUMMED)]
    if clock.base != clock.started_at or clock.allowance != clock.target or clock.promised is not None:
        return
    until_then = 0
    for line in counted:
        assert line.at is not None
        assert line.until is not None
        until_then += clock.target.hours.between(min(line.at, clock.ended_at), min(line.until, clock.ended_at))
    assert last.seconds == until_then + clock.over(clock.ended_at)


@settings(max_examples=examples(200))
@given(policies(), openings, steps)
def test_the_sum_of_every_clock_of_every_agreement_adds_up(
    policy: Policy, opening: dict[str, Any], life: list[Step]
) -> None:
    story = Story("09:00", policy=policy, **opening)
    lived(story, life)
    ticket = story.ticket
    for name, held in ((None, ticket.clocks), *ticket.agreements.items()):
        for kind in ClockKind:
            found = why(story.events, kind, name)
            if kind not in held:
                assert found is None or ticket.dismissed_at is not None
                continue
            assert found is not None
            assert (found.clock, found.agreement) == (held[kind], name)
            sum_up(found)
            elapsed(found)


class Supposed(Story):
    """A story in which everything is supposed before it is done."""

    def record(self, change: Change) -> Change:
        if not self.events or not change.events:
            return super().record(change)
        before, answer = self.ticket, suppose(self.events, change)
        super().record(change)
        assert differences(before, answer) == differences(before, self.ticket)
        assert (answer.clocks, answer.agreements) == (self.ticket.clocks, self.ticket.agreements)
        return change


@settings(max_examples=examples(60))
@given(policies(), openings, steps)
def test_what_if_is_what_happens_when_it_is_done(policy: Policy, opening: dict[str, Any], life: list[Step]) -> None:
    lived(Supposed("09:00", policy=policy, **opening), life)


def shown(clock: Clock) -> tuple[object, ...]:
    """Of a clock, what does not tell by which event it was set."""
    return clock.state, clock.deadline, clock.started_at, clock.ended_at, clock.promised, clock.paused


@settings(max_examples=examples(200))
@given(policies(), openings, few_steps, st.sampled_from(awaiting.WAITING_FOR), st.integers(1, 400_000))
def test_a_wait_until_a_time_is_answered_as_if_it_had_been_waited_for(
    policy: Policy, opening: dict[str, Any], life: list[Step], what: str, seconds: int
) -> None:
    story = Story("09:00", policy=policy, **opening)
    lived(story, life)
    now = story.events[-1].recorded_at + timedelta(seconds=1)
    until = now + timedelta(seconds=seconds)
    try:
        change = awaiting.wait(story.ticket, ANA, now, "what if", what=what, until=until)
    except Refusal:
        return
    answer = suppose(story.events, ended_at(change, until))
    story.record(change)
    story.live_until(until)
    if what == "customer":
        story.act(customer_wrote, until, "here it is", at=until, by=CLEO)
    else:
        story.act(awaiting.resume, until)
    one, other = [
        {(name, kind): shown(clock) for name, held in ((None, ticket.clocks), *ticket.agreements.items())
         for kind, clock in held.items()}
        for ticket in (answer, story.ticket)
    ]  # fmt: skip
    assert one == other
