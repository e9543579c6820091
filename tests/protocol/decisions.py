"""What the real code decides at one step of the protocol, asked of it once for each situation and remembered.

The tables are real (SQLite), the statements and functions are the program's own: `storage.outbox.claim`,
`storage.outcomes` through `scheduler.settling`, `scheduler.deadlines.plan`, and `DeskSender.say`, whose every request
to the platform is a step. Times are seconds from now.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar, cast
from unittest import mock

import sqlalchemy as sa
from sqlmodel import Session

from bot.desk.binding import nowhere
from bot.outbound.deliver import DeskSender
from bot.outbound.message import Message
from bot.outbound.port import Arrived, InChannel, Missing, NotDeliveredError, Unknowable
from scheduler import deadlines, settling
from scheduler.delivery import Delivery
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage import outbox, outcomes
from storage.cause import Cause
from storage.core import table
from storage.database import Database
from storage.dead_letters import change_dead_letters
from storage.deadlines import claim_due, next_due_at
from storage.outbox import Outgoing
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, make_home, open_stored

FIRST, SECOND = 0, 1  # the card that a command has planned, and the warning that follows it in the same conversation
MOST_TRIES = 2  # more are counted as so many: they only make the pauses longer
SHOWN = "slack:CDESK"
_rows = table(OutboxRow)


class Row(NamedTuple):
    """A row of the outbox."""

    state: str = "pending"
    unsure: bool = False
    wait: int = 0
    lease: int = 0
    attempts: int = 0


class Said(NamedTuple):
    """What a platform is asked, what it answers, or what came of a sending."""

    what: str
    #: The number of a message; of `retry` and `unsure`, seconds.
    number: int = 0


Rows = tuple[Row | None, Row | None]
Held = tuple[int, bool, int, bool, int]
"""A claim: which row, whether unsure, the tries, whether it is still its own, how long one of the dead may arrive."""
Answer = TypeVar("Answer")


class Undone(Exception):
    """Carries an answer out of a transaction that is rolled back."""


class Decisions:
    """The real code's decisions."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.asked = 0
        self.delivery = Delivery(database, {})
        home = database.write_now(make_home)
        self.ticket = database.write_now(lambda session: open_stored(session, home))
        due = database.read_now(next_due_at)
        assert due is not None
        self.due = due
        self.plans = {(is_due, was): self._plan(is_due, was) for is_due in (False, True) for was in (False, True)}
        database.write_now(lambda session: self._plan_now(session, self.due))
        ids = database.read_now(lambda s: list(s.execute(sa.select(_rows.c.id).order_by(_rows.c.id)).scalars()))
        assert len(ids) == 2, "the card and the warning"
        self.ids: list[int] = ids
        self.items = [self._item(which) for which in (FIRST, SECOND)]
        self.claim = cache(self._claim)
        self.settle = cache(self._settle)
        self.give_back = cache(self._give_back)
        self.by_hand = cache(self._by_hand)
        self.take_over = cache(self._take_over)

    # Planning: scheduler/deadlines.py

    def _plan(self, is_due: bool, was_planned: bool) -> tuple[bool, int]:
        """Whether the ticket is found to be due, and how many notices the transaction then plans."""
        now = self.due if is_due else self.due - timedelta(seconds=1)

        def work(session: Session) -> tuple[bool, int]:
            if was_planned:
                self._plan_now(session, self.due)
            found = bool(claim_due(session, now=now, limit=9))
            before = _count(session)
            self._plan_now(session, now)
            return found, _count(session) - before

        return self._tried(work)

    def _plan_now(self, session: Session, now: Any) -> None:
        deadlines.plan(session, self.ticket.organisation_id, self.ticket.id, now)

    # The outbox: storage/outbox.py, storage/outcomes.py, scheduler/delivery.py

    def _claim(self, rows: Rows, skew: int) -> tuple[Rows, tuple[int, ...]]:
        """The rows after a worker has claimed, and which it holds."""

        def work(session: Session) -> tuple[Rows, tuple[int, ...]]:
            self._lay(session, rows)
            claimed = outbox.claim(session, _after(skew), limit=40)
            return self._read(session, rows), tuple(self.ids.index(item.id) for item in claimed)

        return self._tried(work)

    def _settle(self, rows: Rows, held: Held, came: Said, since: int) -> Rows:
        """The rows after a worker has recorded what came of a sending that ended `since` seconds ago."""
        now = _after(-since)
        results: dict[str, Result] = {
            "sent": Sent(f"m{came.number}", SHOWN), "drop": Drop("dropped"),
            "gives up": GiveUp(Cause.REFUSED, "refused"), "retry": Retry(now + timedelta(seconds=came.number), "retry"),
            "unsure": Unsure("unsure", timedelta(seconds=came.number)),
        }  # fmt: skip
        result = results[came.what]

        def work(session: Session) -> Rows:
            self._lay(session, rows)
            self.delivery.settling.one(session, self._held(rows, held), result, now)
            return self._read(session, rows)

        return self._tried(work)

    def _by_hand(self, rows: Rows, which: int, becomes: str) -> Rows:
        """The rows after `vigie outbox retry` (pending) or `drop` (dropped)."""

        def work(session: Session) -> Rows:
            self._lay(session, rows)
            change_dead_letters(session, [self.ids[which]], state=becomes, now=NOW)
            return self._read(session, rows)

        return self._tried(work)

    def _give_back(self, rows: Rows, held: Held) -> Rows:
        def work(session: Session) -> Rows:
            self._lay(session, rows)
            outcomes.give_back(session, [self._held(rows, held)], NOW)
            return self._read(session, rows)

        return self._tried(work)

    def _take_over(self, rows: Rows) -> tuple[Rows, tuple[tuple[int, int], ...]]:
        """The rows after the next start, and which of them it holds then, each with the seconds for which a try of the
        dead may still arrive."""

        def work(session: Session) -> tuple[Rows, tuple[tuple[int, int], ...]]:
            self._lay(session, rows)
            taken = outbox.take_over(session, NOW, 40)
            return self._read(session, rows), tuple((self.ids.index(i.id), _left(i.settles_at)) for i in taken)

        return self._tried(work)

    def _held(self, rows: Rows, held: Held) -> Outgoing:
        which, unsure, tries, own, settles = held
        row = rows[which]
        lease = _after(row.lease) if own and row is not None else _after(-999)
        return replace(
            self.items[which], unsure=unsure, attempts=tries, lease_until=lease, settles_at=_settled(settles)
        )

    def _item(self, which: int) -> Outgoing:
        laid: Rows = (Row() if which == FIRST else None, Row() if which == SECOND else None)

        def work(session: Session) -> Outgoing:
            self._lay(session, laid)
            return outbox.claim(session, NOW, limit=1)[0]

        return self._tried(work)

    def _lay(self, session: Session, rows: Rows) -> None:
        for row_id, row in zip(self.ids, rows, strict=True):
            row = row or Row("dropped")  # noqa: PLW2901  what is not there yet is waited for by nobody
            session.execute(
                sa.update(_rows).where(_rows.c.id == row_id).values(
                    state=row.state, unsure=row.unsure, attempts=row.attempts, not_before=_after(row.wait),
                    lease_until=_after(row.lease) if row.state == "claimed" else None, planned_at=NOW,
                )
            )  # fmt: skip

    def _read(self, session: Session, laid: Rows) -> Rows:
        found = session.execute(sa.select(_rows).where(_rows.c.id.in_(self.ids)).order_by(_rows.c.id)).all()
        first, second = (
            Row(r.state, r.unsure, _left(r.not_before), _left(r.lease_until), min(r.attempts, MOST_TRIES))
            if r.state in ("pending", "claimed")
            else (Row("failed", r.unsure, _left(r.not_before)) if r.state == "failed" else Row(r.state))
            for r in found
        )
        return first if laid[FIRST] else None, second if laid[SECOND] else None

    def _tried(self, work: Callable[[Session], Answer]) -> Answer:
        """What `work` answers; nothing of it stays."""
        self.asked += 1

        def transaction(session: Session) -> None:
            raise Undone(work(session))

        try:
            self.database.write_now(transaction)
        except Undone as undone:
            answer: Answer = undone.args[0]
            return answer
        raise AssertionError

    # Sending: bot/outbound/deliver.py

    @cache  # noqa: B019  one object for a whole exploration
    def next_step(self, held: Held, how: tuple[bool, bool], answers: tuple[Said, ...]) -> Said:
        """What `DeskSender` asks of the platform next, after these answers; or what came of it. `how`: whether the
        platform can tell what has arrived, and whether this is repeated where it cannot."""
        which, unsure, _, _, settles = held
        can_tell, repeated = how
        desk = SimpleNamespace(limits=SimpleNamespace(can_look_up=can_tell), link=nowhere)
        sender = DeskSender(cast("Any", desk), cast("Any", Asked()))
        message = Message(cast("Any", "plain"), InChannel(SHOWN), cast("Any", "marked" if repeated else None))
        item = replace(self.items[which], unsure=unsure, settles_at=_settled(settles))
        saying = self._saying(sender, item, message)
        try:
            asked = saying.send(None)
            for answer in answers:
                error = _error(answer)
                asked = saying.throw(error) if error is not None else saying.send(answer)
        except StopIteration as ended:
            return _came(ended.value)
        saying.close()
        return cast("Said", asked)

    def _saying(self, sender: DeskSender, item: Outgoing, message: Message) -> Coroutine[Any, Any, Result]:
        return sender.say(item, message, NOW)


