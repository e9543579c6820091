"""`vigie policy replay`, `move` and `import`: what the tickets on record would be, and are, under another policy."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cli import main
from bot.desk.policy_file import load_policy, policy_from_data
from storage.changes import record
from storage.customers import Customer, load_customers
from storage.database import Database
from storage.policies import save_policy
from storage.policy_moves import open_versions
from storage.tickets import get_ticket
from tests.bot.cli.on_record import ask
from tests.factories import AGENT, CARD_PLACE, Home, make_home, open_stored
from triage.opening import open_ticket
from triage.policy import Policy
from triage.resolving import resolve
from triage.terms import Category, ClockKind
from triage.updating import update

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)  # what is asked of it here is the same code's business on either kind

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
LOOSE = """
version: 1
targets: {1: {response: 2h, update: 2h, restore: 12h}}
plans: {gold: {targets: {1: {restore: 1h}}}}
"""
INNER = "agreements: {the team: {targets: {1: {restore: %s}}}}\n"


@pytest.fixture
def home(on_record: Database) -> Home:
    """A desk under the default policy with three tickets of an hour ago, or up to two where many tests came before: one
    answered late, one for Acme, one that is resolved."""
    began = NOW - 65 * MINUTE

    def fill(session: Session) -> Home:
        home = make_home(session)
        policy = save(session, home, None)
        for customer in (None, "Acme", None):
            opened = open_ticket(
                policy, AGENT, began, summary="Link down", category=Category.INCIDENT, severity=1, customer=customer
            )
            open_stored(session, home, began, CARD_PLACE, change=opened)
        late = get_ticket(session, home.organisation_id, 1)
        record(session, late, update(late.ticket, AGENT, began + 40 * MINUTE, "sorry"), began + 40 * MINUTE)
        done = get_ticket(session, home.organisation_id, 3)
        record(session, done, resolve(done.ticket, AGENT, began + 5 * MINUTE), began + 5 * MINUTE)
        return home

    return on_record.write_now(fill)


def save(session: Session, home: Home, text: str | None) -> Policy:
    """Save a policy file's text as the next version; the policy."""
    _, data = load_policy(text, today=NOW.date())
    version = save_policy(session, home.organisation_id, home.desk_id, data, NOW)
    return policy_from_data({**data, "version": version})


def restore_due(database_url: str, home: Home, number: int) -> datetime | None:
    stored = ask(database_url, lambda session: get_ticket(session, home.organisation_id, number))
    return stored.ticket.clocks[ClockKind.RESTORE].due


