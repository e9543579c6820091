"""The outbox: said once, in order, by one holder at a time; and every notice ends somewhere people can see."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from storage import outbox, outcomes
from storage.behind import set_right
from storage.cause import Cause
from storage.changes import Place, record
from storage.core import table
from storage.database import Database
from storage.dead_letters import Which, change_dead_letters, find_entries
from storage.deferred import Work, WorkKind, defer
from storage.lanes import EDITS
from storage.messages import find_by_message
from storage.outbox import LEASE, Outgoing, claim
from storage.pace import Pace
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket
from storage.turns import Round
from tests.factories import AGENT, MANAGER, NOW, OTHER_AGENT, Home, make_home, open_stored, opening
from tests.statements import statements
from triage.change import Change
from triage.contents.privately import AnswerContent, RefusalContent
from triage.due import decide_due
from triage.escalation import escalate_by_reaction
from triage.notice import Audience, CardContent, Notice, Urgency
from triage.noting import note
from triage.owning import take
from triage.updating import update

CUSTOMER_PLACE = Place("slack:CACME", "customer", "100.1")
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


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A ticket whose card waits to be posted."""
    return database.write_now(lambda session: open_stored(session, home))


def say(session: Session, stored: StoredTicket, text: str, now: datetime = NOW) -> None:
    """A note to the desk: one notice in the ticket's thread."""
    stored = get_ticket(session, stored.organisation_id, stored.number, lock=True)
    record(session, stored, note(stored.ticket, AGENT, now, text), now)


def take_all(database: Database, now: datetime = NOW, **options: Any) -> list[Outgoing]:
    return database.write_now(lambda session: claim(session, now, **{"limit": 10, **options}))


def mark(database: Database, how: Callable[..., object], item: Outgoing, *values: Any, **options: Any) -> None:
    database.write_now(lambda session: how(session, item, *values, **options))


def row(database: Database, item: Outgoing) -> OutboxRow:
    return database.read_now(lambda session: session.exec(select(OutboxRow).where(OutboxRow.id == item.id)).one())


def kinds(items: list[Outgoing]) -> list[str]:
    return [item.kind for item in items]


# -- what a change puts there --------------------------------------------------------------------------------------


def test_a_change_says_each_thing_where_it_belongs(database: Database, home: Home) -> None:
    def story(session: Session) -> StoredTicket:
        stored = open_stored(session, home, NOW, Place("slack:CDESK", "desk"), CUSTOMER_PLACE)
        stored = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        return record(session, stored, note(stored.ticket, AGENT, NOW, "between us"), NOW)

    database.write_now(story)
    query = select(OutboxRow).order_by(table(OutboxRow).c.id)
    rows = database.read_now(lambda session: session.exec(query).all())
    assert [(r.kind, r.audience, r.channel) for r in rows] == [
        ("card", "card", "slack:CDESK"),
        ("receipt", "customer", "slack:CACME"),
        ("taken", "customer", "slack:CACME"),
        ("told", "desk", "slack:CDESK"),  # the desk sees all of what the customer is told
        ("note", "desk", "slack:CDESK"),
    ]


def test_where_a_ticket_has_no_customer_thread_the_card_is_the_receipt(
    database: Database, ticket: StoredTicket
) -> None:
    def answer(session: Session) -> None:
        record(session, ticket, update(ticket.ticket, OTHER_AGENT, NOW, "We are on it"), NOW)

    database.write_now(answer)
    first, *_ = take_all(database)
    assert first.kind == "card"
    mark(database, outcomes.mark_sent, first, "1.1", "slack:CDESK", NOW)
    (second,) = take_all(database)
    assert (second.kind, second.channel) == ("update", "slack:CDESK")


def test_a_private_notice_goes_to_the_persons_own_platform(database: Database, ticket: StoredTicket) -> None:
    people = ("slack:U1", "teams:29-abc")
    notices = tuple(Notice(RefusalContent(person, code="x", values={}), Audience.PERSON) for person in people)
    database.write_now(lambda session: record(session, ticket, Change((), notices), NOW))
    found = [(item.platform, item.conversation_id) for item in take_all(database) if item.audience == "person"]
    assert found == [("slack", None), ("teams", None)]


