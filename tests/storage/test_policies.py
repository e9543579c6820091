"""Versions of a policy: what was chosen in chat, by whom, stands until somebody chooses again."""

from __future__ import annotations

from functools import partial
from typing import Any

from storage.database import Database
from storage.policies import Saved, chosen_in_chat, latest_version, list_versions, save_policy
from tests.factories import NOW, Home

CHOSEN = {"desks": {"support": {"timezone": "Asia/Tokyo"}}}


def save(database: Database, home: Home, data: dict[str, Any], **more: Any) -> int:
    return database.write_now(
        lambda session: save_policy(session, home.organisation_id, home.desk_id, data, NOW, **more)
    )


def chosen(database: Database, home: Home) -> dict[str, Any] | None:
    return database.read_now(partial(chosen_in_chat, organisation_id=home.organisation_id, desk_id=home.desk_id))


def test_a_version_says_who_saved_it_and_what_they_changed(database: Database, home: Home) -> None:
    save(database, home, {"a": 1})
    assert chosen(database, home) is None
    assert save(database, home, {"a": 2}, chosen=CHOSEN, by="slack:U1", changes=["timezone"]) == 2
    found = database.read_now(partial(list_versions, organisation_id=home.organisation_id, desk_id=home.desk_id))
    assert found == [Saved(2, NOW, "slack:U1", ("timezone",)), Saved(1, NOW, None, ())]


def test_what_was_chosen_stands_through_versions_that_a_file_makes(database: Database, home: Home) -> None:
    save(database, home, {"a": 2}, chosen=CHOSEN, by="slack:U1")
    assert save(database, home, {"a": 3}) == 2
    assert chosen(database, home) == CHOSEN
    assert save(database, home, {"a": 3}, chosen=CHOSEN) == 3, "the file is gone: what was chosen is in force again"


def test_another_organisation_sees_none_of_it(database: Database, home: Home) -> None:
    save(database, home, {"a": 2}, chosen=CHOSEN, by="slack:U1")
    other = partial(latest_version, organisation_id=home.organisation_id + 1, desk_id=home.desk_id)
    assert database.read_now(other) == (None, "")
    assert database.read_now(
        partial(chosen_in_chat, organisation_id=home.organisation_id + 1, desk_id=home.desk_id)
    ) is None  # fmt: skip
