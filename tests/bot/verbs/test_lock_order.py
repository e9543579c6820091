"""Whoever changes several tickets locks all of them first, in the order of their numbers: on PostgreSQL, where a row is
locked by itself, two who do that at the same moment wait for one another in turn, and never for each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from sqlmodel import Session

from bot.desk.binding import Binding
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.verbs.base.verb import Answers, TicketVerb
from bot.verbs.engine import carry_out as engine
from bot.verbs.engine.access import access_ticket
from bot.verbs.engine.parts import lock_together
from bot.verbs.link import LINK
from bot.verbs.major import MAJOR
from bot.verbs.merge import MERGE
from bot.verbs.part import PART
from bot.verbs.update import UPDATE
from storage.accounts import save_accounts
from storage.assigning import look_at_queue
from storage.database import Database
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER, PEOPLE, POLICY, directory_of
from tests.factories import NOW, make_home
from triage.errors import Refusal
from triage.people import Actor, Role

LEADER = Actor("slack:ULEAD", frozenset({Role.AGENT, Role.LEAD}))
TOLD = {"text": "We replace the router", "value": "sure.0-3."}
Step = tuple[TicketVerb, int, Answers]


@pytest.fixture
def on_postgres(shared_postgres: str) -> Iterator[DeskRuntime]:
    database = Database(shared_postgres)
    home = database.write_now(make_home)
    people = directory_of(PEOPLE)
    database.write_now(lambda session: save_accounts(session, home.organisation_id, people.accounts.values(), NOW))
    yield DeskRuntime(home.organisation_id, home.desk_id, Binding("slack"), database, Now(), DeskState(POLICY, people))
    database.close_now()


def carry(desk: DeskRuntime, step: Step) -> None:
    verb, number, answers = step
    asked = call(desk, "", actor=LEADER)
    desk.database.write_now(lambda session: engine.carry_out(session, asked, verb, number, answers))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((UPDATE, 4, TOLD), (MERGE, 1, {"other": "4"})),
        ((UPDATE, 4, TOLD), (LINK, 1, {"other": "4"})),
        ((UPDATE, 4, TOLD), (MERGE, 1, {"other": "2"})),
        ((MAJOR, 4, {"do": "add", "others": "3"}), (LINK, 3, {"other": "4"})),
        ((MAJOR, 4, {"do": "end"}), (LINK, 4, {"other": "2"})),
        ((UPDATE, 4, TOLD), (PART, 3, {"value": "4"})),
    ],
)
async def test_a_major_incident_and_its_parts_changed_at_the_same_moment_never_deadlock(
    on_postgres: DeskRuntime, monkeypatch: pytest.MonkeyPatch, one: Step, other: Step
) -> None:
    desk = on_postgres
    for text in ("Mail is late", "Phones are silent", "Badge reader is dead", "Router is down"):
        await typed(desk, f"new sev2 {text}")
    carry(desk, (MAJOR, 4, {"others": "1 2"}))
    together = Barrier(2)

    def access_slowly(*given: Any, **more: Any) -> Any:
        found = access_ticket(*given, **more)
        sleep(0.3)  # whoever locks one by one now holds one that the other wants next
        return found

    monkeypatch.setattr(engine, "access_ticket", access_slowly)

    def at_once(step: Step) -> None:
        together.wait(5)
        with suppress(Refusal):  # whom an update goes to may have changed meanwhile
            carry(desk, step)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(at_once, (one, other)))


@pytest.mark.slow
async def test_a_part_that_is_added_while_others_wait_for_the_lock_is_locked_too(on_postgres: DeskRuntime) -> None:
    desk = on_postgres
    for text in ("Mail is late", "Phones are silent", "Badge reader is dead"):
        await typed(desk, f"new sev2 {text}")
    carry(desk, (MAJOR, 3, {"others": "2"}))
    organisation, database = desk.organisation_id, desk.database

    def locked(session: Session) -> tuple[int, ...]:
        lock_together(session, organisation, {3})
        return get_ticket(session, organisation, 3, lock=True).ticket.together.parts

    with ThreadPoolExecutor(1) as threads:

        def add(session: Session) -> Future[tuple[int, ...]]:
            engine.carry_out(session, call(desk, "", actor=LEADER), MAJOR, 3, {"do": "add", "others": "1"})
            waits = threads.submit(database.write_now, locked)
            sleep(0.3)
            return waits

        assert database.write_now(add).result(5) == (2, 1)


async def nobody_waits_for_nobody(
    desk: DeskRuntime, held: tuple[int, int], act: Callable[[], Awaitable[object]]
) -> None:
    """While `act` goes on, another transaction holds the first of these tickets and then wants the second, in the order
    of their numbers: neither is undone for the other's sake."""
    holds, organisation = Event(), desk.organisation_id

    def other(session: Session) -> None:
        get_ticket(session, organisation, held[0], lock=True)
        holds.set()
        sleep(0.4)
        get_ticket(session, organisation, held[1], lock=True)

    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(desk.database.write_now, other)
        assert holds.wait(5)
        await act()
        waits.result(5)


async def opened(desk: DeskRuntime, *words: str, actor: Actor = LEADER) -> None:
    for each in words:
        await typed(desk, f"new {each}", actor=actor)


@pytest.mark.slow
async def test_a_customer_who_updates_a_merged_ticket_never_deadlocks(on_postgres: DeskRuntime) -> None:
    desk = on_postgres
    await opened(desk, "sev2 Mail is late", "sev2 Mail is very late", actor=CUSTOMER)
    carry(desk, (MERGE, 2, {"other": "1"}))

    async def update() -> None:
        assert "#1" in await told(desk, "update 2 it is worse", actor=CUSTOMER)

    await nobody_waits_for_nobody(desk, (1, 2), update)


@pytest.mark.slow
async def test_whoever_opens_too_many_never_deadlocks(on_postgres: DeskRuntime) -> None:
    desk = on_postgres
    await opened(desk, *(f"the mail of floor {n} is down" for n in range(desk.policy.flood_tickets)), actor=CUSTOMER)

    async def open_another() -> None:
        assert "#5" in await told(desk, "new the mail of the roof is down", actor=CUSTOMER)

    await nobody_waits_for_nobody(desk, (4, 5), open_another)


@pytest.mark.slow
async def test_a_look_for_owners_never_deadlocks(on_postgres: DeskRuntime) -> None:
    desk = on_postgres
    await opened(desk, "sev3 Mail is late", "sev1 Phones are silent")

    async def look() -> None:
        again = partial(look_at_queue, desk=desk, organisation_id=desk.organisation_id, desk_id=desk.desk_id, now=NOW)
        await desk.database.write(again)

    await nobody_waits_for_nobody(desk, (1, 2), look)
