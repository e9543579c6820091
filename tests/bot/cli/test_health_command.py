"""`vigie health`: what does not hold is said and is its exit code, for people and for programs."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.health import _as_json, _organisations
from bot.desk.policy_file import load_policy
from storage.audit import take_turn
from storage.database import Database
from storage.findings import Finding, note
from storage.migrate import migrate
from storage.organisations import list_desks
from storage.policies import save_policy
from tests.factories import make_home, open_stored
from triage.auditing import Wrong


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A desk on record, of which nothing runs."""
    for name in list(os.environ):
        if name.startswith(("VIGIE_", "SLACK_", "TEAMS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VIGIE_PORT", "1")
    monkeypatch.chdir(tmp_path)
    made = Database("sqlite:///vigie.db")
    migrate(made)
    home = made.write_now(make_home)
    made.write_now(lambda session: open_stored(session, home, datetime.now(UTC)))
    return made


def test_it_says_what_does_not_hold(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    database.write_now(lambda session: take_turn(session, now, now))
    database.write_now(lambda session: note(session, [Finding(1, Wrong.OVERDUE, 1)], now))
    assert main(["health"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("The program: nothing answers on 127.0.0.1:1")
    assert "One ticket is overdue and nobody was told (#1); it is tried again every minute." in said
    assert "Notices of the last 24 hours: 0 planned, 0 sent, 0 no longer needed, 0 not delivered, 0 waiting." in said


def test_programs_read_it_as_json(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], len(told["organisations"])) == (False, 1)
    found = told["organisations"][0]
    assert found["ok"] is True
    assert datetime.fromisoformat(found["next_due"]) > datetime.now(UTC)


def test_shadow_mode_and_its_end_are_said_and_are_no_fault(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk,) = database.read_now(list_desks)
    save = partial(save_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id)
    today = datetime.now(UTC).date()
    for ends, is_silent in ((today + timedelta(days=3), True), (today - timedelta(days=3), False)):
        _, policy = load_policy(f"shadow: {{until: {ends}}}", today=today)
        database.write_now(partial(save, data=policy, now=datetime.now(UTC)))
        main(["health"])
        assert ("Shadow mode until" in capsys.readouterr().out) is is_silent
        main(["health", "--json"])
        (found,) = json.loads(capsys.readouterr().out)["organisations"]
        assert (found["ok"], found["shadow_until"] is not None) == (True, is_silent)


def test_all_is_well_while_the_auditor_looks_and_finds_nothing(database: Database) -> None:
    now = datetime.now(UTC)
    database.write_now(lambda session: take_turn(session, now, now))
    fresh, stale = (_organisations(database, now + timedelta(minutes=after)) for after in (4, 6))
    assert fresh[0].health.is_well
    assert not stale[0].health.is_well
    assert json.dumps(_as_json(None, fresh, well=True), default=str)
