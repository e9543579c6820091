"""Claims of what is in the outbox: one holder at a time, in order, and taken over once that one is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session

from storage import outbox, outcomes
from storage.cause import Cause
from storage.changes import record
from storage.database import Database
from storage.deferred import Work, WorkKind, defer
from storage.lanes import EDITS
from storage.outbox import LEASE
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, open_stored
from tests.outbox import mark, row, say, take_all
from triage.owning import take

SOON = timedelta(seconds=2)


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


def test_two_workers_never_claim_the_same_notice(database: Database, home: Home) -> None:
    database.write_now(lambda session: [open_stored(session, home) for _ in range(30)])
    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(lambda _: take_all(database, limit=10), range(4)))
    ids = [item.id for share in shares for item in share]
    assert len(ids) == len(set(ids))
    # A worker skips what another one looks at, so that one round may leave some for the next.
    assert len(ids) + len(take_all(database, limit=30)) == 30


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
