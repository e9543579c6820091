"""Deferred work: done once by its own pass, tried again until it is, and what was typed for it is forgotten then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from scheduler.deferred import DeferredWork
from scheduler.delivery import Delivery
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage import outbox
from storage.cause import Cause
from storage.database import Database
from storage.deferred import Work, WorkKind, defer
from storage.outbox import LEASE, Outgoing
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from tests.factories import NOW, Home, open_stored
from tests.scheduler.conftest import Answer, FakeSender
from triage.notice import as_typed, typed

SECOND = timedelta(seconds=1)
LOOK_UP = Work(WorkKind.LOOK_UP, "slack:U1", {"words": typed("show 7 hunter2"), "channel": "C1"})


class Workman(FakeSender):
    """Does work as `answer` says."""

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See Performer."""
        return await self.send(item, now)


@pytest.fixture
def workman() -> Workman:
    """Whoever does the work of this test."""
    return Workman()


@pytest.fixture
def work(database: Database, workman: Workman) -> DeferredWork:
    """The pass over deferred work."""
    return DeferredWork(database, {}, performers={"slack": workman})


def put_off(database: Database, home: Home, what: Work = LOOK_UP, at: datetime = NOW) -> None:
    database.write_now(lambda session: defer(session, home.organisation_id, what, at))


def state(database: Database) -> tuple[str, str]:
    """How the work stands, and what is kept of what was typed for it."""

    def read(session: Session) -> tuple[str, str]:
        (row,) = session.exec(select(OutboxRow).where(OutboxRow.audience == "work")).all()
        bodies = session.exec(select(BodyRow)).all()
        assert "hunter2" not in str(row.data)
        return row.state, "".join(body.text for body in bodies)

    return database.read_now(read)


async def test_work_is_no_notice_and_a_notice_is_no_work(
    home: Home, work: DeferredWork, workman: Workman, delivery: Delivery, sender: FakeSender
) -> None:
    database = work.database
    database.write_now(lambda session: open_stored(session, home))
    put_off(database, home)
    assert (await delivery.run_once(NOW), await work.run_once(NOW)) == (1, 1)
    assert (sender.kinds, workman.kinds) == (["card"], ["look_up"])
    assert await work.run_once(NOW) == 0


async def test_whoever_does_it_has_what_was_typed_and_then_it_is_forgotten(
    database: Database, home: Home, work: DeferredWork, workman: Workman
) -> None:
    put_off(database, home)
    assert state(database) == ("pending", "show 7 hunter2")
    await work.run_once(NOW)
    assert [as_typed(item.data["words"]) for item in workman.seen] == ["show 7 hunter2"]
    assert state(database) == ("sent", "")


def fails(_: Outgoing, __: datetime) -> Result:
    raise RuntimeError("hunter2")


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (lambda *_: Retry(NOW + SECOND, "busy"), ("pending", "show 7 hunter2")),
        (lambda *_: Unsure("hung up"), ("pending", "show 7 hunter2")),
        (fails, ("pending", "show 7 hunter2")),
        (lambda *_: Drop("nothing to do"), ("dropped", "")),
        (lambda *_: GiveUp(Cause.REFUSED, "no"), ("failed", "show 7 hunter2")),
    ],
    ids=["retry", "unsure", "defect", "drop", "give up"],
)
async def test_what_cannot_be_done_is_kept_with_its_words_until_it_can(
    home: Home, work: DeferredWork, workman: Workman, answer: Answer, left: tuple[str, str]
) -> None:
    put_off(work.database, home)
    workman.answer = answer
    await work.run_once(NOW)
    assert state(work.database) == left


async def test_what_nobody_finished_is_done_again_once_its_lease_is_over(
    database: Database, home: Home, work: DeferredWork, workman: Workman
) -> None:
    put_off(database, home)
    database.write_now(lambda session: outbox.claim(session, NOW, limit=1, work=True))
    assert await work.run_once(NOW) == 0
    assert await work.run_once(NOW + LEASE) == 1
    assert [item.unsure for item in workman.seen] == [True], "it may be done already, and it is looked at so"


async def test_it_waits_for_its_time(database: Database, home: Home, work: DeferredWork, workman: Workman) -> None:
    later = Work(WorkKind.REACTION, "slack:U1", {"words": typed("hunter2")}, not_before=NOW + 10 * SECOND)
    put_off(database, home, later)
    assert await work.run_once(NOW) == 0
    assert await work.run_once(NOW + 10 * SECOND) == 1


async def test_what_one_person_asks_for_delays_nobody_else(
    database: Database, home: Home, work: DeferredWork, workman: Workman
) -> None:
    for _ in range(9):
        put_off(database, home)
    put_off(database, home, Work(WorkKind.LOOK_UP, "slack:U2", {"words": typed("list")}))
    await work.run_once(NOW)
    assert [item.data["person"] for item in workman.seen].count("slack:U2") == 1
    assert len(workman.seen) < 10


async def test_a_platform_that_is_not_connected_does_it_later(database: Database, home: Home) -> None:
    put_off(database, home)
    assert await DeferredWork(database, {}).run_once(NOW) == 1
    assert state(database) == ("pending", "show 7 hunter2")


async def test_of_several_platforms_each_does_its_own(database: Database, home: Home, workman: Workman) -> None:
    other = Workman(answer=lambda item, _: Sent("1", item.channel))
    put_off(database, home, Work(WorkKind.LOOK_UP, "other:U1", {"words": typed("list")}))
    await DeferredWork(database, {}, performers={"slack": workman, "other": other}).run_once(NOW)
    assert (workman.kinds, other.kinds) == ([], ["look_up"])