def test_a_refusal_said_twice_is_said_twice(database: Database, ticket: StoredTicket) -> None:
    refusal = Change((), (Notice(RefusalContent("slack:U1", code="x", values={}), Audience.PERSON),))
    for _ in range(2):
        database.write_now(lambda session: record(session, ticket, refusal, NOW))
    assert kinds(take_all(database)) == ["card", "refusal", "refusal"]


# -- refreshes of the card -----------------------------------------------------------------------------------------


def test_refreshes_of_a_card_that_still_waits_are_one(database: Database, ticket: StoredTicket) -> None:
    def acts(session: Session) -> None:
        stored = record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW)
        record(session, stored, escalate_by_reaction(stored.ticket, MANAGER, NOW), NOW)

    database.write_now(acts)
    found = database.read_now(lambda session: find_entries(session, Which(states=("pending",))))
    assert sorted(entry.kind for entry in found) == ["card", "escalated", "pick_reason"]


@pytest.mark.parametrize("ending", ["in flight", "retried", "sent", "failed", "dropped"])
def test_a_change_after_a_card_was_claimed_refreshes_it_again(
    database: Database, ticket: StoredTicket, ending: str
) -> None:
    (card,) = take_all(database)
    endings: dict[str, tuple[Any, ...]] = {
        "retried": (outcomes.mark_retry, card, NOW + SOON, "later"),
        "sent": (outcomes.mark_sent, card, "1.1", "slack:CDESK", NOW),
        "failed": (outcomes.mark_failed, card, Cause.REFUSED, "refused"),
        "dropped": (outcomes.mark_dropped, card, "over"),
    }
    if ending in endings:
        how, *values = endings[ending]
        mark(database, how, *values)
    database.write_now(lambda session: record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW))
    query = select(OutboxRow.id).where(OutboxRow.audience == "card", OutboxRow.id != card.id)
    assert len(database.read_now(lambda session: session.exec(query).all())) == 1


def test_a_card_waits_for_the_change_that_it_will_show_to_be_committed(postgres_database: str) -> None:
    """PostgreSQL lets both overlap: a claim in between would show the old state, and no other would follow."""
    database = Database(postgres_database)
    stored = database.write_now(lambda session: open_stored(session, make_home(session)))
    recorded, go_on = Event(), Event()

    def change(session: Session) -> None:
        record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        recorded.set()
        go_on.wait(5)

    with ThreadPoolExecutor(1) as thread:
        changing = thread.submit(database.write_now, change)
        recorded.wait(5)
        assert take_all(database) == []
        go_on.set()
        changing.result()
    assert kinds(take_all(database)) == ["card"]
    database.close_now()


def test_the_card_of_what_presses_goes_before_the_cards_that_came_before_it(database: Database, home: Home) -> None:
    def open_three(session: Session) -> list[int]:
        return [open_stored(session, home, change=opening(severity=each)).id for each in (3, 3, 1)]

    one, _, pressing = database.write_now(open_three)
    assert [item.ticket_id for item in take_all(database, limit=1)] == [pressing]
    assert [item.ticket_id for item in take_all(database, limit=1)] == [one]


# -- order and leases ----------------------------------------------------------------------------------------------


def test_a_conversation_is_spoken_in_order_while_others_go_on(database: Database, home: Home) -> None:
    def two(session: Session) -> tuple[StoredTicket, StoredTicket]:
        first, second = open_stored(session, home), open_stored(session, home)
        say(session, first, "one")
        say(session, first, "two")
        return first, second

    first, second = database.write_now(two)
    claimed = take_all(database)
    assert [(item.ticket_id, item.kind) for item in claimed] == [(first.id, "card"), (second.id, "card")]
    assert take_all(database) == []
    mark(database, outcomes.mark_retry, claimed[0], NOW + SOON, "busy")
    mark(database, outcomes.mark_sent, claimed[1], "2.2", "slack:CDESK", NOW)
    assert take_all(database) == []
    (again,) = take_all(database, NOW + SOON)
    assert (again.id, again.attempts) == (claimed[0].id, 2)
    mark(database, outcomes.mark_sent, again, "1.1", "slack:CDESK", NOW)
    texts = []
    for _ in range(2):
        (item,) = take_all(database, NOW + SOON)
        texts.append(item.body_id)
        mark(database, outcomes.mark_sent, item, f"1.{item.id}", "slack:CDESK", NOW)
    assert texts == sorted(texts, key=lambda body_id: body_id or 0)
    assert take_all(database, NOW + SOON) == []


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


