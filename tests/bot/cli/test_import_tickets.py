"""`vigie import tickets`: shown before it is done, each ticket once, whatever stops it, and nobody is notified."""

from __future__ import annotations

import csv
import json
import os
import signal
import warnings
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from bot.cli import import_tickets, main
from bot.desk.policy_file import load_policy
from storage.core import table
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.policies import save_policy
from storage.search import Within, search
from storage.tables.tickets import DeadlineRow
from storage.tickets import get_ticket
from tests.bot.cli.on_record import ask
from tests.factories import Home, make_home
from triage.words import read_query

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)  # what is asked of it here is the same code's business on either kind

NOW = datetime.now(UTC).replace(microsecond=0)
HEAD = ["Ticket ID", "Subject", "Status", "Priority", "Created at", "Solved at", "Organization", "Work notes"]


@pytest.fixture
def home(on_record: Database, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A desk with a channel, and a customer with another."""
    monkeypatch.setattr(import_tickets, "PAUSE", 0)
    data = {"version": 1, "desks": {"support": {"channels": ["C0DESK"], "timezone": "Europe/Paris"}}}
    _, whole = load_policy(data, today=NOW.date())

    def fill(session: Session) -> Home:
        home = make_home(session)
        save_policy(session, home.organisation_id, home.desk_id, whole, NOW)
        save_customers(session, home.organisation_id, [Customer("Acme", channels=("slack:C0ACME",))])
        return home

    return on_record.write_now(fill)


def rows_of(url: str, query: str) -> list[Any]:
    return ask(url, lambda session: [tuple(row) for row in session.connection().execute(sa.text(query))])


def write(path: Path, tickets: int, *, first: int = 1, closed: int = 0) -> None:
    """An export: tickets of the last days, reported an hour apart; the last of them `closed`."""
    with path.open("w", encoding="utf-16", newline="") as out:
        table = csv.writer(out, delimiter="\t")
        table.writerow(HEAD)
        for number in range(first, first + tickets):
            reported = NOW - timedelta(hours=number % 300, minutes=10)
            over = number >= first + tickets - closed
            solved = f"{reported + timedelta(minutes=1):%Y-%m-%d %H:%M}Z" if over else ""
            table.writerow([
                f"ZD-{number}", f"=Line {number} down", "Solved" if over else "Open", "High",
                f"{reported:%Y-%m-%d %H:%M}Z", solved, "Acme", "the carrier knows",
            ])  # fmt: skip


def test_it_is_shown_before_it_is_done_and_done_once(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "export.csv", 12, closed=4)
    assert main(["import", "tickets", "export.csv"]) == 1
    said = capsys.readouterr().out
    assert "Ticket ID → ref · Subject → summary · Status → state · Priority → severity" in said
    assert "To import: 8 open tickets (8 of severity 2), 4 closed as history. On record already: 0." in said
    assert "Add --yes to import them to the desk support.\nNothing was changed." in said
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(0,)]

    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    assert "Imported: 12 tickets." in capsys.readouterr().out
    before = rows_of(database_url, "SELECT ticket_id, seq, kind FROM event ORDER BY ticket_id, seq")
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    assert "On record already: 12.\nThere is nothing to import." in capsys.readouterr().out
    assert rows_of(database_url, "SELECT ticket_id, seq, kind FROM event ORDER BY ticket_id, seq") == before
    told = rows_of(database_url, "SELECT kind, channel FROM outbox")
    assert told == [("brought", "slack:C0DESK")], "one message for all of it"


def test_a_ticket_is_the_customers_and_is_found_by_its_words_and_its_number(
    home: Home, database_url: str, tmp_path: Path
) -> None:
    write(tmp_path / "export.csv", 3, closed=1)
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    stored = ask(database_url, lambda session: get_ticket(session, home.organisation_id, 1))
    assert stored.ticket.customer == "Acme"
    assert [(place.side, place.channel) for place in stored.conversations] == [
        ("desk", "slack:C0DESK"), ("customer", "slack:C0ACME"),
    ]  # fmt: skip
    for words in ("zd-3", "line 3 down"):
        query = read_query(words)
        found = ask(database_url, partial(search, within=Within(home.organisation_id), query=query, limit=5))
        assert [each.number for each in found][:1] == [3], words


def test_the_number_that_was_typed_comes_before_those_that_begin_like_it(
    home: Home, database_url: str, tmp_path: Path
) -> None:
    write(tmp_path / "export.csv", 21, closed=20)
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    for typed, number in (("ZD-2", 2), ("zd-1", 1)):
        looked = partial(search, within=Within(home.organisation_id), query=read_query(typed), limit=3)
        assert next(each.number for each in ask(database_url, looked)) == number, typed
    outside = Within(home.organisation_id, requester="slack:UCARLA")
    assert ask(database_url, partial(search, within=outside, query=read_query("ZD-2"), limit=3)) == []


def test_a_customer_who_is_called_like_a_domain_is_not_whose_that_domain_is(
    home: Home, database_url: str, tmp_path: Path
) -> None:
    initech = [Customer("Initech", domains=("initech.example",))]
    database = Database(database_url)
    database.write_now(partial(save_customers, organisation_id=home.organisation_id, customers=initech))
    database.close_now()
    rows = [("1", "initech.example", ""), ("2", "", "Zoe <zoe@initech.example>"), ("3", "initech.example", "")]
    with (tmp_path / "export.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["Ticket ID", "Subject", "Status", "Created at", "Organization", "Requester email"])
        for ref, named, requester in rows:
            table.writerow([ref, "Line down", "Open", f"{NOW - timedelta(hours=1):%Y-%m-%d %H:%M}Z", named, requester])
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    found = rows_of(database_url, "SELECT customer FROM ticket ORDER BY number")
    assert found == [("initech.example",), ("Initech",), ("initech.example",)]


def test_nothing_of_what_is_past_is_planned_afterwards(home: Home, database_url: str, tmp_path: Path) -> None:
    write(tmp_path / "export.csv", 60)
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    due = sa.select(sa.func.count()).where(table(DeadlineRow).c.due_at <= NOW)
    assert ask(database_url, lambda session: session.execute(due).scalar_one()) == 0


@pytest.mark.parametrize("lots", [0, 1])
def test_a_run_that_was_stopped_goes_on(
    home: Home, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lots: int
) -> None:
    write(tmp_path / "export.csv", 25)
    monkeypatch.setattr(import_tickets, "LOT", 10)
    done = 0

    def stopped(_: float) -> None:
        nonlocal done
        done += 1
        if done > lots:
            raise KeyboardInterrupt

    monkeypatch.setattr(import_tickets, "sleep", stopped)
    assert main(["import", "tickets", "export.csv", "--yes"]) == 130
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(10 * (lots + 1),)]
    assert rows_of(database_url, "SELECT kind FROM outbox") == []
    monkeypatch.setattr(import_tickets, "sleep", lambda _: None)
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    assert rows_of(database_url, "SELECT count(*), count(DISTINCT ref) FROM brought") == [(25, 25)]
    [(said,)] = rows_of(database_url, "SELECT data FROM outbox")
    data = json.loads(said) if isinstance(said, str) else said
    assert data["open"] == 25, "the message is about all that the file has brought"


#: In which call of which function of the command it is killed, before or behind what that does, and how many tickets
#: are on record then.
KILLED = {
    "before the first lot": ("bring_in", 1, "before", 0),
    "within the second lot": ("bring_in", 2, "behind", 10),
    "behind the second lot": ("sleep", 2, "behind", 20),
    "before the desk is told": ("tell_desk", 1, "before", 25),
    "as the desk is told": ("tell_desk", 1, "behind", 25),
}


def killed_in(function: str, call: int, when: str) -> int:
    """Imports in a process that kills itself there, a copy of this one: to start another takes longer than all that it
    does. How it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of threads, which the copy does without
        copy = os.fork()
    if copy:
        return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    try:
        really, calls = getattr(import_tickets, function), count(1)

        def called(*given: Any, **named: Any) -> Any:
            last = next(calls) == call
            done = None if last and when == "before" else really(*given, **named)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        setattr(import_tickets, function, called)
        import_tickets.LOT = 10
        main(["import", "tickets", "export.csv", "--yes"])
    finally:
        os._exit(1)


@pytest.mark.parametrize("where", KILLED)
def test_a_run_that_was_killed_goes_on_where_it_stood_and_the_desk_is_told_once(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    write(tmp_path / "export.csv", 25)
    function, call, when, there = KILLED[where]
    assert killed_in(function, call, when) == -signal.SIGKILL
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(there,)]
    assert rows_of(database_url, "SELECT kind FROM outbox") == []
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"On record already: {there}." in said
    assert f"Imported: {25 - there} tickets." in said or there == 25
    assert rows_of(database_url, "SELECT count(*), count(DISTINCT ref) FROM brought") == [(25, 25)]
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(25,)]
    [(told,)] = rows_of(database_url, "SELECT data FROM outbox")
    assert (json.loads(told) if isinstance(told, str) else told)["open"] == 25
    assert main(["import", "tickets", "export.csv", "--yes"]) == 0
    assert rows_of(database_url, "SELECT count(*) FROM outbox") == [(1,)]


