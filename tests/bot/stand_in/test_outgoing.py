"""Events on their way to the bot while the workspace's own file cannot be written to."""

from __future__ import annotations

import asyncio

import pytest

from bot.stand_in.now import Now
from bot.stand_in.outcome import Outcome
from bot.stand_in.outgoing import Outgoing
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json
from tests.waiting import becomes


async def test_what_cannot_be_recorded_is_not_tried_without_a_pause(caplog: pytest.LogCaptureFixture) -> None:
    delivered: list[Json] = []

    async def deliver(envelope: Json, _retry: object) -> Outcome:
        delivered.append(envelope)
        return Outcome(200, 1.0)

    record = Record(":memory:")
    outgoing = Outgoing(record, Now(record), deliver, table="events", retry_after=(60.0,))
    outgoing.start()
    outgoing.bot_is_there()
    outgoing.keep({"event": 1})
    record.db.execute("pragma query_only = on")  # as a full disk does
    outgoing.time_moved()
    await becomes(lambda: bool(caplog.records), wanted=True)
    await asyncio.sleep(0.1)
    assert (len(delivered), len(caplog.records)) == (1, 1)
    record.db.execute("pragma query_only = off")
    outgoing.bot_is_there()
    await becomes(outgoing.next_due, None)
    assert (len(delivered), len(caplog.records)) == (2, 1)
    await outgoing.stop()
    record.close()
