"""How much everybody has, and when they last came to a ticket: counted from what is on record."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlmodel import Session

from storage.changes import record
from storage.database import Database
from storage.loads import loads
from tests.factories import AGENT, NOW, Home, open_stored
from triage import owning
from triage.assigning import Load
from triage.people import Actor, Role

BEA = Actor("slack:UBEA", frozenset({Role.AGENT}))


def test_open_tickets_are_counted_by_who_has_them(database: Database, home: Home) -> None:
    def work(session: Session) -> None:
        first, second, third = (open_stored(session, home) for _ in range(3))
        for stored in (first, second):
            record(session, stored, owning.take(stored.ticket, AGENT, NOW), NOW)
        record(session, third, owning.assign(third.ticket, AGENT, NOW, BEA), NOW + timedelta(minutes=1))

    database.write_now(work)
    both = partial(loads, people=[AGENT.id, BEA.id])
    found = database.read_now(partial(both, organisation_id=home.organisation_id))
    assert found[AGENT.id] == Load({1: 2}, NOW)
    assert found[BEA.id].tickets == 1
    assert database.read_now(partial(both, organisation_id=home.organisation_id + 1)) == {}
    of_one = partial(loads, organisation_id=home.organisation_id, people=(BEA.id, "slack:UNOBODY"))
    assert database.read_now(of_one) == {BEA.id: found[BEA.id]}
