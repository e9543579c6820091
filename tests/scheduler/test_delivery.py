"""Delivery: in order, no faster than allowed, and whatever a platform answers ends where people can see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, col, select

from scheduler.backoff import ATTEMPTS
from scheduler.delivery import Delivery
from scheduler.digests import Digests
from scheduler.pacing import USUAL
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from scheduler.settling import Ended, Settling
from storage import outbox
from storage.cause import Cause
from storage.changes import Place, record
from storage.core import table
from storage.database import Database
from storage.dead_letters import change_dead_letters
from storage.messages import find_message
from storage.outbox import LEASE, SETTLES, Outgoing
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow
from storage.test_pings import note_outcome
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from tests.scheduler.conftest import Answer, FakeSender
from tests.statements import statements
from triage.change import Change
from triage.notice import CARD
from triage.noting import note

SECOND = timedelta(seconds=1)


def rows(database: Database) -> list[OutboxRow]:
    """Of tickets: what is said of a dead letter is none of them."""
    query = select(OutboxRow).where(col(OutboxRow.ticket_id).is_not(None)).order_by(col(OutboxRow.id))
    return list(database.read_now(lambda session: session.exec(query).all()))


def say(session: Session, home: Home, number: int, *texts: str) -> None:
    """Notes to the desk: a notice each in the ticket's thread."""
    for text in texts:
        stored = get_ticket(session, home.organisation_id, number, lock=True)
        record(session, stored, note(stored.ticket, AGENT, NOW, text), NOW)


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A ticket whose card waits to be posted."""
    return database.write_now(lambda session: open_stored(session, home))


async def test_what_was_sent_is_on_record_with_its_message_id(
    database: Database, ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    assert await delivery.run_once(NOW) == 1
    assert await delivery.run_once(NOW) == 0
    (row,) = rows(database)
    assert (row.state, row.message_id, row.sent_at, row.attempts) == ("sent", "m1", NOW, 1)
    assert sender.kinds == ["card"]


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize(
    "error", [PoolTimeoutError("no connection"), OperationalError("", {}, errors.DeadlockDetected())]
)
async def test_what_was_sent_while_the_database_is_away_is_put_on_record_once_it_is_back(
    database: Database, delivery: Delivery, sender: FakeSender, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every platform can be asked whether it arrived."""
    monkeypatch.setattr("scheduler.delivery.AGAIN_SECONDS", 0.01)
    tried, settle = list[int](), delivery.settling.one

    def away_at_first(*args: Any, **more: Any) -> bool:
        tried.append(1)
        if len(tried) < 4:
            raise error
        return settle(*args, **more)

    monkeypatch.setattr(delivery.settling, "one", away_at_first)
    await delivery.run_once(NOW)
    (row,) = rows(database)
    assert (row.state, row.message_id, row.attempts, len(tried)) == ("sent", "m1", 1, 4)
    assert len(sender.seen) == 1


