"""Organisations, desks, policies, people, handled events: each organisation has its own, and sees no other's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from storage.accounts import Account, load_accounts, load_members, save_accounts, save_members
from storage.cause import Cause
from storage.changes import record
from storage.database import Database
from storage.dead_letters import Which, change_dead_letters, find_entries
from storage.errors import AlreadyHandledError, NoSuchTicketError
from storage.inbox import handle_once
from storage.installations import Installation, ensure_installation, find_installation, organisation_to_join
from storage.listing import list_tickets
from storage.messages import find_by_message
from storage.organisations import ensure_desk
from storage.outbox import claim
from storage.outcomes import mark_failed
from storage.policies import load_policy, save_policy
from storage.tables.intake import InboxRow
from storage.tables.organisations import OrganisationRow
from storage.texts import erase_texts, load_texts
from storage.tickets import get_ticket, get_ticket_by_id
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from triage.noting import note


@pytest.fixture
def other(database: Database) -> Home:
    """A second organisation in the same database."""
    return database.write_now(lambda session: make_home(session, "T2"))


def test_each_organisation_numbers_its_own_tickets(database: Database, home: Home, other: Home) -> None:
    def open_some(session: Session) -> list[int]:
        return [open_stored(session, where).number for where in (home, other, home)]

    assert database.write_now(open_some) == [1, 1, 2]


def test_no_organisation_sees_another_ones_rows(database: Database, home: Home, other: Home) -> None:
    mine = database.write_now(lambda session: open_stored(session, home))
    stranger = other.organisation_id

    def spoil(session: Session) -> tuple[int, int]:
        stored = record(session, mine, note(mine.ticket, AGENT, NOW, "secret"), NOW)
        (card,) = claim(session, NOW, limit=1)
        mark_failed(session, card, Cause.REFUSED, "refused")
        save_accounts(session, home.organisation_id, [Account("slack:U1", "Ann")], NOW)
        save_members(session, home.organisation_id, "slack:CDESK", ["slack:U1"])
        save_policy(session, home.organisation_id, home.desk_id, {"version": 1}, NOW)
        return stored.events[-1].body_id or 0, card.id

    body_id, letter_id = database.write_now(spoil)

    def look(session: Session) -> list[object]:
        return [
            list_tickets(session, stranger, include_resolved=True),
            load_texts(session, stranger, [body_id]),
            find_by_message(session, stranger, "slack:CDESK", "1.1"),
            find_entries(session, Which(states=("failed",)), organisation_id=stranger),
            load_accounts(session, stranger),
            load_members(session, stranger),
            load_policy(session, stranger, home.desk_id, 1),
        ]

    assert [found for found in database.read_now(look) if found] == []
    for find in (get_ticket, get_ticket_by_id):
        with pytest.raises(NoSuchTicketError):
            database.read_now(lambda session, f=find: f(session, stranger, mine.id))  # type: ignore[misc]

    def meddle(session: Session) -> list[int]:
        return [
            erase_texts(session, stranger, [body_id], NOW),
            change_dead_letters(session, [letter_id], state="dropped", now=NOW, organisation_id=stranger),
        ]

    assert database.write_now(meddle) == [0, 0]


def test_an_event_is_handled_once_and_only_with_its_effect(database: Database, home: Home, other: Home) -> None:
    def handle(session: Session) -> None:
        handle_once(session, home.organisation_id, "Ev1", NOW)

    def spoiled(session: Session) -> None:
        handle(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_now(spoiled)
    database.write_now(handle)
    with pytest.raises(AlreadyHandledError):
        database.write_now(handle)
    database.write_now(lambda session: handle_once(session, other.organisation_id, "Ev1", NOW))
    assert len(database.read_now(lambda session: session.exec(select(InboxRow)).all())) == 2


def test_an_event_delivered_twice_at_once_has_its_effect_once(database: Database, home: Home) -> None:
    def handle(_: int) -> int:
        def transaction(session: Session) -> int:
            handle_once(session, home.organisation_id, "Ev1", NOW)
            return open_stored(session, home).number

        try:
            return database.write_now(transaction)
        except AlreadyHandledError:
            return 0

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(handle, range(4))) == [0, 0, 0, 1]


def test_a_workspace_is_one_organisation_however_often_it_starts(database: Database) -> None:
    def start(_: int) -> Home:
        return database.write_now(lambda session: make_home(session, "T9"))

    with ThreadPoolExecutor(3) as threads:
        homes = set(threads.map(start, range(6)))
    assert len(homes) == 1
    assert len(database.read_now(lambda session: session.exec(select(OrganisationRow)).all())) == 1


def test_a_workspace_that_was_installed_anew_keeps_its_organisation(database: Database, home: Home) -> None:
    def again(session: Session) -> None:
        ensure_installation(
            session, platform="slack", workspace="T1", name="", app="A2", bot_user="UNEW", bot_id="B2", now=NOW
        )

    database.write_now(again)
    found = database.read_now(lambda session: find_installation(session, "slack", "T1"))
    assert found is not None
    assert (found.organisation_id, found.app, found.bot_user) == (home.organisation_id, "A2", "UNEW")
    assert database.read_now(lambda session: find_installation(session, "teams", "T1")) is None


def on_teams(session: Session, *, joins: int | None, tenant: str = "tenant-1") -> Installation:
    return ensure_installation(
        session, platform="teams", workspace=tenant, name="", app="A1", bot_user="28:b", bot_id="28:b", now=NOW,
        joins=joins,
    )  # fmt: skip


def test_an_organisation_is_in_a_workspace_and_in_a_tenant_at_once(database: Database, home: Home) -> None:
    assert database.read_now(lambda session: organisation_to_join(session, "teams")) == home.organisation_id
    joined = database.write_now(lambda session: on_teams(session, joins=home.organisation_id))
    assert joined.organisation_id == home.organisation_id
    assert database.read_now(lambda session: find_installation(session, "teams", "tenant-1")) == joined
    for platform in ("slack", "teams"):  # a second workspace of a platform is somebody else's
        assert database.read_now(lambda session, p=platform: organisation_to_join(session, p)) is None  # type: ignore[misc]


def test_an_installation_that_joins_nobody_is_an_organisation_of_its_own_and_stays_it(
    database: Database, home: Home
) -> None:
    own = database.write_now(lambda session: on_teams(session, joins=None))
    assert own.organisation_id != home.organisation_id
    again = database.write_now(lambda session: on_teams(session, joins=home.organisation_id))
    assert again.organisation_id == own.organisation_id


def test_among_several_organisations_none_is_joined_by_itself(database: Database, home: Home, other: Home) -> None:
    assert home != other
    assert database.read_now(lambda session: organisation_to_join(session, "teams")) is None


def test_a_desk_is_made_once(database: Database, home: Home, other: Home) -> None:
    def desks(session: Session) -> list[int]:
        return [ensure_desk(session, home.organisation_id, name) for name in ("support", "billing", "billing")]

    support, *billing = database.write_now(desks)
    assert support == home.desk_id
    assert len(set(billing)) == 1
    assert len({home.desk_id, other.desk_id, *billing}) == 3


def test_a_policy_gets_a_version_only_when_it_changes(database: Database, home: Home) -> None:
    def save(*policies: dict[str, object]) -> list[int]:
        where = (home.organisation_id, home.desk_id)
        return database.write_now(lambda session: [save_policy(session, *where, data, NOW) for data in policies])

    assert save({"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": 2}) == [1, 1, 2]
    assert save({"a": 2}, {"a": 1, "b": [2]}) == [2, 3]
    load = [
        database.read_now(lambda session, v=version: load_policy(session, home.organisation_id, home.desk_id, v))  # type: ignore[misc]
        for version in (1, 2, 9)
    ]
    assert load == [{"a": 1, "b": [2]}, {"a": 2}, None]


def test_replicas_that_start_together_save_one_version(database: Database, home: Home) -> None:
    def save(_: int) -> int:
        return database.write_now(
            lambda session: save_policy(session, home.organisation_id, home.desk_id, {"a": 1}, NOW)
        )

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(save, range(4))) == {1}


def test_people_are_as_the_platform_last_described_them(database: Database, home: Home) -> None:
    ann = Account("slack:U1", "Ann", "Europe/Paris", "fr-FR", "ann@example.org", is_admin=True)
    bob = Account("slack:U2", "Bob", is_external=True)

    def save(session: Session) -> None:
        save_accounts(session, home.organisation_id, [ann, bob], NOW)
        renamed = Account("slack:U2", "Robert", is_active=False)
        save_accounts(session, home.organisation_id, [renamed], NOW + timedelta(days=1))
        save_accounts(session, home.organisation_id, [], NOW)

    database.write_now(save)
    found = database.read_now(lambda session: load_accounts(session, home.organisation_id))
    assert found == {"slack:U1": ann, "slack:U2": Account("slack:U2", "Robert", is_active=False)}


def test_the_people_of_a_channel_are_replaced_as_a_whole(database: Database, home: Home) -> None:
    def save(session: Session) -> None:
        save_members(session, home.organisation_id, "C1", ["slack:U1", "slack:U2", "slack:U1"])
        save_members(session, home.organisation_id, "C2", ["slack:U1"])
        save_members(session, home.organisation_id, "C1", ["slack:U3"])

    database.write_now(save)
    found = database.read_now(lambda session: load_members(session, home.organisation_id))
    assert found == {"C1": frozenset({"slack:U3"}), "C2": frozenset({"slack:U1"})}
