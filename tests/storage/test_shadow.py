"""When shadow mode ends, that is said once, and what still waited is dropped without being in anybody's way."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session

from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.shadow import UNSAID, begin_to_speak, unsaid
from storage.tables.outbox import OutboxRow
from tests.factories import AGENT, NOW, Home, open_stored, opening
from triage.due import decide_due
from triage.owning import take

MINUTE = timedelta(minutes=1)


def test_what_was_planned_before_is_dropped_and_the_next_card_has_a_row_of_its_own(
    database: Database, home: Home
) -> None:
    def work(session: Session) -> list[tuple[str, str, str | None]]:
        stored = open_stored(session, home, change=opening(severity=1))
        begin = partial(
            begin_to_speak, session, home.organisation_id, ["slack:CDESK"], [], before=NOW + MINUTE, once="1",
        )  # fmt: skip
        begin(now=NOW + MINUTE)
        record(session, stored, take(stored.ticket, AGENT, NOW + 2 * MINUTE), NOW + 2 * MINUTE)
        begin(now=NOW + 3 * MINUTE)
        rows = session.execute(sa.select(table(OutboxRow)).order_by(table(OutboxRow).c.id)).all()
        return [(row.kind, row.state, row.reason) for row in rows if row.audience != "work"]

    found = database.write_now(work)
    said = [kind for kind, _, _ in found].index("speaks")
    assert said > 0
    assert {(state, why) for _, state, why in found[:said]} == {("dropped", UNSAID)}
    assert found[said] == ("speaks", "pending", None)
    assert ("card", "pending", None) in found[said + 1 :]
    assert [kind for kind, _, _ in found].count("speaks") == 1


def test_a_day_is_told_by_what_fell_due_in_it(database: Database, home: Home) -> None:
    def work(session: Session) -> None:
        whose, ends = (home.organisation_id, home.desk_id), NOW + timedelta(days=9)
        assert unsaid(session, *whose, NOW - MINUTE, NOW + MINUTE, ends) is None
        stored, now = open_stored(session, home, change=opening(severity=1)), NOW
        while now < NOW + timedelta(minutes=20):
            now += MINUTE
            if change := decide_due(stored.ticket, now):
                stored = record(session, stored, change, now)
        said = unsaid(session, *whose, NOW - MINUTE, now, ends)
        assert said is not None
        assert (said.opened, said.passed, said.missed, said.escalated) == (1, 1, [stored.number], 0)
        assert said.warned >= 1
        assert unsaid(session, *whose, now, now + MINUTE, ends) is None

    database.write_now(work)