class Impatient(Decisions):
    """The same, where the first try in vain makes a dead letter."""

    def _settle(self, rows: Rows, held: Held, came: Said, since: int) -> Rows:
        with mock.patch.object(settling, "is_hopeless", return_value=True):
            return super()._settle(rows, held, came, since)


class Asked:
    """A transport whose every request waits for the explorer to answer it."""

    async def post(self, _: Outgoing, card: Any, *__: Any) -> Sent:
        answer = await _Step(Said("post" if card == "plain" else "post marked"))
        return Sent(f"m{answer.number}", SHOWN)

    async def find_again(self, *_: Any, besides: str = "") -> Any:
        answer = await _Step(Said("look", int(besides[1:]) if besides else -1))
        found = {"missing": Missing(), "unknowable": Unknowable(), "retry": Retry(_after(answer.number), "cannot look")}
        return found.get(answer.what) or Arrived(f"m{answer.number}")

    async def delete(self, _: Outgoing, __: str, message_id: str, *___: Any) -> None:
        await _Step(Said("delete", int(message_id[1:])))


class _Step:
    def __init__(self, asked: Said) -> None:
        self.asked = asked

    def __await__(self) -> Generator[Said, Said, Said]:
        return (yield self.asked)


def _error(answer: Said) -> Exception | None:
    if answer.what == "refused":
        return NotDeliveredError(GiveUp(Cause.REFUSED, "refused"))
    if answer.what == "broke":
        return NotDeliveredError(Unsure("broke"))
    if answer.what == "slow down":
        return NotDeliveredError(Retry(_after(answer.number), "slow down", channel_rests=True))
    return None


def _came(result: Result) -> Said:
    match result:
        case Sent(message_id):
            return Said("sent", int(message_id[1:]))
        case Retry(at):
            return Said("retry", _left(at))
        case Unsure(_, settles):
            return Said("unsure", int(settles.total_seconds()))
        case GiveUp():
            return Said("gives up")
        case _:
            return Said("drop")


def _after(seconds: int) -> Any:
    return NOW + timedelta(seconds=seconds)


def _settled(left: int) -> Any:
    """When a try of the dead will have arrived, where it has not."""
    return _after(left) if left else None


def _left(at: Any) -> int:
    return 0 if at is None else max(0, int((at - NOW).total_seconds()))


def _count(session: Session) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(_rows)).scalar_one())
