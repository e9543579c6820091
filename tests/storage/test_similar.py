"""Tickets that look alike are found, and those that do not are not: nothing said is better than something wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage.database import Database
from storage.similar import similar
from tests.factories import NOW, Home, make_home, open_stored, opening
from triage.alike import AGO

# What is opened, and which of those before it look like it.
DESK: list[tuple[str, str | None, set[int]]] = [
    ("Circuit CKT-4471 to Wollongong is flapping", "Acme", set()),
    ("Mail is slow in Perth", "Globex", set()),
    ("Please add a port on the switch in Perth", "Globex", set()),
    ("Wollongong link CKT-4471 flaps again", "Acme", {1}),
    ("Link down in Sydney", "Acme", set()),
    ("Link down in Paris", "Acme", set()),
    ("Liaison coupée à Sydney\nPlus de trafic depuis 9h, Sydney inaccessible", "Globex", set()),
    ("Router rt-syd-07 unreachable", "Acme", set()),
    ("rt-syd-07 does not answer", "Initech", {8}),
    ("Invoice 88213 has a wrong amount", "Acme", set()),
    ("Wrong amount on invoice 88213", "Acme", {10}),
    ("Everything is down", "Acme", set()),
    ("Internet is down again", "Acme", set()),
    ("VPN of the Geelong warehouse drops every hour", "Initech", set()),
    ("Geelong warehouse: VPN drops, users thrown out", "Initech", {14}),
    ("Question about the new portal", "Globex", set()),
    ("Question about the old contract", "Globex", set()),
    ("No dial tone, Kalgoorlie branch", None, set()),
    ("Kalgoorlie branch without dial tone since noon", None, {18}),
    ("DNS resolver 203.0.113.53 times out", "Acme", set()),
    ("Timeouts from 203.0.113.53", "Globex", {20}),
    ("Need a quote for 10 Gbit in Sydney", "Acme", set()),
    ("High latency between Sydney and Singapore", "Acme", set()),
    ("Latency Singapore Sydney 280 ms instead of 95 ms", "Acme", {23}),
]


def opened(database: Database, home: Home, summary: str, customer: str | None = None, at: datetime = NOW) -> int:
    title, _, description = summary.partition("\n")
    change = opening(at, summary=title, description=description or None, customer=customer)
    return database.write_now(lambda session: open_stored(session, home, at, change=change).id)


def alike(database: Database, home: Home, ticket_id: int, now: datetime = NOW) -> list[int]:
    found = database.read_now(lambda session: similar(session, home.organisation_id, ticket_id, now))
    return [candidate.number for candidate in found]


def test_what_looks_alike_is_found_and_nothing_else(database: Database, home: Home) -> None:
    wrong = {}
    for summary, customer, expected in DESK:
        found = set(alike(database, home, opened(database, home, summary, customer)))
        if found != expected:
            wrong[summary] = (found, expected)
    assert wrong == {}


def test_nothing_of_another_organisation_or_of_long_ago_looks_like_it(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    opened(database, other, "Circuit CKT-4471 flaps")
    opened(database, home, "Circuit CKT-4471 flaps", at=NOW - AGO - timedelta(days=1))
    assert alike(database, home, opened(database, home, "CKT-4471 flaps")) == []
    assert alike(database, home, opened(database, home, "CKT-4471 is flapping", at=NOW)) == [2]


@pytest.mark.parametrize("count", [1, 40])
def test_a_word_of_many_tells_less_than_one_of_few(database: Database, home: Home, count: int) -> None:
    for number in range(count):
        opened(database, home, f"Borealis feed stalls {number}x{number}")
    found = alike(database, home, opened(database, home, "Borealis login fails"))
    assert found == []
