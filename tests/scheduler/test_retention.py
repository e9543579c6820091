"""What nobody will look for again goes after a while, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import thread_time

import pytest
from sqlmodel import Session, func, select

from scheduler import retention as clearing
from scheduler.retention import Retention
from storage import outcomes, retention
from storage.changes import record
from storage.core import add_all
from storage.database import Database
from storage.inbox import handle_once, was_handled
from storage.kept import before, read_policies
from storage.notices import enqueue_private
from storage.old_texts import erase_conversations, old_conversations
from storage.outbox import claim
from storage.outbox_rows import planned, put
from storage.policies import save_policy
from storage.redirects import Redirected, keep_redirect
from storage.refresh import mark_rows_stale, refresh_stale
from storage.tables.intake import InboxRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.tables.words import WordsRow
from storage.texts import redact_texts
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, make_home, open_stored, opening
from triage.contents.privately import AnswerContent
from triage.notice import Audience, Notice
from triage.resolving import reopen, resolve
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


def says(database: Database, home: Home, **retention: int | None) -> None:
    """The desk's policy says so from now on."""
    data = {"retention": retention}
    database.write_now(lambda session: save_policy(session, home.organisation_id, home.desk_id, data, NOW))


async def test_each_desk_keeps_things_as_its_own_policy_says_or_else_as_the_environment_does(
    database: Database, home: Home
) -> None:
    """Days by desk: 30, the environment's 90, for good."""
    others = [database.write_now(partial(make_home, workspace=name)) for name in ("T2", "T3")]
    desks = [home, *others]

    def fill(session: Session) -> None:
        for desk in desks:
            handle_once(session, desk.organisation_id, "old", NOW)

    database.write_now(fill)
    for desk in desks:
        write(database, desk, resolved=True)
    says(database, home, messages=30)
    says(database, others[1], messages=None)

    def left() -> list[tuple[bool, bool]]:
        """By desk: whether the request is kept, and whether the card's row is."""
        cards = {row.organisation_id for row in rows(database) if row.kind == "card"}
        known = [
            database.read_now(partial(was_handled, organisation_id=desk.organisation_id, event_id="old"))
            for desk in desks
        ]
        return [(kept, desk.organisation_id in cards) for kept, desk in zip(known, desks, strict=True)]

    retention = keeping(database, NOW + timedelta(days=29))
    await retention.run()
    assert left() == [(True, True)] * 3
    retention.now = lambda: NOW + timedelta(days=31)
    await retention.run()
    assert left() == [(False, False), (True, True), (True, True)]
    retention.now = lambda: LATER
    await retention.run()
    assert left() == [(False, False), (False, False), (True, True)]
    says(database, others[1], messages=60)  # it is read again
    await retention.run()
    assert left()[2] == (False, False)


async def test_what_the_environment_keeps_for_good_goes_where_a_policy_says_so(database: Database, home: Home) -> None:
    database.write_now(lambda session: handle_once(session, home.organisation_id, "old", NOW))
    retention = Retention(database, lambda: LATER, None)
    known = partial(was_handled, organisation_id=home.organisation_id, event_id="old")
    await retention.run()
    assert database.read_now(known)
    says(database, home, messages=90)
    await retention.run()
    assert not database.read_now(known)


async def test_texts_of_closed_tickets_are_erased_and_nothing_that_is_counted_changes(
    database: Database, home: Home
) -> None:
    write(database, home, resolved=True)
    write(database, home, resolved=False)
    asked = Redirected(0, "sales", "slack:U1", "slack:C1", "1.1", "1.1", NOW, "How much is it?", None)
    database.write_now(lambda session: keep_redirect(session, home.organisation_id, home.desk_id, asked, NOW))

    def stored(session: Session) -> list[StoredTicket]:
        return [get_ticket(session, home.organisation_id, number) for number in (1, 2)]

    def texts(session: Session) -> list[tuple[int | None, str]]:
        return list(session.exec(select(BodyRow.ticket_id, BodyRow.text).order_by(BodyRow.id)))  # type: ignore[arg-type]

    before, written = database.read_now(stored), database.read_now(texts)
    retention = keeping(database)
    await retention.run()
    assert database.read_now(texts) == written, "no policy says so"
    says(database, home, texts=60)
    await retention.run()
    closed = before[0].id
    expected = [(of, "" if of in (closed, None) else text) for of, text in written]
    assert database.read_now(texts) == expected
    assert [each.ticket for each in database.read_now(stored)] == [each.ticket for each in before]
    assert [each.events for each in database.read_now(stored)] == [each.events for each in before]
    assert {row.ticket_id for row in rows(database)} == {before[1].id}, "nothing has to be erased in messages any more"
    words = select(WordsRow.ticket_id).where(WordsRow.rest.contains("repaired"))  # type: ignore[attr-defined]
    assert database.read_now(lambda session: list(session.exec(words))) == []


