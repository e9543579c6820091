"""The program at a prompt: whatever is wrong is one line that says what to do, and looking makes nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from bot.cli import COMMANDS, GROUPS, main
from storage.database import Database
from storage.migrate import migrate
from storage.schema import Schema, look, versions
from tests.postgres import create_database, drop_database

SERVES = {"run", "local"}  # what goes on until it is stopped
NEEDS = {
    "policy check": ["FILE"], "policy replay": ["FILE"], "policy compare": ["FILE"],
    "import customers": ["FILE"], "import tickets": ["FILE"], "outbox retry": ["1"],
    "outbox drop": ["1"], "sla evaluate": ["FILE"], "triage suggest": ["FILE"],
    "forget": ["slack:U0ANA1"], "api key add": ["Monitoring", "--scope", "read"], "api key revoke": ["vigie_3f9c"],
    "webhook add": ["https://example.com/hook"], "webhook test": ["1"], "webhook rotate": ["1"],
    "webhook replay": ["1", "--since", "2h"], "webhook revoke": ["1"],
    "proof": ["Acme", "2026-03"], "customer link add": ["Acme"], "customer link revoke": ["3f9c"],
    "backup": ["made.db"], "restore": ["made.db"], "policy calendar": ["business"],
}  # fmt: skip
READS_FILE = {name for name, given in NEEDS.items() if given == ["FILE"]} | {"policy show"}
ON_RECORD = (
    {
        "export",
        "forget",
        "policy replay",
        "policy compare",
        "policy move",
        "import customers",
        "import tickets",
        "outbox list",
        "outbox retry",
        "outbox drop",
        "health",
        "report",
    }
    | {"triage learn", "backup", "api key add", "api key list", "api key revoke", "proof"}
    | {f"customer link {each}" for each in ("add", "list", "revoke")}
    | {f"webhook {each}" for each in ("add", "list", "test", "rotate", "replay", "revoke")}
)
ON_DATABASE = ON_RECORD | {"policy calendar", "policy show", "migrate", "run", "local"}
LOOKS = ON_RECORD | {"policy calendar", "policy show", "doctor"}  # never makes a database


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing in the environment."""
    for name in list(os.environ):
        if name.startswith(("VIGIE_", "SLACK_", "TEAMS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VIGIE_PORT", "0")
    monkeypatch.setattr("bot.server.logs.set_up_logs", lambda: None)  # it would keep this test's standard error for all
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(name: str, file: str = "given.txt") -> list[str]:
    """A command with what it needs."""
    rest = [file if each == "FILE" else each for each in NEEDS.get(name, [])]
    return [*name.split(), *(rest or ([file] if name in READS_FILE and file != "given.txt" else []))]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write_given(folder: Path) -> None:
    """A file that every command can read as what it wants."""
    (folder / "given.txt").write_text("name\n", encoding="utf-8")


def one_line(error: str, name: str) -> str:
    assert error.startswith(f"vigie {name}: "), error
    assert len(error.splitlines()) == 1, error
    assert "Traceback" not in error
    return error


# -- before the first start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ON_RECORD))
def test_before_the_first_start_it_says_to_start_and_makes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_given(folder)
    before = contents(folder)
    assert main(typed(name)) == 2
    assert "start vigie run once" in one_line(capsys.readouterr().err, name)
    assert contents(folder) == before


@pytest.mark.parametrize("name", sorted(LOOKS - ON_RECORD))
def test_before_the_first_start_there_is_something_to_see_all_the_same(folder: Path, name: str) -> None:
    assert main(typed(name)) == 0
    assert contents(folder) == {}


@pytest.mark.parametrize("name", sorted(ON_RECORD))
def test_an_empty_database_stays_empty(database_file: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    write_given(database_file.parent)
    database_file.write_bytes(b"")
    assert main(typed(name)) == 2
    assert "is empty: start vigie run once" in one_line(capsys.readouterr().err, name)
    assert database_file.read_bytes() == b""


# -- files -------------------------------------------------------------------------------------------------------------

FILES = {"gone.txt": "No such file", ".": "directory", "gone/given.txt": "No such file", "nul\0.txt": "no path"}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", sorted(READS_FILE))
def test_a_file_that_cannot_be_read_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, file: str
) -> None:
    assert main(typed(name, file)) == 2
    assert FILES[file].lower() in one_line(capsys.readouterr().err, name).lower()
    assert contents(folder) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", sorted(READS_FILE))
def test_a_file_that_may_not_be_read_is_named(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    write_given(folder)
    (folder / "given.txt").chmod(0)
    assert main(typed(name)) == 2
    assert "Permission denied" in one_line(capsys.readouterr().err, name)


@pytest.mark.parametrize("name", ["run", "policy check", "policy show"])
@pytest.mark.parametrize("file", ["gone.yaml", "."])
def test_a_policy_that_cannot_be_read_stops_what_needs_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, file: str
) -> None:
    monkeypatch.setenv("VIGIE_POLICY", file)
    assert main(name.split()) == 2
    assert f"{file} cannot be read" in one_line(capsys.readouterr().err, name)
    assert contents(folder) == {}


def test_a_start_with_a_bad_policy_names_the_first_place_and_makes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.yaml").write_text("version: 1\nlevles: []\nquue: []\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_POLICY", "bad.yaml")
    assert main(["run"]) == 2
    assert capsys.readouterr().err == (
        "vigie run: bad.yaml:2: the file: unknown key `levles`; did you mean `levels`? "
        "(1 more: type vigie policy check bad.yaml)\n"
    )
    assert [path.name for path in folder.iterdir()] == ["bad.yaml"]


# -- databases ---------------------------------------------------------------------------------------------------------

ADDRESSES = {
    "nonsense": "not a database address",
    "mysql://user:hunter2@host/x": "not mysql://",
    "postgresql://user:hunter2@host:port/x": "not a database address",
    "postgresql://user:hunter2@127.0.0.1:1/x": "cannot use the database postgresql://user:***@127.0.0.1:1/x",
    "postgresql://127.0.0.1:1/x?password=hunter2&user=u": "cannot use the database postgresql://127.0.0.1:1/x?",
    "sqlite://": "names no file",
    "sqlite:///nowhere/vigie.db": "does not exist",
    "sqlite:///.": "names the folder",
    "sqlite:///given.txt": "not a database",
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", sorted(ON_DATABASE))
def test_a_wrong_address_is_said_without_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, address: str
) -> None:
    if name == "local" and ("127.0.0.1:1" in address or "given.txt" in address):
        pytest.skip("the workspace alone keeps a file of its own, and opens no other")
    monkeypatch.setenv("VIGIE_DATABASE_URL", address)
    write_given(folder)
    (folder / "given.txt").write_text("name\n" * 200, encoding="utf-8")
    before = contents(folder)
    assert main(typed(name)) == 2
    error = one_line(capsys.readouterr().err, name)
    # A backup is of a file: where the address names a server, nobody asks that.
    assert ("use pg_dump" if name == "backup" and "127.0.0.1:1" in address else ADDRESSES[address]) in error
    assert "hunter2" not in error
    assert contents(folder) == before


def test_a_half_configured_platform_keeps_vigie_from_starting_and_the_doctor_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEAMS_CLIENT_ID", "1")
    assert main(["run"]) == 2
    said = "set TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID too, or unset TEAMS_CLIENT_ID."
    assert said in one_line(capsys.readouterr().err, "run")
    assert contents(folder) == {}
    assert main(["doctor"]) == 1
    assert said in capsys.readouterr().out


def test_a_token_without_the_other_one_keeps_vigie_from_starting(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert main(["run"]) == 2
    assert "SLACK_APP_TOKEN" in one_line(capsys.readouterr().err, "run")
    assert contents(folder) == {}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_doctor_finds_a_wrong_address_and_keeps_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", address)
    (folder / "given.txt").write_text("name\n" * 200, encoding="utf-8")
    before = contents(folder)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert ADDRESSES[address] in said
    assert "hunter2" not in said
    assert contents(folder) == before


@pytest.fixture
def database_file(folder: Path) -> Path:
    return folder / "vigie.db"


@pytest.fixture(params=["plain", "write-ahead", "with a record of its own"])
def others_database(request: pytest.FixtureRequest, database_file: Path) -> Path:
    """A file that another program keeps its own in."""
    with closing(sqlite3.connect(database_file)) as connection:
        if request.param == "write-ahead":
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA user_version=7")
        connection.execute("CREATE TABLE songs (name TEXT)")
        if request.param == "with a record of its own":
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('abc')")
        connection.commit()
    return database_file


@pytest.mark.parametrize("name", sorted((ON_DATABASE - {"local"}) | {"doctor"}))
def test_another_programs_database_is_left_as_it_is(
    others_database: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_given(others_database.parent)
    before = contents(others_database.parent)
    assert main(typed(name)) == (1 if name == "doctor" else 2)
    said = capsys.readouterr()
    assert "holds another program's tables" in (said.out if name == "doctor" else one_line(said.err, name))
    assert contents(others_database.parent) == before


def test_another_programs_server_database_is_left_as_it_is(
    postgres_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = create_database(postgres_url, f"songs_{uuid4().hex}")
    database = Database(address)
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE songs (name TEXT)")
        monkeypatch.setenv("VIGIE_DATABASE_URL", address)
        assert main(["migrate"]) == 2
        assert "holds another program's tables" in one_line(capsys.readouterr().err, "migrate")
        assert look(database) is Schema.FOREIGN
    finally:
        database.close_now()
        drop_database(postgres_url, str(database.url.database))


@pytest.mark.parametrize(
    ("version", "says"), [(versions()[0], "type vigie migrate"), ("999912312359", "a newer Vigie")]
)
@pytest.mark.parametrize("name", sorted(ON_RECORD | {"policy calendar", "policy show"}))
def test_a_database_of_another_version_is_not_touched_by_looking(
    database_file: Path, capsys: pytest.CaptureFixture[str], name: str, version: str, says: str
) -> None:
    write_given(database_file.parent)
    database = Database("sqlite:///vigie.db")
    migrate(database)
    database.close_now()
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
    before = contents(database_file.parent)
    assert main(typed(name)) == 2
    assert says in one_line(capsys.readouterr().err, name)
    assert contents(database_file.parent) == before


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - SERVES - {"connect slack", "connect teams"}))
def test_every_command_is_in_one_of_the_situations_above(name: str) -> None:
    assert name in ON_DATABASE | READS_FILE | LOOKS | {"policy example", "restore", "slack manifest", "teams manifest"}


@pytest.mark.parametrize(
    "name", sorted(set(COMMANDS) - {"slack manifest", "policy example", "sla evaluate", "triage suggest"})
)
def test_settings_that_cannot_be_used_are_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    if name in ("policy check", "policy replay", "policy compare", "import customers", "import tickets"):
        write_given(folder)
    monkeypatch.setenv("VIGIE_LANG", "de")
    assert main(name.split() if name == "policy check" else typed(name)) == 2
    assert "'de' is not a language Vigie speaks" in one_line(capsys.readouterr().err, name)
    assert not (folder / "vigie.db").exists()


# -- help, version, what was meant -------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [[], ["help"], ["--help"], ["-h"]])
def test_alone_it_shows_every_command(capsys: pytest.CaptureFixture[str], asked: list[str]) -> None:
    assert main(asked) == 0
    out, error = capsys.readouterr()
    assert error == ""
    assert all(f"\n  {name.partition(' ')[0]} " in out for name in COMMANDS)


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_alone_shows_its_commands(capsys: pytest.CaptureFixture[str], group: str) -> None:
    said = set()
    for asked in ([group], [group, "help"], ["help", group], [group, "--help"], [group, "-h"]):
        assert main(asked) == 0
        said.add(capsys.readouterr().out)
    [shown] = said
    actions = [name.partition(" ")[2] for name in COMMANDS if name.startswith(f"{group} ")]
    assert all(f"\n  {action} " in shown for action in actions)


@pytest.mark.parametrize("words", [["api", "key"], ["customer", "link"]])
def test_two_words_of_three_show_the_commands_they_begin(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    for asked in (words, [*words, "--help"], ["help", *words]):
        assert main(asked) == 0
        assert capsys.readouterr().out.startswith(f"usage: vigie {words[0]} COMMAND")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_is_there_however_it_is_asked_for(capsys: pytest.CaptureFixture[str], name: str) -> None:
    said = set()
    words = name.split()
    for asked in ([*words, "--help"], ["help", *words], [*words, "help"], [words[0], "help", *words[1:]]):
        assert main(asked) == 0
        said.add(capsys.readouterr().out)
    [shown] = said
    assert shown.startswith(f"usage: vigie {name}")


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("vigie 0.")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("polcy", "did you mean vigie policy?"),
        ("docter", "did you mean vigie doctor?"),
        ("check", "did you mean vigie policy check?"),
        ("policy chekc", "did you mean vigie policy check?"),
        ("outbox lst", "did you mean vigie outbox list?"),
        ("api key revok", "there is no command key revok: did you mean vigie api key revoke?"),
        ("customer lnik", "did you mean vigie customer link add?"),
        ("--versoin", "did you mean vigie --version?"),
        ("policy move --yess", "did you mean --yes?"),
        ("import customers x.csv --rejectd", "did you mean --rejected?"),
        ("run --role wrker", "did you mean worker?"),
        ("zzz", "type vigie --help"),
        ("policy zzz", "type vigie policy --help"),
        ("doctor now", "now is one word too many."),
        ("outbox retry all", "all is not a number"),
    ],
)
def test_what_is_mistyped_is_one_line_with_what_was_meant(
    folder: Path, capsys: pytest.CaptureFixture[str], asked: str, meant: str
) -> None:
    assert main(asked.split()) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert meant in error
    assert len(error.splitlines()) == 1


def test_evaluating_explains_its_kinds_with_an_example_that_is_true(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sla", "evaluate", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "business_time_between" in shown
    [case] = [line for line in shown.splitlines() if "echo" in line]
    answer = shown.splitlines()[shown.splitlines().index(case) + 2]
    (folder / "case.jsonl").write_text(case.split("'")[1], encoding="utf-8")
    assert main(["sla", "evaluate", "case.jsonl"]) == 0
    assert capsys.readouterr().out.strip() == answer.strip()


def test_a_case_without_a_kind_is_told_the_kinds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "case.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    assert main(["sla", "evaluate", "case.jsonl"]) == 0
    assert "kind is missing; use one of add_business_time" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", ["[]", "['--version']", "['policy', 'chekc']", "['sla', 'evaluate', '--help']"])
def test_what_needs_nothing_loads_nothing(arguments: str) -> None:
    """Neither the settings nor the database, nor the library that draws on terminals."""
    code = (
        f"import sys; from bot.cli import main; main({arguments})\n"
        "sys.exit(', '.join({'rich', 'pydantic', 'sqlalchemy', 'aiohttp', 'slack_bolt'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_workspace_alone_loads_nothing_of_the_bot_that_it_speaks_with() -> None:
    program = (
        "import sys, bot.cli.local; "
        "print([m for m in sys.modules if m.startswith(('bot.app', 'bot.verbs', 'scheduler', 'slack_bolt'))])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
