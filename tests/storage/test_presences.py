"""What platforms say of whether people can be disturbed is kept; what was not read stays as it was."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from storage.accounts import last_refreshed
from storage.database import Database
from storage.presences import Presence, Span, load_presences, save_presences
from tests.factories import NOW, Home

ANA, BEN = "slack:UANA", "slack:UBEN"
NIGHT = (NOW, NOW + timedelta(hours=8))


def kept(
    database: Database, home: Home, undisturbed: dict[str, Span | None], active: dict[str, bool]
) -> dict[str, Presence]:
    database.write_now(lambda session: save_presences(session, home.organisation_id, undisturbed, active, NOW))
    return database.read_now(lambda session: load_presences(session, home.organisation_id))


def test_what_was_read_last_is_kept_of_each_question_by_itself(database: Database, home: Home) -> None:
    assert kept(database, home, {ANA: NIGHT, BEN: None}, {}) == {ANA: Presence(NIGHT), BEN: Presence()}
    assert kept(database, home, {}, {ANA: False, BEN: True}) == {ANA: Presence(NIGHT, NOW), BEN: Presence()}
    assert kept(database, home, {ANA: None}, {ANA: True}) == {ANA: Presence(), BEN: Presence()}


def test_other_processes_see_that_something_was_read_and_other_organisations_see_nothing(
    database: Database, home: Home
) -> None:
    look = partial(last_refreshed, organisation_id=home.organisation_id)
    before = database.read_now(look)
    kept(database, home, {ANA: NIGHT}, {})
    assert database.read_now(look) != before
    assert database.read_now(lambda session: load_presences(session, home.organisation_id + 1)) == {}
