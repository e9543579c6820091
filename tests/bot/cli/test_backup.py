"""`vigie backup` and `vigie restore`: one whole instant of the database, put back only where nobody is harmed by it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bot.cli import main
from storage.database import Database
from storage.tables.tickets import TicketRow
from tests.factories import Home, make_home, open_stored


@pytest.fixture
def url(sqlite_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The database of a desk with one ticket, which the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", sqlite_database)
    fill(sqlite_database)
    return sqlite_database


def fill(url: str) -> None:
    """One ticket more."""

    def transaction(session: Session) -> None:
        known = session.exec(select(TicketRow)).first()
        home = make_home(session) if known is None else Home(known.organisation_id, known.desk_id)
        open_stored(session, home)

    database = Database(url)
    database.write_now(transaction)
    database.close_now()


def tickets(url: str) -> int:
    database = Database(url)
    try:
        return database.read_now(lambda session: session.exec(select(func.count()).select_from(TicketRow)).one())
    finally:
        database.close_now()


def kept_aside(url: str) -> list[Path]:
    file = Path(str(Database(url).url.database))
    return list(file.parent.glob(f"{file.name}.before-*"))


def test_a_backup_holds_what_was_committed_and_not_what_was_not(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(str(Database(url).url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody writes at this moment, and nobody waits for anybody
        other.execute("UPDATE ticket SET number = 77")
        assert main(["backup", "made.db"]) == 0
    assert "1 ticket" in capsys.readouterr().out
    assert Path("made.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect("made.db")) as made:
        assert made.execute("SELECT number FROM ticket").fetchall() == [(1,)]
    assert [path.name for path in Path().iterdir() if "made" in path.name] == ["made.db"]


def test_a_backup_is_put_over_nothing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("made.db").write_text("mine", encoding="utf-8")
    assert main(["backup", "made.db"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert Path("made.db").read_text(encoding="utf-8") == "mine"


def test_what_is_restored_is_the_backup_and_the_rest_is_kept_aside(url: str) -> None:
    assert main(["backup", "made.db"]) == 0
    fill(url)
    assert main(["restore", "made.db", "--yes"]) == 0
    assert tickets(url) == 1
    (aside,) = kept_aside(url)
    assert tickets(f"sqlite:///{aside}") == 2


def test_nothing_is_restored_unless_somebody_agrees(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "made.db"]) == 0
    fill(url)
    assert main(["restore", "made.db"]) == 1
    assert "1 ticket" in capsys.readouterr().out
    assert tickets(url) == 2


def test_nothing_is_restored_while_something_uses_the_database(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "made.db"]) == 0
    fill(url)
    running = Database(url)
    running.read_now(lambda session: session.exec(select(TicketRow)).all())  # it has the file open, and does nothing
    assert main(["restore", "made.db", "--yes"]) == 2
    assert "stop Vigie" in capsys.readouterr().err
    running.close_now()
    assert (tickets(url), kept_aside(url)) == (2, [])


def damaged() -> None:
    content = bytearray(Path("made.db").read_bytes())
    content[len(content) // 2 :] = b"\x5a" * (len(content) - len(content) // 2)
    Path("made.db").write_bytes(content)


def newer() -> None:
    with closing(sqlite3.connect("made.db")) as made, made:
        made.execute("UPDATE alembic_version SET version_num = '999901010000'")


def empty() -> None:
    Path("made.db").write_bytes(b"")


def foreign() -> None:
    Path("made.db").unlink()
    with closing(sqlite3.connect("made.db")) as made, made:
        made.execute("CREATE TABLE theirs (a)")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (damaged, "damaged"),
        (newer, "newer Vigie"),
        (foreign, "another program's tables: name a backup"),
        (empty, "made.db holds nothing: name a backup"),
        (Path("made.db").unlink, "no file"),
    ],
)
def test_what_is_no_whole_backup_is_refused(
    url: str, capsys: pytest.CaptureFixture[str], how: object, said: str
) -> None:
    assert main(["backup", "made.db"]) == 0
    assert callable(how)
    how()
    assert main(["restore", "made.db", "--yes"]) == 2
    assert said in capsys.readouterr().err
    assert (tickets(url), kept_aside(url)) == (1, [])


def test_a_damaged_database_is_replaced_and_kept_aside(url: str) -> None:
    assert main(["backup", "made.db"]) == 0
    file = Path(str(Database(url).url.database))
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    file.write_bytes(b"nothing of a database" * 1000)
    assert main(["restore", "made.db", "--yes"]) == 0
    assert tickets(url) == 1
    assert len(kept_aside(url)) == 1


def test_on_postgresql_another_tool_does_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", "postgresql://vigie@127.0.0.1/none")
    assert main(["restore", "made.db", "--yes"]) == 2
    assert "pg_restore" in capsys.readouterr().err


def test_a_backup_into_a_folder_that_is_not_there_says_so(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "nowhere/made.db"]) == 2
    assert f"the folder {Path('nowhere').absolute()} does not exist: create it" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["backup", "made.db"], ["restore", "made.db"]])
def test_on_postgresql_it_says_what_to_use_instead_whether_or_not_the_server_answers(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", "postgresql://vigie@127.0.0.1:1/vigie")
    assert main(command) == 2
    assert "use pg_" in capsys.readouterr().err


def test_the_database_itself_is_no_backup_and_nothing_is_promised_of_it(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(Database(url).url.database)]) == 2
    said = capsys.readouterr()
    assert "is the database itself" in said.err
    assert said.out == ""
