"""The doctor says when nobody is on call, and that the calendar of a rota cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from bot.cli.checks.duty import look_at_rotas
from bot.desk.policy_file import load_policy
from bot.server.settings import Settings
from storage.accounts import Account, save_accounts
from storage.database import Database
from storage.policies import save_policy
from storage.rota_copy import save_copy
from tests.factories import NOW, make_home

ALL_WEEK = "oncall: {people: [U0123ABC]}\n"


def told(url: str, text: str, *accounts: Account, problem: str | None = None) -> list[str]:
    database = Database(url)
    home = database.write_now(make_home)
    whose, desk = home.organisation_id, home.desk_id
    policy, data = load_policy(text, today=datetime.now(UTC).date())
    save = partial(save_policy, organisation_id=whose, desk_id=desk, data=data, now=NOW)
    database.write_now(save)
    database.write_now(partial(save_accounts, organisation_id=whose, accounts=accounts, now=NOW))
    if problem is not None:
        keep = partial(save_copy, organisation_id=whose, desk_id=desk, source=policy.rota_calendar, spans=None)
        database.write_now(partial(keep, problem=problem, now=NOW))
    database.close_now()
    return [finding.says for finding in look_at_rotas(Settings(VIGIE_DATABASE_URL=url))]


def test_a_rota_without_holes_is_no_finding(sqlite_database: str) -> None:
    assert told(sqlite_database, ALL_WEEK) == []


def test_whoever_left_leaves_a_hole(sqlite_database: str) -> None:
    found = told(sqlite_database, ALL_WEEK, Account("slack:U0123ABC", "Ana", is_active=False))
    assert found
    assert all(each.startswith("At support, nobody is on call") for each in found[:-1])


def test_a_calendar_that_cannot_be_read_is_said_with_why(sqlite_database: str) -> None:
    found = told(sqlite_database, "oncall: {calendar: 'https://example.com/x.ics'}", problem="its address answers 503")
    assert "its address answers 503; nothing is known of it" in found[0]


def test_a_desk_without_a_rota_is_none_of_its_business(sqlite_database: str) -> None:
    assert told(sqlite_database, "version: 1") == []
