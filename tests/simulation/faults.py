"""Faults that a program of this kind may have, each put into the engine by one function of it: what the simulation has
to find. A simulation that finds nothing proves nothing unless it finds these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

import scheduler.desk_duties
import storage.writing
import tests.simulation.play
import triage.acknowledging
import triage.agenda
import triage.answering
import triage.due
import triage.escalation
import triage.offering
from bot.outbound import compose
from storage import outcomes
from triage.assigning import Choosing, Load
from triage.change import Change
from triage.clocks import Clocks
from triage.event import Kind
from triage.facts.escalating import Escalated
from triage.facts.state import Resumed
from triage.notice import NoticeKind
from triage.roster import Roster

Real = Callable[..., Any]
Wrong = Callable[[Any], Any]


@dataclass(frozen=True)
class Fault:
    """One function or figure of the engine, and what stands in its place."""

    #: What goes wrong, in words.
    name: str
    #: Where it is, and what it is called there.
    of: Any
    called: str
    #: From the real one to the wrong one.
    wrong: Wrong
    #: In which play it comes up, and soon: one that `test_simulation` plays. That of most is of a desk that assigns by
    #: itself.
    seed: int = 24

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """From now on the engine does it wrong."""
        patch.setattr(self.of, self.called, self.wrong(getattr(self.of, self.called)))


def _always(*, answer: Any) -> Wrong:
    return lambda _: lambda *args, **more: answer


def _instead(value: Any) -> Wrong:
    return lambda _: value


def _minute_early(real: Real) -> Real:
    return lambda clock, leads: [(at - timedelta(minutes=1), step) for at, step in real(clock, leads)]


def _said_again(real: Real) -> Real:
    """What was sent is forgotten, the first time."""

    def mark_sent(session: Any, item: Any, message_id: str, channel: str, now: Any) -> None:
        if item.kind == NoticeKind.WARNING and item.attempts == 1 and item.id % 5 == 0:
            outcomes.mark_retry(session, item, now, "no answer")
        else:
            real(session, item, message_id, channel, now)

    return mark_sent


def _once_only(real: Real) -> Real:
    """Of a breach, only the first step."""
    return lambda *args: list(real(*args))[:1]


def _two_levels(real: Real) -> Real:
    def escalate(ticket: Any, actor: Any, now: Any, reason: str, **more: Any) -> Any:
        change = real(ticket, actor, now, reason, **more)
        if ticket.level + 2 > ticket.terms.levels:
            return change
        events = [
            replace(each, fact=Escalated(ticket.level + 2)) if isinstance(each.fact, Escalated) else each
            for each in change.events
        ]
        notices = [
            replace(each, content=replace(each.content, level=ticket.level + 2))
            if each.content.KIND is NoticeKind.ESCALATED
            else each
            for each in change.notices
        ]
        return replace(change, events=tuple(events), notices=tuple(notices))

    return escalate


def _whoever_was_tried(real: Real) -> Real:
    return lambda *args, **more: real(*args, **{**more, "tried": ()})


def _most_to_do(real: Real) -> Real:
    """Whoever has most to do comes first."""

    def weighed(self: Any, weights: Any) -> int:
        return -int(real(self, weights))

    return weighed


def _without_resuming(real: Real) -> Real:
    """What the customer writes does not end the wait for them."""

    def customer_wrote(*args: Any, **more: Any) -> Any:
        change = real(*args, **more)
        return replace(change, events=tuple(each for each in change.events if not isinstance(each.fact, Resumed)))

    return customer_wrote


def _first_of_all(real: Real) -> Real:
    """The first contact is called, whoever is away."""
    return lambda self, people, now: list(people[:1])


def _never_to_level(real: Real) -> Real:
    """Level 1 never hears of a breach."""
    return lambda self, ticket, now, to, **more: real(self, ticket, now, "lead" if to == "level" else to, **more)


def _off_shift(real: Real) -> Real:
    """Whether somebody is at work is not asked."""
    return lambda self, person, now: not self.is_away(person, now)


def _whatever_it_is(real: Real) -> Real:
    return lambda self, ticket, now: self.without_quiet(now)


def _at_once(real: Real) -> Real:
    return lambda ticket, at, before=None: at


def _at_night(real: Real) -> Real:
    """An hour after it was resolved, whatever the time is."""

    def ask_at(ticket: Any) -> Any:
        return None if real(ticket) is None else ticket.resolved_at + timedelta(hours=1)

    return ask_at


FAULTS = (
    Fault("a warning comes a minute early", triage.agenda, "warnings", _minute_early),
    Fault("a last call stands beside a warning that was shown", triage.agenda, "is_shown", _always(answer=False)),
    Fault("a warning is said twice", outcomes, "mark_sent", _said_again),
    Fault("a warning comes just after an update", triage.due, "JUST_TOLD", _instead(timedelta(0))),
    Fault("who is away is told", Roster, "is_away", _always(answer=False)),
    Fault("who is not at work is told", Roster, "is_on_duty", _always(answer=True)),
    Fault("who is on call is never told", Roster, "on_call", _always(answer=[])),
    Fault("the first contact is called, away or not", Roster, "_first", _first_of_all),
    Fault("a breach is said once and not again", triage.agenda, "_breach", _once_only),
    Fault("a breach never comes to level 1", Roster, "told_of_breach", _never_to_level),
    Fault("severity 3 disturbs at night", triage.due, "is_quiet", _always(answer=False), seed=20),
    Fault("an outage ends with a notice for all it missed", triage.due, "OUTAGE", _instead(timedelta(days=9))),
    Fault("what is not true any more is said", compose, "still_true", _always(answer=True)),
    Fault(
        "a customer's answer does not end the wait", tests.simulation.play, "customer_wrote", _without_resuming, seed=25
    ),
    Fault("each message of a customer names somebody", triage.answering, "NAME_AGAIN", _instead(timedelta(0))),
    Fault("a wait does not stop the time to restore", Clocks, "wait", _always(answer=None)),
    Fault("a climb takes two levels at once", triage.escalation, "escalate", _two_levels),
    Fault("acting does not acknowledge", triage.acknowledging, "_NO_ANSWER", _instead(frozenset(Kind))),
    Fault("nobody else is called to a level", triage.agenda, "_acknowledgements", _always(answer=())),
    Fault("no level is proposed", triage.agenda, "_proposals", _always(answer=())),
    Fault("who is off shift is given a ticket", Roster, "is_available", _off_shift),
    Fault("who did not answer is asked again", Choosing, "choose", _whoever_was_tried),
    Fault("who has most to do is given more", Load, "weighed", _most_to_do),
    Fault("quiet hours hush nothing", Roster, "is_quiet", _always(answer=False), seed=21),
    Fault("quiet hours hush what cannot wait", Roster, "for_ticket", _whatever_it_is, seed=21),
    Fault("nobody is told what was hushed", scheduler.desk_duties, "told_in_quiet_hours", _always(answer=[])),
    Fault("a snooze holds back nothing", triage.agenda, "_held_back", _at_once),
    Fault("a form that is open withholds nothing", storage.writing, "LONG", _instead(timedelta(0)), seed=26),
    Fault("nobody is reminded that nothing happens", triage.agenda, "_nudges", _always(answer=())),
    Fault("the customer is asked at night how it went", triage.agenda, "ask_at", _at_night),
    Fault("nobody is told what to hand over", scheduler.desk_duties, "open_tickets_of", _always(answer=0)),
    Fault(
        "nobody is asked about what is left", scheduler.desk_duties, "ask_about_left", _always(answer=False), seed=20
    ),
    Fault("nobody is told that nobody is there", triage.offering, "_nobody", _always(answer=Change()), seed=22),
)
