"""What waited while its platform was away becomes one notice, whoever dies in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, select

from storage.catching_up import gather, may_be_gathered
from storage.changes import record
from storage.database import Database
from storage.outbox import claim
from storage.outcomes import mark_dropped
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, agreed, open_stored, opening
from triage.agenda import agenda
from triage.contents import read_content
from triage.contents.deadlines import CatchUpContent
from triage.due import decide_due
from triage.owning import take
from triage.still_true import still_true

BREACHES = [timedelta(minutes=15, seconds=1), timedelta(minutes=30, seconds=1), timedelta(minutes=45, seconds=1)]
BACK = NOW + timedelta(minutes=50)


def breached(session: Session, home: Home) -> int:
    """A ticket of severity 1 whose response and update were breached, and whose card stands already."""
    stored = open_stored(session, home)
    for each in session.exec(select(OutboxRow)):
        each.state = "sent"
    for after in BREACHES:
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, stored, decide_due(stored.ticket, NOW + after), NOW + after)
    return stored.id


def states(database: Database) -> list[tuple[str, str]]:
    def read(session: Session) -> list[Any]:
        return [(row.kind, row.state) for row in session.exec(select(OutboxRow).order_by("id")) if row.kind != "card"]

    return database.read_now(read)


def gathered(database: Database, at: datetime) -> Any:
    def first(session: Session) -> Any:
        (item,) = claim(session, at, limit=1)
        return gather(session, item, at)

    return database.write_now(first)


def test_the_first_says_the_rest_and_nobody_says_it_again(database: Database, home: Home) -> None:
    database.write_now(lambda session: breached(session, home))
    item = gathered(database, BACK)
    assert isinstance(item.content, CatchUpContent)
    assert [(each.clock, each.step) for each in item.content.missed[:1]] == [("response", "breach")]
    assert {each.clock for each in item.content.missed} == {"response", "update"}
    assert states(database)[0] == ("catch_up", "claimed")
    assert {state for _, state in states(database)[1:]} <= {"dropped"}
    # Whoever held it dies before it goes: it is the same one notice.
    again = gathered(database, BACK + timedelta(minutes=2))
    assert (again.id, again.unsure, again.content) == (item.id, True, item.content)


def test_what_comes_in_time_stands_alone(database: Database, home: Home) -> None:
    database.write_now(lambda session: breached(session, home))
    (item,) = database.write_now(lambda session: claim(session, NOW + BREACHES[0], limit=1))
    assert not may_be_gathered(item, NOW + BREACHES[0])
    assert may_be_gathered(item, BACK)


def in_time(session: Session, home: Home, minutes: float, *, taken: bool = False, agreement: str | None = None) -> int:
    """A ticket of severity 1, whose card stands already, and of which everything was planned the moment it fell due."""
    stored = open_stored(session, home, change=opening() if agreement is None else agreed(opening(), agreement))
    if taken:
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
    for each in session.exec(select(OutboxRow)):
        each.state = "sent"
    while True:
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        at = agenda(stored.ticket)[0].at
        if at > NOW + timedelta(minutes=minutes):
            return stored.number
        record(session, stored, decide_due(stored.ticket, at), at)


def said_at(database: Database, home: Home, number: int, at: datetime) -> list[tuple[str, Any]]:
    """What is said of the ticket once its platform is back at that time: the kinds, and their content."""
    said = []
    while items := database.write_now(lambda session: claim(session, at, limit=1)):
        (item,) = items
        if may_be_gathered(item, at):
            item = database.write_now(partial(gather, item=item, now=at)) or item
        ticket = database.read_now(partial(get_ticket, organisation_id=home.organisation_id, number=number)).ticket
        if item.kind != "card" and still_true(ticket, item.content, at):
            said.append((item.kind, item.content))
        database.write_now(partial(mark_dropped, item=item, reason="for a test"))
    return said


def test_what_waited_for_a_platform_is_one_notice(database: Database, home: Home) -> None:
    number = database.write_now(lambda session: in_time(session, home, 100))
    ((kind, content),) = said_at(database, home, number, NOW + timedelta(minutes=101))
    assert kind == "catch_up"
    assert {each.clock for each in content.missed} >= {"response", "update"}
    assert {row.said_in is not None for row in _rows(database) if (row.reason or "").startswith("said in one")} == {
        True
    }


def test_what_waited_of_an_agreement_is_said_with_the_rest(database: Database, home: Home) -> None:
    number = database.write_now(lambda session: in_time(session, home, 130, agreement="network"))
    ((kind, content),) = said_at(database, home, number, NOW + timedelta(minutes=131))
    assert kind == "catch_up"
    assert [(each.clock, each.step, each.at - NOW) for each in content.missed if "/" in each.clock] == [
        ("restore/network", "breach", timedelta(hours=2))
    ], "its warnings are not true any more"
    assert {each.clock for each in content.missed} > {"restore/network"}


def test_a_last_call_that_can_still_help_stands_alone(database: Database, home: Home) -> None:
    number = database.write_now(lambda session: in_time(session, home, 28, taken=True))
    ((kind, content),) = said_at(database, home, number, NOW + timedelta(minutes=29))
    assert (kind, content.clock, content.last_call) == ("warning", "update", True), "what it overtakes is not said"


def test_of_the_warnings_of_one_deadline_that_waited_the_last_is_said(database: Database, home: Home) -> None:
    number = database.write_now(lambda session: in_time(session, home, 275))

    def waiting(session: Session) -> list[bool]:
        ticket = get_ticket(session, home.organisation_id, number).ticket
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == "warning").order_by("id"))
        said = [read_content(row.kind, row.data, row.data_version) for row in rows]
        at = NOW + timedelta(minutes=275)
        return [still_true(ticket, each, at) for each in said if getattr(each, "clock", "") == "restore"]

    assert database.read_now(waiting) == [False, True], "at half of the time to restore, at three quarters"


def test_where_a_platform_was_away_a_breach_is_on_record_when_it_happened(database: Database, home: Home) -> None:
    def after_an_hour(session: Session) -> StoredTicket:
        stored = open_stored(session, home)
        later = NOW + timedelta(minutes=61)
        record(session, stored, decide_due(stored.ticket, later), later)
        return get_ticket(session, home.organisation_id, stored.number)

    ticket = database.write_now(after_an_hour).ticket
    late = timedelta(seconds=1)  # exactly at the due instant is in time
    found = {(breach.clock, breach.at - late - NOW) for breach in ticket.breaches}
    assert found == {("response", timedelta(minutes=15)), ("update", timedelta(minutes=30))}


def _rows(database: Database) -> list[OutboxRow]:
    return list(database.read_now(lambda session: session.exec(select(OutboxRow)).all()))
