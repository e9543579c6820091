"""The clock engine: what happened to a ticket, folded into its three clocks.

The engine knows nothing of tickets or chats: it is told in order of time that something was answered, paused, closed,
and answers for each clock when it is due. `triage.ticket` feeds it from events, `triage.ticket_case` from other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from triage.clock import Clock, ClockState
from triage.instants import Seconds, Span, epoch, instant, utc
from triage.terms import CREATED, CUSTOMER, REPORTED, ClockKind, Target, Terms

__all__ = ["KINDS", "Basis", "Clock", "ClockState", "Clocks", "Mark", "Pause"]

# To read a member off its enum, or to go through them, takes longer than most of what is done here.
KINDS = RESPONSE, UPDATE, RESTORE = tuple(ClockKind)
RUNNING, PAUSED, MET, STOPPED = ClockState


class Mark(Protocol):
    """What the engine keeps of the event that moved something."""

    @property
    def seq(self) -> int:
        """Its number in the ticket."""

    @property
    def recorded_at(self) -> datetime:
        """The moment it was written down, which may be later than when it happened."""


class Pause(NamedTuple):
    """A span in which a clock did not count."""

    #: Seconds since 1970.
    begin: int
    #: Seconds since 1970.
    end: int
    #: What stopped the clock.
    begun_by: Mark
    #: What let it go on.
    ended_by: Mark


class Basis(NamedTuple):
    """What a deadline is computed from after a change of terms that was not allowed to put it into the past."""

    #: The instant that the target counts from.
    base: datetime
    #: The target, in its own hours.
    allowance: Target
    #: The change of terms.
    changed_by: Mark
    #: Whether the old instant stays, which it does where it was overdue; else the new target counts from the change.
    held: bool


class Clocks:
    """Folds what happened into clocks. Tell it in order of time; ask `clock(kind)` at any point.

    `promise` is the instant of the next update that was promised, while it stands; `responded_at` is when the customer
    was first answered, or told who owns the ticket.
    """

    __slots__ = (
        "_always_promised", "_asked_at", "_begin_again", "_begun", "_changed_at_end", "_closed_at", "_closed_by",
        "_kept", "_marks", "_opened_at", "_paused_since", "_pauses", "_rebased", "_replied_at", "_reported_at",
        "_restored_at", "_restored_by", "_started", "_stopped_update", "_terms", "_update_base", "_waiting_for",
        "_waiting_since", "_waits", "_wrote_at", "promise", "responded_at",
    )  # fmt: skip

    def __init__(
        self, at: datetime, reported_at: datetime, terms: Terms, mark: Mark, *, always_promised: bool = True
    ) -> None:
        """`always_promised`: a promise is held also where the terms know no update frequency. Raises ValueError for a
        naive datetime, which names no instant."""
        self._opened_at = utc(at)
        self._reported_at = utc(reported_at)
        self._terms = terms
        self._started: dict[ClockKind, datetime] = {}  # clocks that came later than the ticket
        self._rebased: dict[ClockKind, Basis] = {}  # deadlines that a change may not put into the past
        self._kept: dict[ClockKind, Target] = {}  # what a clock was held to that had ended when the terms changed
        self.responded_at: datetime | None = None
        self._begin_again: list[str] = []  # what of it came while the ticket was at its end
        self._begun: dict[str, tuple[datetime, Mark]] = {}  # when what a clock may start at was so for the first time
        self._update_base: datetime | None = at if terms.update_base != "unanswered_customer" else None
        self._asked_at: datetime | None = None  # the first thing the customer wrote that is not answered yet
        self._wrote_at = at  # the last thing that they wrote
        self.promise: datetime | None = None
        self._always_promised = always_promised
        self._replied_at = at
        self._waits: list[Span] = []
        self._waiting_for: str | None = None  # the kind of the wait that goes on
        self._waiting_since: datetime | None = None  # since when for the customer
        # What does not count, by clock: waiting, closed, and service up between two failures.
        self._pauses: dict[ClockKind, list[Pause]] = {kind: [] for kind in KINDS}
        self._paused_since: dict[ClockKind, tuple[int, Mark]] = {}
        # What last set each deadline, and how many pauses there were then: only later ones can have moved it since.
        self._marks: dict[ClockKind, tuple[Mark, int]] = dict.fromkeys(KINDS, (mark, 0))
        self._restored_at: datetime | None = None
        self._restored_by = mark
        self._closed_at: datetime | None = None
        self._closed_by = mark
        self._stopped_update: tuple[Clock | None] | None = None
        self._changed_at_end: list[tuple[datetime, Terms, Terms, Mark]] = []  # terms, and those that took their place

    # -- what can happen ---------------------------------------------------------------------------------------

    def begin(self, start: str, at: datetime, mark: Mark) -> None:
        """Something is so at which a clock may start (`Terms.starts`). Only the first time of each counts; on a ticket
        at its end nothing starts before it is reopened."""
        if self._closed_at is not None:
            self._begin_again.append(start)
        elif start not in self._begun:
            self._begun[start] = at, mark
            for kind, wanted in self._terms.starts.items():
                if wanted == start:
                    self._mark(kind, mark)

    @property
    def begun(self) -> Sequence[str]:
        """What was so by now at which a clock may start."""
        return tuple(self._begun)

    def respond(self, at: datetime) -> None:
        """The customer was answered, or told who owns the ticket: the response clock is met."""
        if self.responded_at is None:
            self.responded_at = at

    def reply(self, at: datetime, mark: Mark, promise: datetime | None = None) -> None:
        """The customer can see an update; `promise` is when the next one comes, if that was said."""
        if self._closed_at is not None:
            self._keep_stopped_update()
        self.promise, self._replied_at, self._asked_at = promise, at, None
        self._update_base = None if self._terms.update_base == "unanswered_customer" else at
        self._update_moved_by(mark)

    def untold(self, mark: Mark, *, update: bool) -> None:
        """What the customer was told never reached them. Where that leaves a clock unmet its warnings start again;
        `update`: nothing has moved the update clock since either."""
        if self._closed_at is not None:
            return
        if self.responded_at is None:
            self._mark(RESPONSE, mark)
        if update:
            self._mark(UPDATE, mark)

    def customer_wrote(self, at: datetime, mark: Mark) -> None:
        """The customer wrote: moves the update clock only where the terms count from what the customer says."""
        base = self._terms.update_base
        if base != "last_update" and (base == "last_contact" or self._asked_at is None):
            if self._closed_at is not None:
                self._keep_stopped_update()
            self._update_base = at
            if self.promise is None:  # else that holds the deadline where it is
                self._update_moved_by(mark)
        self._wrote_at, self._asked_at = at, self._asked_at or at

    def wait(self, at: datetime, mark: Mark, kind: str | None = CUSTOMER) -> None:
        """Waiting begins, for the customer or of another kind: the clocks stop that the terms list for it. It takes the
        place of a wait of another kind: what both stop stands still without a break. None: waiting is over."""
        if kind == self._waiting_for or self._closed_at is not None:
            return
        self._waiting_for = kind
        if self._waiting_since is not None:
            self._waits.append((self._waiting_since, at))
        self._waiting_since = at if kind == CUSTOMER else None
        self._pause_as_terms_say(at, mark)

    def resume(self, at: datetime, mark: Mark) -> None:
        """Waiting is over, whatever for."""
        self.wait(at, mark, None)

    def restore(self, at: datetime, mark: Mark) -> None:
        """Service is back, by a workaround or a repair."""
        if self._restored_at is None:
            self._restored_at, self._restored_by = at, mark

    def relapse(self, at: datetime, mark: Mark) -> None:
        """Down again: the restore clock resumes, the span since it was restored not counted."""
        if self._restored_at is not None and self._closed_at is None:
            self._pauses[RESTORE].append(Pause(epoch(self._restored_at), epoch(at), self._restored_by, mark))
            self._restored_at = None
            kept = self._kept.pop(RESTORE, None)
            if kept is not None and kept != self._terms.targets.get(RESTORE):
                self._mark(RESTORE, mark)  # the terms have changed meanwhile: only now do the new ones hold

    def close(self, at: datetime, mark: Mark, *, restored: bool = True) -> None:
        """The ticket is at its end: waiting ends, every clock stops, and service counts as `restored` if it was its own
        end rather than that it goes on as another."""
        if self._closed_at is None:
            self.resume(at, mark)
            if restored:
                self.restore(at, mark)
            self._closed_at, self._closed_by = at, mark

    def reopen(self, at: datetime, mark: Mark, *, counts: bool = False) -> None:
        """The ticket is open again; `counts`: it was never fixed, so the closed span counts."""
        if self._closed_at is None:
            return
        if not counts:
            for kind in KINDS:
                since, begun_by = self._closed_at, self._closed_by
                if kind is RESTORE and self._restored_at is not None:
                    since, begun_by = self._restored_at, self._restored_by
                self._pauses[kind].append(Pause(epoch(since), epoch(at), begun_by, mark))
        self._closed_at = self._restored_at = self._stopped_update = None
        self._update_base = self._base(self._terms.update_base)
        self._move_as_changed_at_end()
        for kind in KINDS:
            self._mark(kind, mark)
            if kind is not RESPONSE or self.responded_at is None:
                self._kept.pop(kind, None)
        for start in self._begin_again:
            self.begin(start, at, mark)
        self._begin_again.clear()

    def retarget(self, at: datetime, terms: Terms, mark: Mark, *, end_promise: bool = False) -> None:
        """New terms from `at` on; `end_promise`: an open promise no longer holds the deadline (severity rose).

        Restore always counts from the report. With `terms.retarget == "no_past"` (policy: Change of severity) a clock
        that has ended keeps its verdict, one that is new to the ticket starts at the change, and a response or update
        deadline that would come earlier becomes the earlier of the old instant and change + new target; one that is
        overdue at the change stays so at its old instant, whatever the new terms allow. With "from_start" every
        deadline is computed from its original start, as if the new terms had always held.
        """
        no_past, known, update_from = terms.retarget == "no_past", self._terms, self._start(UPDATE)
        if self._closed_at is None:  # else it is moved when the ticket is reopened
            self._update_base = self._base(terms.update_base)
        for kind in KINDS:
            before, after = self._kept.get(kind) or known.targets.get(kind), terms.targets.get(kind)
            if self._end(kind)[0] is not None:
                if no_past and before is not None:
                    self._kept[kind] = before
                elif no_past and kind is not RESTORE and self._start(kind, terms) is not None:
                    self._started[kind] = at  # at its end before there was a clock for it: in time
            elif kind is not RESTORE:
                was = update_from if kind is UPDATE else self._start(kind)
                starts = was, self._start(kind, terms)
                self._move(kind, (before, after), starts, at, mark, no_past=no_past, end_promise=end_promise)
            elif before != after or known.starts.get(kind) != terms.starts.get(kind):
                self._mark(kind, mark)
        if no_past and self._closed_at is not None:
            self._changed_at_end.append((at, known, terms, mark))
        if end_promise:
            self.promise = None
        self._terms = terms
        if self._waiting_for is not None:
            self._pause_as_terms_say(at, mark)

    def correct_report(self, reported_at: datetime, mark: Mark) -> None:
        """The customer reported the trouble at another time than was believed: restore, and whatever else starts at the
        report, counts from then."""
        self._reported_at = reported_at
        for kind in KINDS:
            if self._terms.starts_at(kind) == REPORTED:
                self._mark(kind, mark)

    # -- what follows from it ----------------------------------------------------------------------------------

    @property
    def waits(self) -> list[Span]:
        """Spans of waiting for the customer, the last one open while waiting goes on."""
        return self._waits if self._waiting_since is None else [*self._waits, (self._waiting_since, None)]

    @property
    def reported_at(self) -> datetime:
        """When the customer reported the trouble."""
        return self._reported_at

    @property
    def restored_at(self) -> datetime | None:
        """Since when service is back, or the ticket at its end; None: it is not."""
        return self._restored_at

    def paused(self, kind: ClockKind) -> list[Span]:
        """What has not counted of that clock, the last span open while it still does not."""
        return [(instant(begin), None if end is None else instant(end)) for begin, end in self._paused(kind)]

    def pauses(self, kind: ClockKind) -> list[Pause]:
        """What has not counted of that clock, in the order in which it ended."""
        return self._pauses[kind]

    def pausing(self, kind: ClockKind) -> tuple[int, Mark] | None:
        """The pause of that clock that still goes on: since when, in seconds since 1970, and what began it."""
        return self._paused_since.get(kind)

    def begun_by(self, start: str) -> tuple[datetime, Mark] | None:
        """When it was so for the first time that a clock may start at, and what made it so; None: it never was."""
        return self._begun.get(start)

    def basis(self, kind: ClockKind) -> Basis | None:
        """What its deadline is computed from where a change was not to put it into the past; None: from its start."""
        return self._rebased.get(kind)

    def clock(self, kind: ClockKind) -> Clock | None:
        """The clock of that kind as it stands, or None when the ticket has none."""
        if kind is UPDATE and self._stopped_update is not None:
            return self._stopped_update[0]
        return self._clock(kind)

    def _clock(self, kind: ClockKind) -> Clock | None:
        target = self._kept.get(kind) or self._terms.targets.get(kind)
        started_at = self._start(kind)
        promised = self.promise if kind is UPDATE and (self._always_promised or target is not None) else None
        if promised is not None:
            # It is held also where the terms know no update frequency (provisioning), or no reason for an update.
            started_at = started_at or self._replied_at
            target = target or Target(max(1, int((promised - started_at).total_seconds())))
        if target is None or started_at is None:
            return None
        if target.rule is not None:
            target = target.at(started_at)
        ended_at, state = self._end(kind)
        rebased = self._rebased.get(kind)
        base, allowance = (started_at, target) if rebased is None else rebased[:2]
        paused = self._paused(kind)
        if ended_at is not None:
            paused = _until(epoch(ended_at), paused) if paused else paused
        elif kind in self._paused_since:
            state = PAUSED
        deadline = promised or _add(base, allowance, paused)
        mark = self._set_by(kind, deadline, allowance) if promised is None else self._marks[kind][0]
        # By position: to name them takes twice the time, and each fold makes three.
        return Clock(
            kind, state, target, started_at, base, allowance, tuple(paused), deadline, ended_at, mark.seq,
            mark.recorded_at, promised,
        )  # fmt: skip

    def _paused(self, kind: ClockKind) -> list[Seconds]:
        spans = self._pauses[kind]
        paused: list[Seconds] = [pause[:2] for pause in spans] if spans else []
        if kind in self._paused_since:
            paused.append((self._paused_since[kind][0], None))
        return paused

    def _start(self, kind: ClockKind, terms: Terms | None = None) -> datetime | None:
        """Since when the clock counts under those terms, or its own; None: it has not started."""
        if kind in self._started:
            return self._started[kind]
        starts = (terms or self._terms).starts
        if kind not in starts:  # as usual, and that the quick way
            if kind is RESTORE:
                return self._reported_at
            return self._opened_at if kind is RESPONSE else self._update_base
        start = starts[kind]
        if start == CREATED:
            begun: datetime | None = self._opened_at
        elif start == REPORTED:
            begun = self._reported_at
        else:
            begun = self._begun[start][0] if start in self._begun else None
        if kind is not UPDATE or begun is None:
            return begun
        base = self._update_base
        if base == self._opened_at and (terms or self._terms).update_base != "unanswered_customer":
            return begun  # nothing but the opening would be a reason for an update
        return base and max(base, begun)

    def _base(self, rule: str) -> datetime | None:
        """What the update clock counts from by one of the rules for it."""
        if rule == "unanswered_customer":
            return self._asked_at
        return max(self._replied_at, self._wrote_at) if rule == "last_contact" else self._replied_at

    def _end(self, kind: ClockKind) -> tuple[datetime | None, ClockState]:
        closed_at = self._closed_at
        met_at = None
        if kind is RESPONSE:
            met_at = self.responded_at
        elif kind is RESTORE:
            met_at = self._restored_at
        if met_at is not None and (closed_at is None or met_at <= closed_at):
            return met_at, MET
        return (None, RUNNING) if closed_at is None else (closed_at, STOPPED)

    def _keep_stopped_update(self) -> None:
        """Keep the update clock's last cycle: what is said after closing neither moves it nor begins another."""
        self._stopped_update = self._stopped_update or (self._clock(UPDATE),)

    def _update_moved_by(self, mark: Mark) -> None:
        self._marks[UPDATE] = mark, len(self._pauses[UPDATE])
        if self._rebased:
            self._rebased.pop(UPDATE, None)
        if self._started:
            self._started.pop(UPDATE, None)

    def _mark(self, kind: ClockKind, mark: Mark) -> None:
        self._marks[kind] = mark, len(self._pauses[kind])

    def _set_by(self, kind: ClockKind, deadline: datetime | None, allowance: Target) -> Mark:
        """What last moved the deadline: the end of a pause that it had to step over, else the mark on record.

        A pause of a clock that is late already moves nothing: its deadline, and what was said of it, stay.
        """
        mark, known = self._marks[kind]
        pauses = self._pauses[kind]
        if len(pauses) > known:
            late = None if deadline is None else epoch(deadline)
            for begin, end, _, ended_by in reversed(pauses[known:]):
                if (late is None or begin < late) and allowance.hours.seconds_between(begin, end):
                    return ended_by
        return mark

    def _pause_as_terms_say(self, at: datetime, mark: Mark) -> None:
        """Another wait, or other terms during one: clocks that are not paused any more run again, others pause from now
        on."""
        now, paused = epoch(at), self._paused_since
        going_on: dict[ClockKind, tuple[int, Mark]] = {}
        if self._waiting_for is not None:
            for kind in self._terms.stopped_by(self._waiting_for):
                going_on[kind] = paused.pop(kind) if kind in paused else (now, mark)
        for kind, (since, begun_by) in paused.items():
            self._pauses[kind].append(Pause(since, now, begun_by, mark))
        self._paused_since = going_on

    def _move(
        self,
        kind: ClockKind,
        targets: tuple[Target | None, Target | None],
        starts: tuple[datetime | None, datetime | None],
        at: datetime,
        mark: Mark,
        *,
        no_past: bool,
        end_promise: bool,
    ) -> None:
        """The running response or update clock changes from one target, and what it counts from, to another: see
        `retarget`. Where it has no start it did not run, or does not."""
        (before, after), (was, start) = targets, starts
        promised = self.promise if kind is UPDATE else None
        if after is None:
            self._rebased.pop(kind, None)  # no clock from now on; one that comes back is new
            return
        if start is None or (promised is not None and not end_promise):
            return  # no clock, or one that a promise holds where it is
        if (before is None or was is None) and promised is None:
            if no_past:
                self._started[kind] = at
            self._mark(kind, mark)
            return
        paused = _until(epoch(at), self._paused(kind))
        rebased = self._rebased.get(kind)
        base, allowance = (was or start, (before or after).at(was or start)) if rebased is None else rebased[:2]
        held, plain = promised or _add(base, allowance, paused), _add(start, after.at(start), paused)
        late = held is not None and held < at
        if not no_past or held is None or plain == held or not (late or (plain is not None and plain < held)):
            due = plain
            self._rebased.pop(kind, None)
        elif not late and ((fresh := _add(at, after.at(at))) is None or fresh < held):
            due = fresh
            self._rebased[kind] = Basis(at, after.at(at), mark, held=False)
        else:
            due = held
            if promised is not None:
                base = min(at, held)
                allowance = Target(int((held - base).total_seconds()))
            self._rebased[kind] = Basis(base, allowance, mark, held=True)
        if due != held:
            self._mark(kind, mark)

    def _move_as_changed_at_end(self) -> None:
        """The ticket is open again: what changed while it was at its end moves the clocks that now run again."""
        running = (UPDATE,) if self.responded_at is not None else (RESPONSE, UPDATE)
        for at, known, terms, mark in self._changed_at_end:
            for kind in running:
                starts = self._start(kind, known), self._start(kind, terms)
                if all(start is None or start <= at for start in starts):
                    targets = known.targets.get(kind), terms.targets.get(kind)
                    self._move(kind, targets, starts, at, mark, no_past=True, end_promise=False)
        self._changed_at_end.clear()


def _add(base: datetime, allowance: Target, pauses: Sequence[Seconds] = ()) -> datetime | None:
    hours = allowance.hours
    due = hours.add_seconds(epoch(base), allowance.seconds, pauses)
    if allowance.at_opening and due is not None:
        due = hours.next_open_seconds(due, pauses)
    return None if due is None else instant(due)


def _until(at: int, pauses: Sequence[Seconds]) -> list[Seconds]:
    """The pauses up to the instant `at`, at which a clock ended: later ones say nothing about it."""
    return [(begin, at if end is None or end > at else end) for begin, end in pauses if begin < at]
