"""`vigie report`: the report in words, as CSV that no spreadsheet runs, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cli import main
from bot.cli.report import safe
from bot.desk.policy_file import load_policy
from bot.wording.cells import FORMULA
from storage.changes import record
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.policies import save_policy
from tests.factories import AGENT, NOW, agreed, make_home, open_stored, opening
from tests.storage.test_ticket_figures import resolve_one
from triage.resolving import resolve

DAYS = f"{(NOW - timedelta(days=1)).date()}..{NOW.date()}"


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk at which somebody resolved a ticket."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("VIGIE_LOCAL", "")
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    _, data = load_policy(None, today=NOW.date())
    save = partial(save_policy, organisation_id=home.organisation_id, desk_id=home.desk_id, data=data, now=NOW)
    database.write_now(save)
    database.write_now(partial(resolve_one, home=home))
    database.close_now()


@pytest.mark.usefixtures("desk")
def test_it_is_told_in_words_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", DAYS]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Opened: 1. Resolved: 1." in said
    assert "Restore: 100% (1 of 1) - severity 1: 1 of 1" in said
    assert main(["report", DAYS, "--lang", "fr"]) == 0
    said = capsys.readouterr().out
    assert "Objectifs tenus" in said
    assert "Rétablissement\u00a0: 100\u00a0% (1 sur 1)" in said


@pytest.mark.usefixtures("desk")
def test_it_is_printed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", DAYS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["customer"] is None
    assert {"figure": "kept", "of": "restore", "by": "1", "value": 1} in found["figures"]
    assert main(["report", DAYS, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["value"] for row in rows if (row["figure"], row["by"]) == ("resolved_by", AGENT.id)] == ["1"]
    assert not [row for row in rows if row["figure"] == "ratings"], "nobody answered, which is not nothing of each"


@pytest.fixture
def beside(desk: None, sqlite_database: str) -> None:
    """A ticket of Acme's beside, which the team restored later than it had agreed to."""
    began = NOW - timedelta(hours=1)

    def late(session: Session) -> None:
        home = make_home(session)
        save_customers(session, home.organisation_id, [Customer("Acme")])
        change = agreed(opening(began, customer="Acme"), "=the team", 60)
        stored = open_stored(session, home, began, change=change)
        record(session, stored, resolve(stored.ticket, AGENT, NOW, "done"), NOW)

    database = Database(sqlite_database)
    database.write_now(late)
    database.close_now()


@pytest.mark.usefixtures("beside")
def test_agreements_beside_the_customers_have_their_figures_but_not_in_a_customers_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def said(*words: str) -> str:
        assert main(["report", DAYS, *words]) == 0
        return capsys.readouterr().out.replace("\u00a0", " ")

    assert "Other agreements\n=the team · Restore: 0% (0 of 1)" in said()
    assert "Autres accords\n=the team · Rétablissement : 0 % (0 sur 1)" in said("--lang", "fr")
    rows = [tuple(row.values())[-4:] for row in csv.DictReader(io.StringIO(said("--csv")))]
    assert [row for row in rows if row[0].startswith("agreement")] == [
        ("agreement_kept", "restore", "'=the team", "0"), ("agreement_missed", "restore", "'=the team", "1")
    ]  # fmt: skip
    figures = json.loads(said("--json"))["figures"]
    assert {"figure": "agreement_missed", "of": "restore", "by": "=the team", "value": 1} in figures
    for form in ((), ("--csv",), ("--json",), ("--lang", "fr")):
        theirs = said("--customer", "Acme", *form)
        assert "Acme" in theirs
        assert "the team" not in theirs


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-02-30"], "no span of days"), (["week", "Acme"], "no span of days"),
        (["week", "--customer", "Nobody"], "no customer is called 'Nobody'"), (["--desk", "noc"], "no desk noc"),
    ],
)  # fmt: skip
def test_what_it_cannot_report_on_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["report", *words]) == 2
    out, error = capsys.readouterr()
    assert (out, said in error, len(error.strip().splitlines())) == ("", True, 1)


@pytest.mark.parametrize("begins", FORMULA)
def test_no_cell_begins_as_a_formula_does(begins: str) -> None:
    assert safe(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"


def test_figures_stay_figures_and_words_stay_as_they_are() -> None:
    assert [safe(each) for each in (-5, 1.5, "Acme = you", "")] == [-5, 1.5, "Acme = you", ""]
