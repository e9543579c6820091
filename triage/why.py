"""The sum behind a deadline, line by line, as values: why a clock is due when it is. The words are in
`bot.wording.explain_cards`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

from triage.clock import Clock, ClockState
from triage.clocks import Basis, Clocks, Mark
from triage.days import DAY
from triage.event import Event, Kind
from triage.facts.sorting import ReportCorrected, Retargeted
from triage.fold import read
from triage.folding.running import Fold
from triage.hours import Calendar, Hours
from triage.instants import epoch, instant
from triage.moving import STAMPED
from triage.special_dates import Special, SpecialDate
from triage.terms import CREATED, REPORTED, Agreement, ClockKind, Target, Terms

LONGEST_RUN = 16  # lines of opening hours in a row; what is longer is shown by its first and its last ones
_FIRST, _LAST = 8, 5

_Pause = tuple[int, int, Mark, Mark | None]

_BEGINNINGS = (Kind.ASSIGNED, Kind.WAITED)
_RETARGETS = (Kind.CONFIRMED, Kind.SEVERITY_CHANGED, Kind.CATEGORY_CHANGED, Kind.TERMS_MOVED)


class Because(StrEnum):
    """What a line of the sum tells."""

    STARTED = "started"  # it counts from when it was `start` for the first time: `event`
    AGREED = "agreed"  # it counts from where its agreement began, with what `start` says: `event`
    REPORTED = "reported"  # it counts from the customer's report
    OPENED = "opened"  # it counts from the opening
    UPDATED = "updated"  # it counts from the last update, `event`
    ASKED = "asked"  # it counts from what the customer wrote, `event`
    BEGUN = "begun"  # the clock is new to the ticket since `event`
    CORRECTED = "corrected"  # `event` moved the report from `at` to `until`
    ANOTHER = "another"  # `event` made it another trouble, reported `at`
    TARGET = "target"  # `target` is how long it may take
    OUTSIDE = "outside"  # it started outside opening hours, `at`, so that `target` holds
    DECIDED = "decided"  # told by the day, the target lasts from `at` until `until`: `seconds` of its hours
    CHANGED = "changed"  # `event` changed the target from `before` (None: no such clock) to `target`
    FRESH = "fresh"  # so that a change puts nothing into the past, the target counts from the change, `at`
    HELD = "held"  # so that a change gives no more time, the deadline from before it holds: `target` from `at`
    COUNTED = "counted"  # open from `at` to `until`: `seconds` more
    CLOSED = "closed"  # outside the hours from `at` to `until`
    SUMMED = "summed"  # `count` stretches of opening hours from `at` to `until`: `seconds` more
    PAUSED = "paused"  # not counted from `at` to `until`: `seconds` of its hours; begun by `event`, ended by `ended_by`
    PROMISED = "promised"  # `event` promised the next update by `until`
    DUE = "due"  # the deadline, `at`; None where its hours never get that far
    LEFT = "left"  # paused by `event`: `seconds` are left once it goes on
    MET = "met"  # met `at`, after `seconds` of its hours
    STOPPED = "stopped"  # the ticket was resolved `at`, after `seconds` of its hours


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum; which fields it has depends on what it is about, see `Because`."""

    #: What it is about.
    because: Because
    #: An instant, or where a stretch begins.
    at: datetime | None = None
    #: Where it ends.
    until: datetime | None = None
    #: What this line adds, leaves out, or has left, in seconds of the clock's own hours.
    seconds: int = 0
    #: What has been counted so far, in the same seconds.
    total: int = 0
    #: How many stretches are summed in it.
    count: int = 0
    #: What brought it about.
    event: Event | None = None
    #: What ended it.
    ended_by: Event | None = None
    #: What the clock starts at, one of `triage.terms.STARTS`; or what its agreement begins with.
    start: str = ""
    #: How long the clock may take from here on.
    target: Target | None = None
    #: How long it could until then.
    before: Target | None = None
    #: Dates in it that are not as the week of the hours has them; each is told in one line.
    dates: tuple[SpecialDate, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The sum of one clock. Its counted lines add up to the allowance, and the last of them ends at the deadline."""

    #: The clock whose deadline is explained.
    clock: Clock
    #: What the ticket is held to.
    terms: Terms
    #: What was counted and what was not, in order of time.
    lines: tuple[Line, ...]
    #: The name of the agreement whose clock it is; None: the customer's.
    agreement: str | None = None


class _Of(NamedTuple):
    """Whose sum it is: the customer's, or that of an agreement beside it."""

    state: Fold
    clocks: Clocks
    terms: Terms
    #: None: the customer's.
    agreement: Agreement | None = None

    def target(self, terms: Terms, kind: ClockKind) -> Target | None:
        """The target of a clock under the ticket's terms."""
        if self.agreement is None:
            return terms.targets.get(kind)
        named = terms.agreement(self.agreement.name)
        return None if named is None else named.terms.targets.get(kind)


def why(events: Iterable[Event], kind: ClockKind, agreement: str | None = None) -> Why | None:
    """The sum behind that clock's deadline, or None where the ticket has no such clock. `agreement`: the name of one
    beside the customer's, as it last held."""
    state = read(events)
    of = _Of(state, state.clocks, state.terms)
    if agreement is not None:
        run = state.agreements.last.get(agreement)
        if run is None:
            return None
        of = _Of(state, run.clocks, run.agreement.terms, run.agreement)
    clock = of.clocks.clock(kind)
    if clock is None:
        return None
    basis = of.clocks.basis(kind)
    lines = [*_start(of, clock), *_target(of, clock, basis)]
    if clock.promised is not None:
        lines.append(Line(Because.PROMISED, clock.set_at, clock.promised, event=_by_seq(state, clock.cycle)))
    else:
        lines += _totalled(_dated(clock.allowance.hours, [*_sum(clock, _pauses(of, clock))]))
    return Why(clock, of.terms, (*lines, *_end(of, clock, lines)), agreement)


def sums(events: Sequence[Event], kinds: Sequence[ClockKind], *, agreements: Iterable[str] = ()) -> list[Why]:
    """The sums of those clocks, as far as there are such: first the customer's, then those of these agreements."""
    each = [(kind, name) for name in (None, *agreements) for kind in kinds]
    return [found for kind, name in each if (found := why(events, kind, name)) is not None]


def _start(of: _Of, clock: Clock) -> Iterator[Line]:
    state, begun, start = of.state, clock.started_at, of.terms.starts_at(clock.kind)
    known = of.clocks.begun_by(start)
    if clock.kind is ClockKind.UPDATE and (last := state.updates.last) is not None and last[0].at == begun:
        yield Line(Because.UPDATED, begun, event=last[0])
    elif clock.kind is ClockKind.UPDATE and (asked := _last(state, (Kind.CUSTOMER_WROTE,), begun)) is not None:
        yield Line(Because.ASKED, begun, event=asked)
    elif known is not None and begun == known[0]:
        yield Line(Because.STARTED, begun, event=_event(known[1]), start=start)
    elif of.agreement is not None and of.agreement.begins != CREATED:
        yield Line(Because.AGREED, begun, event=_last(state, _BEGINNINGS, begun), start=of.agreement.begins)
    elif start == REPORTED and begun == state.report.at:
        yield Line(Because.REPORTED, begun)
        yield from _reports(state)
    elif begun == state.opened_at:
        yield Line(Because.OPENED, begun)
    else:
        yield Line(Because.BEGUN, begun, event=_last(state, _RETARGETS, begun))


def _reports(state: Fold) -> list[Line]:
    """What became of the report; where this is another trouble than before, since then."""
    found: list[Line] = []
    for event in state.events:
        fact = event.fact
        if isinstance(fact, ReportCorrected):
            found.append(Line(Because.CORRECTED, fact.before, fact.reported_at, event=event))
        elif isinstance(fact, Retargeted) and fact.reported_at is not None:
            found = [Line(Because.ANOTHER, fact.reported_at, event=event)]
    return found


def _target(of: _Of, clock: Clock, basis: Basis | None) -> Iterator[Line]:
    """What it was held to at first, what changed that while it ran, and what is counted in the end."""
    target: Target | None = None
    for event in of.state.events:
        if not isinstance(event.fact, STAMPED) or (clock.ended_at is not None and event.at > clock.ended_at):
            continue
        before, target = target, of.target(event.fact.terms, clock.kind)
        begins = before is None and event.at == clock.started_at
        if event.kind is not Kind.OPENED and event.at >= clock.started_at and target != before and not begins:
            yield Line(Because.CHANGED, event.at, event=event, target=target, before=before)
    yield Line(Because.TARGET, target=clock.target, seconds=clock.target.seconds)
    if clock.promised is not None:
        return
    if basis is not None:
        changed_by = _event(basis.changed_by)
        yield Line(Because.HELD if basis.held else Because.FRESH, basis.base, event=changed_by, target=basis.allowance)
    yield from _decided(clock.base, clock.allowance)


def _decided(base: datetime, allowance: Target) -> Iterator[Line]:
    """What a target that has a rule came to when its clock started."""
    given = allowance.of
    if given is None or given.rule is None:
        return
    if given.rule.otherwise is not None and not given.rule.calendar.is_open(base):
        given = given.rule.otherwise
        yield Line(Because.OUTSIDE, base, target=given)
    if given.rule is None or (given.rule.days is None and given.rule.not_before is None):
        return
    end = allowance.hours.add(base, allowance.seconds)
    if end is not None and allowance.at_opening:
        end = allowance.hours.next_open(end)
    if end is not None:
        yield Line(Because.DECIDED, base, end, allowance.seconds, target=allowance)


def _pauses(of: _Of, clock: Clock) -> list[_Pause]:
    """In order. One that a clock was in when it ended lasted until then, later ones are none of its business."""
    pauses: list[_Pause] = [*of.clocks.pauses(clock.kind)]
    if clock.ended_at is not None:
        ended = epoch(clock.ended_at)
        if (pausing := of.clocks.pausing(clock.kind)) is not None:
            pauses.append((pausing[0], ended, pausing[1], None))
        pauses = [(since, min(until, ended), by, then) for since, until, by, then in pauses]
    return sorted(pauses, key=itemgetter(0))


def _sum(clock: Clock, pauses: list[_Pause]) -> Iterator[Line]:
    """From where it counts to its deadline, or to the pause that still goes on."""
    hours, cursor = clock.allowance.hours, epoch(clock.base)
    running = clock.paused[-1][0] if clock.state is ClockState.PAUSED else None
    stop = running if clock.deadline is None else epoch(clock.deadline)
    if stop is None:
        return  # its hours never get that far
    for since, until, begun_by, ended_by in pauses:
        begin, end = max(since, cursor), min(until, stop)
        if begin >= end:
            continue
        yield from _run(hours, cursor, begin)
        left_out = hours.seconds_between(begin, end)
        yield Line(
            Because.PAUSED, instant(begin), instant(end), left_out,
            event=_event(begun_by), ended_by=_event(ended_by),
        )  # fmt: skip
        cursor = end
    yield from _run(hours, cursor, stop)


def _run(hours: Hours, begin: int, end: int) -> list[Line]:
    """Opening hours and what lies between them, from one instant to another."""
    lines, cursor = [], begin
    for opens, closes in takewhile(lambda stretch: stretch[0] < end, hours.stretches(begin)):
        if opens > cursor:
            lines.append(Line(Because.CLOSED, instant(cursor), instant(opens)))
        cursor = end if closes is None else min(closes, end)
        lines.append(Line(Because.COUNTED, instant(opens), instant(cursor), cursor - opens))
    if cursor < end:
        lines.append(Line(Because.CLOSED, instant(cursor), instant(end)))
    if len(lines) <= LONGEST_RUN:
        return lines
    middle = lines[_FIRST:-_LAST]
    counted = [line for line in middle if line.because is Because.COUNTED]
    seconds = sum(line.seconds for line in counted)
    summed = Line(Because.SUMMED, middle[0].at, middle[-1].until, seconds, count=len(counted))
    return [*lines[:_FIRST], summed, *lines[-_LAST:]]


def _dated(hours: Hours, lines: list[Line]) -> list[Line]:
    """With the dates without which it cannot be added up by hand."""
    if not lines or not isinstance(hours, Calendar):
        return lines
    spans = [(epoch(line.at), epoch(line.until)) for line in lines if line.at is not None and line.until is not None]
    days = [(hours.local_date(begin), hours.local_date(end - 1)) for begin, end in spans]
    first, last = days[0][0], days[-1][1]
    told: dict[int, list[SpecialDate]] = {}

    def place(special: SpecialDate) -> int | None:
        """The line that tells it: what counts on that date, or else what is closed on it."""
        if special.what is Special.WEEK:
            return next((n for n in walked if first < special.day <= days[n][1]), None)
        opened = hours.day_spans(special.day) if special.opens else []
        for n in counted:
            if any(opens < spans[n][1] and closes > spans[n][0] for opens, closes in opened):
                return n
        return next((n for n in walked if days[n][0] <= special.day <= days[n][1]), None)

    walked = [n for n, line in enumerate(lines) if line.because is not Because.PAUSED]
    counted = [n for n in walked if lines[n].because is not Because.CLOSED]
    for special in hours.special_dates(first - DAY, last):  # what opens on a date may run over into the next
        if (n := place(special)) is not None:
            told.setdefault(n, []).append(special)
    return [replace(line, dates=tuple(told.get(n, ()))) for n, line in enumerate(lines)]


def _totalled(lines: Iterable[Line]) -> Iterator[Line]:
    total = 0
    for line in lines:
        if line.because is not Because.PAUSED:
            total += line.seconds
        yield replace(line, total=total)


def _end(of: _Of, clock: Clock, lines: list[Line]) -> Iterator[Line]:
    if clock.state is ClockState.PAUSED and clock.deadline is None:
        left = clock.allowance.seconds - lines[-1].total
        pausing = of.clocks.pausing(clock.kind)
        yield Line(Because.LEFT, seconds=left, event=None if pausing is None else _event(pausing[1]))
        return
    yield Line(Because.DUE, clock.deadline)
    if clock.ended_at is not None:
        because = Because.MET if clock.state is ClockState.MET else Because.STOPPED
        yield Line(because, clock.ended_at, seconds=clock.taken(clock.ended_at))


def _event(mark: Mark | None) -> Event | None:
    """Marks of a real ticket are its events."""
    return mark if isinstance(mark, Event) else None


def _by_seq(state: Fold, seq: int) -> Event | None:
    return next((event for event in state.events if event.seq == seq), None)


def _last(state: Fold, kinds: tuple[Kind, ...], at: datetime) -> Event | None:
    return next((event for event in reversed(state.events) if event.kind in kinds and event.at == at), None)
