"""A customer answers a message of ours before it is on record that we posted it: no word of theirs is lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session

from bot.commands.held_reply import KEPT_FOR
from bot.commands.intake import listen
from bot.commands.messages import Message
from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from scheduler.sender import Drop, Retry
from storage import outbox, outcomes
from storage.deferred import WorkKind
from storage.outbox import Outgoing
from storage.tables.outbox import OutboxRow
from tests.bot.asking import typed
from tests.bot.outbound.test_deliver import Wire, of_kind
from tests.bot.outbound.test_reading import Shelf, texts, tickets
from tests.bot.samples import CUSTOMER
from tests.factories import NOW

CHANNEL, SECOND = "slack:CACME", timedelta(seconds=1)
ANSWER = Message("message:m2", CUSTOMER.id, CHANNEL, "m2", "m1", "It is still down", NOW + SECOND)


@pytest.fixture
def work(desk: DeskRuntime) -> DeskWork:
    return DeskWork(desk, DeskSender(desk, Wire()), Shelf())


async def claimed(desk: DeskRuntime, seconds: float = 0, *, work: bool = False) -> list[Outgoing]:
    """What waits then, as whoever sends it holds it."""
    now = NOW + seconds * SECOND
    return await desk.database.write(lambda session: outbox.claim(session, now, limit=50, work=work))


async def posted(desk: DeskRuntime) -> Outgoing:
    """What begins the customer's thread: it stands there, and whoever posted it has not put that on record."""
    await typed(desk, "new sev2 Link down")
    receipt = of_kind(await claimed(desk), "receipt")
    assert receipt is not None
    return receipt


async def recorded(desk: DeskRuntime, receipt: Outgoing, message_id: str) -> None:
    await desk.database.write(lambda session: outcomes.mark_sent(session, receipt, message_id, CHANNEL, NOW))


def _data_of(session: Session, row_id: int) -> object:
    return session.get_one(OutboxRow, row_id).data


async def kept(desk: DeskRuntime, seconds: float) -> Outgoing:
    """The reply that is kept."""
    (item,) = (each for each in await claimed(desk, seconds, work=True) if each.kind == WorkKind.REPLY)
    return item


async def test_it_is_kept_until_that_is_on_record_and_heard_once_as_of_when_it_was_written(
    desk: DeskRuntime, work: DeskWork
) -> None:
    receipt = await posted(desk)
    await listen(desk, ANSWER, NOW + 2 * SECOND)
    await listen(desk, ANSWER, NOW + 2 * SECOND)  # sent again
    item = await kept(desk, 4)
    assert "still down" not in str(await desk.database.read(partial(_data_of, row_id=item.id)))
    assert isinstance(await work.perform(item, NOW + 4 * SECOND), Retry)
    await recorded(desk, receipt, "m1")
    for _ in range(2):
        assert isinstance(await work.perform(item, NOW + 5 * SECOND), Drop)
    await listen(desk, ANSWER, NOW + 60 * SECOND)
    (stored,) = await tickets(desk)
    (wrote,) = (event for event in stored.events if event.kind == "customer_wrote")
    assert (wrote.at, wrote.actor) == (ANSWER.at, CUSTOMER.id)
    assert (await texts(desk, stored))[-1] == ANSWER.text


@pytest.mark.parametrize("later", [1.0, KEPT_FOR / SECOND], ids=["on record elsewhere", "on no record"])
async def test_what_answers_nothing_of_ours_is_pointed_out_to_the_desk_after_that(
    desk: DeskRuntime, work: DeskWork, later: float
) -> None:
    receipt = await posted(desk)
    await listen(desk, ANSWER, NOW + 2 * SECOND)
    assert of_kind(await claimed(desk, 2), "customer_spoke") is None
    item = await kept(desk, 3)
    if later == 1:
        await recorded(desk, receipt, "m9")
    assert isinstance(await work.perform(item, item.planned_at + later * SECOND), Drop)
    assert of_kind(await claimed(desk, later + 5), "customer_spoke") is not None


async def test_where_nothing_of_ours_is_under_way_it_is_pointed_out_at_once(desk: DeskRuntime) -> None:
    receipt = await posted(desk)
    await recorded(desk, receipt, "m9")
    await listen(desk, ANSWER, NOW + 2 * SECOND)
    assert of_kind(await claimed(desk, 3), "customer_spoke") is not None
