"""What somebody typed stands beside what they are told, until they are told it; then it is on no record any more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from storage import outbox, outcomes
from storage.cause import Cause
from storage.database import Database
from storage.dead_letters import change_dead_letters, forget_typed
from storage.notices import enqueue_private
from storage.outbox import Outgoing
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.typed import APART, ERASED, lift, restore
from tests.factories import NOW, Home
from triage.contents.privately import AnswerContent
from triage.notice import Audience, Notice, typed

DAY = timedelta(days=1)
SAID = AnswerContent(
    "slack:U1", "slack:C1", sentence=["You typed ", typed("hunter2"), {"is": "Named", "person": "slack:U1"}],
    buttons=[{"label": typed("swordfish")}],
)  # fmt: skip
DATA = SAID.to_data()

json_data = st.recursive(
    st.none() | st.integers() | st.text() | st.text().map(lambda text: typed(text.replace(APART, " "))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=10,  # some typed texts on some levels: a hundred say no more, and take ten times as long to draw
)


@given(st.dictionaries(st.text(), json_data, max_size=5))
def test_what_is_taken_out_is_put_back(data: dict[str, Any]) -> None:
    lifted, text = lift(data)
    back = restore(json.loads(json.dumps(lifted)), text or "")
    assert back == data


def test_nothing_of_it_is_left_in_the_data() -> None:
    lifted, text = lift(DATA)
    assert text == f"hunter2{APART}swordfish"
    assert not {"hunter2", "swordfish"} & set(json.dumps(lifted).split('"'))
    assert restore(lifted, text) == DATA


def test_where_it_was_erased_a_mark_stands() -> None:
    lifted, _ = lift(DATA)
    assert restore(lifted, "")["sentence"] == [*DATA["sentence"][:1], typed(ERASED), *DATA["sentence"][2:]]


def say(database: Database, home: Home) -> Outgoing:
    """An answer that somebody is about to be told."""
    notice = Notice(SAID, Audience.PERSON)
    database.write_now(lambda session: enqueue_private(session, home.organisation_id, notice, NOW))
    (item,) = database.write_now(lambda session: outbox.claim(session, NOW, limit=9))
    return item


def kept(database: Database) -> list[str]:
    def read(session: Session) -> list[str]:
        assert not [row for row in session.exec(select(OutboxRow)) if "hunter2" in str(row.data)]
        return [row.text for row in session.exec(select(BodyRow))]

    return database.read_now(read)


def test_whoever_delivers_it_has_all_of_it(database: Database, home: Home) -> None:
    assert say(database, home).data == DATA
    assert kept(database) == [f"hunter2{APART}swordfish"]


@pytest.mark.parametrize("how", ["sent", "dropped"])
def test_once_it_is_over_nothing_of_it_is_kept(database: Database, home: Home, how: str) -> None:
    item = say(database, home)
    mark = (
        partial(outcomes.mark_sent, item=item, message_id="1", channel="slack:C1", now=NOW)
        if how == "sent"
        else partial(outcomes.mark_dropped, item=item, reason="no longer true")
    )
    database.write_now(mark)
    assert kept(database) == []
    database.write_now(lambda session: _write(session, home, "a text of another ticket's, under the same id perhaps"))
    database.write_now(mark)  # by whoever had lost the claim
    assert len(kept(database)) == 1


def _write(session: Session, home: Home, text: str) -> None:
    session.add(BodyRow(organisation_id=home.organisation_id, text=text))


@pytest.mark.parametrize(
    ("after", "dropped", "forgotten"), [(DAY - timedelta(hours=1), False, 0), (DAY, False, 1), (timedelta(0), True, 1)]
)
def test_of_an_answer_that_came_to_nothing_it_is_kept_for_a_day(
    database: Database, home: Home, after: timedelta, dropped: bool, forgotten: int
) -> None:
    item = say(database, home)
    database.write_now(partial(outcomes.mark_failed, item=item, cause=Cause.REFUSED, detail="no"))
    if dropped:
        database.write_now(lambda session: change_dead_letters(session, [item.id], state="dropped", now=NOW))
    assert database.write_now(partial(forget_typed, now=NOW + after)) == forgotten
    assert len(kept(database)) == 1 - forgotten


def tried_again(database: Database, item: Outgoing, at: datetime) -> list[Outgoing]:
    """A dead letter that somebody retries."""
    database.write_now(lambda session: change_dead_letters(session, [item.id], state="pending", now=at))
    return database.write_now(lambda session: outbox.claim(session, at, limit=9))


def test_what_is_tried_again_after_that_says_that_something_is_missing(database: Database, home: Home) -> None:
    item = say(database, home)
    database.write_now(partial(outcomes.mark_failed, item=item, cause=Cause.REFUSED, detail="no"))
    database.write_now(partial(forget_typed, now=NOW + DAY))
    (again,) = tried_again(database, item, NOW + DAY)
    assert again.data["sentence"][1] == typed(ERASED)


async def test_a_file_is_scrubbed_where_something_was_erased(database: Database, home: Home) -> None:
    item = say(database, home)
    await database.write(partial(outcomes.mark_dropped, item=item, reason="no longer true"))
    assert await database.scrub()
    if database.is_sqlite:
        name = str(database.url.database)
        for suffix in ("", "-wal"):
            with open(name + suffix, "rb") as file:  # noqa: ASYNC230, PTH123  a test's file
                assert b"hunter2" not in file.read()
