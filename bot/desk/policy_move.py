"""Moving open tickets to the terms of the policy in force: a preview of what would change, and the move itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from storage.customers import Plans, load_plans
from storage.foreseen import Foreseen
from storage.policy_moves import foresee_moves, record_moves
from storage.tickets import StoredTicket, get_tickets
from triage.agreements import SEPARATOR
from triage.moving import move_terms
from triage.people import Actor
from triage.policy import Policy
from triage.supposing import Difference, differences, suppose

AT_ONCE = 100  # tickets in one transaction: for so many, some 10 ms, a command may wait
LOOK_AT_ONCE = 500
EXAMPLES = 10


@dataclass(frozen=True)
class Move:
    """A desk's open tickets on their way to another policy."""

    #: The organisation whose they are.
    organisation_id: int
    #: The desk whose they are.
    desk_id: int
    #: The policy whose terms they get.
    policy: Policy
    #: Whoever moves them.
    actor: Actor


@dataclass
class Preview:
    """What a move would change."""

    #: How many tickets were looked at.
    tickets: int = 0
    #: How many deadlines would change, by clock (one of an agreement: `restore/network`) and how: `sooner`, `later`,
    #: `new`, `passed` (already, under the new terms), `ended` or `paused` (with another target).
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: A few tickets by number, with everything that would change of them.
    examples: list[tuple[int, list[Difference]]] = field(default_factory=list)

    @property
    def in_order(self) -> list[tuple[str, str, int]]:
        """The counts with their clocks and how, the customer's first."""
        counted = [(clock, how, count) for (clock, how), count in self.moved.items()]
        return sorted(counted, key=lambda each: (each[0].partition(SEPARATOR)[2], each))


def preview(
    session: Session, move: Move, now: datetime, *, most: int | None = None, step: Callable[[], object] = lambda: None
) -> Preview:
    """What the move would change, of the first `most` tickets or of all. `step` is called after each."""
    found = Preview()
    plans = load_plans(session, move.organisation_id)
    for stored in _waiting(session, move):
        if found.tickets == most:
            break
        _look(found, stored, move, plans, now)
        step()
    return found


@dataclass
class Lots:
    """A move, lot by lot. `look` foresees the next lot in a transaction that only reads, and `record` writes it in
    another; an empty lot ends the move. A ticket that somebody changed in between comes again in a later lot."""

    #: The move that is made.
    move: Move
    #: The moment at which it was begun, in UTC.
    now: datetime
    #: How many tickets were moved so far.
    moved: int = 0
    _after: int = 0
    _missed: int = 0

    def look(self, session: Session) -> list[Foreseen]:
        """The next lot; empty when everything is moved."""
        found = self._look(session)
        if not found and self._missed:
            self._after, self._missed = 0, 0
            found = self._look(session)
        return found

    def record(self, session: Session, lot: list[Foreseen]) -> None:
        """Put it on record."""
        missed = record_moves(session, lot, self.now)
        self.moved += len(lot) - len(missed)
        self._missed += len(missed)
        self._after = lot[-1].before.number

    def _look(self, session: Session) -> list[Foreseen]:
        move = self.move
        plans = load_plans(session, move.organisation_id)
        return foresee_moves(
            session, move.organisation_id, move.desk_id, move.actor, move.policy, plans, self.now,
            after=self._after, limit=AT_ONCE,
        )  # fmt: skip


def _waiting(session: Session, move: Move) -> Iterator[StoredTicket]:
    """The open tickets that are under another version."""
    after = 0
    while found := get_tickets(
        session, move.organisation_id, move.desk_id, after=after, limit=LOOK_AT_ONCE, not_version=move.policy.version
    ):
        yield from found
        after = found[-1].number


def _look(found: Preview, stored: StoredTicket, move: Move, plans: Plans, now: datetime) -> None:
    change = move_terms(stored.ticket, move.actor, now, move.policy, *plans.held(stored.ticket.customer))
    found.tickets += 1
    moved = [each for each in differences(stored.ticket, suppose(stored.events, change)) if each.moved]
    for each in moved:
        found.moved[each.clock, _how(each, now)] += 1
    if moved and len(found.examples) < EXAMPLES:
        found.examples.append((stored.number, moved))


def _how(difference: Difference, now: datetime) -> str:
    before = None if difference.before is None else difference.before.deadline
    after = None if difference.after is None else difference.after.deadline
    if after is None or difference.after is None:
        return "ended" if before is not None else "paused"
    if difference.after.breached(now) and not (difference.before is not None and difference.before.breached(now)):
        return "passed"
    return "new" if before is None else "later" if after > before else "sooner"
