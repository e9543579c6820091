"""The agreements of a ticket beside the customer's, with clocks of their own (policy: Agreements)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from triage.clocks import Clocks, Mark
from triage.terms import CREATED, RESPONDED, Agreement, ClockKind, Terms

GROUP, WAITING = "assigned", "waiting"  # what an agreement may begin with, beside the opening
SEPARATOR = "/"  # between a clock and the agreement that it is of; the name of no other clock has it
_NOTHING = Terms()


def clock_of(kind: ClockKind, agreement: str) -> str:
    """What the agenda calls a clock of an agreement: `restore/network`."""
    return f"{kind}{SEPARATOR}{agreement}"


def parted(clock: str) -> tuple[ClockKind, str] | None:
    """The clock and the agreement that such a name means; None for what is none."""
    kind, separator, agreement = clock.partition(SEPARATOR)
    return (ClockKind(kind), agreement) if separator else None


class Run(NamedTuple):
    """One time that an agreement holds, from its beginning to its end."""

    #: The agreement, as it was when this began.
    agreement: Agreement
    #: Its clocks.
    clocks: Clocks


class Agreements:
    """Holds the clocks of every agreement that has begun. Tell it what begins and ends one; whatever else happens to
    the ticket is told to each of `clocks`."""

    __slots__ = ("_group", "_is_closed", "_waiting", "clocks", "ended", "running")

    def __init__(self, main: Clocks) -> None:
        #: The clocks of the customer's agreement, then of those that are `running`: what happens is told to each.
        self.clocks = [main]
        #: Those that hold now, or held when the ticket came to its end, by name.
        self.running: dict[str, Run] = {}
        #: Those that came to an end of their own, in order.
        self.ended: list[Run] = []
        self._group: str | None = None
        self._waiting: str | None = None
        self._is_closed = False

    def open(self, terms: Terms, at: datetime, reported_at: datetime, mark: Mark) -> None:
        """The ticket was opened under those terms."""
        for each in terms.agreements:
            if each.begins == CREATED:
                self._run(each, _clocks(at, reported_at, each, mark))

    def respond(self, at: datetime, mark: Mark) -> None:
        """The customer was answered. That is no answer of a group that has the work in hand."""
        for run in self.running.values():
            if run.agreement.begins != GROUP:
                _responded(run, at, mark)

    def acknowledge(self, at: datetime, mark: Mark) -> None:
        """The group that has the work in hand says so."""
        for run in self.running.values():
            if run.agreement.begins == GROUP:
                _responded(run, at, mark)

    def hand(self, terms: Terms, group: str | None, at: datetime, mark: Mark) -> None:
        """That group has the work in hand from now on; None: none has."""
        self._group = group
        self._end(GROUP, group, at, mark)
        self._begin(terms, at, mark)

    def wait(self, terms: Terms, kind: str, at: datetime, mark: Mark) -> None:
        """The ticket waits, for something else than before or, said anew, for the same. That stops clocks as their
        terms say, but for those of what is waited for: the wait is its work."""
        self._waiting = kind
        if self.running or terms.agreements:
            self._end(WAITING, kind, at, mark)
            for run in self.running.values():
                if run.agreement.begins != WAITING:
                    run.clocks.wait(at, mark, kind)
            self._begin(terms, at, mark)

    def resume(self, at: datetime, mark: Mark) -> None:
        """It waits no longer."""
        self._waiting = None
        if self.running:
            self._end(WAITING, None, at, mark)

    def close(self, at: datetime, mark: Mark, *, restored: bool) -> None:
        """The ticket is at its end, as in `Clocks.close`; nothing is waited for any more."""
        self._waiting = None
        self._end(WAITING, None, at, mark, restored=restored)
        self._is_closed = True
        for run in self.running.values():
            run.clocks.close(at, mark, restored=restored)

    def reopen(self, terms: Terms, at: datetime, mark: Mark, *, counts: bool) -> None:
        """The ticket is open again, and so is what ended with it."""
        self._is_closed = False
        for run in self.running.values():
            run.clocks.reopen(at, mark, counts=counts)
        self._begin(terms, at, mark)

    def retarget(self, terms: Terms, at: datetime, mark: Mark, *, end_promise: bool) -> None:
        """New terms from then on: those of each agreement change like the customer's, one that is new begins, and one
        that is not among them any more has no clock."""
        known = {each.name: each for each in terms.agreements}
        for name, run in self.running.items():
            now = known.get(name)
            if now is not None:
                self.running[name] = run._replace(agreement=now)
            run.clocks.retarget(at, _NOTHING if now is None else now.terms, mark, end_promise=end_promise)
        self._begin(terms, at, mark)

    def correct_report(self, reported_at: datetime, mark: Mark) -> None:
        """The trouble was reported at another time: what began with the ticket counts from then."""
        for run in self.running.values():
            if run.agreement.begins == CREATED:
                run.clocks.correct_report(reported_at, mark)

    @property
    def last(self) -> dict[str, Run]:
        """Of each agreement that has begun, the last time that it did."""
        return {run.agreement.name: run for run in self.ended} | self.running

    def _begin(self, terms: Terms, at: datetime, mark: Mark) -> None:
        for each in terms.agreements:
            if not self._is_closed and each.name not in self.running and self._holds(each):
                clocks = _clocks(at, at, each, mark)
                for start in self.clocks[0].begun if each.terms.starts else ():
                    if start != RESPONDED:  # an answer to it is another one
                        clocks.begin(start, at, mark)
                if self._waiting is not None and each.begins != WAITING:
                    clocks.wait(at, mark, self._waiting)
                self._run(each, clocks)

    def _run(self, agreement: Agreement, clocks: Clocks) -> None:
        self.running[agreement.name] = Run(agreement, clocks)
        self.clocks.append(clocks)

    def _holds(self, agreement: Agreement) -> bool:
        now = {CREATED: agreement.of, GROUP: self._group, WAITING: self._waiting}
        return now[agreement.begins] == agreement.of

    def _end(self, begins: str, of: str | None, at: datetime, mark: Mark, *, restored: bool = True) -> None:
        """Those that began with something else than `of` are at their end: what they asked for is done, unless it is
        not `restored` but goes on as another ticket, or was never answered by the group that it asked."""
        over = [n for n, run in self.running.items() if run.agreement.begins == begins and run.agreement.of != of]
        for name in over:
            run = self.running.pop(name)
            self.clocks.remove(run.clocks)
            is_done = run.agreement.begins != GROUP or run.clocks.responded_at is not None
            run.clocks.close(at, mark, restored=restored and is_done)
            self.ended.append(run)


def _clocks(at: datetime, reported_at: datetime, agreement: Agreement, mark: Mark) -> Clocks:
    """Those of an agreement. What the customer was promised is held by theirs, and by another only in the place of its
    own next update."""
    return Clocks(at, reported_at, agreement.terms, mark, always_promised=False)


def _responded(run: Run, at: datetime, mark: Mark) -> None:
    run.clocks.respond(at)
    run.clocks.begin(RESPONDED, at, mark)
