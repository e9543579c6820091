"""People are read from each platform by itself, and joined as soon as both are known: on PostgreSQL all at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from storage.account_joins import join_by_email
from storage.accounts import Account, save_accounts
from storage.database import Database
from storage.persons import load_persons
from tests.factories import NOW, make_home

PAIRS = [(f"slack:U{n:03}", f"teams:29:{n:03}") for n in range(40)]


@pytest.mark.slow
def test_whoever_saves_accounts_and_whoever_joins_them_never_wait_for_each_other(shared_postgres: str) -> None:
    database = Database(shared_postgres)
    try:
        of = database.write_now(make_home).organisation_id

        def saves(platform: int, rounds: int) -> None:
            known = [Account(pair[platform], "Ana", email=f"{pair[0]}@example.com") for pair in PAIRS]
            for n in range(rounds):
                news = known if n % 2 else known[::-1]
                database.write_now(partial(save_accounts, organisation_id=of, accounts=news, now=NOW + timedelta(n)))

        def joins(rounds: int) -> None:
            for n in range(rounds):
                pairs = PAIRS if n % 2 else PAIRS[::-1]
                database.write_now(partial(join_by_email, organisation_id=of, pairs=pairs, now=NOW))

        saves(0, 1)
        saves(1, 1)
        jobs: list[Callable[[], None]] = [
            partial(saves, 0, 12), partial(saves, 1, 12), partial(joins, 4), partial(joins, 4),
        ]  # fmt: skip
        with ThreadPoolExecutor(len(jobs)) as threads:
            for running in [threads.submit(job) for job in jobs]:
                running.result()
        assert database.read_now(partial(load_persons, organisation_id=of)) == {two: one for one, two in PAIRS}
    finally:
        database.close_now()
