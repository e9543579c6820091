"""The protocol of claiming, deciding, recording and sending as a small model: every interleaving of two workers, a
crash before and after every step, leases that run out, a platform that posts and then breaks the connection.

A state is everything that lasts (the ticket, two rows of the outbox in one conversation), what each worker holds in
memory, what the platform shows or has still under way, and how much may still go wrong. Time passes in ticks; only what
is left of each time is kept, so that there are finitely many states. What each step does is decided by the real code
(`tests.protocol.decisions`); the steps themselves stand for these places:

    opens, is told   the commit of a command and its answer: bot/verbs/engine/answering.py:perform
    looks, plans     scheduler/deadlines.py:run_once (its read, its transaction; several tickets in one:
                     `tests.protocol.planning`)
    claims           scheduler/delivery.py:Delivery.begin, up to the commit
    begins           Delivery._deliver: not begun, but given back, where too much time has passed since the claim
    posts, finds,    bot/outbound/deliver.py:DeskSender._post, request by request
    deletes
    is answered      the platform's answer reaches the worker
    times out        Delivery._send: nobody waits longer than `patience`
    records          Delivery._deliver, the transaction that settles
    stands still     the whole process, for a while: what it holds may be somebody else's once it goes on
    is refused       for good: a dead letter, which somebody has tried again, or drops (storage/dead_letters.py)
    dies             the process ends; with `take_over`, the next start goes on with its claims (scheduler/runner.py)

Assumed of the world: a request whose sender waits no longer arrives within `scheduler.outbox.SETTLES`; and before the
claim's lease ends if the sender has died, or could not put on record that it waits no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scheduler import delivery
from storage import outbox
from tests.protocol.decisions import FIRST, SECOND, Decisions, Held, Row, Rows, Said
from tests.protocol.exploring import Explored, explore

TICK = 4  # seconds
LEASE, PATIENCE = int(outbox.LEASE.total_seconds()), int(delivery.SECONDS)
SETTLES = int(outbox.SETTLES.total_seconds())
LONGEST = 32  # no pause that matters here is longer
MOST_REPEATED, MOST_POSTS = 2, 5
UNDER_WAY, SHOWN, GONE = "under way", "shown", "gone"
BUDGET = ("deaths", "breaks", "slow", "stalls", "refusals")  # what may still go wrong, in World and in State


@dataclass(frozen=True)
class World:
    """In which world the protocol runs, and what is wrong with the protocol on purpose."""

    #: Whether the platform can tell what has arrived.
    can_tell: bool = True
    #: Where it cannot: whether what may have arrived is repeated, saying so.
    repeated: bool = False
    #: How many workers there are, and by how many seconds the second one's clock is ahead.
    workers: int = 2
    skew: int = 0
    #: Whether a worker that starts goes on with every claim: it is the only one.
    take_over: bool = False
    #: How often a process may die, a request fail or lose its answer, and the platform be slower than patience.
    deaths: int = 0
    breaks: int = 0
    slow: int = 0
    #: How often a process may stand still in the middle of a sending, and a platform refuse something for good.
    stalls: int = 0
    refusals: int = 0
    #: Whether somebody has dead letters tried again, or drops them (`vigie outbox`).
    by_hand: bool = False
    #: Deliberate faults.
    faults: frozenset[str] = frozenset()
    patience: int = PATIENCE
    #: How long after its claim a sending may still be begun.
    begins_within: int = int(delivery.BEGINS_WITHIN)


class Message(NamedTuple):
    """A post: where it is by now, for how long it may still be under way (-1: its sender still waits), and whether it
    says that it may be a repetition."""

    where: str = UNDER_WAY
    left: int = -1
    marked: bool = False


class Job(NamedTuple):
    """A claimed row in a worker's memory."""

    row: int
    unsure: bool
    tries: int
    own: bool = True  # whether nobody else has claimed it since
    age: int = 0  # since the claim
    sending: int = -1  # since the sending was begun; -1: it was not
    answers: tuple[Said, ...] = ()
    post: int = -1  # the number of the message whose answer is waited for
    came: Said | None = None
    since: int = 0  # the end of the sending
    stands: bool = False  # still, with the whole process
    stood: bool = False  # still before, so that its time may be over already
    settles: int = 0  # for so long a try of whoever died over it may still arrive
    settling: bool = False  # whether it may have as of the claim, which is the `now` of the sending

    @property
    def held(self) -> Held:
        return self.row, self.unsure, self.tries, self.own, self.settles


