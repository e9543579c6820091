"""A ticket's three clocks drawn as bars: what was used, what is left, what did not count, what happened on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.web.words import Html, countdown, html_of, moment
from bot.wording.clock_lines import awaited, clock_line, under
from bot.wording.sentences import plain
from bot.wording.view import View
from triage.agenda import BREACH_STEPS
from triage.agreements import clock_of
from triage.clocks import Clock, ClockState
from triage.facts.ahead import Breached, Warned
from triage.facts.telling import Updated
from triage.terms import ClockKind

WIDTH = 1000  # of a drawing, in its own units
MOST_MARKS = 40  # of one bar


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar."""

    #: `used`, `left`, `over`, `paused`, `earlier`.
    what: str
    #: Where it begins, and how wide it is, in the drawing's own units.
    x: float
    #: As above.
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at one instant, or is due then."""

    #: `breach`, `warning`, `promise`, `update`, `due`, `now`, `met`.
    what: str
    #: Where it stands.
    x: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock, drawn."""

    #: `response`, `update`, `restore`; of an agreement beside the customer's `restore/network`.
    clock: str
    #: The name of its place on the page.
    place: str
    #: How it stands: `far`, `near`, `late`, `paused`, `met`, `stopped`.
    standing: str
    #: What it is called.
    name: str
    #: How it stands, in words.
    line: Html
    #: The same as plain text, for whoever cannot see the drawing.
    label: str
    #: How long it has; None: it does not run.
    count: Html | None
    #: Its parts, from left to right.
    stretches: tuple[Stretch, ...]
    #: What stands on them.
    marks: tuple[Mark, ...]
    #: The marks in words.
    told: tuple[Html, ...]
    #: Where it begins.
    begins: Html
    #: Where it ends; None: nowhere.
    ends: Html | None


def bars_of(view: View) -> list[Bar]:
    """Every clock that the ticket has, then those of the agreements beside the customer's."""
    ticket = view.stored.ticket
    own = [_bar(view, ticket.clocks[kind], str(kind)) for kind in ClockKind if kind in ticket.clocks]
    return [*own, *(
        _bar(view, clocks[kind], f"{kind}-{place}", agreement)
        for place, (agreement, clocks) in enumerate(ticket.agreements.items(), 1)
        for kind in ClockKind if kind in clocks
    )]  # fmt: skip


def _bar(view: View, clock: Clock, place: str, agreement: str | None = None) -> Bar:
    speech, now = view.speech, view.now
    name = speech.text(f"clock.{clock.kind}")
    key = str(clock.kind) if agreement is None else clock_of(clock.kind, agreement)
    begins = view.stored.ticket.opened_at if clock.kind is ClockKind.UPDATE else clock.started_at
    begins = min(begins, clock.started_at)
    until = clock.ended_at or max(now, clock.started_at)
    end = max(until, clock.deadline or until)
    axis = _Axis(begins, end)
    line = clock_line(speech, clock, now, awaited(speech, view.stored))
    if agreement is not None:
        line = under(speech, agreement, line)
    happened = list(_happened(view, clock, key))[-MOST_MARKS:]
    marks = [Mark(what, axis.at(at)) for what, at in happened]
    if clock.deadline is not None:
        marks.append(Mark("promise" if clock.promised is not None else "due", axis.at(clock.deadline)))
    marks.append(Mark("met" if clock.ended_at is not None else "now", axis.at(until)))
    due = clock.due
    return Bar(
        key,
        place,
        _standing(view, clock),
        name if agreement is None else f"{name} ({agreement})",
        html_of(line),
        plain(line),
        countdown(speech, due, now) if due is not None else None,
        tuple(_stretches(axis, clock, begins, until)),
        tuple(marks),
        tuple(_told(view, clock, happened)),
        moment(speech, begins, now),
        _ends(view, clock, end) if clock.deadline is not None else None,
    )


def _ends(view: View, clock: Clock, end: datetime) -> Html:
    """What stands at the right end of a bar: when it is due, or met; of one that is late, the present."""
    if clock.ended_at is None and clock.deadline is not None and clock.deadline < end:
        return html_of(view.speech("web.mark.now"))
    return moment(view.speech, end, view.now)


class _Axis:
    """Instants as places on the drawing, with a little room behind the last."""

    def __init__(self, begins: datetime, end: datetime) -> None:
        self._begins = begins
        self._length = max((end - begins).total_seconds(), 60.0) * 1.03

    def at(self, instant: datetime) -> float:
        share = (instant - self._begins).total_seconds() / self._length
        return round(WIDTH * min(1.0, max(0.0, share)), 1)


def _stretches(axis: _Axis, clock: Clock, begins: datetime, until: datetime) -> Iterator[Stretch]:
    deadline = clock.deadline
    in_time = until if deadline is None else min(until, deadline)
    edges = [
        ("earlier", begins, clock.started_at), ("used", clock.started_at, in_time),
        *([("over", deadline, until), ("left", max(in_time, until), deadline)] if deadline is not None else []),
    ]  # fmt: skip
    for what, start, end in edges:
        if end > start:
            yield Stretch(what, axis.at(start), max(axis.at(end) - axis.at(start), 0.5))
    for start, ended in clock.pauses:
        end = min(ended or until, until)
        if end > start:
            yield Stretch("paused", axis.at(start), max(axis.at(end) - axis.at(start), 2.0))


def _happened(view: View, clock: Clock, key: str) -> Iterator[tuple[str, datetime]]:
    """What of the ticket's events belongs on the bar of this clock, which the agenda calls `key`."""
    gone = view.stored.ticket.updates.taken_back
    for event in sorted(view.stored.events, key=lambda each: (each.at, each.seq)):
        fact = event.fact
        if isinstance(fact, Breached) and fact.clock == key and fact.step == BREACH_STEPS[0]:
            yield "breach", event.at
        elif isinstance(fact, Warned) and fact.clock == key and fact.cycle == clock.cycle:
            yield "warning", event.at
        elif isinstance(fact, Updated) and clock.kind is ClockKind.UPDATE and event.seq not in gone:
            yield ("promise" if fact.promise is not None else "update"), event.at


def _told(view: View, clock: Clock, happened: Sequence[tuple[str, datetime]]) -> Iterator[Html]:
    """The pauses, promises and breaches of a bar in words, the last ones."""
    speech = view.speech
    for begin, end in clock.pauses[-3:]:
        shown = moment(speech, end, view.now) if end is not None else None
        key = "web.mark.paused" if shown is not None else "web.mark.pauses"
        yield _filled(view, key, begin, end)
    for what, at in [each for each in happened if each[0] == "breach"][-3:]:
        yield _filled(view, f"web.mark.{what}", at)
    if clock.promised is not None:
        yield _filled(view, "web.mark.promise", clock.promised)


def _filled(view: View, key: str, at: datetime, until: datetime | None = None) -> Html:
    speech = view.speech
    style = "time" if speech.is_same_day(at, view.now) else "moment"
    ends = "" if until is None else speech.when(until, "time" if speech.is_same_day(until, view.now) else "moment")
    return html_of(speech(key, at=speech.when(at, style), until=ends))


def _standing(view: View, clock: Clock) -> str:
    if clock.state is ClockState.PAUSED:
        return "paused"
    if clock.ended_at is not None:
        return (
            "met"
            if clock.state is ClockState.MET and not clock.breached()
            else "late"
            if clock.breached()
            else "stopped"
        )
    if clock.breached(view.now):
        return "late"
    near = clock.due is not None and clock.due - view.now <= timedelta(seconds=900)
    return "near" if near else "far"
