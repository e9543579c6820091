"""Whose turn it is in the outbox: what presses goes first, a channel that rests keeps nobody else waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from storage import outbox, outcomes
from storage.behind import set_right
from storage.changes import Place, record
from storage.database import Database
from storage.outbox import claim
from storage.pace import Pace
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket
from storage.turns import Round
from tests.factories import AGENT, MANAGER, NOW, Home, make_home, open_stored, opening
from tests.outbox import kinds, mark, say, take_all
from tests.statements import statements
from triage.change import Change
from triage.contents.privately import AnswerContent
from triage.due import decide_due
from triage.escalation import escalate_by_reaction
from triage.notice import Audience, CardContent, Notice, Urgency
from triage.noting import note

SOON = timedelta(seconds=2)


@dataclass
class Allowing(Pace):
    """As many as it says for each lane, and all of any other."""

    left: dict[str, int]

    def free(self, lane: str, now: datetime, *, spare: bool = False) -> int:
        return self.left.get(lane, 9)

    def shares(self, lane: str) -> bool:
        return False

    def take(self, lane: str, now: datetime, *, spare: bool = False) -> bool:
        self.left[lane] = self.free(lane, now) - 1
        return True


def test_the_card_of_what_presses_goes_before_the_cards_that_came_before_it(database: Database, home: Home) -> None:
    def open_three(session: Session) -> list[int]:
        return [open_stored(session, home, change=opening(severity=each)).id for each in (3, 3, 1)]

    one, _, pressing = database.write_now(open_three)
    assert [item.ticket_id for item in take_all(database, limit=1)] == [pressing]
    assert [item.ticket_id for item in take_all(database, limit=1)] == [one]


def test_a_warning_goes_before_the_cards_that_wait_for_its_channel(database: Database, home: Home) -> None:
    old = database.write_now(lambda session: open_stored(session, home))
    for item in take_all(database):
        mark(database, outcomes.mark_sent, item, "100.1", "slack:CDESK", NOW)
    later = NOW + timedelta(minutes=10)

    def fill(session: Session) -> None:
        for _ in range(3):
            open_stored(session, home, change=opening(NOW + timedelta(minutes=9), severity=3))
        stored = get_ticket(session, home.organisation_id, old.number, lock=True)
        record(session, stored, decide_due(stored.ticket, later), later)

    database.write_now(fill)
    claimed = database.write_now(lambda session: claim(session, later, limit=1))
    assert [(item.ticket_id, item.kind) for item in claimed] == [(old.id, "warning")]


def test_what_can_still_be_done_in_time_is_said_before_what_is_late(database: Database, home: Home) -> None:
    """In a backlog, a fresh warning never stands behind older breaches."""
    late = [database.write_now(lambda session: open_stored(session, home)) for _ in range(3)]
    fresh = database.write_now(lambda session: open_stored(session, home, NOW + timedelta(minutes=10)))
    for item in take_all(database, NOW + timedelta(minutes=10)):
        mark(database, outcomes.mark_sent, item, f"1.{item.id}", "slack:CDESK", NOW)
    for minutes, tickets in ((16, late), (20, [fresh])):
        at = NOW + timedelta(minutes=minutes)
        for each in tickets:
            database.write_now(partial(_fall_due, home=home, number=each.number, at=at))
    claimed = database.write_now(lambda session: claim(session, NOW + timedelta(minutes=20), limit=1))
    assert [(item.ticket_id, item.kind) for item in claimed] == [(fresh.id, "warning")]


def _fall_due(session: Session, home: Home, number: int, at: datetime) -> None:
    stored = get_ticket(session, home.organisation_id, number, lock=True)
    record(session, stored, decide_due(stored.ticket, at), at)


@pytest.mark.parametrize(
    "refreshed",
    [
        [(0, True), (1, False)],
        [(1, False), (0, True)],
        [(1, True), (0, True), (1, False), (1, True)],  # somebody changed it, so it no longer may wait
    ],
)
def test_a_card_that_may_wait_goes_last(database: Database, home: Home, refreshed: list[tuple[int, bool]]) -> None:
    tickets = [database.write_now(lambda session: open_stored(session, home)) for _ in range(2)]
    for item in take_all(database):
        mark(database, outcomes.mark_sent, item, f"100.{item.id}", "slack:CDESK", NOW)

    def refresh(session: Session, number: int, patient: bool) -> None:
        stored = get_ticket(session, home.organisation_id, number, lock=True)
        record(session, stored, Change((), (Notice(CardContent(), Audience.CARD, patient=patient),)), NOW)

    for which, patient in refreshed:
        database.write_now(partial(refresh, number=tickets[which].number, patient=patient))
    assert [item.ticket_id for item in take_all(database, limit=1)] == [tickets[1].id]


def test_a_card_that_somebody_waits_for_is_not_put_off_by_what_comes_after(database: Database, home: Home) -> None:
    stored = database.write_now(lambda session: open_stored(session, home))
    again = Change((), (Notice(CardContent(), Audience.CARD),))
    database.write_now(lambda session: record(session, stored, again, NOW))
    assert database.read_now(lambda session: session.exec(select(OutboxRow.urgency)).all()) == [Urgency.FIRST]


def test_what_waits_before_something_urgent_in_its_conversation_is_said_as_soon(database: Database, home: Home) -> None:
    """Else a naming would stand behind a note, and the note behind every breach of the channel."""

    def backlog(session: Session) -> int:
        crowd = [open_stored(session, home) for _ in range(3)]
        quiet = open_stored(session, home, change=opening(severity=3))
        for waiting in session.exec(select(OutboxRow)):
            waiting.state = "sent"
        for each in crowd:
            _fall_due(session, home, each.number, NOW + timedelta(minutes=16))
        say(session, quiet, "seen at our end as well", NOW + timedelta(minutes=17))
        stored = get_ticket(session, home.organisation_id, quiet.number, lock=True)
        climbed = escalate_by_reaction(stored.ticket, MANAGER, NOW + timedelta(minutes=18))
        record(session, stored, climbed, NOW + timedelta(minutes=18))
        return stored.id

    urgent = database.write_now(backlog)
    later = NOW + timedelta(minutes=20)
    said = []
    for _ in range(3):
        (item,) = take_all(database, later, limit=1)
        said.append((item.ticket_id, item.kind))
        mark(database, outcomes.mark_sent, item, f"9.{item.id}", "slack:CDESK", later)
    assert said[:2] == [(urgent, "note"), (urgent, "escalated")]
    assert said[2][1] == "breach"


def test_nothing_is_claimed_before_its_time(database: Database, ticket: StoredTicket) -> None:
    later = Notice(AnswerContent("slack:U1", sentence=[]), Audience.PERSON, not_before=NOW + SOON)
    database.write_now(lambda session: record(session, ticket, Change((), (later,)), NOW))
    assert kinds(take_all(database)) == ["card"]
    assert kinds(take_all(database, NOW + SOON - timedelta(milliseconds=1))) == []
    assert kinds(take_all(database, NOW + SOON)) == ["answer"]


def test_a_channel_that_rests_keeps_nobody_else_waiting(database: Database, home: Home) -> None:
    def many(session: Session) -> None:
        for _ in range(4):
            open_stored(session, home)
        open_stored(session, home, NOW, Place("slack:COTHER", "desk"))

    database.write_now(many)
    resting = Allowing({f"{home.organisation_id}:slack:CDESK": 0})
    assert [item.channel for item in take_all(database, limit=2, pace=resting)] == ["slack:COTHER"]
    assert len(take_all(database, pace=Allowing({f"{home.organisation_id}:slack:CDESK": 2}))) == 2
    assert len(take_all(database)) == 2


def test_a_channel_that_rests_for_one_organisation_does_not_for_another(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    database.write_now(lambda session: (open_stored(session, home), open_stored(session, other)))
    found = take_all(database, pace=Allowing({f"{home.organisation_id}:slack:CDESK": 0}))
    assert [(item.organisation_id, item.channel) for item in found] == [(other.organisation_id, "slack:CDESK")]


def test_what_one_person_alone_is_told_waits_for_nothing_else_and_keeps_nobody_waiting(
    database: Database, home: Home, ticket: StoredTicket
) -> None:
    everybody = ("slack:UCARLA", "slack:CDESK"), ("slack:UCARLA", "slack:CACME"), ("slack:UANA", "slack:CDESK")

    def answer(session: Session) -> None:
        for person, channel in everybody:
            said = Notice(AnswerContent(person, channel, sentence=[]), Audience.PERSON)
            stored = get_ticket(session, home.organisation_id, ticket.number, lock=True)
            record(session, stored, Change((), (said,)), NOW)

    database.write_now(answer)
    organisation = home.organisation_id
    theirs = f"{organisation}#slack:UCARLA"
    lanes = [item.lane for item in take_all(database)]
    assert lanes == [f"{organisation}:slack:CDESK", theirs, theirs, f"{organisation}#slack:UANA"]


def test_workers_that_claim_at_the_same_moment_take_one_lane_after_another_between_them(postgres_database: str) -> None:
    """Many lanes cost as many statements as two, whoever else claims there meanwhile; and what somebody else has taken
    is not taken for something that waits for others."""
    one, other = Database(postgres_database), Database(postgres_database)
    home = one.write_now(make_home)

    def open_in(session: Session, channels: range) -> None:
        for number in channels:
            open_stored(session, home, NOW, Place(f"slack:C{number:02}", "desk"))

    def both(session: Session, asked: list[int]) -> set[str]:
        with statements(one) as seen:
            lanes = [item.lane for item in claim(session, NOW, limit=4)]
        with statements(other) as seen_too:
            lanes += [item.lane for item in other.write_now(partial(claim, now=NOW, limit=9))]
        asked += [len(seen), len(seen_too)]
        assert len(set(lanes)) == len(lanes)
        return set(lanes)

    few, many = list[int](), list[int]()
    one.write_now(partial(open_in, channels=range(6)))
    assert len(one.write_now(partial(both, asked=few))) == 6
    one.write_now(partial(open_in, channels=range(10, 22)))
    assert len(one.write_now(partial(both, asked=many))) == 12
    assert few[0] == many[0]
    assert many[1] <= few[1] + 2  # to find the lanes
    assert not one.read_now(lambda session: session.exec(select(OutboxRow).where(OutboxRow.behind)).all())
    for each in (one, other):
        each.close_now()


def test_a_claim_that_is_full_in_the_middle_of_its_lanes_goes_on_behind_them(database: Database, home: Home) -> None:
    def open_all(session: Session) -> None:
        for number in range(7):
            open_stored(session, home, NOW, Place(f"slack:C{number}", "desk"))

    database.write_now(open_all)
    done = Round()
    first = take_all(database, limit=3, done=done)
    assert done.after is not None
    assert done.after[1] == first[-1].lane
    second = take_all(database, limit=3, done=done)
    third = take_all(database, limit=3, done=done)
    assert [item.lane[-1] for item in (*first, *second, *third)] == list("0123456")
    assert done.after is None


def test_the_next_sending_is_that_of_the_heads_alone(database: Database, ticket: StoredTicket) -> None:
    (card,) = take_all(database)
    mark(database, outcomes.mark_retry, card, NOW + timedelta(minutes=30), "away")
    database.write_now(lambda session: say(session, ticket, "one"))
    assert database.read_now(outbox.next_at) == NOW + timedelta(minutes=30)
    (card,) = take_all(database, NOW + timedelta(minutes=30))
    mark(database, outcomes.mark_dropped, card, "over")
    assert database.read_now(outbox.next_at) == NOW


def test_an_empty_outbox_has_no_next_sending(database: Database) -> None:
    assert database.read_now(outbox.next_at) is None
    assert database.read_now(outbox.waiting) == 0


def test_claiming_looks_at_what_waits_and_not_at_all_that_was_ever_sent(sqlite_database: str) -> None:
    database = Database(sqlite_database)
    plans: list[str] = []

    def explain(session: Session) -> None:
        cursor = session.info["cursor"]
        seen: list[str] = []
        cursor.connection.set_trace_callback(seen.append)
        claim(session, NOW, limit=5)
        outbox.next_at(session)
        cursor.connection.set_trace_callback(None)
        for statement in seen:
            plans.extend(line[3] for line in cursor.execute(f"EXPLAIN QUERY PLAN {statement}"))

    database.write_now(explain)
    database.close_now()
    assert not [line for line in plans if line.startswith("SCAN outbox") and "USING" not in line], plans
    assert [line for line in plans if "ix_outbox_notices" in line]
    assert [line for line in plans if "ix_outbox_order" in line]


def test_a_mark_that_was_left_behind_is_found_however_many_wait_rightly(
    database: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a process of the version before, which knows of no marks."""
    monkeypatch.setattr("storage.behind.CHECKED", 2)

    def mark(session: Session) -> int:
        tickets = [open_stored(session, home) for _ in range(5)]
        for stored in tickets:
            record(session, stored, note(stored.ticket, AGENT, NOW, "after the card"), NOW)
        session.execute(sa.update(OutboxRow).where(sa.column("kind") == "note").values(behind=True))
        session.execute(
            sa.update(OutboxRow)
            .where(sa.column("kind") == "card", sa.column("ticket_id") == tickets[-1].id)
            .values(state="sent")
        )
        return tickets[-1].id

    last, after, freed = database.write_now(mark), 0, list[int]()
    for _ in range(4):
        again, after = database.write_now(partial(set_right, after=after))
        freed.append(again)
    assert freed == [0, 0, 1, 0]
    assert after == 0, "it begins again"
    assert (last, "note") in [
        (item.ticket_id, item.kind) for item in database.write_now(lambda session: claim(session, NOW, limit=40))
    ]