def test_replay_says_what_would_have_been_different_and_changes_nothing(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loose.yml").write_text(LOOSE)
    assert main(["policy", "replay", "loose.yml"]) == 0
    said = capsys.readouterr().out
    assert "3 tickets on record" in said
    # The answer after 40 minutes, and the one that never came: late after 15 minutes, not after two hours.
    assert [line.split()[:3] for line in said.splitlines() if line.startswith("  resp")] == [["response", "2", "0"]]
    assert "#1 response: due" in said
    count = partial(open_versions, organisation_id=home.organisation_id, desk_id=home.desk_id)
    assert ask(database_url, count) == {1: 2}


def test_replay_speaks_the_language_that_is_asked_for_else_the_desks(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    french = LOOSE + INNER % "30m" + "desks: {noc: {language: fr}}\n"
    (tmp_path / "french.yml").write_text(french)
    (tmp_path / "english.yml").write_text(LOOSE + INNER % "30m")
    said = []
    for typed in (["french.yml"], ["english.yml", "--lang", "fr"], ["french.yml", "--lang", "en"], ["english.yml"]):
        assert main(["policy", "replay", *typed]) == 0
        said.append(capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " "))
    assert said[0] == said[1]
    assert said[2] == said[3] != said[0]
    desk, head, response, *_ = said[0].splitlines()
    assert desk.startswith("Équipe ")
    assert desk.endswith(" : 3 tickets enregistrés.")
    assert head.split() == ["délai", "dépassés", "alors", "échéances", "qui", "diffèrent"]
    assert response.split()[:3] == ["réponse", "2", "0"]
    assert "\n  rétablissement/the team " in said[0]
    assert "#1 réponse : échéance " in said[0]
    assert "#1 rétablissement/the team : échéance aucune -> " in said[0]
    assert "breach" not in said[0]


def test_replay_as_json_lists_every_clock_that_differs(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loose.yml").write_text(LOOSE)
    assert main(["policy", "replay", "loose.yml", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(row["number"], row["clock"]) for row in found} >= {(1, "response"), (2, "restore")}
    assert all(row["deadline"] != row["deadline_then"] or row["breaches"] != row["breaches_then"] for row in found)


def test_replay_of_the_policy_in_force_finds_no_difference(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "same.yml").write_text("version: 1\n")
    assert main(["policy", "replay", "same.yml", "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_move_shows_what_would_change_and_waits_to_be_told(
    home: Home, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(database_url, lambda session: save(session, home, LOOSE))
    due = restore_due(database_url, home, 1)
    assert main(["policy", "move"]) == 1
    said = capsys.readouterr().out
    assert "2 open tickets" in said
    assert "restore        2 deadlines come later" in said
    assert "Add --yes to move them." in said
    assert restore_due(database_url, home, 1) == due


def test_a_move_puts_every_open_ticket_on_its_customers_terms(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(database_url, lambda session: save(session, home, LOOSE))
    (tmp_path / "customers.csv").write_text("name,plan\nacme,gold\n")
    assert main(["import", "customers", "customers.csv", "--yes"]) == 0
    assert "Customers to import: 1, with a plan: 1." in capsys.readouterr().out
    assert main(["policy", "move", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "restore        1 deadline would have passed already" in said
    assert "2 tickets are on version 2 of the policy now." in said
    began = NOW - 65 * MINUTE
    assert [restore_due(database_url, home, number) for number in (1, 2)] == [began + 720 * MINUTE, began + 60 * MINUTE]
    assert main(["policy", "move"]) == 0
    assert "every open ticket is on version 2" in capsys.readouterr().out


def test_replay_shows_what_agreements_would_have_been_kept_and_missed(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "inner.yml").write_text(INNER % "30m")
    assert main(["policy", "replay", "inner.yml"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said if line.startswith("  restore/the team")] == [
        ["restore/the", "team", "0", "2", "3", "of", "3"]
    ], "two are open after an hour, one was resolved within minutes"
    assert any(line.startswith("  #1 restore/the team: due none -> ") for line in said)
    assert main(["policy", "replay", "inner.yml", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(row["number"], row["clock"], row["breaches_then"]) for row in found} == {
        (1, "restore/the team", 1), (2, "restore/the team", 1), (3, "restore/the team", 0)
    }  # fmt: skip


def test_a_move_shows_the_deadlines_of_agreements_apart_from_the_customers(
    home: Home, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(database_url, lambda session: save(session, home, INNER % "30m"))
    assert main(["policy", "move"]) == 1
    said = capsys.readouterr().out
    assert [line.split() for line in said.splitlines() if "deadline" in line and "#" not in line] == [
        ["restore/the", "team", "2", "deadlines", "are", "new"]
    ]
    assert "  #1: restore/the team none -> " in said
    assert main(["policy", "move", "--yes"]) == 0
    ask(database_url, lambda session: save(session, home, INNER % "45m"))
    capsys.readouterr()
    assert main(["policy", "move"]) == 1
    assert "  restore/the team      2 deadlines come later\n" in capsys.readouterr().out
    ask(database_url, lambda session: save(session, home, INNER % "30m" + "roles: {leads: U0LEAD}\n"))
    assert main(["policy", "move"]) == 0
    assert "No deadline would change." in capsys.readouterr().out


def test_an_import_is_shown_before_it_is_done_and_a_bad_line_stops_it_all(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "good.csv").write_text("Konto\nAcme\n")
    (tmp_path / "bad.csv").write_text("name,plan\nAcme,\nGlobex,gold\n")
    assert main(["import", "customers", "good.csv", "--map", "Konto=name"]) == 1
    assert "Add --yes to import them.\nNothing was changed." in capsys.readouterr().out
    assert main(["import", "customers", "bad.csv", "--yes", "--rejected", "why.csv"]) == 1
    assert "bad.csv:3: there is no plan gold; the policy has no plans." in capsys.readouterr().err
    assert (tmp_path / "why.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "name,plan,vigie line,vigie reason", "Globex,gold,3,there is no plan gold; the policy has no plans.",
    ]  # fmt: skip
    assert ask(database_url, lambda session: load_customers(session, home.organisation_id)) == []
    (tmp_path / "right.csv").write_text((tmp_path / "why.csv").read_text().replace("Globex,gold,", "Globex,,"))
    assert main(["import", "customers", "right.csv"]) == 1
    assert "Customers to import: 1" in capsys.readouterr().out, "what was put right is read from there"
    assert main(["import", "customers", "good.csv", "--map", "Konto=name", "--yes"]) == 0
    assert ask(database_url, lambda session: load_customers(session, home.organisation_id)) == [Customer("Acme")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["policy", "move", "--desk", "sales"], "there is no desk sales on record"),
        (["policy", "replay", "missing.yml"], "missing.yml cannot be read"),
        (["import", "customers", "missing.csv"], "cannot read missing.csv"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    home: Home, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) in (1, 2)
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_without_a_desk_on_record_it_says_to_start_vigie_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    assert main(["policy", "move"]) == 2
    assert "start vigie run once" in capsys.readouterr().err


def test_the_policy_shown_is_the_one_in_force(
    home: Home, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def choose(session: Session) -> None:
        chosen = {"targets": {"1": {"response": "7m"}}}
        _, data = load_policy(chosen, today=NOW.date())
        save_policy(
            session, home.organisation_id, home.desk_id, data, NOW, chosen=chosen, by="slack:UANA", changes=["targets"]
        )

    ask(database_url, choose)
    assert main(["policy", "show"]) == 0
    out, said = capsys.readouterr()
    assert out.startswith("Support policy of the desk support, version 2\n")
    assert "7 minutes" in out
    assert "version 2, in force since" in said
    assert "made in chat by slack:UANA" in said


def test_a_file_that_asks_for_something_else_than_what_is_in_force_is_said(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loose.yml").write_text(LOOSE)
    monkeypatch.setenv("VIGIE_POLICY", "loose.yml")
    assert main(["policy", "show"]) == 0
    out, said = capsys.readouterr()
    assert "15 minutes" in out
    assert "loose.yml asks for something else than the policy in force: start vigie run with it first." in said


def test_where_no_deadline_would_change_nothing_is_asked(
    home: Home, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(database_url, lambda session: save(session, home, "roles: {leads: U0LEAD}"))
    assert main(["policy", "move"]) == 0
    assert "No deadline would change." in capsys.readouterr().out
    count = partial(open_versions, organisation_id=home.organisation_id, desk_id=home.desk_id)
    assert ask(database_url, count) == {1: 2}
    assert main(["policy", "move", "--yes"]) == 0
    assert ask(database_url, count) == {2: 2}
