"""Several tickets that fall due together, one of which cannot be folded: planned by two workers in every order, with a
death before and after every step.

The real `scheduler.deadlines.run_once` runs, up to its next transaction; what a transaction does the real code decides
as well, asked once for each situation. A transaction that locks tickets is three steps, as PostgreSQL does it:

    looks      the statement begins: what is due by then is what it may find
    locks      those that nobody else has locked (`SKIP LOCKED`); whoever plans one ticket alone waits for it instead
    commits    what it planned is there for everybody and its locks are gone; or it fails, and nothing was planned
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast
from unittest import mock

import sqlalchemy as sa
from sqlmodel import Session

from scheduler import deadlines
from storage.core import table
from storage.database import Database
from storage.deadlines import claim_due, due_tickets, next_due_at
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import EventRow
from storage.tickets import StoredTicket, get_ticket_by_id
from tests.factories import make_home, open_stored
from tests.protocol.decisions import Undone
from tests.protocol.exploring import Explored, explore

SOUND, BROKEN = (0, 1), 2
TOGETHER, READ, ALONE, ENDED = "plans together", "reads what is due", "plans alone", "has ended"
ASKS, LOOKED, LOCKED = "asks", "looked", "locked"
Tickets = frozenset[int]
NONE: Tickets = frozenset()
Found = TypeVar("Found")


class Wanted(NamedTuple):
    """What a worker wants of the database next, or what came of its pass."""

    what: str
    #: Of `TOGETHER` and `READ` what is left out, of `ALONE` which, of `ENDED` those that failed.
    tickets: Tickets = NONE


class Answer(NamedTuple):
    """What a transaction answered."""

    tickets: tuple[int, ...] = ()
    #: Those of them of which something was planned.
    planned: Tickets = NONE
    failed: bool = False


class Worker(NamedTuple):
    """What a worker is at."""

    #: What its pass was answered so far; None: it is at none.
    answers: tuple[Answer, ...] | None = None
    #: What it leaves out, having failed at it.
    skips: Tickets = NONE
    at: str = ASKS
    seen: Tickets = NONE
    locked: Tickets = NONE


class State(NamedTuple):
    """All there is."""

    #: How many notices each ticket has.
    notices: tuple[int, ...] = (0, 0, 0)
    workers: tuple[Worker, ...] = (Worker(), Worker())
    deaths: int = 0
    #: What a dead worker has locked for ever, which no server lets happen.
    stays: Tickets = NONE


class PlanningDecisions:
    """What the real code does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        home = database.write_now(make_home)
        opened = [database.write_now(lambda session: open_stored(session, home)) for _ in (*SOUND, BROKEN)]
        self.organisation_id, self.ids = opened[0].organisation_id, [each.id for each in opened]
        due = database.read_now(next_due_at)
        assert due is not None
        self.now = due
        events = table(EventRow)
        spoiled = sa.update(events).where(events.c.ticket_id == self.ids[BROKEN]).values(kind="nonsense")
        database.write_now(lambda session: session.execute(spoiled))
        self.due, self.planned = cache(self._due), cache(self._planned)
        self.next_step = cache(self._next_step)

    def _next_step(self, skips: Tickets, answers: tuple[Answer, ...]) -> Wanted:
        """What `run_once` wants of the database after these answers."""
        asked = cast("Any", _Asked(self))
        running = deadlines.run_once(asked, self.now, skip=frozenset(self.ids[each] for each in skips))
        with mock.patch.object(deadlines, "log"):  # it would say the same a thousand times
            try:
                wanted = running.send(None)
                for answer in answers:
                    wanted = running.throw(RuntimeError) if answer.failed else running.send(answer)
            except StopIteration as ended:
                _, failed = ended.value
                return Wanted(ENDED, self.numbers(failed))
            running.close()
        return cast("Wanted", wanted)

    def _due(self, planned: Tickets, skips: Tickets) -> tuple[int, ...]:
        """Which tickets are found to be due, the longest overdue first."""

        def work(session: Session) -> tuple[int, ...]:
            skip = [self.ids[each] for each in skips]
            found = due_tickets(session, self.now, 9, skip=skip)
            if BROKEN in skips:  # it cannot be read, so nobody claims it without failing
                claimed = {each.id for each in claim_due(session, self.now, 9, skip=skip)}
                assert claimed == {ticket_id for _, ticket_id in found}
            return tuple(self.ids.index(ticket_id) for _, ticket_id in found)

        return self._tried(planned, work)

    def _planned(self, planned: Tickets, locked: Tickets, together: bool) -> Answer:
        """What planning these tickets answers; they were found before others were planned, perhaps."""

        def claimed(session: Session, *_: Any, **__: Any) -> list[StoredTicket]:
            return [self._ticket(session, each) for each in sorted(locked)]

        def work(session: Session) -> Answer:
            before = _count(session)
            with mock.patch.object(deadlines, "claim_due", claimed):
                found = (
                    deadlines.plan_together(session, now=self.now)
                    if together
                    else {self.ids[each]: self._plan(session, each) for each in locked}
                )
            done = self.numbers(ticket_id for ticket_id, was_planned in found.items() if was_planned)
            assert _count(session) - before == len(done)
            return Answer(tuple(self.ids.index(each) for each in found), done)

        try:
            return self._tried(planned, work)
        except KeyError:  # of an event of a kind that there is not
            return Answer(failed=True)

    def numbers(self, ids: Any) -> Tickets:
        """The tickets with these ids."""
        return frozenset(self.ids.index(each) for each in ids)

    def _plan(self, session: Session, number: int) -> bool | None:
        return deadlines.plan(session, self.organisation_id, self.ids[number], self.now)

    def _ticket(self, session: Session, number: int) -> StoredTicket:
        return get_ticket_by_id(session, self.organisation_id, self.ids[number])

    def _tried(self, planned: Tickets, work: Callable[[Session], Found]) -> Found:
        """What `work` answers where these tickets were planned; nothing of it stays."""

        def transaction(session: Session) -> None:
            for each in planned:
                self._plan(session, each)
            raise Undone(work(session))

        try:
            self.database.write_now(transaction)
        except Undone as undone:
            found: Found = undone.args[0]
            return found
        raise AssertionError


