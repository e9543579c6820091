"""Every connection to the database is in use, or somebody holds what a command needs: whoever acts is told in time that
nothing was changed, which is true, and everything goes on once it is over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.app import Vigie
from bot.slack.front_end import SlackFrontEnd
from storage import database, engines
from storage.database import Database
from storage.patience import waiting
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything

TOLD = "nothing was changed"
SOON = 0.4


@pytest.fixture
def small_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection to write and one to read."""
    for module in (engines, database):
        monkeypatch.setattr(module, "POSTGRES_POOL", 1)
        monkeypatch.setattr(module, "READERS", 1)


@contextmanager
def held(of: Database, *, reading: bool) -> Iterator[Sequence[asyncio.Future[None]]]:
    """Meanwhile slow transactions hold every connection."""
    over = threading.Event()

    def slowly(session: Session) -> None:
        session.execute(text("SELECT count(*) FROM ticket"))
        over.wait(60)

    holding = [asyncio.ensure_future(of.write(slowly))]
    if reading:
        holding.append(asyncio.ensure_future(of.read(slowly)))
    try:
        yield holding
    finally:
        over.set()


@pytest.mark.usefixtures("small_pool")
@pytest.mark.parametrize("reading", [True, False], ids=["all", "the writing one"])
async def test_while_every_connection_is_in_use_each_is_told_in_time_and_nothing_is_lost(
    vigie: Vigie, chat: Chat, reading: bool
) -> None:
    assert vigie.desk is not None
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link 0 down")
    await chat.settled()
    (front_end,) = vigie.front_ends
    assert isinstance(front_end, SlackFrontEnd)
    patient, front_end.answer_seconds = front_end.answer_seconds, SOON
    with held(vigie.desk.database, reading=reading) as holding:
        await asyncio.sleep(0.05)
        told = await asyncio.gather(*(chat.command(ENGINEER, f"new sev1 Link {n} down") for n in range(1, 6)))
        assert all(TOLD in each for each in told), told
        assert not any(each.done() for each in holding), "long before any of them would have got a connection"
    front_end.answer_seconds = patient
    assert "#2" in await chat.command(ENGINEER, "new sev1 Link 6 down")
    await chat.advance(1)
    cards = [everything(message) for message in await chat.messages(ENGINEER)]
    shown = [n for n in range(7) for card in cards if f"Link {n} down" in card and "Severity 1" in card]
    assert sorted(set(shown)) == [0, 6], "and nothing of what was refused is done afterwards"


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
async def test_what_somebody_else_holds_locked_is_waited_for_no_longer_than_people_wait(
    vigie: Vigie, chat: Chat, database_url: str
) -> None:
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down")
    await chat.settled()
    other = Database(database_url)
    over, locked = threading.Event(), threading.Event()

    def lock(session: Session) -> None:
        session.execute(text("LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE"))
        locked.set()
        over.wait(60)

    holding = asyncio.ensure_future(other.write(lock))
    await asyncio.to_thread(locked.wait, 30)
    assert TOLD in await chat.command(ENGINEER, "update 1 We are on it")
    over.set()
    await holding
    await other.close()
    assert "was given" in await chat.command(ENGINEER, "update 1 We really are")
    card = everything(await chat.card())
    assert "We are on it" not in card


async def test_what_goes_on_beside_an_answer_has_the_time_that_it_needs(database_url: str) -> None:
    database = Database(database_url)

    async def later() -> int:
        await asyncio.sleep(0.05)
        return await database.read(lambda session: session.execute(text("SELECT 1")).scalar_one())

    with waiting(0.01):
        beside = asyncio.create_task(later())
        assert await database.write(lambda session: session.execute(text("SELECT 2")).scalar_one()) == 2
    assert await beside == 1
    await database.close()