async def test_who_stood_still_before_the_claim_sends_nothing(
    database: Database, ticket: StoredTicket, delivery: Delivery, sender: FakeSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease counts from an instant before it, and may be over."""
    monkeypatch.setattr("scheduler.delivery.BEGINS_WITHIN", 0.05)

    async def stand_still(_: Digests, now: datetime) -> None:
        assert now
        await asyncio.sleep(0.2)

    monkeypatch.setattr(Digests, "look", stand_still)
    await delivery.run_once(NOW)
    assert sender.seen == []
    assert [(row.ticket_id, row.state, row.attempts) for row in rows(database)] == [(ticket.id, "pending", 0)]


async def test_who_stood_still_before_the_claim_takes_nothing_from_those_who_went_on(
    database: Database, ticket: StoredTicket, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their leases end later than any could at the time that it knows."""
    monkeypatch.setattr("scheduler.delivery.BEGINS_WITHIN", 0.05)
    (theirs,) = database.write_now(lambda session: outbox.claim(session, NOW + 40 * SECOND, limit=1))

    async def stand_still(_: Digests, now: datetime) -> None:
        assert now
        await asyncio.sleep(0.2)

    monkeypatch.setattr(Digests, "look", stand_still)
    await delivery.run_once(NOW)
    found = [(row.ticket_id, row.lease_until, row.unsure) for row in rows(database)]
    assert found == [(ticket.id, theirs.lease_until, False)]


async def test_a_sender_knows_until_when_it_may_post(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    began = asyncio.get_running_loop().time()
    await delivery.run_once(NOW)
    (item,) = sender.seen
    assert item.ticket_id == ticket.id
    assert item.posts_by is not None
    assert 0 < item.posts_by - began < LEASE.total_seconds() - 2


@pytest.mark.usefixtures("ticket")
async def test_a_channel_that_rested_is_not_silent_because_a_claim_failed(
    database: Database, delivery: Delivery, sender: FakeSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one post that feels its way was never made, so that nothing ever comes of it."""
    sender.answer = lambda _, now: Retry(now + SECOND, "slow down", channel_rests=True, way_rests=True)
    await delivery.run_once(NOW)

    def fails(session: Session, **asked: Any) -> None:
        assert claim(session, **asked)
        raise PoolTimeoutError("the database is away")

    at, claim = NOW + 10 * SECOND, delivery._claim  # noqa: SLF001  what happens between it and the commit
    monkeypatch.setattr(delivery, "_claim", fails)
    with pytest.raises(PoolTimeoutError):
        await delivery.run_once(at)
    monkeypatch.setattr(delivery, "_claim", claim)
    sender.answer = lambda item, _: Sent(f"m{item.id}", item.channel)
    assert await delivery.run_once(at + SECOND) == 1
    assert [row.state for row in rows(database)] == ["sent"]


async def test_a_claim_that_ran_out_is_found_again_where_giving_it_back_failed(
    database: Database, ticket: StoredTicket, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.write_now(lambda session: outbox.claim(session, NOW, limit=1))  # by somebody who dies
    at, claim = NOW + LEASE + SECOND, delivery._claim  # noqa: SLF001

    def fails(session: Session, **asked: Any) -> None:
        claim(session, **asked)
        raise PoolTimeoutError("the database is away")

    monkeypatch.setattr(delivery, "_claim", fails)
    with pytest.raises(PoolTimeoutError):
        await delivery.run_once(at)
    monkeypatch.setattr(delivery, "_claim", claim)
    await delivery.run_once(at + SECOND)
    assert [(row.ticket_id, row.state) for row in rows(database)] == [(ticket.id, "sent")]


def defect(_: Outgoing, __: datetime) -> Result:
    raise RuntimeError("oh")


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (Sent("1.1", "slack:CDESK"), ("sent", False, None)),
        (Retry(NOW + 30 * SECOND, "why"), ("pending", False, 30)),
        (Retry(NOW - 30 * SECOND, "why"), ("pending", False, 1)),  # never a loop without a pause
        (Retry(NOW + 30 * SECOND, "why", channel_rests=True), ("pending", False, 30)),
        (Unsure("why"), ("pending", True, 2)),
        (Drop("why"), ("dropped", False, None)),
        (GiveUp(Cause.REFUSED, "why"), ("failed", False, None)),
        (defect, ("pending", False, 2)),
    ],
    ids=["sent", "retry", "retry at once", "channel rests", "unsure", "drop", "give up", "defect"],
)
async def test_every_answer_of_a_platform_ends_on_record(
    ticket: StoredTicket,
    delivery: Delivery,
    sender: FakeSender,
    answer: Result | Answer,
    ended: tuple[str, bool, int | None],
) -> None:
    sender.answer = answer if callable(answer) else lambda *_: answer
    state, unsure, seconds = ended
    assert await delivery.run_once(NOW) == 1
    assert await delivery.run_once(NOW) == (state == "failed"), "of a dead letter somebody is told"
    (row,) = rows(delivery.database)
    assert (row.state, row.unsure, row.lease_until) == (state, unsure, None)
    assert row.reason == {"sent": None, "defect": "defect: RuntimeError"}.get(
        "defect" if callable(answer) else state, "why"
    )
    if seconds is not None:
        assert row.not_before == NOW + seconds * SECOND
        assert delivery.next_at(NOW) == row.not_before


async def test_a_notice_in_doubt_says_so_when_it_is_tried_again(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    answers: Iterator[Result] = iter([Unsure("broke"), Sent("1.1", "slack:CDESK")])
    sender.answer = lambda *_: next(answers)
    await delivery.run_once(NOW)
    await delivery.run_once(NOW + 2 * SECOND)
    assert [item.unsure for item in sender.seen] == [False, True]


async def test_what_may_be_under_way_is_left_alone_for_as_long_however_far_now_is_moved(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    answers: Iterator[Result] = iter([Unsure("too slow", timedelta(seconds=0.3)), Sent("1.1", "slack:CDESK")])
    sender.answer = lambda *_: next(answers)
    began = time.monotonic()
    await delivery.run_once(NOW)
    assert await delivery.run_once(NOW + timedelta(minutes=5)) == 1
    assert time.monotonic() - began >= 0.3
    assert [item.unsure for item in sender.seen] == [False, True]
    (row,) = rows(delivery.database)
    assert row.state == "sent"


async def test_a_conversation_is_spoken_in_order_while_others_go_on(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender
) -> None:
    def story(session: Session) -> tuple[int, int]:
        slow = open_stored(session, home)
        quick = open_stored(session, home, NOW, Place("slack:COTHER", "desk"))
        for number in (1, 2):
            say(session, home, number, "one", "two")
        return slow.id, quick.id

    slow, quick = await database.write(story)
    go_on = asyncio.Event()

    async def answered(item: Outgoing, _: datetime) -> Result:
        if item.ticket_id == slow and item.kind == "card":
            await go_on.wait()
        return Sent(f"m{item.id}", item.channel)

    sender.answer = answered
    while [item.ticket_id for item in sender.seen].count(quick) < 3:
        await delivery.begin(NOW)
        await asyncio.sleep(0.005)
    assert [item.ticket_id for item in sender.seen].count(slow) == 1
    go_on.set()
    await delivery.drain()
    while await delivery.run_once(NOW):
        pass
    said = [item.id for item in sender.seen if item.ticket_id == slow]
    assert len(said) == 3
    assert said == sorted(said)


async def test_a_full_channel_gets_five_at_once_and_then_one_a_second(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender
) -> None:
    def story(session: Session) -> None:
        for _ in range(8):
            open_stored(session, home)
        open_stored(session, home, NOW, Place("slack:COTHER", "desk"))

    await database.write(story)
    said = []
    for second in range(4):
        while await delivery.run_once(NOW + second * SECOND):
            pass
        said.append(len(sender.seen))
    assert said == [6, 7, 8, 9]
    assert [item.channel for item in sender.seen].index("slack:COTHER") == 5


async def test_a_channel_that_asks_for_rest_is_left_alone_and_it_costs_no_try(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender
) -> None:
    await database.write(lambda session: [open_stored(session, home) for _ in range(2)])
    sender.answer = lambda item, _: Retry(NOW + 30 * SECOND, "ratelimited", channel_rests=True)
    await delivery.run_once(NOW)
    seen = len(sender.seen)
    assert await delivery.run_once(NOW + 29 * SECOND) == 0
    assert delivery.next_at(NOW + 29 * SECOND) == NOW + 30 * SECOND
    sender.answer = FakeSender().answer
    assert await delivery.run_once(NOW + 30 * SECOND) == 1, "which feels its way"
    assert await delivery.run_once(NOW + 30 * SECOND) == 1
    assert [item.attempts for item in sender.seen[seen:]] == [1, 1]


@pytest.mark.parametrize(
    ("failed", "state"),
    [((11, 30), "pending"), ((12, 23), "pending"), ((12, 24), "failed"), ((40, 25), "failed")],
)
async def test_a_platform_that_stays_away_is_waited_for_all_night_and_then_it_is_a_dead_letter(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender, failed: tuple[int, int], state: str
) -> None:
    tries, hours = failed

    def age(session: Session) -> None:
        row = session.exec(select(OutboxRow)).one()
        row.attempts = tries - 1
        session.add(row)

    await delivery.database.write(age)
    now = NOW + timedelta(hours=hours)
    sender.answer = lambda *_: Retry(now + SECOND, "away")
    await delivery.run_once(now)
    (row,) = rows(delivery.database)
    assert (row.state, row.reason) == (state, "away")


async def test_a_dead_letter_that_may_have_arrived_is_looked_for_when_somebody_has_it_tried_again(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    def age(session: Session) -> None:
        row = session.exec(select(OutboxRow)).one()
        row.attempts = ATTEMPTS - 1
        session.add(row)

    await delivery.database.write(age)
    now = NOW + timedelta(hours=25)
    sender.answer = lambda *_: Unsure("no answer", SETTLES)
    await delivery.run_once(now)
    (row,) = rows(delivery.database)
    assert (row.state, row.unsure) == ("failed", True)
    await delivery.database.write(lambda session: change_dead_letters(session, [row.id or 0], state="pending", now=now))
    await delivery.run_once(now + SETTLES - SECOND)
    assert [item.unsure for item in sender.seen if item.ticket_id is not None] == [False], "it may still arrive"
    await delivery.run_once(now + SETTLES)
    assert [item.unsure for item in sender.seen if item.ticket_id is not None] == [False, True]


async def test_a_platform_that_is_not_connected_is_waited_for(database: Database, ticket: StoredTicket) -> None:
    assert await Delivery(database, {}).run_once(NOW) == 1
    (row,) = rows(database)
    assert (row.state, row.reason, row.not_before) == ("pending", "slack is not connected", NOW + 60 * SECOND)


async def test_no_answer_in_time_leaves_doubt(ticket: StoredTicket, delivery: Delivery, sender: FakeSender) -> None:
    async def silence() -> Result:
        await asyncio.Event().wait()
        raise AssertionError

    delivery.patience = 0.02
    sender.answer = lambda *_: silence()
    await delivery.run_once(NOW)
    (row,) = rows(delivery.database)
    assert (row.state, row.unsure) == ("pending", True)


async def test_what_could_not_be_put_on_record_is_looked_for_before_it_is_repeated(
    ticket: StoredTicket,
    delivery: Delivery,
    sender: FakeSender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Settling, "one", away)
        await delivery.run_once(NOW)
    assert rows(delivery.database)[0].state == "claimed"
    await delivery.run_once(NOW + 20 * SECOND)
    assert [item.unsure for item in sender.seen] == [False, True]
    assert rows(delivery.database)[0].state == "sent"


async def test_what_ends_at_one_moment_is_put_on_record_together_and_what_cannot_be_by_itself(
    database: Database, home: Home, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [Place(f"slack:C{number}", "desk") for number in range(6)]
    await database.write(lambda session: [open_stored(session, home, NOW, place) for place in places])
    together, each = list[list[int]](), delivery.settling.each

    def noted(session: Session, ended: Sequence[Ended]) -> list[bool]:
        together.append([one.item.id for one in ended])
        return each(session, ended)

    def broken(session: Session, item: Outgoing, now: datetime) -> None:
        if item.id == 4:
            raise ValueError("it cannot be put on record")
        note_outcome(session, item, now)

    monkeypatch.setattr(delivery.settling, "each", noted)
    monkeypatch.setattr("scheduler.settling.note_outcome", broken)
    await delivery.run_once(NOW)
    assert together[0] == [1, 2, 3, 4, 5, 6]
    assert sorted(together[1:]) == [[1], [2], [3], [4], [5], [6]]
    assert [row.state for row in rows(database)] == [*["sent"] * 3, "claimed", *["sent"] * 2]


async def test_what_was_sent_together_is_put_on_record_in_statements_that_it_shares(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender
) -> None:
    """And as if each had been by itself: where it stands, in whose thread, and when it was due."""

    def open_each(session: Session, channels: range) -> list[StoredTicket]:
        return [open_stored(session, home, NOW, Place(f"slack:C{number}", "desk")) for number in channels]

    def note_each(session: Session, numbers: list[int]) -> None:
        for number in numbers:
            say(session, home, number, "seen at our end")

    asked: list[int] = []
    for channels in (range(2), range(10, 18)):
        opened = await database.write(partial(open_each, channels=channels))
        await delivery.run_once(NOW)
        await database.write(partial(note_each, numbers=[each.number for each in opened]))
        claimed = await database.write(partial(outbox.claim, now=NOW, limit=40))
        ended = [Ended(item, Sent(f"n{item.id}", item.channel), NOW) for item in claimed]
        with statements(database) as seen:
            dead = await database.write(partial(delivery.settling.each, ended=ended))
        assert dead == [False] * len(channels)
        asked.append(len(seen))
        spoken = [
            await database.read(partial(find_message, organisation_id=home.organisation_id, channel=item.channel,
                                        message_id=f"n{item.id}"))
            for item in claimed
        ]  # fmt: skip
        places = [await database.read(partial(_place, of=item.conversation_id)) for item in claimed]
        assert [each and (each.ticket_id, each.root_id) for each in spoken] == [
            (item.ticket_id, place.root_id) for item, place in zip(claimed, places, strict=True)
        ]
        assert {delivery.settling.were_due.pop(item.id).at for item in claimed} == {NOW}
    few, many = asked
    assert many == (4 * few if database.is_sqlite else few)
    assert {row.state for row in rows(database)} == {"sent"}


def _place(session: Session, of: int | None) -> ConversationRow:
    return session.exec(select(ConversationRow).where(ConversationRow.id == of)).one()


async def test_two_replicas_send_each_notice_once(database: Database, home: Home, sender: FakeSender) -> None:
    places = [Place(f"slack:C{number}", "desk") for number in range(12)]
    await database.write(lambda session: [open_stored(session, home, NOW, place) for place in places])
    replicas = [Delivery(database, {"slack": sender}), Delivery(database, {"slack": sender})]
    while sum(await asyncio.gather(*(replica.run_once(NOW) for replica in replicas))):
        pass
    assert sorted(item.channel for item in sender.seen) == sorted(place.channel for place in places)


async def test_an_edited_card_never_makes_a_warning_wait(
    database: Database, home: Home, ticket: StoredTicket, delivery: Delivery, sender: FakeSender
) -> None:
    """Platforms count posts, not edits: a channel whose cards change all the time is still told in time."""

    def changes(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, ticket.number, lock=True)
        record(session, stored, Change((), (CARD,)), NOW)

    assert await delivery.run_once(NOW) == 1
    for _ in range(USUAL.burst):
        database.write_now(changes)
        assert await delivery.run_once(NOW) == 1
    database.write_now(lambda session: say(session, home, ticket.number, "posted at once"))
    assert await delivery.run_once(NOW) == 1
    assert sender.kinds == ["card"] * (USUAL.burst + 1) + ["note"]


SHUT = (Cause.NOT_A_MEMBER, Cause.NOT_FOUND, Cause.ARCHIVED, Cause.REVOKED)


@pytest.mark.parametrize("cause", [*SHUT, Cause.TOO_LONG, Cause.REFUSED, Cause.UNANSWERED])
async def test_the_desks_channel_elsewhere_hears_that_one_is_closed_and_its_notices_go_on(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender, cause: Cause
) -> None:
    here, elsewhere = Place("slack:CDESK", "desk"), Place("chat:room", "desk")
    delivery.senders = {"slack": sender, "chat": sender}
    sender.answer = lambda item, _: (
        GiveUp(cause, "closed") if item.channel == here.channel else Sent(f"m{item.id}", item.channel)
    )
    number = database.write_now(lambda session: open_stored(session, home, NOW, here, elsewhere)).number
    database.write_now(lambda session: say(session, home, number, "one", "two"))
    while await delivery.run_once(NOW):
        pass
    query = select(OutboxRow).where(OutboxRow.kind == "undelivered").order_by(col(OutboxRow.id))
    found = list(database.read_now(lambda session: session.exec(query).all()))
    where = [(row.platform, row.channel, row.audience) for row in found]
    told = [("chat", "chat:room", "desk")] if cause in SHUT else []
    assert where == [("slack", "", "admin"), *told], "once a day"
    said = [item.kind for item in sender.seen if item.channel == elsewhere.channel]
    assert sorted(said) == sorted(["card", "note", "note", *("undelivered" for _ in told)])


@pytest.mark.parametrize("stood", ["while it claimed", "before it began"])
async def test_what_was_claimed_too_long_ago_to_end_within_its_lease_is_given_back(
    ticket: StoredTicket, delivery: Delivery, sender: FakeSender, monkeypatch: pytest.MonkeyPatch, stood: str
) -> None:
    """The process stood still, or waited for the database: somebody else may hold it by now."""
    later = [0.0]
    loop = asyncio.get_running_loop()
    real, claims = loop.time, Delivery._claim  # noqa: SLF001  what takes its time
    monkeypatch.setattr(loop, "time", lambda: real() + later[0])

    def slowly(*given: Any, **named: Any) -> Any:
        later[0] += 9
        return claims(*given, **named)

    if stood == "while it claimed":
        monkeypatch.setattr(Delivery, "_claim", slowly)
        await delivery.begin(NOW)
    else:
        await delivery.begin(NOW)
        later[0] += 9
    await delivery.drain()
    (row,) = rows(delivery.database)
    assert (sender.seen, row.state, row.attempts, row.unsure) == ([], "pending", 0, False)
    monkeypatch.undo()
    assert await delivery.run_once(NOW) == 1
    assert rows(delivery.database)[0].state == "sent"


async def test_a_notice_that_always_fails_holds_up_no_other_conversation_and_in_the_end_not_its_own(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender
) -> None:
    def story(session: Session) -> tuple[int, int]:
        poisoned = open_stored(session, home)
        neighbour = open_stored(session, home)
        for number in (1, 2):
            say(session, home, number, "one")
        return poisoned.id, neighbour.id

    poisoned, neighbour = database.write_now(story)

    def answered(item: Outgoing, now: datetime) -> Result:
        if (item.ticket_id, item.kind) == (poisoned, "card"):
            return defect(item, now)
        return Sent(f"m{item.id}", item.channel)

    sender.answer = answered
    now = NOW
    while await delivery.run_once(now):
        pass
    assert [item.kind for item in sender.seen if item.ticket_id == neighbour] == ["card", "note"]
    for _ in range(ATTEMPTS):
        now = delivery.next_at(now) or now
        while await delivery.run_once(now):
            pass
    said = {(row.ticket_id, row.kind): row.state for row in rows(database)}
    assert said[poisoned, "card"] == "failed"
    assert said[poisoned, "note"] == "sent"
    assert now - NOW < timedelta(hours=2)


@pytest.mark.parametrize(
    "odd",
    [
        {"data": "[1]"}, {"lane": ""}, {"lane": "*"}, {"lane": "1:slack:*none"}, {"lane": "\U0001f600#"},
        {"kind": "never heard of"}, {"channel": ""}, {"urgency": 99}, {"urgency": -99},
    ],
)  # fmt: skip
async def test_an_odd_row_holds_up_no_other(
    database: Database, home: Home, delivery: Delivery, sender: FakeSender, odd: dict[str, Any]
) -> None:
    odd_one, neighbour = [await database.write(lambda session: open_stored(session, home)) for _ in range(2)]
    outbox = table(OutboxRow)
    values: dict[str, sa.ColumnElement[Any]] = {
        name: sa.literal_column(f"'{value}'") for name, value in odd.items()
    }  # past what a column takes
    change = sa.update(outbox).where(outbox.c.ticket_id == odd_one.id).values(values)
    await database.write(lambda session: session.execute(change))
    while await delivery.run_once(NOW):
        pass
    assert neighbour.id in [item.ticket_id for item in sender.seen]
    assert all(row.state == "sent" for row in rows(database) if row.ticket_id == neighbour.id)


async def test_a_row_that_says_nothing_readable_holds_up_no_other(sqlite_database: str, sender: FakeSender) -> None:
    """Only SQLite keeps what is no JSON at all."""
    database = Database(sqlite_database)
    home = await database.write(make_home)
    odd_one, neighbour = [await database.write(lambda session: open_stored(session, home)) for _ in range(2)]
    broken = sa.text("UPDATE outbox SET data = '{half' WHERE ticket_id = :of")
    await database.write(lambda session: session.execute(broken, {"of": odd_one.id}))
    await Delivery(database, {"slack": sender}).run_once(NOW)
    await database.close()
    assert {item.ticket_id: item.data for item in sender.seen} == {odd_one.id: {}, neighbour.id: {}}
