"""The same model with a digest: a row that says, from the moment it is taken in, what another row was to say.

The first row is the digest, which is in no conversation, and the second a warning that falls due at any time. One more
step is possible while the digest is held and not yet posted:

    takes in         storage/digests.py:take_in, asked for by bot/outbound/digest.py:compose_digest

A post of the digest is marked here where it says the warning. What it says is fixed when it is composed.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import cache
from typing import Any
from unittest import mock

import sqlalchemy as sa
from sqlmodel import Session

from bot.outbound import deliver
from bot.outbound.deliver import DeskSender
from bot.outbound.message import Message
from scheduler.sender import Result
from storage.announcements.announcement import AnnouncementKind
from storage.core import table
from storage.database import Database
from storage.digests import take_in
from storage.outbox import Outgoing
from storage.tables.outbox import OutboxRow
from tests.factories import NOW
from tests.protocol.decisions import FIRST, SECOND, SHOWN, Decisions, Held, Row, Rows, Said, _Step
from tests.protocol.model import (
    IDLE,
    SETTLES,
    UNDER_WAY,
    Job,
    Messages,
    Model,
    State,
    Step,
    World,
    _answered,
    _said,
    _with,
)
from tests.protocol.model import SHOWN as IS_SHOWN

_rows = table(OutboxRow)
TAKES_IN = Said("take in")


class DigestDecisions(Decisions):
    """The real code's decisions about a digest and a warning."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        database.write_now(self._make_digest)
        self.items = [self._item(which) for which in (FIRST, SECOND)]
        self.take_in = cache(self._take_in)

    def _make_digest(self, session: Session) -> None:
        digest = {"kind": AnnouncementKind.DIGEST.value, "audience": "desk", "ticket_id": None, "conversation_id": None}
        session.execute(sa.update(_rows).where(_rows.c.id == self.ids[FIRST]).values(**digest, channel=SHOWN))

    def _take_in(self, rows: Rows, held: Held) -> Rows:
        """The rows after whoever holds the digest has taken in what waits."""

        def work(session: Session) -> Rows:
            self._lay(session, rows)
            take_in(session, self._held(rows, held), NOW)
            return self._read(session, rows)

        return self._tried(work)

    def _saying(self, sender: DeskSender, item: Outgoing, message: Message) -> Coroutine[Any, Any, Result]:
        if item.id != self.ids[FIRST]:
            return super()._saying(sender, item, message)

        async def compose(_: Any, composed: Outgoing, __: Any) -> Message:
            if not composed.unsure:  # or it cannot be looked for: not explored here
                await _Step(TAKES_IN)
            return message

        async def send() -> Result:
            with mock.patch.object(deliver, "compose", compose):
                return await sender.send(item, NOW)

        return send()


class DigestModel(Model):
    """What is possible and what must hold, where a digest may say the warning."""

    real: DigestDecisions

    def __init__(self, decisions: DigestDecisions, world: World) -> None:
        super().__init__(decisions, world)

    def first(self) -> State:
        """The digest is planned, and the warning is not."""
        return super().first()._replace(opened=2, rows=(Row(), None))

    def _asks(self, state: State, number: int, job: Job) -> Iterator[Step]:
        unsure = job.unsure and "no look" not in self.world.faults
        asked = self.real.next_step((job.row, unsure, 0, True, 0), self.how, job.answers)
        if asked == TAKES_IN and job.sending >= self.world.patience:
            yield "times out", _with(state, number, job._replace(came=Said("unsure", SETTLES), answers=()))
        elif asked == TAKES_IN:
            rows = self.real.take_in(state.rows, job.held)
            second = rows[SECOND]
            says = second is not None and second.state == "dropped"
            if "takes what is held" in self.world.faults and second is not None and second.state == "claimed":
                says, rows = True, (rows[FIRST], Row("dropped"))
            taken = _with(state._replace(rows=rows), number, _answered(job, Said("taken", int(says))))
            yield "takes in", taken
        elif job.row == FIRST and asked.what == "post":
            says = any(answer == Said("taken", 1) for answer in job.answers)
            for told, after in super()._asks(state, number, job):
                if len(after.messages[FIRST]) > len(state.messages[FIRST]):
                    *others, last = after.messages[FIRST]
                    after = _said(after, FIRST, (*others, last._replace(marked=says)))  # noqa: PLW2901
                yield told, after
        else:
            yield from super()._asks(state, number, job)

    def _wrong(self, state: State) -> str | None:
        for number, row in enumerate(state.rows):
            held = any(isinstance(worker, Job) and worker.row == number for worker in state.workers)
            gone = all(message.where not in {IS_SHOWN, UNDER_WAY} for message in state.messages[number])
            if row is not None and row.state == "sent" and not held and gone:
                return "lost"
        return None if _shown(state.messages[SECOND]) == 0 or state.due else "early"

    def _wrong_at_the_end(self, state: State) -> str | None:
        digests = [message for message in state.messages[FIRST] if message.where == IS_SHOWN]
        times = _shown(state.messages[SECOND]) + sum(message.marked for message in digests)
        by_hand = self.world.by_hand and any(row and row.state in {"failed", "dropped"} for row in state.rows)
        if (times == 0 or not digests) and not by_hand:
            return "lost"
        return "doubled" if times > 1 or len(digests) > 1 else None

    def _is_over(self, state: State) -> bool:
        return super()._is_over(state) and all(worker == IDLE for worker in state.workers)


def _shown(messages: Messages) -> int:
    return sum(message.where == IS_SHOWN for message in messages)
