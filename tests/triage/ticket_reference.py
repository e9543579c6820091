"""A ticket's clocks the slow way, written only to hold the engine against: ask of every minute whether it counts.

Nothing here is shared with the engine. Everything lies on whole minutes of one UTC day, written as minutes since its
midnight; the targets never change, and nothing happened before `created`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

FOREVER = 10**9
HALF = Fraction(1, 2)


class Told(NamedTuple):
    """One event: its minute, its word, and what else is said."""

    at: int
    word: str
    #: The promise, whether the closed span counts, what is waited for, or when the trouble was reported.
    extra: int | bool | str | None = None


class Desk(NamedTuple):
    """The rules, and the opening hours of the day; none: around the clock."""

    #: By kind of waiting: the clocks that it stops.
    stops: dict[str, frozenset[str]]
    update_base: str
    response_met_by: frozenset[str]
    opening: tuple[int, int] | None
    #: By clock: the word that it starts at.
    starts: dict[str, str]


class SlowTicket:
    """What a history says, span by span."""

    def __init__(self, told: Sequence[Told], targets: dict[str, int], desk: Desk) -> None:
        self.desk, self.targets = desk, targets
        self.waits: list[tuple[int, int, str]] = []
        self.closings: list[tuple[int, int, bool]] = []  # from, to, whether it counts
        self.ups: list[tuple[int, int]] = []  # service was up
        self.met_at: int | None = None
        self.base: int | None = None
        self.promise: int | None = None
        self.promised_at: int | None = None
        waiting: tuple[int, str] | None = None
        closed = up = None
        unanswered = False
        self.begun: dict[str, int] = {}
        late: list[str] = []
        frozen: tuple[int | None, int | None, int | None] | None = None
        for at, word, extra in told:
            starting = [word, *(["responded"] if word in desk.response_met_by else [])]
            if closed is None:
                self.begun |= {each: at for each in starting if each not in self.begun}
            else:
                late += starting
            if word in desk.response_met_by and self.met_at is None:
                self.met_at = at
            if word == "created":
                self.created = at
                self.reported = at if extra is None else int(extra)
                self.base = None if desk.update_base == "unanswered_customer" else at
            elif word == "agent_reply":
                self.promise, self.promised_at, unanswered = None if extra is None else int(extra), at, False
                self.base = None if desk.update_base == "unanswered_customer" else at
            elif word == "customer_message":
                if desk.update_base == "last_contact" or (desk.update_base != "last_update" and not unanswered):
                    self.base = at
                unanswered = True
            elif word == "waiting" and closed is None:
                kind = str(extra or "customer")
                if waiting is not None and waiting[1] != kind:
                    self.waits.append((waiting[0], at, waiting[1]))
                    waiting = None
                waiting = waiting or (at, kind)
            elif word == "resumed" and waiting is not None:
                self.waits.append((waiting[0], at, waiting[1]))
                waiting = None
            elif word == "restored" and up is None:
                up = at
            elif word == "relapsed" and up is not None and closed is None:
                self.ups.append((up, at))
                up = None
            elif word == "closed" and closed is None:
                closed, frozen = at, (self.base, self.promise, self.promised_at)
                up = at if up is None else up
                if waiting is not None:
                    self.waits.append((waiting[0], at, waiting[1]))
                    waiting = None
            elif word == "reopened" and closed is not None:
                self.closings.append((closed, at, extra is True))
                if extra is not True and up is not None:
                    self.ups.append((up, at))
                closed = up = frozen = None
                self.begun |= {each: at for each in late if each not in self.begun}
                late = []
        self.closed, self.up, self.waiting = closed, up, waiting
        if frozen is not None:
            self.base, self.promise, self.promised_at = frozen

    def _counts(self, clock: str, minute: int) -> bool:
        opening = self.desk.opening
        if opening is not None and not opening[0] <= minute % 1440 < opening[1]:
            return False
        waits = self.waits if self.waiting is None else [*self.waits, (self.waiting[0], FOREVER, self.waiting[1])]
        if any(begin <= minute < end and self._stops(clock, kind) for begin, end, kind in waits):
            return False
        if any(begin <= minute < end and not counts for begin, end, counts in self.closings):
            return False
        return clock != "restore" or not any(begin <= minute < end for begin, end in self.ups)

    def _stops(self, clock: str, kind: str) -> bool:
        return clock in self.desk.stops.get(kind, ())

    def _used(self, clock: str, begin: int, end: int) -> int:
        return sum(self._counts(clock, minute) for minute in range(begin, end))

    def _reached(self, clock: str, begin: int, target: int) -> int | None:
        """The minute by which `target` minutes have counted; None when that is more than three days off."""
        for minute in range(begin, begin + 3 * 1440):
            if target == 0:
                return minute
            target -= self._counts(clock, minute)
        return None

    def _ended(self, clock: str) -> int | None:
        met = {"response": self.met_at, "restore": self.up, "update": None}[clock]
        if self.closed is None or (met is not None and met <= self.closed):
            return met
        return self.closed

    def _start(self, clock: str) -> int | None:
        word = self.desk.starts.get(clock, "reported" if clock == "restore" else "created")
        begun = {"created": self.created, "reported": self.reported}.get(word, self.begun.get(word))
        if clock != "update" or begun is None or self.base is None:
            return None if clock == "update" else begun
        only_opened = self.base == self.created and self.desk.update_base != "unanswered_customer"
        return begun if only_opened else max(begun, self.base)

    def results(self, as_of: int | None) -> dict[str, object]:
        """As `vigie sla evaluate` answers, instants as minutes."""
        found: dict[str, object] = {"response_met_at": self.met_at}
        dues: list[int] = []
        percent: dict[str, float | None] = dict.fromkeys(("response", "update", "restore"))
        for clock in ("response", "update", "restore"):
            start = self._start(clock)
            promise = self.promise if clock == "update" else None
            if promise is not None and start is None:
                start = self.promised_at  # where there is no other reason for an update, the promise is one
            target, ended = self.targets.get(clock), self._ended(clock)
            due = taken = over = left = None
            breached = False
            if target is not None and start is not None:
                deadline = promise if promise is not None else self._reached(clock, start, target)
                judged = ended if ended is not None else as_of
                breached = judged is not None and deadline is not None and judged > deadline
                if as_of is not None:
                    percent[clock] = self._percent(clock, start, as_of if ended is None else ended)
                if ended is not None:
                    taken = self._used(clock, start, ended)
                    over = self._used(clock, deadline, ended) if deadline is not None and breached else 0
                    left = target - taken
                elif self.waiting is None or not self._stops(clock, self.waiting[1]):
                    due = deadline
            found |= {f"{clock}_due": due, f"{clock}_breached": breached}
            found |= {f"{clock}_taken_minutes": taken, f"{clock}_over_minutes": over, f"{clock}_left_minutes": left}
            dues += [] if due is None else [due]
        none: dict[str, list[int]] = {clock: [] for clock in ("response", "update", "restore")}
        found |= {"warnings": none, "escalations": [], "elapsed_percent": percent}
        return found | {"next_due": min(dues, default=None)}

    def _percent(self, clock: str, begin: int, end: int) -> float:
        """Half a tenth is rounded up."""
        target = self.targets[clock]
        return 100.0 if target == 0 else floor(Fraction(self._used(clock, begin, end) * 1000, target) + HALF) / 10
