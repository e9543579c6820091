"""Who is away is kept apart for each organisation, and counts the open tickets that wait for them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlmodel import Session

from storage.absences import Absence, load_absences, open_tickets_of, set_absence
from storage.accounts import last_refreshed
from storage.changes import record
from storage.database import Database
from tests.factories import AGENT, NOW, Home, make_home, open_stored, opening
from triage.owning import take
from triage.resolving import resolve


def test_somebody_is_away_until_they_say_otherwise_or_their_time_has_come(database: Database) -> None:
    home = database.write_now(make_home)
    say = partial(set_absence, organisation_id=home.organisation_id, person="slack:UANA", now=NOW)
    database.write_now(partial(say, absence=Absence(None, "dentist")))
    assert database.read_now(partial(load_absences, organisation_id=home.organisation_id)) == {
        "slack:UANA": Absence(None, "dentist")
    }
    until = NOW + timedelta(hours=1)
    database.write_now(partial(say, absence=Absence(until)))
    assert database.read_now(partial(load_absences, organisation_id=home.organisation_id)) == {
        "slack:UANA": Absence(until)
    }
    assert database.read_now(partial(load_absences, organisation_id=home.organisation_id + 1)) == {}
    assert database.read_now(partial(last_refreshed, organisation_id=home.organisation_id))[3] == NOW


def test_only_open_tickets_wait_for_somebody(database: Database) -> None:
    home: Home = database.write_now(make_home)

    def fill(session: Session) -> None:
        for number in range(3):
            stored = open_stored(session, home, NOW, change=opening(NOW))
            if number:
                stored = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
            if number == 2:
                record(session, stored, resolve(stored.ticket, AGENT, NOW), NOW)

    database.write_now(fill)
    assert database.read_now(partial(open_tickets_of, organisation_id=home.organisation_id, person=AGENT.id)) == 1
