"""How many statements each verb asks its database, and how much CPU it costs. Statements are the same on every machine,
so they have bars: one more in what everybody types is to be noticed."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most, percentile
from bot.commands import dispatch
from bot.desk.binding import Binding
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from storage.accounts import save_accounts
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.migrate import migrate
from tests.bot.asking import call
from tests.bot.samples import PEOPLE, POLICY, directory_of
from tests.factories import NOW, make_home
from tests.statements import statements

ROUNDS, FEW = 60, 2
APART = timedelta(minutes=7)
# What an agent types in a customer's channel, to one ticket from its opening on, and the most statements of each. The
# card was not sent yet: until then one more asks whether it is on its way.
TYPED = {
    "new": ("new sev2 Line to Paris drops packets", 14),
    "take": ("take {}", 12),
    "update": ("update {} We replace the router", 13),
    "note": ("note {} Looked at it", 11),
    "wait": ("wait {} customer Which port is it", 15),
    "severity": ("severity {} 1 it grew", 13),
    "resolve": ("resolve {} The router was replaced", 15),
    "show": ("show {}", 5),
    "list": ("list", 1),
}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    for engine, database in databases():
        with database as url:
            for verb, (count, cpu) in (await counted(url, FEW if quick else ROUNDS)).items():
                name, most = f"verbs.{verb}.{engine}", TYPED[verb][1]
                yield at_most(name, count, "statements", most, cpu_ms=round(percentile(cpu, 0.5), 3))


async def counted(url: str, rounds: int) -> dict[str, tuple[int, list[float]]]:
    """The statements of each verb the last time it was typed, and the milliseconds of CPU of each time."""
    database = Database(url)
    try:
        migrate(database)
        desk, now = _desk(database), NOW
        found: dict[str, tuple[int, list[float]]] = {verb: (0, []) for verb in TYPED}
        for number in range(1, rounds + 1):
            for verb, (words, _) in TYPED.items():
                now += APART
                with statements(database) as seen:
                    began = time.process_time()
                    await dispatch.typed(call(desk, words.format(number), now=now))
                    taken = (time.process_time() - began) * 1000
                found[verb] = len(seen), [*found[verb][1], taken]
        return found
    finally:
        await database.close()


def _desk(database: Database) -> DeskRuntime:
    home, people = database.write_now(make_home), directory_of(PEOPLE)
    accounts = list(people.accounts.values())
    customers = [Customer("Acme", channels=("slack:CACME",)), Customer("Beta")]
    database.write_now(lambda session: save_accounts(session, home.organisation_id, accounts, NOW))
    database.write_now(lambda session: save_customers(session, home.organisation_id, customers))
    state = DeskState(POLICY, people)
    return DeskRuntime(home.organisation_id, home.desk_id, Binding("slack"), database, Now(), state)