async def test_the_texts_of_a_ticket_that_was_opened_again_stay(database: Database, home: Home) -> None:
    write(database, home, resolved=True)
    says(database, home, texts=60)

    def reopened(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, 1, lock=True)
        record(session, stored, reopen(stored.ticket, AGENT, LATER, counts=False), LATER)

    old = before(LATER, database.read_now(partial(read_policies, known={})), "texts", None)
    found = database.read_now(partial(old_conversations, before=old, cursor=None))
    (stored_id,) = found.gone
    assert isinstance(stored_id, int)
    database.write_now(reopened)
    assert database.write_now(partial(erase_conversations, ids=[stored_id], before=old)) == 0


async def test_a_message_that_is_still_to_be_edited_stays_on_record(database: Database, home: Home) -> None:
    write(database, home, resolved=True)
    shows = [row for row in rows(database) if row.body_id is not None]
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    database.write_now(lambda session: redact_texts(session, stored, None, None, LATER))
    database.write_now(lambda session: mark_rows_stale(session, [shows[0].id or 0], LATER))
    await keeping(database).run()
    assert [row.id for row in rows(database)] == [shows[0].id]
    assert database.write_now(partial(refresh_stale, now=LATER, most=5)) == 1
    await keeping(database).run()
    assert shows[0].id in [row.id for row in rows(database)], "the edit waits"
    send_all(database, LATER)
    await keeping(database, LATER + timedelta(minutes=1)).run()
    assert shows[0].id not in [row.id for row in rows(database)]


def many(database: Database, home: Home, requests: int, notices: int) -> None:
    """So many handled requests, and notices that were sent."""

    def fill(session: Session) -> None:
        add_all(session, InboxRow, [
            {"organisation_id": home.organisation_id, "event_id": f"e{n:06}", "received_at": NOW}
            for n in range(requests)
        ])  # fmt: skip
        put(session, [
            planned(organisation_id=home.organisation_id, platform="slack", kind="answer", audience="person",
                    data={"sentence": ["Yes"]}, key=f"k{n}", now=NOW) | {"state": "sent"}
            for n in range(notices)
        ])  # fmt: skip

    database.write_now(fill)


@dataclass
class Watched:
    """What each transaction of a database did from now on."""

    database: Database
    #: How many rows each deleted.
    rows: list[int] = field(default_factory=list)
    #: The seconds of CPU of each, in this process.
    worked: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database.write = self._write  # type: ignore[method-assign, assignment]

    async def _write(self, transaction: Callable[[Session], tuple[int, float]]) -> tuple[int, float]:
        began = thread_time()
        answer = self.database.write_now(transaction)
        self.worked.append(thread_time() - began)
        self.rows.append(answer[0])
        return answer


@pytest.mark.slow
@pytest.mark.usefixtures("measured")
async def test_much_goes_a_little_at_a_time(database: Database, home: Home) -> None:
    """How long others wait depends on the machine and its disk; what one transaction does, does not."""
    many(database, home, 2_500, 1_500)
    seen = Watched(database)
    await keeping(database).run()
    assert sum(seen.rows) == 4_000
    assert max(seen.rows) <= retention.MOST
    assert max(seen.worked) < 0.1, "seconds of work that nobody else could write in"
    count = select(func.count()).select_from(InboxRow)
    assert (rows(database), database.read_now(lambda session: session.exec(count).one())) == ([], 0)


async def test_the_longer_it_takes_the_less_goes_at_once(
    database: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(database, home, 200, 0)
    took = iter([0.001] * 5 + [0.01] + [0.04] * 99)
    looks = (at for each in took for at in (0.0, each))
    monkeypatch.setattr(clearing, "monotonic", lambda: next(looks))
    seen = Watched(database)
    await keeping(database).run()
    assert seen.rows[:8] == [10, 12, 14, 16, 18, 20, 20, 10]
    assert set(seen.rows[8:-1]) == {10}
