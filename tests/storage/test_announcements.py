"""What is said of no ticket is planned once, for one organisation, and sent like everything else."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

from storage import outbox, outcomes
from storage.announcements import ANNOUNCEMENTS
from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_person import Greeting
from storage.announcing import announce, tell
from storage.database import Database
from tests.earlier import earlier_rows
from tests.factories import NOW, Home, make_home


def said(database: Database, home: Home, **more: Any) -> bool:
    given = {"platform": "slack", "key": "greeting.1", "now": NOW, "person": "slack:U1", **more}
    plan = announce if (person := given.pop("person")) is None else partial(tell, person=person)
    return database.write_now(lambda session: plan(session, home.organisation_id, Greeting(), **given))


def test_it_is_planned_once_however_often_it_is_asked_for(database: Database, home: Home) -> None:
    assert said(database, home)
    assert not said(database, home, person="slack:U2")
    (item,) = database.write_now(lambda session: outbox.claim(session, NOW, limit=9))
    assert (item.ticket_id, item.kind, item.audience, item.data) == (None, "greeting", "person", {"person": "slack:U1"})
    database.write_now(lambda session: outcomes.mark_sent(session, item, "1.0", "D1", NOW))
    assert not said(database, home), "also after it was said"
    assert database.write_now(lambda session: outbox.claim(session, NOW + timedelta(days=9), limit=9)) == []


def test_another_organisation_is_told_for_itself(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    assert said(database, home)
    assert said(database, other)


def test_without_a_person_it_goes_to_the_channel(database: Database, home: Home) -> None:
    assert said(database, home, person=None, channel="slack:CDESK")
    (item,) = database.write_now(lambda session: outbox.claim(session, NOW, limit=9))
    assert (item.audience, item.channel, item.data) == ("desk", "slack:CDESK", {})


def test_without_either_it_goes_to_whoever_is_an_admin_by_then(database: Database, home: Home) -> None:
    assert said(database, home, person=None)
    (item,) = database.write_now(lambda session: outbox.claim(session, NOW, limit=9))
    assert (item.audience, item.channel, item.data) == ("admin", "", {})


def test_the_first_version_of_each_kind_is_read_and_written_as_it_was() -> None:
    assert set(ANNOUNCEMENTS) == set(AnnouncementKind)
    table = earlier_rows()["tables"]["outbox"]
    kind, data = (table["columns"].index(name) for name in ("kind", "data"))
    found = {row[kind]: json.loads(row[data]) for row in table["rows"] if row[kind] in ANNOUNCEMENTS}
    assert len(found) > 5
    for name, stored in found.items():
        said = ANNOUNCEMENTS[name].from_data(stored, 1)
        assert ANNOUNCEMENTS[name].from_data(json.loads(json.dumps(said.to_data()))) == said
        assert (
            said.to_data().items() >= {k: v for k, v in stored.items() if k not in ("person", "reason", "by")}.items()
        )
