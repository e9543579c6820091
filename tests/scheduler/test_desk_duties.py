"""What is done when something falls due for somebody of a desk, and for no one ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from scheduler.deadlines import plan
from scheduler.desk_duties import HANDLERS, DeskAtWork
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.tables.outbox import OutboxRow
from tests.factories import AGENT, NOW, OTHER_AGENT, Home, open_stored, opening
from triage.desk_agenda import QUIET_ENDS, SHIFT_OVER, DeskDue
from triage.handing_over import pass_on
from triage.hours import Calendar
from triage.owning import assign, take
from triage.people import Actor, Role
from triage.policy import Policy
from triage.quiet_hours import QuietHours
from triage.roster import Roster
from triage.rota import Rota, Turns
from triage.terms import ClockKind

# Quiet for two hours, in whose middle they were given a ticket.
HOURS = ((NOW.hour * 60 - 60) % 1440, (NOW.hour * 60 + 60) % 1440)
ENDS = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@pytest.mark.parametrize("severity", [2, 3])
def test_the_channel_hears_of_a_deadline_while_its_owner_has_quiet_hours(
    database: Database, home: Home, severity: int
) -> None:
    late = NOW + timedelta(hours=4)
    hours = QuietHours((late.hour * 60 - 120) % 1440, late.hour * 60 + 60)
    roster = Roster({AGENT.id: frozenset({Role.AGENT})}, frozenset({AGENT.id}), quiet={AGENT.id: hours})
    desk = DeskAtWork(home.organisation_id, home.desk_id, "", roster, Policy())

    def work(session: Session) -> list[bool]:
        stored = open_stored(session, home, change=opening(severity=severity))
        taken = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        due = taken.ticket.clocks[ClockKind.UPDATE].due
        assert due is not None
        at = due - timedelta(minutes=15)
        plan(session, home.organisation_id, stored.id, at, desks=lambda: [desk])
        rows = session.execute(sa.select(table(OutboxRow)).where(table(OutboxRow).c.kind == "warning"))
        return [row.broadcast for row in rows]

    # Severity 2 cannot wait: whoever took it is there for it.
    assert database.write_now(work)[-1:] == [severity == 3]


@pytest.mark.parametrize(
    ("set_at", "told"),
    [
        (ENDS - timedelta(days=1), True),
        (NOW - timedelta(minutes=1), True),
        (NOW + timedelta(minutes=1), False),
    ],
    ids=["the day before", "before it was said", "after it was said"],
)
def test_when_quiet_hours_end_only_what_they_hushed_is_told(
    database: Database, home: Home, set_at: datetime, *, told: bool
) -> None:
    hours = QuietHours(*HOURS, since=set_at)
    roster = Roster({AGENT.id: frozenset({Role.AGENT})}, frozenset({AGENT.id}), quiet={AGENT.id: hours})
    desk = DeskAtWork(home.organisation_id, home.desk_id, "", roster, Policy())

    def work(session: Session) -> list[str]:
        stored = open_stored(session, home, change=opening(severity=3))
        record(session, stored, assign(stored.ticket, OTHER_AGENT, NOW, AGENT), NOW)
        HANDLERS[QUIET_ENDS](session, desk, DeskDue(ENDS, QUIET_ENDS, AGENT.id), ENDS + timedelta(hours=4))
        rows = session.execute(sa.select(table(OutboxRow)).where(table(OutboxRow).c.kind == "quiet_over"))
        return [row.data["person"] for row in rows]

    assert database.write_now(work) == ([AGENT.id] if told else [])


LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
OVER = NOW + timedelta(hours=6)
WORKS = Calendar("UTC", {"mon": [["09:00", f"{OVER:%H:%M}"]]})
ON_CALL = Rota((Turns((AGENT.id,), NOW.date()),))


class Left(NamedTuple):
    """What somebody has as their shift ends."""

    #: Of their one ticket.
    severity: int = 1
    #: Whether somebody was asked to take it over.
    is_handed: bool = False
    #: Who is on call.
    rota: Rota = Rota()
    #: So many hours after the end it is looked at.
    late: int = 0


@pytest.mark.parametrize(
    ("so", "asked"),
    [
        (Left(), True),
        (Left(severity=2, late=4), True),
        (Left(severity=3), False),
        (Left(is_handed=True), False),
        (Left(rota=ON_CALL), False),
        (Left(rota=Rota((Turns((OTHER_AGENT.id,), NOW.date()), *ON_CALL.layers))), True),
        (Left(late=7 * 24 - 6), False),
    ],
    ids=[
        "severity 1",
        "after an outage",
        "it can wait",
        "somebody was asked",
        "on call",
        "second on call",
        "on the next shift",
    ],
)
def test_when_a_shift_ends_the_lead_is_asked_about_what_presses_and_is_left(
    database: Database, home: Home, so: Left, *, asked: bool
) -> None:
    roles = {AGENT.id: AGENT.roles, LEAD.id: LEAD.roles, OTHER_AGENT.id: OTHER_AGENT.roles}
    roster = Roster(roles, frozenset(roles), leads=(LEAD.id,), shifts={AGENT.id: WORKS}, rota=so.rota)
    desk = DeskAtWork(home.organisation_id, home.desk_id, "", roster, Policy())

    def work(session: Session) -> list[tuple[str, list[int]]]:
        stored = open_stored(session, home, change=opening(severity=so.severity))
        stored = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        if so.is_handed:
            record(session, stored, pass_on(stored.ticket, AGENT, NOW, OTHER_AGENT), NOW)
        HANDLERS[SHIFT_OVER](session, desk, DeskDue(OVER, SHIFT_OVER, AGENT.id), OVER + timedelta(hours=so.late))
        rows = session.execute(sa.select(table(OutboxRow)).where(table(OutboxRow).c.kind == "left_open"))
        return [(row.data["person"], row.data["numbers"]) for row in rows]

    assert database.write_now(work) == ([(LEAD.id, [1])] if asked else [])