def test_two_workers_never_claim_the_same_notice(database: Database, home: Home) -> None:
    database.write_now(lambda session: [open_stored(session, home) for _ in range(30)])
    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(lambda _: take_all(database, limit=10), range(4)))
    ids = [item.id for share in shares for item in share]
    assert len(ids) == len(set(ids))
    # A worker skips what another one looks at, so that one round may leave some for the next.
    assert len(ids) + len(take_all(database, limit=30)) == 30


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


def test_a_claim_of_a_dead_worker_is_taken_over_in_doubt_once_its_lease_is_over(
    database: Database, ticket: StoredTicket
) -> None:
    (lost,) = take_all(database)
    assert (lost.unsure, lost.lease_until) == (False, NOW + LEASE)
    assert database.read_now(outbox.next_at) == NOW + LEASE
    assert take_all(database, NOW + LEASE - timedelta(seconds=1)) == []
    (again,) = take_all(database, NOW + LEASE)
    assert (again.id, again.unsure, again.attempts) == (lost.id, True, 2)


def test_what_this_process_still_sends_is_not_claimed_again(database: Database, ticket: StoredTicket) -> None:
    (sending,) = take_all(database)
    assert take_all(database, NOW + LEASE, held=[sending.id]) == []


def test_a_worker_that_is_alone_takes_over_at_once_and_knows_until_when_a_post_may_be_under_way(
    database: Database, ticket: StoredTicket
) -> None:
    """Whoever did not find it posts it no earlier, though it dies as well: it would be there twice."""
    (lost,) = take_all(database)
    (taken,) = database.write_now(lambda session: outbox.take_over(session, NOW + SOON, 9))
    assert (taken.id, taken.unsure, taken.attempts) == (lost.id, True, 2)
    assert (taken.settles_at, taken.lease_until) == (NOW + LEASE, NOW + SOON + LEASE)
    assert take_all(database, NOW + LEASE) == []
    mark(database, outcomes.mark_retry, taken, NOW + SOON, "not found yet", counts=False)
    assert take_all(database, NOW + LEASE - timedelta(seconds=1)) == []
    (again,) = take_all(database, NOW + LEASE)
    assert (again.id, again.unsure, again.attempts, again.settles_at) == (lost.id, True, 2, None)


def test_a_worker_that_is_alone_releases_what_it_cannot_take_over_and_work_that_can_be_done_twice(
    database: Database, ticket: StoredTicket
) -> None:
    (lost,) = take_all(database)
    database.write_now(lambda session: defer(session, ticket.organisation_id, Work(WorkKind.OPEN_FROM, AGENT.id), NOW))
    (work,) = take_all(database, work=True)
    assert database.write_now(lambda session: outbox.take_over(session, NOW + SOON, 0)) == []
    assert [item.id for item in take_all(database, NOW + SOON, work=True)] == [work.id]
    assert take_all(database, NOW + LEASE - timedelta(seconds=1)) == []
    assert [(item.id, item.unsure) for item in take_all(database, NOW + LEASE)] == [(lost.id, True)]


def test_a_worker_that_is_alone_takes_over_edits_at_once(database: Database, ticket: StoredTicket) -> None:
    """Twice is as good as once."""
    (card,) = take_all(database)
    mark(database, outcomes.mark_sent, card, "1.1", "slack:CDESK", NOW)

    def acts(session: Session) -> None:
        stored = get_ticket(session, ticket.organisation_id, ticket.number, lock=True)
        record(session, stored, take(stored.ticket, AGENT, NOW), NOW)

    database.write_now(acts)
    (edit,) = take_all(database)
    assert edit.lane.endswith(EDITS)
    assert [item.id for item in database.write_now(lambda s: outbox.take_over(s, NOW, 9))] == [edit.id]


@pytest.mark.parametrize("how", ["retry", "fail", "drop"])
def test_whoever_lost_the_claim_has_no_say_any_more(database: Database, ticket: StoredTicket, how: str) -> None:
    (old,) = take_all(database)
    (new,) = take_all(database, NOW + LEASE)
    if how == "retry":
        mark(database, outcomes.mark_retry, old, NOW, "late")
    else:
        how_marked = (
            (outcomes.mark_failed, old, Cause.REFUSED, "late")
            if how == "fail"
            else (outcomes.mark_dropped, old, "late")
        )
        mark(database, *how_marked)
    assert row(database, new).state == "claimed"
    mark(database, outcomes.mark_sent, new, "1.1", "slack:CDESK", NOW)
    assert row(database, new).state == "sent"