class _Asked:
    """A database whose every transaction waits for the explorer to answer it."""

    def __init__(self, decisions: PlanningDecisions) -> None:
        self._decisions = decisions

    def read(self, work: Any) -> Coroutine[Any, Any, Any]:
        return self._wait(work)

    def write(self, work: Any) -> Coroutine[Any, Any, Any]:
        return self._wait(work)

    async def _wait(self, work: Any) -> Any:
        ids, of = self._decisions.ids, self._decisions.numbers
        if work.func is deadlines.plan_together:
            answer = await _Step(Wanted(TOGETHER, of(work.keywords["skip"])))
            return {ids[each]: each in answer.planned for each in answer.tickets}
        if work.func is due_tickets:
            answer = await _Step(Wanted(READ, of(work.keywords["skip"])))
            return [(self._decisions.organisation_id, ids[each]) for each in answer.tickets]
        assert work.func is deadlines.plan
        answer = await _Step(Wanted(ALONE, of([work.keywords["ticket_id"]])))
        return bool(answer.planned)


class _Step:
    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted

    def __await__(self) -> Generator[Wanted, Answer, Answer]:
        return (yield self._wanted)


class PlanningModel:
    """The steps that are possible, and what must hold. `faults`: what is wrong on purpose."""

    def __init__(self, decisions: PlanningDecisions, deaths: int, faults: frozenset[str] = frozenset()) -> None:
        self.real, self.deaths, self.faults = decisions, deaths, faults

    def explore(self) -> Explored:
        """Everything that can happen."""
        return explore(
            State(deaths=self.deaths),
            steps=lambda state: ((told, _sorted(after)) for told, after in self.steps(state)),
            wrong=lambda state: "doubled" if max(state.notices) > 1 else None,
            is_over=self._is_over,
            has_failed=lambda before, after: before.deaths != after.deaths,
        )

    def _is_over(self, state: State) -> bool:
        are_idle = all(worker.answers is None for worker in state.workers)
        return are_idle and all(state.notices[each] for each in SOUND)

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        """What may happen next."""
        for number, worker in enumerate(state.workers):
            if worker.answers is None:
                if self.real.due(_planned(state), worker.skips):
                    yield f"worker {number} begins", _with(state, number, worker._replace(answers=()))
                continue
            if state.deaths:
                stays = worker.locked if "locks stay" in self.faults else NONE
                dead = _with(state, number, Worker())
                yield f"worker {number} dies", dead._replace(deaths=state.deaths - 1, stays=stays)
            wanted = self.real.next_step(worker.skips, worker.answers)
            for told, after in self._pass(state, number, worker, wanted):
                yield f"worker {number} {told}", after

    def _pass(self, state: State, number: int, worker: Worker, wanted: Wanted) -> Iterator[tuple[str, State]]:
        others = state.stays.union(*(w.locked for n, w in enumerate(state.workers) if n != number))
        if wanted.what == ENDED:
            yield ENDED, _with(state, number, Worker(skips=worker.skips | wanted.tickets))
        elif wanted.what == READ:
            found = Answer(self.real.due(_planned(state), wanted.tickets))
            yield READ, _with(state, number, _answered(worker, found))
        elif worker.at == LOCKED:
            yield self._ends(state, number, worker, together=wanted.what == TOGETHER)
        elif wanted.what == ALONE:
            if not wanted.tickets & others:
                yield LOCKED, _with(state, number, worker._replace(at=LOCKED, locked=wanted.tickets))
        elif worker.at == LOOKED:
            mine = worker.seen - others
            yield LOCKED, _with(state, number, worker._replace(at=LOCKED, seen=NONE, locked=mine))
        else:
            seen = frozenset(self.real.due(_planned(state), wanted.tickets))
            yield LOOKED, _with(state, number, worker._replace(at=LOOKED, seen=seen))

    def _ends(self, state: State, number: int, worker: Worker, *, together: bool) -> tuple[str, State]:
        are_there = NONE if "plans blindly" in self.faults else _planned(state)
        came = self.real.planned(are_there, worker.locked, together)
        notices = tuple(count + (each in came.planned) for each, count in enumerate(state.notices))
        after = _with(state, number, _answered(worker, came))
        return "fails" if came.failed else "commits", after._replace(notices=notices)


def _answered(worker: Worker, answer: Answer) -> Worker:
    return Worker(answers=(*(worker.answers or ()), answer), skips=worker.skips)


def _planned(state: State) -> Tickets:
    return frozenset(each for each, count in enumerate(state.notices) if count)


def _with(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))


def _sorted(state: State) -> State:
    """Workers are alike: which of them does something makes no other state."""
    return state._replace(workers=tuple(sorted(state.workers, key=repr)))


def _count(session: Session) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table(OutboxRow))).scalar_one())
