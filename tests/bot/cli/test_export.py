"""`vigie export`: everything that an organisation owns, from one instant, whole or not at all, and nobody else's."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.cli import export, main
from storage.accounts import Account, save_accounts
from storage.changes import record
from storage.database import Database
from storage.export import exported_tables
from storage.export_tickets import read_tickets
from tests.factories import AGENT, NOW, Home, agreed, make_home, open_stored, opening
from triage.noting import note
from triage.resolving import resolve
from triage.updating import update

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    """A desk with one ticket that was worked on, and another organisation beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database.url.render_as_string(hide_password=False))

    def fill(session: Session) -> Home:
        home, other = make_home(session), make_home(session, "TELSEWHERE")
        save_accounts(session, home.organisation_id, [Account(AGENT.id, "Ana Prévot", email="ana@example.com")], NOW)
        stored = open_stored(session, home, change=opening(customer="Acme"))
        stored = record(session, stored, update(stored.ticket, AGENT, NOW, "We found it"), NOW)
        stored = record(session, stored, note(stored.ticket, AGENT, NOW, "For us alone"), NOW)
        record(session, stored, resolve(stored.ticket, AGENT, NOW, "Repaired"), NOW)
        open_stored(session, other, change=opening(summary="Somebody else's"))
        return home

    return database.write_now(fill)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_export_holds_every_table_and_a_manifest_that_proves_it(desk: Home) -> None:
    assert main(["export", "made", "--organisation", "slack:T1", "--yes"]) == 0
    made = Path("made")
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    named = {each["file"]: each for each in manifest["files"]}
    assert {f"{rows.name}.jsonl" for rows in exported_tables()} | {"tickets.jsonl"} == named.keys()
    assert {file.name for file in made.iterdir()} == named.keys() | {"manifest.json"}
    for file in made.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
        if file.name in named:
            assert named[file.name]["sha256"] == sha256(file.read_bytes()).hexdigest()
            assert named[file.name]["lines"] == len(lines(file))
    assert made.stat().st_mode & 0o777 == 0o700
    assert manifest["organisation"]["key"] == "slack:T1"
    assert {"installation.bot_token", "oauth_state", "rota_feed.digest", "join_code.digest"} <= {
        each["what"] for each in manifest["left_out"]
    }
    assert [path.name for path in Path().iterdir() if "made" in path.name] == ["made"]


def test_another_organisations_rows_are_in_no_file(desk: Home) -> None:
    assert main(["export", "made", "--organisation", "slack:T1", "--yes"]) == 0
    whole = "".join(file.read_text(encoding="utf-8") for file in Path("made").iterdir())
    assert "We found it" in whole
    assert "Somebody else's" not in whole
    assert "TELSEWHERE" not in whole


def test_a_ticket_can_be_read_without_knowing_a_table(desk: Home) -> None:
    assert main(["export", "made.zip", "--organisation", "T1", "--yes"]) == 0
    assert Path("made.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile("made.zip") as whole:
        assert whole.testzip() is None
        (ticket,) = [json.loads(line) for line in whole.read("tickets.jsonl").splitlines()]
    assert (ticket["number"], ticket["state"], ticket["customer"]) == (1, "resolved", "Acme")
    assert ticket["requester"] == {"key": AGENT.id, "name": "Ana Prévot", "email": "ana@example.com"}
    assert {each["clock"]: each["late"] for each in ticket["clocks"]} == {
        "response": False, "update": False, "restore": False,
    }  # fmt: skip
    told = [(each["what"], each["text"]) for each in ticket["timeline"]]
    assert ("updated", "We found it") in told
    assert ("noted", "For us alone") in told
    assert all(each["by"]["name"] == "Ana Prévot" for each in ticket["timeline"])


def test_what_a_ticket_was_held_to_beside_the_customers_agreement_is_exported(database: Database, desk: Home) -> None:
    def kept_and_missed(session: Session) -> dict[str, Any]:
        home = make_home(session, "TAGREED")
        stored = open_stored(session, home, change=agreed(opening(customer="Acme"), "the team", 60))
        record(session, stored, resolve(stored.ticket, AGENT, NOW + 2 * MINUTE, "Repaired"), NOW + 2 * MINUTE)
        [ticket] = read_tickets(session, home.organisation_id, NOW + 2 * MINUTE)
        return ticket

    ticket = database.write_now(kept_and_missed)
    [beside] = ticket["agreements"]
    [clock] = beside["clocks"]
    assert (beside["name"], clock["clock"], clock["state"], clock["target_seconds"]) == (
        "the team",
        "restore",
        "met",
        60,
    )
    told = [clock[name] for name in ("late", "target_seconds", "taken_seconds", "over_seconds")]
    assert told == [True, 60, 120, 60]
    assert [each["late"] for each in clock["deadlines"]] == [True]
    assert {each["clock"]: each["late"] for each in ticket["clocks"]}["restore"] is False
    [none] = database.read_now(lambda session: list(read_tickets(session, desk.organisation_id, NOW)))
    assert none["agreements"] == []


def test_nothing_is_written_unless_somebody_agrees(desk: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "made", "--organisation", "slack:T1"]) == 1
    said = capsys.readouterr().out
    assert "event" in said
    assert "made" in said
    assert list(Path().glob("*made*")) == []


def test_an_export_is_put_over_nothing(desk: Home, capsys: pytest.CaptureFixture[str]) -> None:
    Path("made").mkdir()
    assert main(["export", "made", "--organisation", "slack:T1", "--yes"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["export", "nowhere/made", "--organisation", "slack:T1", "--yes"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_of_several_organisations_one_has_to_be_named(desk: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "made", "--yes"]) == 2
    assert "--organisation slack:T1" in capsys.readouterr().err
    assert main(["export", "made", "--organisation", "slack:T11", "--yes"]) == 2
    assert "did you mean slack:T1?" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["made", "made.zip"])
def test_half_an_export_is_none(desk: Home, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def full(*_: object) -> Iterator[dict[str, Any]]:
        yield {"number": 1}
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "read_tickets", full)
    assert main(["export", place, "--organisation", "slack:T1", "--yes"]) == 2
    assert [path for path in Path().iterdir() if "made" in path.name] == []


def test_an_export_is_of_one_instant(desk: Home, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_tickets

    def meanwhile(session: Session, organisation_id: int, now: Any) -> Iterator[dict[str, Any]]:
        database.write_now(lambda other: open_stored(other, desk))
        return read(session, organisation_id, now)

    monkeypatch.setattr(export, "read_tickets", meanwhile)
    assert main(["export", "made", "--organisation", "slack:T1", "--yes"]) == 0
    assert [each["number"] for each in lines(Path("made/tickets.jsonl"))] == [1]
