"""`vigie customer link`: made and shown once, listed, revoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.desk.policy_file import load_policy
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.policies import save_policy
from tests.factories import NOW, make_home


@pytest.fixture
def record(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A desk that knows a customer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("VIGIE_LOCAL", "")
    monkeypatch.setenv("VIGIE_PUBLIC_URL", "https://vigie.example.com/")
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    _, data = load_policy({}, today=NOW.date())
    database.write_now(lambda session: save_policy(session, home.organisation_id, home.desk_id, data, NOW))
    database.write_now(lambda session: save_customers(session, home.organisation_id, [Customer("Acme Corp")]))
    database.close_now()
    return sqlite_database


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["customer", "link", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_link_is_shown_once_listed_and_revoked(record: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, address, told = said(capsys, "add", "acme corp", "--until", "2999-12-31")
    assert code == 0
    assert address.startswith("https://vigie.example.com/c/")
    assert "Acme Corp" in told
    token = address.strip().rpartition("/")[2]
    code, listed, _ = said(capsys, "list")
    assert token[:12] in listed
    assert token not in listed
    assert "until 3000-01-01" in listed
    assert "never used" in listed
    assert said(capsys, "revoke", token[:12])[:2] == (
        1,
        f"{listed.strip()}\nAdd --yes to revoke it.\nNothing was changed.\n",
    )
    assert said(capsys, "revoke", address.strip(), "--yes")[0] == 0
    assert "revoked" in said(capsys, "list", "Acme Corp")[1]
    assert said(capsys, "revoke", token[:12], "--yes")[0] == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["Acme"], "did you mean Acme Corp?"),
        (["Acme Corp", "--until", "tomorrow"], "write it like 2027-06-30"),
        (["Acme Corp", "--until", "2020-01-01"], "is over already"),
        (["Acme Corp", "--until", "9999-12-31"], "is no date"),
        (["Acme Corp", "--desk", "nowhere"], "there is no desk nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(
    record: str, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    code, out, err = said(capsys, "add", *words)
    assert (code, out) == (2, "")
    assert why in err
    assert err.count("\n") == 1