def test_what_was_said_counts_even_when_the_claim_was_lost(database: Database, ticket: StoredTicket) -> None:
    (old,) = take_all(database)
    (new,) = take_all(database, NOW + LEASE)
    mark(database, outcomes.mark_sent, old, "1.1", "slack:CDESK", NOW)
    mark(database, outcomes.mark_retry, new, NOW, "not sure")
    assert row(database, new).state == "sent"
    assert row(database, new).message_id == "1.1"


def test_doubt_stays_until_it_is_settled(database: Database, ticket: StoredTicket) -> None:
    (item,) = take_all(database)
    mark(database, outcomes.mark_retry, item, NOW, "connection broke", unsure=True)
    (item,) = take_all(database)
    assert item.unsure
    mark(database, outcomes.mark_retry, item, NOW, "looking it up failed")
    (item,) = take_all(database)
    assert item.unsure


def test_being_asked_to_come_back_is_no_failed_try(database: Database, ticket: StoredTicket) -> None:
    (item,) = take_all(database)
    mark(database, outcomes.mark_retry, item, NOW, "slow down", counts=False)
    assert take_all(database)[0].attempts == 1


# -- what became of it ---------------------------------------------------------------------------------------------


def test_the_first_message_carries_the_thread_and_reactions_on_it_find_the_ticket(
    database: Database, ticket: StoredTicket
) -> None:
    database.write_now(lambda session: say(session, ticket, "one"))
    for message in ("1.1", "1.2"):
        (item,) = take_all(database)
        mark(database, outcomes.mark_sent, item, message, "slack:CDESK", NOW)
    stored = database.read_now(lambda session: get_ticket(session, ticket.organisation_id, ticket.number))
    assert stored.conversations == (replace(ticket.conversations[0], root_id="1.1", card_id="1.1"),)
    for message in ("1.1", "1.2"):
        found = database.read_now(
            lambda session, m=message: find_by_message(session, ticket.organisation_id, "slack:CDESK", m)  # type: ignore[misc]
        )
        assert found == ticket.id


def test_a_card_below_a_message_that_was_there_keeps_its_thread(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home, NOW, Place("slack:CDESK", "desk", "50.1")))
    (card,) = take_all(database)
    mark(database, outcomes.mark_sent, card, "60.2", "slack:CDESK", NOW)
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    assert (stored.conversations[0].root_id, stored.conversations[0].card_id) == ("50.1", "60.2")


def test_a_dead_letter_is_seen_holds_up_nobody_and_can_be_tried_again(database: Database, ticket: StoredTicket) -> None:
    database.write_now(lambda session: say(session, ticket, "one"))
    (card,) = take_all(database)
    mark(database, outcomes.mark_failed, card, Cause.ARCHIVED, "is_archived")
    assert database.read_now(outbox.waiting) == 1
    assert kinds(take_all(database)) == ["note"]
    (entry,) = database.read_now(lambda session: find_entries(session, Which(states=("failed",))))
    assert (entry.id, entry.number, entry.kind, entry.cause, entry.reason) == (
        card.id, 1, "card", Cause.ARCHIVED, "is_archived",
    )  # fmt: skip
    again = NOW + timedelta(hours=1)

    def retry(session: Session) -> list[int]:
        return [change_dead_letters(session, [card.id], state="pending", now=again) for _ in range(2)]

    assert database.write_now(retry) == [1, 0]
    (found,) = [item for item in take_all(database, again) if item.id == card.id]
    assert found.attempts == 1


def test_a_dead_letter_can_be_dropped(database: Database, ticket: StoredTicket) -> None:
    (card,) = take_all(database)
    mark(database, outcomes.mark_failed, card, Cause.ARCHIVED, "is_archived")
    assert database.write_now(lambda session: change_dead_letters(session, [card.id], state="dropped", now=NOW)) == 1
    assert take_all(database) == []


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


def test_a_card_that_somebody_waits_for_is_not_put_off_by_what_comes_after(database: Database, home: Home) -> None:
    stored = database.write_now(lambda session: open_stored(session, home))
    again = Change((), (Notice(CardContent(), Audience.CARD),))
    database.write_now(lambda session: record(session, stored, again, NOW))
    assert database.read_now(lambda session: session.exec(select(OutboxRow.urgency)).all()) == [Urgency.FIRST]


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
