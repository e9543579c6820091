"""What nobody will look for again goes after a while, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from time import monotonic, thread_time

import pytest
from sqlmodel import Session, func, select

from scheduler.retention import Retention
from storage import outcomes, retention
from storage.changes import record
from storage.core import add_all
from storage.database import Database
from storage.inbox import handle_once, was_handled
from storage.notices import enqueue_private
from storage.outbox import claim
from storage.outbox_rows import planned, put
from storage.tables import InboxRow, OutboxRow
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, Home, open_stored, opening
from triage.contents.privately import AnswerContent
from triage.notice import Audience, Notice
from triage.resolving import resolve
from triage.updating import update

KEEP = timedelta(days=90)
LATER = NOW + KEEP + timedelta(hours=1)


def keeping(database: Database, now: datetime = LATER) -> Retention:
    return Retention(database, lambda: now, KEEP)


def send_all(database: Database, now: datetime) -> None:
    """Everything that waits is sent."""
    sent = 0
    while items := database.write_now(lambda session: claim(session, now, limit=50)):
        for item in items:
            sent += 1
            where = item.channel or "slack:C1"
            mark = partial(outcomes.mark_sent, item=item, message_id=f"{item.id}.1", channel=where, now=now)
            database.write_now(mark)
    assert sent


def rows(database: Database) -> list[OutboxRow]:
    return database.read_now(lambda session: list(session.exec(select(OutboxRow).order_by(OutboxRow.id))))  # type: ignore[arg-type]


def write(database: Database, home: Home, *, resolved: bool) -> None:
    """A ticket whose customer is told something, and which is resolved or not."""

    def transaction(session: Session) -> None:
        stored = open_stored(session, home, change=opening(customer="Acme"))
        stored = record(session, stored, update(stored.ticket, AGENT, NOW, "We found it"), NOW)
        if resolved:
            record(session, stored, resolve(stored.ticket, AGENT, NOW, "Repaired"), NOW)

    database.write_now(transaction)
    send_all(database, NOW)


async def test_handled_requests_are_forgotten_once_nobody_can_repeat_them(database: Database, home: Home) -> None:
    def fill(session: Session) -> None:
        handle_once(session, home.organisation_id, "old", NOW)
        handle_once(session, home.organisation_id, "young", NOW + timedelta(hours=2))

    database.write_now(fill)
    await keeping(database).run()
    known = partial(was_handled, organisation_id=home.organisation_id)
    left = [database.read_now(partial(known, event_id=each)) for each in ("old", "young")]
    assert left == [False, True]


@pytest.mark.parametrize("resolved", [True, False])
async def test_of_a_closed_ticket_only_what_shows_a_text_is_kept(
    database: Database, home: Home, resolved: bool
) -> None:
    write(database, home, resolved=resolved)
    before = rows(database)
    await keeping(database).run()
    left = rows(database)
    if not resolved:
        assert len(left) == len(before)
        return
    assert {row.id for row in before if row.body_id is not None} <= {row.id for row in left}
    assert {row.kind for row in before} - {row.kind for row in left} >= {"card"}
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    assert stored.ticket.resolved_at is not None


async def test_nothing_goes_before_its_time(database: Database, home: Home) -> None:
    write(database, home, resolved=True)
    before = rows(database)
    await keeping(database, NOW + KEEP).run()
    assert len(rows(database)) == len(before)


async def test_what_still_waits_and_what_is_said_once_for_all_stay(database: Database, home: Home) -> None:
    said = AnswerContent("slack:U1", "slack:C1", sentence=["Yes"], buttons=[])
    tell = partial(enqueue_private, organisation_id=home.organisation_id, notice=Notice(said, Audience.PERSON), now=NOW)
    database.write_now(tell)
    send_all(database, NOW)
    database.write_now(tell)

    def announced(session: Session) -> None:
        put(session, [planned(
            organisation_id=home.organisation_id, platform="slack", kind="greeting", audience="person", data={},
            key="announced.1.greeting", now=NOW,
        ) | {"state": "sent"}])  # fmt: skip

    database.write_now(announced)
    await keeping(database).run()
    assert [row.state for row in rows(database)] == ["pending", "sent"]


@pytest.mark.slow
async def test_much_goes_a_little_at_a_time(database: Database, home: Home) -> None:
    def fill(session: Session) -> None:
        add_all(session, InboxRow, [
            {"organisation_id": home.organisation_id, "event_id": f"e{n:06}", "received_at": NOW} for n in range(10_000)
        ])  # fmt: skip
        put(session, [
            planned(organisation_id=home.organisation_id, platform="slack", kind="answer", audience="person",
                    data={"sentence": ["Yes"]}, key=f"k{n}", now=NOW) | {"state": "sent"}
            for n in range(5_000)
        ])  # fmt: skip

    database.write_now(fill)
    held: list[float] = []
    worked: list[float] = []
    write = database.write_now

    async def timed(transaction):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        began, working = monotonic(), thread_time()
        answer = write(transaction)
        held.append(monotonic() - began)
        worked.append(thread_time() - working)
        return answer

    database.write = timed  # type: ignore[method-assign]
    await keeping(database).run()
    assert len(held) >= 15_000 / retention.MOST
    assert sorted(held)[len(held) * 9 // 10] < 0.1, "seconds that nobody else could write"
    assert sorted(worked)[len(held) * 99 // 100] < 0.03, "seconds of work, however busy the machine is"
    count = select(func.count()).select_from(InboxRow)
    assert (rows(database), database.read_now(lambda session: session.exec(count).one())) == ([], 0)
