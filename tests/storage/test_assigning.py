"""Somebody is found for a ticket in the transaction that made it free; what is owed is planned and recorded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from scheduler import deadlines
from scheduler.desk_duties import HANDLERS, DeskAtWork
from storage.absences import Absence, set_absence
from storage.assigning import find_owner, look_at_queue, note_group
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.deadlines import next_due_at
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket_by_id
from tests.factories import AGENT, MANAGER, NOW, OTHER_AGENT, Home, open_stored, opening
from triage import owning, sorting
from triage.assignment import Assignment, Mode
from triage.desk_agenda import QUEUE, SOMEBODY_COMES, DeskDue
from triage.people import Actor, Role
from triage.policy import Policy
from triage.quiet_hours import QuietHours
from triage.roster import Roster

PEOPLE = (AGENT.id, OTHER_AGENT.id)
LEAD, OTHER_LEAD = "chat:lea", "chat:leo"
NOON = QuietHours((NOW.hour * 60 - 60) % 1440, NOW.hour * 60 + 60)
AGENTS = dict.fromkeys(PEOPLE, frozenset({Role.AGENT}))


@dataclass
class AtWork:
    """A desk that assigns by itself."""

    roster: Roster = field(default_factory=lambda: Roster(roles=AGENTS, inside=frozenset(PEOPLE)))
    policy: Policy = field(default_factory=lambda: Policy(assignment=Assignment(mode=Mode.AUTOMATIC)))


def opened(database: Database, home: Home, desk: AtWork, count: int = 1) -> list[StoredTicket]:
    def work(session: Session) -> list[StoredTicket]:
        return [find_owner(session, desk, open_stored(session, home), NOW) for _ in range(count)]

    return database.write_now(work)


def owners(tickets: list[StoredTicket]) -> list[str | None]:
    return [each.ticket.ownership.assignee for each in tickets]


def now_is(database: Database, stored: StoredTicket) -> StoredTicket:
    return database.read_now(lambda session: get_ticket_by_id(session, stored.organisation_id, stored.id))


def test_what_comes_in_goes_to_whoever_has_least_and_waited_longest(database: Database, home: Home) -> None:
    assert owners(opened(database, home, AtWork(), 4)) == [*PEOPLE, *PEOPLE]


def test_whoever_has_just_said_that_they_are_away_is_not_chosen_though_the_desk_does_not_know_it_yet(
    database: Database, home: Home
) -> None:
    away = partial(set_absence, organisation_id=home.organisation_id, person=PEOPLE[0], now=NOW)
    database.write_now(partial(away, absence=Absence(None, "ill")))
    assert owners(opened(database, home, AtWork(), 2)) == [PEOPLE[1]] * 2


def test_nothing_is_looked_for_where_nothing_changed(database: Database, home: Home) -> None:
    stored = opened(database, home, AtWork(policy=Policy(assignment=Assignment(mode=Mode.OFF))))[0]
    assert stored.ticket.version == 1
    same = database.write_now(lambda session: find_owner(session, AtWork(), stored, NOW, before=stored.ticket))
    assert same.ticket.version == 1


@pytest.fixture
def at_work(home: Home) -> Callable[[], list[DeskAtWork]]:
    """The desks of this process."""
    desk = AtWork()
    return lambda: [DeskAtWork(home.organisation_id, home.desk_id, "slack:CDESK", desk.roster, desk.policy)]


async def test_whoever_is_silent_is_followed_by_the_next_however_often_it_is_looked(
    database: Database, home: Home, at_work: Callable[[], list[DeskAtWork]]
) -> None:
    stored = opened(database, home, AtWork())[0]
    due = database.read_now(next_due_at)
    assert due is not None
    assert due == NOW + timedelta(minutes=5) == stored.ticket.ownership.answer_by
    for _ in range(2):
        await deadlines.run_once(database, due, desks=at_work)
    after = now_is(database, stored)
    assert after.ticket.ownership.assignee == PEOPLE[1]
    assert [event.kind.value for event in after.events].count("unanswered") == 1
    await deadlines.run_once(database, due + timedelta(minutes=5), desks=at_work)
    assert now_is(database, stored).ticket.ownership.assignee is None


@pytest.mark.parametrize(("people", "follows"), [(PEOPLE, PEOPLE[1]), (PEOPLE[:1], None)])
def test_whoever_owes_an_answer_as_the_severity_rises_is_followed_at_once_and_one_message_says_whose_it_is(
    database: Database, home: Home, people: tuple[str, ...], follows: str | None
) -> None:
    desk = AtWork(Roster(roles=dict.fromkeys(people, frozenset({Role.AGENT})), inside=frozenset(people)))
    evening, night = NOW.replace(hour=16, minute=55), NOW.replace(hour=18)  # a severity 3 waits for the morning

    def work(session: Session) -> tuple[StoredTicket, StoredTicket]:
        change = opening(evening, severity=3, actor=MANAGER)
        given = find_owner(session, desk, open_stored(session, home, evening, change=change), evening)
        rises = sorting.change_severity(given.ticket, MANAGER, night, desk.policy, 1, "All is down.")
        after = record(session, given, rises, night)
        return given, find_owner(session, desk, after, night, before=given.ticket, said=rises.notices)

    given, after = database.write_now(work)
    assert owners([given, after]) == [PEOPLE[0], follows]
    said = database.read_now(lambda session: [row.kind for row in session.exec(select(OutboxRow))])
    assert [said.count(kind) for kind in ("offered", "nobody", "falls_to")] == [1, 0, 1]


async def test_what_another_process_knows_the_people_of_is_left_to_that_one(
    database: Database, home: Home, at_work: Callable[[], list[DeskAtWork]]
) -> None:
    stored = opened(database, home, AtWork())[0]
    due = NOW + timedelta(minutes=5)
    planned, failed = await deadlines.run_once(database, due)
    assert (planned, failed) == (0, {stored.id})
    assert await deadlines.run_once(database, due, desks=at_work) == (1, set())


def test_when_somebody_comes_the_queue_goes_to_them_no_more_at_a_time_than_they_can_answer(
    database: Database, home: Home
) -> None:
    nobody = AtWork(Roster(roles=AGENTS, inside=frozenset(PEOPLE), away=dict.fromkeys(PEOPLE)))
    tickets = opened(database, home, nobody, 7)
    assert owners(tickets) == [None] * 7
    look = partial(look_at_queue, organisation_id=home.organisation_id, desk_id=home.desk_id, now=NOW)
    assert database.write_now(partial(look, desk=nobody)).count == 7
    one = AtWork(replace(nobody.roster, away={PEOPLE[0]: None}))
    assert database.write_now(partial(look, desk=one)).count == 2
    now_theirs = [now_is(database, each).ticket.ownership.assignee for each in tickets]
    assert now_theirs == [PEOPLE[1]] * 5 + [None] * 2


@pytest.mark.parametrize(
    ("severity", "quiet", "told"),
    [
        (3, {}, LEAD),
        (3, {LEAD: NOON}, OTHER_LEAD),
        (3, {LEAD: NOON, OTHER_LEAD: NOON}, None),
        (1, {LEAD: NOON, OTHER_LEAD: NOON}, LEAD),
    ],
    ids=["nobody's", "of one", "of all, and it can wait", "of all, and it cannot"],
)
def test_of_what_waits_in_the_queue_no_lead_is_told_in_their_quiet_hours_while_it_can_wait(
    database: Database, home: Home, severity: int, quiet: dict[str, QuietHours], told: str | None
) -> None:
    roles = {**AGENTS, LEAD: frozenset({Role.LEAD}), OTHER_LEAD: frozenset({Role.LEAD})}
    roster = Roster(
        roles, frozenset(roles), (LEAD, OTHER_LEAD), away=dict.fromkeys(PEOPLE), quiet=quiet,
        contacts=((OTHER_LEAD,),),
    )  # fmt: skip
    desk = DeskAtWork(home.organisation_id, home.desk_id, "", roster, AtWork().policy)

    def work(session: Session) -> list[str]:
        find_owner(session, desk, open_stored(session, home, change=opening(severity=severity)), NOW)
        HANDLERS[SOMEBODY_COMES](session, desk, DeskDue(NOW, SOMEBODY_COMES, QUEUE), NOW)
        rows = session.execute(sa.select(table(OutboxRow)).where(table(OutboxRow).c.kind == "queue_waits"))
        return [row.data["person"] for row in rows]

    assert database.write_now(work) == ([] if told is None else [told])


def test_whoever_of_the_group_does_something_to_it_has_answered_for_the_group(database: Database, home: Home) -> None:
    desk = AtWork(Roster(roles=AGENTS, inside=frozenset(PEOPLE), groups={"slack:S1": frozenset({OTHER_AGENT.id})}))

    def act(session: Session, stored: StoredTicket, actor: Actor, now: datetime) -> StoredTicket:
        after = record(session, stored, owning.take(stored.ticket, actor, now), now)
        return note_group(session, desk, stored, after, actor, now)

    def work(session: Session) -> list[bool]:
        stored = open_stored(session, home)
        stored = record(session, stored, owning.hand_to_group(stored.ticket, AGENT, NOW, "slack:S1", None, 600), NOW)
        owes = []
        for actor in (AGENT, OTHER_AGENT):
            stored = act(session, stored, actor, NOW)
            owes.append(stored.ticket.ownership.handed is not None)
        return owes

    assert database.write_now(work) == [True, False]
