"""User groups are kept as last read; what was not read leaves what is known."""

from __future__ import annotations

from dataclasses import replace

from storage.database import Database
from storage.groups import Group, load_groups, save_groups
from tests.factories import NOW, Home

GROUP = Group("slack:S1", "netops", "Network operations", people=("slack:U1", "slack:U2"))


def save(database: Database, home: Home, *groups: Group) -> dict[str, Group]:
    database.write_now(lambda session: save_groups(session, home.organisation_id, groups, NOW))
    return database.read_now(lambda session: load_groups(session, home.organisation_id))


def test_a_group_comes_back_as_it_was_saved(database: Database, home: Home) -> None:
    empty = Group("slack:S2", people=())
    assert save(database, home, GROUP, empty) == {GROUP.key: GROUP, empty.key: empty}


def test_people_that_were_not_read_stay_those_known(database: Database, home: Home) -> None:
    save(database, home, GROUP)
    renamed = replace(GROUP, handle="network", people=None)
    assert save(database, home, renamed) == {GROUP.key: replace(GROUP, handle="network")}


def test_people_that_were_never_read_are_not_nobody(database: Database, home: Home) -> None:
    unread = replace(GROUP, people=None)
    assert save(database, home, unread) == {GROUP.key: unread}


def test_another_organisation_knows_nothing_of_them(database: Database, home: Home) -> None:
    save(database, home, GROUP)
    assert database.read_now(lambda session: load_groups(session, home.organisation_id + 1)) == {}
