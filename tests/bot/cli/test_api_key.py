"""`vigie api key add|list|revoke`: a key is shown once, named where it matters, and gone when it is revoked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from bot.cli import main
from bot.desk.policy_file import load_policy
from storage.api_keys import find_key
from storage.database import Database
from storage.policies import save_policy
from tests.factories import NOW, Home, make_home
from triage.scopes import Scope


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bare_environment: None) -> Home:
    """A desk that has a policy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    home = database.write_now(make_home)
    _, data = load_policy(None, today=NOW.date())
    save = partial(save_policy, organisation_id=home.organisation_id, desk_id=home.desk_id, data=data, now=NOW)
    database.write_now(save)
    return home


def test_a_key_is_shown_once_listed_by_its_beginning_and_revoked(
    database: Database, desk: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api", "key", "add", "Monitoring", "--scope", "open,read"]) == 0
    out, said = capsys.readouterr()
    whole = out.strip()
    found = database.read_now(lambda session: find_key(session, whole))
    assert found is not None
    assert (found.desk_id, found.scopes) == (desk.desk_id, frozenset({Scope.OPEN, Scope.READ}))
    assert whole not in said
    assert main(["api", "key", "list"]) == 0
    listed = capsys.readouterr().out
    assert f"vigie_{found.prefix}_..." in listed
    assert "open+read" in listed
    assert whole not in listed
    assert main(["api", "key", "revoke", f"vigie_{found.prefix}"]) == 1, "nobody said yes"
    assert main(["api", "key", "revoke", f"vigie_{found.prefix}", "--yes"]) == 0
    assert database.read_now(lambda session: find_key(session, whole)) is None
    assert main(["api", "key", "revoke", found.prefix, "--yes"]) == 1
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["Monitoring", "--scope", "everything"], "everything is no scope"),
        (["Monitoring", "--scope", ","], "a key needs a scope"),
        ([" ", "--scope", "read"], "a key needs a name"),
        (["Monitoring", "--scope", "read", "--desk", "billing"], "there is no desk billing"),
    ],
)
def test_what_is_wrong_is_one_line(desk: Home, capsys: pytest.CaptureFixture[str], given: list[str], says: str) -> None:
    assert main(["api", "key", "add", *given]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
