"""How a ticket's clocks stand, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.wording.card import Line
from bot.wording.sentences import Sentence, Typed, join, strong
from bot.wording.signs import mark
from bot.wording.speech import Speech
from bot.wording.view import View
from storage.tickets import StoredTicket
from triage.agreements import parted
from triage.clocks import Clock, ClockState
from triage.terms import CUSTOMER
from triage.ticket import Ticket


def clock_lines(view: View, *, whole: bool, inside: bool = True) -> list[Line]:
    """How a ticket's clocks stand, line by line: those that are late; then the next deadline, in bold; then, for who is
    `inside`, those of agreements beside the customer's; last, small, those that have ended."""
    ticket = view.stored.ticket
    agreed = [(clock, name) for name, clocks in ticket.agreements.items() for clock in clocks.values() if inside]
    running = sorted((c for c in ticket.clocks.values() if c.due is not None), key=lambda clock: clock.due or view.now)
    others = [clock for clock in ticket.clocks.values() if clock.due is None]
    going = [
        *(_marked(view, clock, bold=place == 0 or clock.breached(view.now), whole=whole)
          for place, clock in enumerate(running)),
        *(_marked(view, clock) for clock in others if clock.ended_at is None),
        *(_marked(view, clock, name, bold=clock.breached(view.now), whole=whole)
          for clock, name in agreed if clock.ended_at is None),
    ]  # fmt: skip
    ended = [_marked(view, clock) for clock in others if clock.ended_at is not None]
    ended += [_marked(view, clock, name) for clock, name in agreed if clock.ended_at is not None]
    return [
        *([Line(join(going, "\n"))] if going else []),
        *([Line(join(ended, " · "), small=True)] if ended else []),
    ]


def _marked(
    view: View, clock: Clock, agreement: str | None = None, *, bold: bool = False, whole: bool = False
) -> Sentence:
    line = clock_line(view.speech, clock, view.now, awaited(view.speech, view.stored))
    if agreement is not None:
        line = under(view.speech, agreement, line)
    if bold:
        line = strong(line)
    if whole and clock.due is not None and clock.due > view.now:
        left = view.speech.duration((clock.due - view.now).total_seconds())
        line = (*line, *view.speech("card.left", left=left))
    return (f"{mark(view.stored.ticket, clock, view.now, agreement)} ", *line)


def awaited(speech: Speech, stored: StoredTicket) -> Sentence:
    """Whom or what the ticket waits for; where it does not, whoever asked for it."""
    waiting = stored.ticket.waiting
    if waiting is None or waiting.what == CUSTOMER:
        return speech(f"asker.{stored.asker}")
    return speech(f"waiting_for.{waiting.what}")


def clock_name(speech: Speech, called: str) -> Sentence:
    """A clock by the name that the agenda has for it; one of an agreement with what the desk calls that."""
    of = parted(called)
    return speech(f"clock.{called}") if of is None else under(speech, of[1], speech(f"clock.{of[0]}"))


def clock_names(speech: Speech, called: Sequence[str]) -> Sentence:
    """Several of them: the customer's first, then those of agreements."""
    theirs = [speech.text(f"clock.{each}") for each in called if parted(each) is None]
    others = [clock_name(speech, each) for each in called if parted(each) is not None]
    return join([*([(speech.all_of(theirs),)] if theirs else []), *others], ", ")


def under(speech: Speech, agreement: str, stands: Sentence) -> Sentence:
    """How clocks of an agreement beside the customer's stand: with the name that the desk calls it by."""
    return speech("card.under", agreement=Typed(agreement), stands=stands)


def clock_line(speech: Speech, clock: Clock, now: datetime, waits_for: Sentence | None = None) -> Sentence:
    """How one clock stands: due, promised, paused while the ticket `waits_for` something, met, breached."""
    name = speech(f"clock.{clock.kind}")
    if clock.state is ClockState.PAUSED:
        return speech("card.clock_paused", clock=name, awaited=waits_for or speech("asker.customer"))
    if clock.state is ClockState.STOPPED:
        key = "card.clock_stopped_late" if clock.breached() else "card.clock_stopped"
        return speech(key, clock=name)
    if clock.state is ClockState.MET and clock.ended_at is not None:
        if clock.breached():
            return speech(
                "card.clock_met_late", clock=name, at=clock.ended_at, over=speech.duration(clock.over(clock.ended_at))
            )
        return speech("card.clock_met", clock=name, at=clock.ended_at)
    if clock.due is None:
        return speech("card.clock_none", clock=name)
    if clock.breached(now):
        return speech("card.clock_breached", clock=name, at=speech.since(clock.due))
    if clock.promised is not None:
        return speech("card.clock_promised", clock=name, at=clock.due)
    return speech("card.clock_due", clock=name, at=clock.due)


def next_deadline(speech: Speech, ticket: Ticket, now: datetime) -> Sentence:
    """The deadline that comes next, and when; nothing where none lies ahead. Missed ones are said elsewhere."""
    ahead = [(clock.due, kind) for kind, clock in ticket.clocks.items() if clock.due is not None and clock.due >= now]
    if not ahead:
        return ()
    due, kind = min(ahead)
    return speech("card.next_due", clock=speech(f"clock.{kind}"), at=due)


def next_agreed(speech: Speech, ticket: Ticket, now: datetime) -> Sentence:
    """The same of the agreements beside the customer's, for the desk alone."""
    ahead = [
        (clock.due, name, kind)
        for name, clocks in ticket.agreements.items()
        for kind, clock in clocks.items()
        if clock.due is not None and clock.due >= now
    ]
    if not ahead:
        return ()
    due, name, kind = min(ahead)
    return speech("card.next_agreed", agreement=Typed(name), clock=speech(f"clock.{kind}"), at=due)
