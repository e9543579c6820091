"""Two accounts are one person's where both platforms vouch for the same email; an admin parts them again for good."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from storage.account_joins import join_by_email, pairs_by_email, part_account, parted_accounts
from storage.accounts import Account, load_accounts, save_accounts
from storage.changes import record
from storage.database import Database
from storage.listing import list_tickets
from storage.persons import join_accounts, load_persons
from storage.tables.accounts import AccountJoinRow
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, Home, open_stored
from triage.owning import take
from triage.people import Actor, Role

ANA, TEAMS, MAIL = AGENT.id, "teams:29:1ana", "mail:ana"
EMAIL = "ana@example.com"


def account(key: str, email: str | None = EMAIL, **more: Any) -> Account:
    return Account(key, "Ana", email=email, **more)


@pytest.mark.parametrize(
    ("accounts", "joined"),
    [
        ([account(ANA), account(TEAMS)], True),
        ([account(ANA), account(TEAMS, "Ana@Example.COM")], True),
        ([account(ANA), account(TEAMS, "ana.reyes@example.com")], False),
        ([account(ANA), account(TEAMS, None)], False),
        ([account(ANA, None), account(TEAMS, None)], False),
        ([account(ANA), account("slack:UOTHER")], False),
        ([account(ANA), account(TEAMS, is_external=True)], False),
        ([account(ANA, is_external=True), account(TEAMS)], False),
        ([account(ANA), account(TEAMS, is_bot=True)], False),
        ([account(ANA, is_active=False), account(TEAMS)], False),
        # A mailbox of several people, or an address that was given to somebody else.
        ([account(ANA), account("slack:UOTHER"), account(TEAMS)], False),
        ([account(ANA), account("slack:ULEFT", is_active=False), account(TEAMS)], False),
    ],
)
def test_an_email_that_both_platforms_vouch_for_shows_one_person(accounts: list[Account], *, joined: bool) -> None:
    assert bool(pairs_by_email({each.key: each for each in accounts}, {})) is joined


def test_nobody_gets_a_second_account_on_one_platform() -> None:
    accounts = [account(ANA), account("slack:UOTHER", "b@example.com"), account(TEAMS, "b@example.com")]
    assert not pairs_by_email({each.key: each for each in accounts}, {TEAMS: ANA})


def test_three_platforms_are_joined_at_once() -> None:
    accounts = {each.key: each for each in (account(ANA), account(TEAMS), account(MAIL))}
    assert pairs_by_email(accounts, {}) == [(ANA, TEAMS), (ANA, MAIL)]


def know(database: Database, home: Home, *keys: str) -> None:
    """One after the other, as they are read from each platform by itself: the first is the one known first."""
    for key in keys:
        accounts = [account(key)]
        database.write_now(partial(save_accounts, organisation_id=home.organisation_id, accounts=accounts, now=NOW))


def find_out(database: Database, home: Home) -> dict[str, str]:
    """Join whom their emails show to be one person."""

    def join(session: Session) -> dict[str, str]:
        whose = home.organisation_id
        accounts, persons = load_accounts(session, whose), load_persons(session, whose)
        pairs = pairs_by_email(accounts, persons, parted_accounts(session, whose))
        join_by_email(session, whose, pairs, NOW)
        return dict(load_persons(session, whose))

    return database.write_now(join)


def part(database: Database, home: Home, key: str) -> str:
    return database.write_now(
        lambda session: part_account(session, home.organisation_id, key, by="slack:UADMIN", reason="two", now=NOW)
    )


@pytest.mark.parametrize("named", [ANA, TEAMS])
def test_an_admin_parts_them_for_good_and_that_is_on_record(database: Database, home: Home, named: str) -> None:
    know(database, home, ANA, TEAMS)
    assert find_out(database, home) == {TEAMS: ANA}
    assert part(database, home, named) == TEAMS
    assert find_out(database, home) == {}, "not by their email again"
    log = database.read_now(lambda session: session.exec(select(AccountJoinRow)).all())
    assert [(row.account, row.before, row.person, row.joined_by) for row in log] == [
        (TEAMS, TEAMS, ANA, "vigie"), (TEAMS, ANA, TEAMS, "slack:UADMIN")
    ]  # fmt: skip
    database.write_now(
        lambda session: join_accounts(session, home.organisation_id, ANA, TEAMS, by=ANA, reason="is me", now=NOW)
    )
    assert find_out(database, home) == {TEAMS: ANA}, "but by people"


def test_of_three_the_others_of_a_parted_first_stay_together(database: Database, home: Home) -> None:
    know(database, home, ANA, TEAMS, MAIL)
    assert find_out(database, home) == {TEAMS: ANA, MAIL: ANA}
    part(database, home, ANA)
    assert database.read_now(lambda session: load_persons(session, home.organisation_id)) == {MAIL: TEAMS}


def test_who_is_joined_to_nobody_cannot_be_parted(database: Database, home: Home) -> None:
    know(database, home, ANA)
    with pytest.raises(LookupError):
        part(database, home, ANA)


def test_what_each_had_before_is_theirs_again(database: Database, home: Home) -> None:
    know(database, home, ANA, TEAMS)

    def work(session: Session) -> None:
        for actor in (AGENT, Actor(TEAMS, frozenset({Role.AGENT}))):
            stored = open_stored(session, home)
            record(session, stored, take(stored.ticket, actor, NOW), NOW)

    database.write_now(work)
    find_out(database, home)
    part(database, home, TEAMS)

    def look(session: Session) -> list[tuple[str | None, list[int]]]:
        whose = home.organisation_id
        owners = [get_ticket(session, whose, number).ticket.ownership.assignee for number in (1, 2)]
        lists = [[each.number for each in list_tickets(session, whose, person=person)] for person in (ANA, TEAMS)]
        return list(zip(owners, lists, strict=True))

    assert database.read_now(look) == [(ANA, [1, 2]), (TEAMS, [2])], "the first asked for both"