Worker = Job | str  # what it does: a job, or one of these
IDLE, LOOKED = "idle", "looked"
Messages = tuple[Message, ...]


class State(NamedTuple):
    """All there is."""

    opened: int = 0  # 1: committed, 2: whoever asked for it was told
    due: bool = False
    planned: bool = False
    rows: Rows = (None, None)
    workers: tuple[Worker, ...] = (IDLE, IDLE)
    messages: tuple[Messages, Messages] = ((), ())
    deaths: int = 0
    breaks: int = 0
    slow: int = 0
    stalls: int = 0
    refusals: int = 0


Step = tuple[str, State]


class Model:
    """The steps that are possible in a state, and what must hold."""

    def __init__(self, decisions: Decisions, world: World) -> None:
        self.real, self.world = decisions, world
        self.how = (world.can_tell, world.repeated)

    def first(self) -> State:
        """Where everything begins."""
        world = self.world
        budget = {each: getattr(world, each) for each in BUDGET}
        return State(workers=(IDLE,) * world.workers, **budget)

    def explore(self) -> Explored:
        """Everything that can happen."""
        return explore(
            self.first(),
            steps=lambda state: ((told, self._sorted(after)) for told, after in self.steps(state)),
            wrong=lambda state: self._wrong(state) or (self._wrong_at_the_end(state) if self._is_over(state) else None),
            is_over=self._is_over,
            has_failed=lambda before, after: _left(before) != _left(after),
        )

    def _sorted(self, state: State) -> State:
        """Workers whose clocks agree are alike: which of them does something makes no other state."""
        if self.world.skew or self.world.workers < 2 or "no order" in self.world.faults:
            return state
        return state._replace(workers=tuple(sorted(state.workers, key=repr)))

    # What must hold

    def _wrong(self, state: State) -> str | None:
        if state.opened == 2 and state.rows[FIRST] is None:
            return "told, and not on record"
        for number, row in enumerate(state.rows):
            held = any(isinstance(worker, Job) and worker.row == number for worker in state.workers)
            is_said = row is not None and row.state == "sent" and not held
            wrong = self._wrong_of(row, state.messages[number]) if is_said else None
            if wrong is not None:
                return wrong
        said = [any(m.where == SHOWN for m in messages) for messages in state.messages]
        if max(map(len, state.messages)) > MOST_POSTS:
            return "doubled"
        if said[SECOND] and not state.due:
            return "early"
        first = state.rows[FIRST]
        if said[SECOND] and not self.world.by_hand and (first is None or first.state in {"pending", "claimed"}):
            return "out of order"
        return None

    def _is_over(self, state: State) -> bool:
        return (
            state.opened == 2 and state.due
            and all(row is None or row.state not in {"pending", "claimed"} for row in state.rows)
            and state.planned
            and all(worker == IDLE for worker in state.workers)
            and all(m.where != UNDER_WAY for messages in state.messages for m in messages)
        )  # fmt: skip

    def _wrong_at_the_end(self, state: State) -> str | None:
        found = (self._wrong_of(row, said) for row, said in zip(state.rows, state.messages, strict=True))
        return next((wrong for wrong in found if wrong is not None), None)

    def _wrong_of(self, row: Row | None, messages: Messages) -> str | None:
        """What is wrong with what is shown of a row that nobody will send any more."""
        shown = [message for message in messages if message.where == SHOWN]
        unmarked = sum(not message.marked for message in shown)
        dropped = row is not None and row.state == "dropped" and not self.world.can_tell and not self.world.repeated
        if row is not None and row.state in {"dropped", "failed"} and self.world.by_hand:
            dropped = True  # somebody knows of it
        if not shown and not dropped and all(message.where != UNDER_WAY for message in messages):
            return "lost"
        if unmarked > 1 or (len(shown) > 1 and (self.world.can_tell or not self.world.repeated)):
            return "doubled"
        return None

    # Steps

    def steps(self, state: State) -> Iterator[Step]:
        """What may happen next."""
        yield from self._command(state)
        if state.opened and not state.due:
            yield "the deadline is reached", state._replace(due=True)
        for number, worker in enumerate(state.workers):
            for told, after in self._worker(state, number, worker):
                yield f"worker {number} {told}", after
        yield from self._somebody(state)
        yield from self._platform(state)
        yield from self._tick(state)

    def _command(self, state: State) -> Iterator[Step]:
        on_record = state._replace(rows=(Row(), state.rows[SECOND]))
        if "told first" in self.world.faults:
            if state.opened == 0:
                yield "the command is answered", state._replace(opened=2)
            elif state.rows[FIRST] is None and state.opened == 2:
                yield "the command is recorded", on_record
        elif state.opened == 0:
            yield "the command is recorded", on_record._replace(opened=1)
        elif state.opened == 1:
            yield "the command is answered", state._replace(opened=2)

    def _somebody(self, state: State) -> Iterator[Step]:
        """A dead letter is tried again or dropped by hand, or left as it is."""
        for which in (FIRST, SECOND):
            row = state.rows[which]
            if row is not None and row.state == "failed" and self.world.by_hand:
                for becomes in ("pending", "dropped"):
                    rows = self.real.by_hand(state.rows, which, becomes)
                    if "at once" in self.world.faults:
                        rows = tuple(r and r._replace(wait=0) for r in rows)  # type: ignore[assignment]
                    yield f"somebody has {which} {becomes}", state._replace(rows=rows)

    def _worker(self, state: State, number: int, worker: Worker) -> Iterator[Step]:
        if worker != IDLE and state.deaths:
            dead = self._dead(state, number, worker)
            yield "dies", dead
            if self.world.take_over:
                yield "dies, and is started again", self._starts_again(dead, number)
        if worker == IDLE:
            found, _ = self.real.plans[state.due or "ahead" in self.world.faults, state.planned]
            if state.opened and found:
                yield "looks what is due", _with(state, number, LOOKED)
            yield from self._claims(state, number)
        elif isinstance(worker, Job):
            yield from self._job(state, number, worker)
        else:
            yield "plans", self._plans(_with(state, number, IDLE))

    def _plans(self, state: State) -> State:
        ahead, again = "ahead" in self.world.faults, "plans blindly" in self.world.faults
        _, notices = self.real.plans[state.due or ahead, state.planned and not again]
        if not notices:
            return state
        if state.rows[SECOND] is not None:  # a second row of the same: said when the first is, and once more
            return state._replace(messages=(state.messages[FIRST], (Message(SHOWN),) * (MOST_POSTS + 1)))
        return state._replace(planned=True, rows=(state.rows[FIRST], Row()))

    def _claims(self, state: State, number: int) -> Iterator[Step]:
        rows: Rows = state.rows
        if "no lease" in self.world.faults:
            rows = tuple(r and (r._replace(lease=0) if r.state == "claimed" else r) for r in rows)  # type: ignore[assignment]
        if "for ever" in self.world.faults:
            rows = tuple(r and (r._replace(lease=LEASE) if r.state == "claimed" else r) for r in rows)  # type: ignore[assignment]
        if "no order" in self.world.faults and number == 1:
            rows = (None, rows[SECOND])
        after, held = self.real.claim(rows, self.world.skew * number)
        for which in held:
            row = after[which]
            assert row is not None
            is_held = any(isinstance(worker, Job) and worker.row == which for worker in state.workers)
            if is_held and sum(message.marked for message in state.messages[which]) >= MOST_REPEATED:
                continue  # it would go on like that for as long as its holder records nothing
            if "no doubt" in self.world.faults:
                row = row._replace(unsure=False)
            workers = tuple(
                w._replace(own=False) if isinstance(w, Job) and w.row == which else w for w in state.workers
            )
            kept = (row, state.rows[SECOND]) if which == FIRST else (state.rows[FIRST], row)
            job = Job(which, row.unsure, row.attempts)
            yield f"claims {which}", _with(state._replace(rows=kept, workers=workers), number, job)

    def _job(self, state: State, number: int, job: Job) -> Iterator[Step]:
        if job.stands:
            yield "goes on", _with(state, number, job._replace(stands=False, stood=True))
            return
        if state.stalls and job.came is None and job.sending >= 0:
            yield "stands still", self._standing(state, number, job)
        if job.came is not None:
            yield f"records {job.came.what}", self._recorded(state, number, job)
        elif job.sending < 0:
            yield from self._begins(state, number, job)
        elif job.post >= 0:
            yield from self._waits(state, number, job)
        else:
            yield from self._asks(state, number, job)

    def _standing(self, state: State, number: int, job: Job) -> State:
        """Whatever it had asked for arrives within its lease, as where it dies, or never."""
        after = _with(state, number, job._replace(stands=True))._replace(stalls=state.stalls - 1)
        most = max(0, LEASE - job.age - TICK)
        messages = tuple(
            m._replace(left=most) if m.where == UNDER_WAY and n == job.post else m
            for n, m in enumerate(state.messages[job.row])
        )
        return _said(after, job.row, messages)

    def _begins(self, state: State, number: int, job: Job) -> Iterator[Step]:
        if job.age <= self.world.begins_within:
            begun = _with(state, number, job._replace(sending=0))
            if "records first" in self.world.faults:
                rows = self.real.settle(state.rows, job.held, Said("sent", 99), 0)
                begun = begun._replace(rows=rows)
            yield "begins", begun
        else:
            yield "gives back", _with(state._replace(rows=self.real.give_back(state.rows, job.held)), number, IDLE)

    def _asks(self, state: State, number: int, job: Job) -> Iterator[Step]:
        held = job
        if "no look" in self.world.faults:
            held = held._replace(unsure=False)
        settles = int(job.settling and "no settling" not in self.world.faults)
        asked = self.real.next_step(held._replace(own=True, tries=0, settles=settles).held, self.how, job.answers)
        messages = state.messages[job.row]
        is_asked = asked.what in {"post", "post marked", "look", "delete"}
        if is_asked and job.sending >= self.world.patience:
            yield "times out", _with(state, number, job._replace(came=Said("unsure", SETTLES), answers=()))
            if not job.stood:
                return
        is_too_late = job.stood and job.age > self.world.begins_within + self.world.patience
        if asked.what in {"post", "post marked"} and is_too_late and "no look at the time" not in self.world.faults:
            yield "claimed too long ago", _with(state, number, job._replace(came=Said("retry"), answers=()))
        elif asked.what in {"post", "post marked"}:
            posted = (*messages, Message(marked=asked.what == "post marked"))
            yield asked.what, _said(_with(state, number, job._replace(post=len(messages))), job.row, posted)
        elif asked.what == "look":
            shown = [n for n, m in enumerate(messages) if m.where == SHOWN and n != asked.number]
            found = Said("arrived", shown[0]) if shown else Said("missing")
            yield f"finds {found.what}", _with(state, number, _answered(job, found))
            if state.breaks:
                failed = _with(state, number, _answered(job, Said("retry", 2)))
                yield "cannot look", failed._replace(breaks=state.breaks - 1)
        elif asked.what == "delete":
            gone = (*messages[: asked.number], Message(GONE), *messages[asked.number + 1 :])
            yield "deletes", _said(_with(state, number, _answered(job, Said("deleted"))), job.row, gone)
        else:  # that is what came of it
            yield "is done", _with(state, number, job._replace(came=asked, answers=(), age=0, sending=-1))

    def _waits(self, state: State, number: int, job: Job) -> Iterator[Step]:
        """For the answer to a post."""
        messages = state.messages[job.row]
        message = messages[job.post]
        if message.where == SHOWN:
            yield "is answered", _with(state, number, _answered(job, Said("sent", job.post)))
        if state.breaks:
            fewer = state._replace(breaks=state.breaks - 1)
            ends = ("broke",) if message.where == SHOWN else ("broke", "slow down")
            never = messages
            if message.where == UNDER_WAY:
                never = (*messages[: job.post], Message(GONE), *messages[job.post + 1 :])
            for what in ends:
                answered = _answered(job, Said(what, 30 if what == "slow down" else 0))
                yield f"hears: {what}", _said(_with(fewer, number, answered), job.row, never)
        if state.refusals and message.where == UNDER_WAY:
            never = (*messages[: job.post], Message(GONE), *messages[job.post + 1 :])
            refused = _with(state, number, _answered(job, Said("refused")))._replace(refusals=state.refusals - 1)
            yield "is refused", _said(refused, job.row, never)
        if (state.slow or job.stood) and job.sending >= self.world.patience:
            settles = 0 if "no settling" in self.world.faults else SETTLES
            is_late = message.where == UNDER_WAY and message.left < 0
            late = message._replace(left=SETTLES - SETTLES % TICK) if is_late else message
            over = job._replace(came=Said("unsure", settles), answers=())
            left = (*messages[: job.post], late, *messages[job.post + 1 :])
            told = _said(_with(state, number, over), job.row, left)
            yield "times out", told if job.stood else told._replace(slow=state.slow - 1)

    def _recorded(self, state: State, number: int, job: Job) -> State:
        assert job.came is not None
        rows = state.rows
        if "records first" not in self.world.faults:
            rows = self.real.settle(rows, job.held, job.came, job.since - self.world.skew * number)
        workers = tuple(  # a claim that was given up is nobody's any more
            w._replace(own=False) if isinstance(w, Job) and w.row == job.row and job.own else w for w in state.workers
        )
        return _with(state._replace(rows=rows, workers=workers), number, IDLE)

    def _dead(self, state: State, number: int, worker: Worker) -> State:
        """Whatever it had asked for may still arrive, but not after its lease."""
        after = _with(state, number, IDLE)._replace(deaths=state.deaths - 1)
        if isinstance(worker, Job):
            most = max(0, LEASE - worker.age - TICK)
            messages = tuple(
                m._replace(left=most if m.left < 0 else min(m.left, most)) if m.where == UNDER_WAY and n == worker.post
                else m
                for n, m in enumerate(state.messages[worker.row])
            )  # fmt: skip
            after = _said(after, worker.row, messages)
        return after

    def _starts_again(self, state: State, number: int) -> State:
        """Its successor goes on with what it held."""
        rows, taken = self.real.take_over(state.rows)
        after = state._replace(rows=rows)
        for which, settles in taken:
            row = rows[which]
            assert row is not None
            after = _with(after, number, Job(which, row.unsure, row.attempts, settles=settles, settling=settles > 0))
        return after

    def _platform(self, state: State) -> Iterator[Step]:
        for row in (FIRST, SECOND):
            messages = state.messages[row]
            for n, message in enumerate(messages):
                if message.where != UNDER_WAY:
                    continue
                arrived = (*messages[:n], Message(SHOWN, marked=message.marked), *messages[n + 1 :])
                yield f"{row} arrives", _said(state, row, arrived)
                if message.left >= 0:
                    never = (*messages[:n], Message(GONE), *messages[n + 1 :])
                    yield f"{row} never arrives", _said(state, row, never)

    def _older(self, job: Job, is_sending: bool) -> Job:
        """A tick later. How long ago something was is forgotten where nobody will ask for it."""
        job = job._replace(settles=max(0, job.settles - TICK))
        if job.came is None:
            age = job.age + TICK
            return (
                job._replace(age=age, sending=job.sending + TICK)
                if is_sending
                else job._replace(age=min(age, self.world.begins_within + TICK))
            )
        since = min(job.since + TICK, LONGEST) if job.came.what in {"retry", "unsure"} else 0
        return job._replace(age=min(job.age + TICK, LEASE) if job.post >= 0 else 0, since=since)

    def _still(self, job: Job) -> Job:
        """A tick later, of a process that stands still: more than its time is as good as long ago."""
        most = self.world.begins_within + self.world.patience + TICK
        return job._replace(age=min(job.age + TICK, most), sending=min(job.sending + TICK, self.world.patience))

    def _tick(self, state: State) -> Iterator[Step]:
        """Time passes, unless something has to happen first."""
        for messages in state.messages:
            if any(m.where == UNDER_WAY and 0 <= m.left < TICK for m in messages):
                return
        workers: list[Worker] = []
        for worker in state.workers:
            if not isinstance(worker, Job):
                workers.append(worker)
                continue
            is_sending = worker.came is None and worker.sending >= 0
            if worker.stands:
                workers.append(self._still(worker))
                continue
            if is_sending and worker.sending + TICK > self.world.patience:
                return
            is_untold = worker.came is not None and worker.post >= 0 and worker.age + TICK >= LEASE
            if is_untold and state.messages[worker.row][worker.post].where == UNDER_WAY:
                return
            workers.append(self._older(worker, is_sending))
        rows = tuple(
            row and row._replace(wait=max(0, row.wait - TICK), lease=max(0, row.lease - TICK)) for row in state.rows
        )
        messages_ = tuple(
            tuple(m._replace(left=m.left - TICK) if m.where == UNDER_WAY and m.left >= 0 else m for m in each)
            for each in state.messages
        )
        after = state._replace(rows=rows, workers=tuple(workers), messages=messages_)  # type: ignore[arg-type]
        if after != state:
            yield f"{TICK} s pass", after


def _left(state: State) -> tuple[int, ...]:
    """How much may still go wrong."""
    return tuple(getattr(state, each) for each in BUDGET)


def _with(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))


def _answered(job: Job, answer: Said) -> Job:
    return job._replace(answers=(*job.answers, answer), post=-1)


def _said(state: State, row: int, messages: Messages) -> State:
    other = state.messages[1 - row]
    return state._replace(messages=(messages, other) if row == FIRST else (other, messages))
