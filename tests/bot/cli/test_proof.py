"""`vigie proof`: what was kept of a customer's deadlines in a month, and why what was missed was due when it was."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cli import main
from bot.desk.policy_file import load_policy
from bot.wording.cells import safe_cell
from bot.wording.proof import COLUMNS
from storage.changes import Place, record
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.policies import save_policy
from storage.tickets import get_ticket
from tests.factories import AGENT, CARD_PLACE, NOW, agreed, make_home, open_stored, opening
from triage import awaiting, noting, resolving, updating
from triage.change import Change
from triage.ticket import Ticket

MINUTE = timedelta(minutes=1)
LIFE: tuple[Callable[[Ticket, datetime], Change], ...] = (
    lambda ticket, now: updating.update(ticket, AGENT, now, "on it"),
    lambda ticket, now: noting.note(ticket, AGENT, now, "between us"),
    lambda ticket, now: awaiting.wait(ticket, AGENT, now, "their fault"),
    lambda ticket, now: resolving.resolve(ticket, AGENT, now),
)


@pytest.fixture
def record_of(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One ticket that was answered late, one of somebody else, one that goes on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("VIGIE_LOCAL", "")
    database = Database(sqlite_database)
    _, data = load_policy(None, today=NOW.date())

    def fill(session: Session) -> None:
        home = make_home(session)
        save_policy(session, home.organisation_id, home.desk_id, data, NOW)
        save_customers(session, home.organisation_id, [Customer("Acme Corp"), Customer("Globex")])
        for name in ("Acme Corp", "Globex", "Acme Corp"):
            change = agreed(opening(summary="=HYPERLINK(1)", customer=name), "between us and the team", 60)
            open_stored(session, home, NOW, CARD_PLACE, Place("slack:CACME", "customer"), change=change)
        for number, minutes in ((1, 50), (2, 5)):
            for after, act in enumerate(LIFE, minutes):
                stored, now = get_ticket(session, home.organisation_id, number), NOW + after * MINUTE
                record(session, stored, act(stored.ticket, now), now)

    database.write_now(fill)
    database.close_now()
    return sqlite_database


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["proof", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_month_is_told_ticket_by_ticket_with_why(record_of: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "acme corp", "2026-03")
    assert code == 0
    assert out.startswith("Acme Corp, 2026-03: 1 ticket")
    assert "#1 =HYPERLINK(1)" in out
    assert "#2" not in out
    assert "#3" not in out
    assert "Response: missed" in out
    assert "Counts from the opening" in out
    assert [each for each in ("between us", "their fault", "UAGENT", "slack:") if each in out] == []
    assert said(capsys, "Acme Corp", "2026-02")[1].startswith("Acme Corp, 2026-02: 0 tickets")
    french = said(capsys, "Acme Corp", "2026-03", "--lang", "fr")[1].replace("\u00a0", " ")
    assert french.startswith("Acme Corp, 2026-03 : 1 ticket")
    assert "Signalé : 2026-03" in french
    assert "Réponse : manqué" in french
    written = said(capsys, "Acme Corp", "2026-03", "--lang", "fr", "--csv", "mars.csv")[1]
    assert written.startswith("mars.csv\u00a0: 1 ticket")


def test_an_agreement_beside_the_customers_is_in_no_proof_of_theirs(
    record_of: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for language in ("en", "fr"):
        code, out, _ = said(capsys, "Acme Corp", "2026-03", "--lang", language)
        assert (code, "the team" in out) == (0, False)
        file = tmp_path / f"{language}.csv"
        assert said(capsys, "Acme Corp", "2026-03", "--csv", str(file), "--lang", language)[0] == 0
        with file.open(encoding="utf-8-sig", newline="") as read:
            rows = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(read)]
        assert "the team" not in str(rows)
        restore = [row["result"] for row in rows if row["clock"] in ("Restore", "Rétablissement")]
        assert restore == [{"en": "kept", "fr": "tenu"}[language]], "the team's own would have been missed"


def test_its_cells_are_no_formulas(record_of: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    assert said(capsys, "Acme Corp", "2026-03", "--csv", str(file), "--lang", "fr")[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8-sig", newline="") as read:
        head, *rows = csv.reader(read)
    assert head[0] == "Ticket"
    assert {row[0] for row in rows} == {"#1"}
    assert {row[1] for row in rows} == {"'=HYPERLINK(1)"}
    assert all(len(row) == len(head) for row in rows)
    assert said(capsys, "Acme Corp", "2026-03", "--csv", str(file))[0] == 2, "nothing is written over"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", " =1", "\t=1", "\r1", "\uff1d1", "|x"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["Acme Corp", "March"], "is no month"),
        (["Acme Corp", "2026-13"], "is no month"),
        (["Acme", "2026-03"], "did you mean Acme Corp?"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    record_of: str, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out) == (2, "")
    assert why in err
