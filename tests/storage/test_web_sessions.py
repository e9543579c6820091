"""Who is signed in to the pages, on either engine."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, select

from storage.accounts import Account, save_accounts
from storage.database import Database
from storage.forgetting.run import Forgetting, begin
from storage.forgetting.sought import Known
from storage.tables.pages import WebSessionRow
from storage.web_sessions import (
    IDLE,
    LONGEST,
    begin_session,
    end_session,
    end_sessions_of,
    find_session,
    note_session_used,
)
from tests.factories import AGENT, NOW, OTHER_AGENT, make_home

MINUTE = timedelta(minutes=1)


def test_a_session_holds_until_it_is_left_ended_or_old(database: Database) -> None:
    home = database.write_now(make_home)
    of = home.organisation_id

    def signed_in(session: Session, account: str = AGENT.id) -> str:
        return begin_session(session, of, home.desk_id, account, NOW)

    token, other = database.write_now(signed_in), database.write_now(signed_in)
    found = database.read_now(lambda session: find_session(session, token, NOW + IDLE - MINUTE))
    assert found is not None
    assert (found.organisation_id, found.desk_id, found.account) == (of, home.desk_id, AGENT.id)
    assert database.read_now(lambda session: find_session(session, token, NOW + IDLE)) is None
    database.write_now(lambda session: note_session_used(session, found.id, NOW + LONGEST - MINUTE))
    assert database.read_now(lambda session: find_session(session, token, NOW + LONGEST - MINUTE)) is not None
    assert database.read_now(lambda session: find_session(session, token, NOW + LONGEST)) is None
    assert database.read_now(lambda session: find_session(session, "x", NOW)) is None
    database.write_now(lambda session: end_session(session, token))
    assert database.read_now(lambda session: find_session(session, token, NOW)) is None
    third = database.write_now(lambda session: signed_in(session, OTHER_AGENT.id))
    assert database.write_now(lambda session: end_sessions_of(session, of, [AGENT.id, "slack:UNONE"])) == 1
    assert database.read_now(lambda session: find_session(session, other, NOW)) is None
    assert database.read_now(lambda session: find_session(session, third, NOW)) is not None


def test_what_has_ended_by_itself_is_deleted_and_nothing_opens_what_is_on_record(database: Database) -> None:
    home = database.write_now(make_home)

    def make(session: Session, now: datetime = NOW) -> str:
        return begin_session(session, home.organisation_id, home.desk_id, AGENT.id, now)

    token = database.write_now(make)
    database.write_now(lambda session: make(session, NOW + IDLE))
    rows = database.read_now(lambda session: [each.digest for each in session.exec(select(WebSessionRow))])
    assert len(rows) == 1
    assert token not in rows
    assert database.read_now(lambda session: find_session(session, rows[0], NOW + IDLE)) is None


def test_whoever_is_forgotten_is_signed_out(database: Database) -> None:
    home = database.write_now(make_home)
    of = home.organisation_id
    people = [Account(AGENT.id, "Ana Reyes"), Account(OTHER_AGENT.id, "Bob Miller")]
    database.write_now(lambda session: save_accounts(session, of, people, NOW))

    def sign_in(session: Session) -> list[str]:
        return [begin_session(session, of, home.desk_id, each.key, NOW) for each in people]

    theirs, other = database.write_now(sign_in)
    known = [Known(AGENT.id, "Ana Reyes", None, None)]
    row_id, sought = database.write_now(lambda session: begin(session, of, known, None, "root", NOW))
    Forgetting(database, of, row_id, sought, lambda: NOW).run()
    assert database.read_now(lambda session: find_session(session, theirs, NOW)) is None
    assert database.read_now(lambda session: find_session(session, other, NOW)) is not None
