"""`vigie outbox`: what waits and what failed, and what is done about it by hand."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from bot.cli import main
from bot.desk.now import Now
from scheduler import deadlines
from storage import outbox, outcomes
from storage.cause import Cause
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.dead_letters import Which, find_entries
from storage.outbox import Outgoing
from storage.refresh import mark_rows_stale
from storage.tables.outbox import OutboxRow
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, make_home, open_stored
from triage.noting import note

WAIT = ["card pending", "note pending"]


@pytest.fixture
def dead(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    """A card that could not be posted; another one and a note wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("VIGIE_LOCAL", "")
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    ticket = database.write_now(partial(open_stored, home=home))
    (card,) = database.write_now(partial(outbox.claim, now=NOW, limit=9))
    database.write_now(partial(outcomes.mark_failed, item=card, cause=Cause.ARCHIVED, detail="is_archived"))
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, ticket.number))
    database.write_now(lambda session: record(session, stored, note(stored.ticket, AGENT, NOW, "between us"), NOW))
    database.close_now()
    return card


def states(url: str) -> list[str]:
    database = Database(url)
    found = database.read_now(lambda session: find_entries(session, Which(states=("pending", "failed", "dropped"))))
    database.close_now()
    return [f"{entry.kind} {entry.state}" for entry in found]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["outbox", *words])
    return code, capsys.readouterr().out


def test_what_waits_and_what_failed_is_listed_with_the_reason_and_how_late_it_is(
    dead: Outgoing, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.record.Now", partial(Now, machine=lambda: NOW + timedelta(hours=1)))
    code, listed = said(capsys, "list")
    card, _, waiting = listed.strip().splitlines()
    assert code == 0
    assert "failed" in card
    assert "archived, is_archived" in card
    assert "3600 s late" in card
    assert "pending" in waiting
    assert "note" in waiting
    assert said(capsys, "list", "--state", "failed")[1].count("\n") == 1
    assert said(capsys, "list", "--channel", "CDESK")[1] == listed
    assert said(capsys, "list", "--channel", "slack:CNONE") == (0, "There is nothing like that.\n")
    assert said(capsys, "list", "--ticket", "1", "--kind", "note")[1].strip().endswith("3600 s late")
    assert "There is nothing" in said(capsys, "list", "--unsure")[1]


def test_what_was_sent_is_listed_with_its_message_and_the_address_of_it(
    dead: Outgoing, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(sqlite_database)
    where = "https://acme.slack.com/archives/CDESK/p11"
    sent = partial(outcomes.mark_sent, item=dead, message_id="1.1", channel="slack:CDESK", now=NOW, permalink=where)
    database.write_now(sent)
    database.write_now(lambda session: mark_rows_stale(session, [dead.id], NOW))
    database.close_now()
    listed = said(capsys, "list", "--state", "sent")[1]
    assert f"sent {NOW:%Y-%m-%d %H:%M:%S}Z as 1.1, {where}" in listed
    assert "1 card or message to be shown anew when there is time" in listed


def test_nothing_is_done_before_it_was_shown_and_agreed_to_and_doing_it_twice_changes_nothing(
    dead: Outgoing, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = said(capsys, "retry", str(dead.id))
    assert (code, states(sqlite_database)) == (1, ["card failed", *WAIT])
    assert "1 dead letter will be tried again" in shown
    assert "Add --yes" in shown
    assert said(capsys, "retry", str(dead.id), "--yes")[0] == 0
    assert states(sqlite_database) == ["card pending", *WAIT]
    code, again = said(capsys, "retry", str(dead.id), "--yes")
    assert code == 1
    assert f"{dead.id} waits, and is tried by itself." in again
    assert "tried again, as " in said(capsys, "list", "--kind", "card")[1], "who asked for it stays on record"


def test_what_is_logged_never_stands_between_what_is_printed(
    dead: Outgoing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "drop", str(dead.id), "--yes"]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 2
    assert 'event="dead letters changed by hand" action=drop' in shown.err


def test_dead_letters_are_dropped_by_their_channel_and_a_number_that_is_not_there_is_named(
    dead: Outgoing, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "999 is not there" in said(capsys, "drop", "999", "--yes")[1]
    assert said(capsys, "drop", "--channel", "slack:CDESK", "--yes")[0] == 0
    assert states(sqlite_database) == ["card dropped", *WAIT]


def test_a_sign_in_a_channels_name_stands_for_itself_alone(dead: Outgoing, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("%", "C%", "_DESK"):
        code, shown = said(capsys, "drop", "--channel", name, "--yes")
        assert (code, shown) == (1, "None of these is a dead letter: nothing was changed.\n")


@pytest.mark.parametrize("which", ["--channel", "--kind"])
def test_a_variable_that_was_not_set_drops_nothing(
    dead: Outgoing, sqlite_database: str, which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "drop", which, "", "--yes"]) == 2
    assert "it is empty" in capsys.readouterr().err
    assert "card failed" in states(sqlite_database)


def test_more_are_changed_than_one_statement_could_name(
    dead: Outgoing, sqlite_database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.outbox.AT_ONCE", 2)
    database = Database(sqlite_database)
    rows = table(OutboxRow)
    kept = [column for column in rows.c if column.name not in ("id", "dedupe_key")]

    def multiply(session: Session) -> None:
        for turn in range(4):
            more = sa.select(sa.literal(f"more.{turn}"), *kept).where(rows.c.id == dead.id)
            session.execute(sa.insert(rows).from_select([rows.c.dedupe_key, *kept], more))

    database.write_now(multiply)
    database.close_now()
    code, shown = said(capsys, "retry", "--kind", "card", "--yes")
    assert code == 0
    assert "5 of 5 dead letters will be tried again." in shown
    assert states(sqlite_database).count("card failed") == 0


def test_what_one_person_was_shown_has_no_message_to_name(
    dead: Outgoing, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(sqlite_database)
    database.write_now(partial(outcomes.mark_sent, item=dead, message_id="", channel="slack:CDESK", now=NOW))
    database.close_now()
    assert f"sent {NOW:%Y-%m-%d %H:%M:%S}Z\n" in said(capsys, "list", "--state", "sent")[1] + "\n"


def test_a_list_of_none_is_not_asked_for(dead: Outgoing, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "list", "--limit", "0"]) == 2
    assert "--limit: it has to be 1 at least." in capsys.readouterr().err


def test_whoever_names_none_is_told_how_in_one_line(dead: Outgoing, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "drop"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "say which" in error


def test_how_late_something_was_is_counted_from_when_it_could_be_sent(dead: Outgoing, sqlite_database: str) -> None:
    database = Database(sqlite_database)
    (card,) = database.read_now(lambda session: find_entries(session, Which(states=("failed",))))
    database.close_now()
    assert card.late(NOW + timedelta(seconds=90)) == 90


def test_what_fell_due_while_nobody_planned_it_is_as_late_as_its_deadline(dead: Outgoing, sqlite_database: str) -> None:
    assert dead.ticket_id is not None
    due = NOW + timedelta(minutes=10)  # the warning of the response
    database = Database(sqlite_database)
    later = due + timedelta(seconds=70)
    plan = partial(deadlines.plan, organisation_id=dead.organisation_id, ticket_id=dead.ticket_id, now=later)
    assert database.write_now(plan)
    (warning,) = (
        each for each in database.read_now(partial(find_entries, which=Which(states=["pending"]))) if each.due_at
    )
    database.close_now()
    assert (warning.kind, warning.planned_at, warning.late(later)) == ("warning", later, 70)
