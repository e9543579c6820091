"""`vigie forget`: seen first, then done; and whom it means."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cli import main
from bot.cli.checks import Grade
from bot.cli.checks.forgetting import look_at_forgetting
from bot.cli.forget import _how_long
from bot.server.settings import load_settings
from storage.accounts import Account, save_accounts
from storage.changes import record
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.forgetting.run import begin, unfinished
from storage.forgetting.sought import Known
from tests.factories import AGENT, NOW, OTHER_AGENT, Home, make_home, open_stored, opening
from tests.scenarios.test_nowhere import found_in_files, found_in_tables
from triage.updating import update


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    """A desk of two people who are called alike, with a ticket of one of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database.url.render_as_string(hide_password=False))

    def fill(session: Session) -> Home:
        home = make_home(session)
        people = [
            Account(AGENT.id, "Ana Prévot", email="ana@example.com"),
            Account(OTHER_AGENT.id, "Ana Prévot", email="prevot@example.com"),
            Account("slack:UACME1", "Acme", email="info@example.com"),
        ]
        save_accounts(session, home.organisation_id, people, NOW)
        save_customers(session, home.organisation_id, [Customer("Acme")])
        stored = open_stored(session, home, change=opening(customer="Acme", summary="Zebras everywhere"))
        record(session, stored, update(stored.ticket, AGENT, NOW, "Quaggas too"), NOW)
        return home

    return database.write_now(fill)


def test_what_would_be_forgotten_is_shown_and_nothing_is_changed(
    desk: Home, database: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nroles:\n  agents: [UAGENT1]\n  leads: [ana@example.com]\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_POLICY", str(policy))
    assert main(["forget", "ana@example.com"]) == 1
    said = capsys.readouterr().out
    for words in ("slack:UAGENT", "2 texts erased", "1 ticket: #1", "line 4", "backups", "Nothing was changed"):
        assert words in said
    assert found_in_tables(database, "Quaggas")
    assert database.read_now(partial(unfinished, organisation_id=desk.organisation_id)) == []


def test_once_agreed_nothing_of_them_is_left(
    desk: Home, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forget", "<@UAGENT|ana>", "--yes"]) == 0
    assert "slack:forgotten-1 stands in their place" in capsys.readouterr().out
    for words in ("UAGENT", "ana@example.com", "Quaggas", "quaggas", "zebras"):
        assert found_in_tables(database, words) == {}
    # The namesake stays, and so does their name.
    assert found_in_tables(database, "prevot@example.com").keys() == {"account"}
    assert main(["forget", "UAGENT", "--yes"]) == 2
    assert "nobody on record is called UAGENT" in capsys.readouterr().err


def test_nothing_of_them_is_left_in_the_file(desk: Home, database: Database) -> None:
    assert main(["forget", "ana@example.com", "--yes"]) == 0
    for words in ("UAGENT", "ana@example.com", "Quaggas", "zebras"):
        assert found_in_files(database, words) == []


def test_whoever_it_is_has_to_be_clear(desk: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", "ana prévot", "--yes"]) == 2
    assert "several people are called ana prévot: write slack:UAGENT (Ana Prévot)" in capsys.readouterr().err
    assert main(["forget", "acme", "--yes"]) == 2
    assert "add --person or --customer" in capsys.readouterr().err
    assert main(["forget", "Nobody Here", "--yes"]) == 2
    assert "nobody on record is called Nobody Here" in capsys.readouterr().err
    assert main(["forget", " ", "--yes"]) == 2
    assert "say who: their key, id, email or whole name" in capsys.readouterr().err


def test_an_id_of_which_nothing_is_on_record_is_refused(
    desk: Home, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forget", "slack:U0NOBODY1", "--yes"]) == 2
    assert "nothing on record is of slack:U0NOBODY1" in capsys.readouterr().err
    assert found_in_tables(database, "forgotten-1") == {}


def test_a_customer_who_is_called_as_a_person_is(desk: Home, database: Database) -> None:
    assert main(["forget", "acme", "--customer", "--yes"]) == 0
    assert found_in_tables(database, "Zebras") == {}
    assert found_in_tables(database, "Acme").keys() == {"account"}
    assert main(["forget", "acme", "--person", "--yes"]) == 0
    assert found_in_tables(database, "Acme") == {}


def test_what_was_broken_off_is_done_first(desk: Home, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    known = [Known(AGENT.id, "Ana Prévot", "ana@example.com")]
    database.write_now(lambda session: begin(session, desk.organisation_id, known, None, "root", NOW))
    assert main(["forget", "ana@example.com"]) == 1
    assert "was begun and broken off" in capsys.readouterr().out
    assert main(["forget", "ana@example.com", "--yes"]) == 0
    assert database.read_now(partial(unfinished, organisation_id=desk.organisation_id)) == []
    assert found_in_tables(database, "UAGENT") == {}


def test_the_doctor_says_what_was_begun_and_not_done_and_what_to_type(desk: Home, database: Database) -> None:
    ours = load_settings()
    assert look_at_forgetting(ours) == []
    known = [Known(AGENT.id, "Ana Prévot", "ana@example.com")]
    database.write_now(lambda session: begin(session, desk.organisation_id, known, None, "root", NOW))
    (found,) = look_at_forgetting(ours)
    assert found.grade is Grade.MISSING
    assert "begun at 2026-03-02 10:00 UTC" in found.says
    assert "type vigie forget slack:UAGENT, which" in found.says
    database.write_now(partial(make_home, workspace="T2"))
    database.write_now(lambda session: begin(session, desk.organisation_id, [], "Acme & Sons", "root", NOW))
    says = [each.says for each in look_at_forgetting(ours)]
    assert "vigie forget slack:UAGENT --organisation slack:T1" in says[0]
    assert "vigie forget 'Acme & Sons' --customer --organisation slack:T1" in says[1]
    assert "Ana" not in str(says)
    assert main(["forget", "slack:UAGENT", "--organisation", "slack:T1", "--yes"]) == 0
    assert look_at_forgetting(ours) == []


def test_how_long_the_messages_take_is_said_beforehand() -> None:
    found = [_how_long(edits) for edits in (0, 59, 61, 7_000, 20_000)]
    assert found[:2] == ["", ""]
    assert [each.split(", ")[1] for each in found[2:]] == [
        "2 minutes while Vigie runs", "117 minutes while Vigie runs", "6 hours while Vigie runs",
    ]  # fmt: skip