def test_two_at_once_bring_each_ticket_once(home: Home, database_url: str, tmp_path: Path) -> None:
    write(tmp_path / "export.csv", 40)
    both = [Thread(target=main, args=(["import", "tickets", "export.csv", "--yes"],)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(40,)]
    assert rows_of(database_url, "SELECT count(*) FROM outbox") == [(1,)]


def test_lines_that_cannot_be_used_are_written_with_their_reasons_and_the_others_come(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.csv").write_text(
        "Number;Title;Opened;State\n1;=A;2026-01-02;New\n\n2;B;03/04/2026;New\n3;;2026-01-02;New\n", encoding="cp1252"
    )
    assert main(["import", "tickets", "export.csv", "--yes", "--rejected", "why.csv"]) == 1
    said = capsys.readouterr().out
    assert "line 4: Opened: 03/04/2026 could be two days" in said
    assert "Not to be imported: 2 lines" in said
    assert "Imported: 1 ticket." in said
    with (tmp_path / "why.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["Number"], row["vigie line"]) for row in rejected] == [("2", "4"), ("3", "5")]
    assert main(["import", "tickets", "why.csv", "--yes", "--dates", "month-first"]) == 1
    assert "Imported: 1 ticket." in capsys.readouterr().out, "what was put right is read from there"


def test_one_reason_of_many_lines_is_said_once_so_that_the_others_are_seen(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{number};A;0{number % 9 + 1}/12/2025 0{number % 9}:00;New" for number in range(1, 25) if number % 9 != 2]
    (tmp_path / "export.csv").write_text("Number;Title;Opened;State\n" + "\n".join([*lines, "99;;2026-01-02;New"]))
    assert main(["import", "tickets", "export.csv"]) == 1
    said = capsys.readouterr().out
    assert f"line 2, and {len(lines) - 1} more like it: Opened: 02/12/2025 01:00 could be two days" in said
    assert said.count("could be two days") == 1
    assert "it says nothing: its summary is empty" in said
    assert "more line" not in said


def test_nobody_is_no_name_and_a_customer_is_one_however_they_are_written(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.csv").write_text(
        "Ticket ID,Subject,Created at,Agent,Company\n1,A,2026-01-02,No Agent,Globex\n2,B,2026-01-02,Unassigned,globex\n"
        "3,C,2026-01-02,--,GLOBEX\n4,D,2026-01-02,Zoe Nobody,Globex\n"
    )
    assert main(["import", "tickets", "export.csv"]) == 1
    said = capsys.readouterr().out
    assert "Nobody at the desk is called Zoe Nobody (1): " in said
    assert "No customer on record is called Globex (4): " in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--zone", "Mars/Base"], "Unknown time zone 'Mars/Base'"),
        (["--map", "Subjct=summary"], "there is no column Subjct: did you mean Subject?"),
        (["--severities", "High=9"], "9 is no severity"),
        (["--rejected", "export.csv"], "export.csv is there already"),
        (["--dates", "middle"], "write day-first or month-first"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    write(tmp_path / "export.csv", 1)
    assert main(["import", "tickets", "export.csv", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_where_another_help_desk_and_this_policy_differ_is_said_with_the_sum_and_nothing_is_changed(
    home: Home, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.csv").write_text(
        "Ticket ID,Subject,Priority,Created time,Initial response time,Resolved time,First response status,"
        "Resolution status\n"
        "7,Down,Urgent,2026-03-02 10:00,2026-03-02 10:40,2026-03-02 12:00,Within SLA,Within SLA\n"
        "8,Slow,High,2026-03-02 10:00,2026-03-02 10:05,2026-03-04 12:00,Within SLA,SLA Violated\n"
        "9,Odd,High,2026-03-02 10:00,,2026-03-02 12:00,SLA Violated,SLA Violated\n"
        "10,Bad,High,03/04/2026,,,,\n11,Mute,High,2026-03-02 10:00,,2026-03-02 12:00,,\n"
    )
    assert main(["policy", "compare", "export.csv"]) == 1
    said = capsys.readouterr().out
    assert "7 Down\n  Response: they say kept, here it is missed: due 2026-03-02 10:15:00+01:00, ended" in said
    assert "8 Slow" not in said
    assert "9 Odd\n  Restore: they say missed, here it is kept" in said
    assert "Response: 1 the same, 1 kept there and missed here, 0 missed there and kept here." in said
    assert "Restore: 2 the same, 0 kept there and missed here, 1 missed there and kept here." in said
    assert "Not compared: 1 line that cannot be used; vigie import tickets says why." in said
    assert "Not compared: 1 ticket; nothing says what became of the deadlines, or when." in said
    assert rows_of(database_url, "SELECT count(*) FROM ticket") == [(0,)]
    assert rows_of(database_url, "SELECT count(*) FROM outbox") == [(0,)]
    assert main(["policy", "compare", "export.csv", "--map", "First response status=,Resolution status="]) == 2
    assert "no column says what they kept" in capsys.readouterr().err
