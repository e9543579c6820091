"""A person has an account on each platform. What is on record of either stays as it was written, and is theirs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from storage.absences import Absence, is_there, load_absences, set_absence
from storage.accounts import Account, load_accounts, save_accounts
from storage.changes import record
from storage.database import Database
from storage.errors import SamePlatformError
from storage.intake import opened_by
from storage.listing import list_tickets
from storage.loads import loads
from storage.persons import Persons, join_accounts, load_persons
from storage.reset import forget_everything
from storage.tables.accounts import AccountJoinRow
from storage.tables.tickets import EventRow
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, Home, make_home, open_stored, opening
from triage.owning import take
from triage.people import Actor, Role

ANA, ON_TEAMS, ON_MAIL = AGENT.id, "teams:29:1aBc:d", "mail:ana@example.com"
IN_TEAMS = Actor(ON_TEAMS, frozenset({Role.AGENT}))


def save(database: Database, home: Home, *accounts: Account) -> None:
    for account in accounts:
        database.write_now(partial(save_accounts, organisation_id=home.organisation_id, accounts=[account], now=NOW))


def know(database: Database, home: Home, *keys: str) -> None:
    save(database, home, *(Account(key, "Ana") for key in keys))


def join(database: Database, home: Home, one: str = ANA, other: str = ON_TEAMS) -> str:
    return database.write_now(
        lambda session: join_accounts(session, home.organisation_id, one, other, by=ANA, reason="same email", now=NOW)
    )


def persons(database: Database, home: Home) -> Persons:
    return database.read_now(lambda session: load_persons(session, home.organisation_id))


def test_everyone_is_a_person_of_their_own_until_accounts_are_joined(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    assert persons(database, home) == {}


@pytest.mark.parametrize(("one", "other"), [(ANA, ON_TEAMS), (ON_TEAMS, ANA)])
def test_whoever_was_known_first_stays(database: Database, home: Home, one: str, other: str) -> None:
    know(database, home, ANA, ON_TEAMS)
    assert join(database, home, one, other) == ANA
    assert persons(database, home) == {ON_TEAMS: ANA}


def test_a_third_account_joins_either(database: Database, home: Home) -> None:
    know(database, home, ON_MAIL, ANA, ON_TEAMS)
    join(database, home)
    join(database, home, ON_TEAMS, ON_MAIL)
    assert persons(database, home) == {ON_TEAMS: ON_MAIL, ANA: ON_MAIL}


def test_a_join_is_on_record_once_with_who_and_why(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    join(database, home)
    join(database, home)
    (row,) = database.read_now(lambda session: session.exec(select(AccountJoinRow)).all())
    assert (row.account, row.before, row.person, row.joined_by, row.reason, row.joined_at) == (
        ON_TEAMS, ON_TEAMS, ANA, ANA, "same email", NOW
    )  # fmt: skip


def test_what_the_platform_tells_of_an_account_leaves_it_with_its_person(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    join(database, home)
    know(database, home, ON_TEAMS)
    assert persons(database, home) == {ON_TEAMS: ANA}
    assert set(database.read_now(lambda session: load_accounts(session, home.organisation_id))) == {ANA, ON_TEAMS}


def test_two_accounts_on_one_platform_are_two_people(database: Database, home: Home) -> None:
    know(database, home, ANA, "slack:UOTHER", ON_TEAMS)
    join(database, home)
    with pytest.raises(SamePlatformError):
        join(database, home, ON_TEAMS, "slack:UOTHER")
    assert persons(database, home) == {ON_TEAMS: ANA}


def test_nobody_is_joined_whom_the_organisation_does_not_know(database: Database, home: Home) -> None:
    stranger = database.write_now(lambda session: make_home(session, "T2"))
    know(database, home, ANA)
    know(database, stranger, ON_TEAMS)
    with pytest.raises(LookupError):
        join(database, home)


def test_what_they_did_before_is_theirs_and_no_event_is_rewritten(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    mine = database.write_now(lambda session: open_stored(session, home))
    database.write_now(lambda session: record(session, mine, take(mine.ticket, IN_TEAMS, NOW), NOW))
    join(database, home)

    def look(session: Session) -> tuple[str | None, list[str], list[str], int]:
        stored = get_ticket(session, home.organisation_id, mine.number)
        actors = [event.actor for event in stored.events]
        written = list(session.exec(select(EventRow.actor).order_by(col(EventRow.seq))))
        return (
            stored.ticket.ownership.assignee,
            actors,
            written,
            len(list_tickets(session, home.organisation_id, person=ANA)),
        )

    assert database.read_now(look) == (ANA, [ANA, ANA], [ANA, ON_TEAMS], 1)


def test_they_are_away_as_they_said_last_on_either_platform(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    for person, minutes in ((ON_TEAMS, 2), (ANA, 1)):
        at, absence = NOW + timedelta(minutes=minutes), Absence(reason=person)
        away = partial(set_absence, organisation_id=home.organisation_id, person=person, absence=absence, now=at)
        database.write_now(away)
    join(database, home)
    assert database.read_now(lambda session: load_absences(session, home.organisation_id)) == {
        ANA: Absence(reason=ON_TEAMS)
    }


def test_what_they_were_given_last_counts_whichever_account_it_was_given_to(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    later = NOW + timedelta(minutes=5)

    def work(session: Session) -> None:
        for actor, at in ((IN_TEAMS, later), (Actor(ANA, AGENT.roles), NOW)):
            stored = open_stored(session, home)
            record(session, stored, take(stored.ticket, actor, at), at)

    database.write_now(work)
    join(database, home)
    found = database.read_now(lambda session: loads(session, home.organisation_id, [ANA, ON_TEAMS]))
    assert {person: (load.tickets, load.last_at) for person, load in found.items()} == {ANA: (2, later)}


@pytest.mark.parametrize(("active", "there"), [((False, True), True), ((False, False), False)])
def test_whoever_left_one_platform_may_still_be_there(
    database: Database, home: Home, active: tuple[bool, bool], *, there: bool
) -> None:
    save(
        database,
        home,
        *(Account(key, "Ana", is_active=each) for key, each in zip((ANA, ON_TEAMS), active, strict=True)),
    )
    join(database, home)
    found = database.read_now(lambda session: is_there(session, home.organisation_id, ANA, NOW))
    assert found is there


def test_what_they_opened_by_either_account_counts_together(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    both = [opening(NOW, actor=Actor(who, frozenset({Role.CUSTOMER}))) for who in (ANA, ON_TEAMS)]
    database.write_now(lambda session: [open_stored(session, home, change=change) for change in both])
    join(database, home)
    count = partial(opened_by, organisation_id=home.organisation_id, person=ANA, since=NOW - timedelta(hours=1))
    assert len(database.read_now(count)) == 2


def test_who_was_found_to_be_whom_outlasts_a_reset(database: Database, home: Home) -> None:
    know(database, home, ANA, ON_TEAMS)
    join(database, home)
    database.write_now(lambda session: forget_everything(session, home.organisation_id))
    assert persons(database, home) == {ON_TEAMS: ANA}
    assert len(database.read_now(lambda session: session.exec(select(AccountJoinRow)).all())) == 1
