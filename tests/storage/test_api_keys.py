"""Keys of programs on either engine: made once, found by what they are, gone when they are revoked."""

from __future__ import annotations

from sqlmodel import Session

from storage.accounts import load_accounts
from storage.api_keys import add_key, find_key, list_keys, note_used, prefix_of, revoke_key
from storage.database import Database
from storage.inbox import Handled, find_answer, handle_once, keep_answer
from storage.ticket_pages import Behind, Wanted, page_of_tickets
from tests.factories import NOW, Home, make_home, open_stored
from triage.scopes import Scope


def test_a_key_opens_until_it_is_revoked_and_its_program_is_known_by_name(database: Database) -> None:
    home = database.write_now(make_home)
    of = home.organisation_id

    def make(session: Session) -> str:
        return add_key(session, of, home.desk_id, "Monitoring", [Scope.OPEN, Scope.READ], by="ada", now=NOW)[1]

    whole, other = database.write_now(make), database.write_now(make)
    found = database.read_now(lambda session: find_key(session, whole))
    assert found is not None
    assert (found.desk_id, found.scopes) == (home.desk_id, frozenset({Scope.OPEN, Scope.READ}))
    accounts = database.read_now(lambda session: load_accounts(session, of))
    assert (accounts[found.actor].name, accounts[found.actor].is_bot) == ("Monitoring (API)", True)
    database.write_now(lambda session: note_used(session, found.id, NOW))
    prefix = prefix_of(whole) or ""
    gone = database.write_now(lambda session: revoke_key(session, of, prefix, by="ada", now=NOW))
    assert gone is not None
    assert gone.used_at == NOW
    assert database.write_now(lambda session: revoke_key(session, of, prefix, by="ada", now=NOW)) is None
    assert database.read_now(lambda session: find_key(session, whole)) is None
    assert database.read_now(lambda session: find_key(session, other)) is not None
    assert [each.revoked_at for each in database.read_now(lambda session: list_keys(session, of))] == [NOW, None]


def test_what_became_of_a_request_is_told_by_its_key(database: Database) -> None:
    of = database.write_now(make_home).organisation_id

    def handle(session: Session) -> None:
        handle_once(session, of, "api:1:x", NOW)
        keep_answer(session, of, "api:1:x", Handled("digest", 7))
        handle_once(session, of, "from chat", NOW)

    database.write_now(handle)
    assert database.read_now(lambda session: find_answer(session, of, "api:1:x")) == Handled("digest", 7)
    for other in ("from chat", "never"):
        assert database.read_now(lambda session, other=other: find_answer(session, of, other)) is None  # type: ignore[misc]


def test_a_page_begins_behind_the_last_ticket_of_the_one_before(database: Database) -> None:
    def fill(session: Session) -> Home:
        home = make_home(session)
        for _ in range(5):
            open_stored(session, home)
        return home

    home = database.write_now(fill)
    for only_open in (True, False):
        numbers: list[int] = []
        behind = None
        while True:
            rows = database.read_now(
                lambda session, behind=behind, only_open=only_open: page_of_tickets(  # type: ignore[misc]
                    session, home.organisation_id, home.desk_id, Wanted(only_open=only_open), behind=behind, limit=2
                )
            )
            if not rows:
                break
            numbers += [each.number for each in rows]
            behind = Behind(rows[-1].number, rows[-1].next_due_at)
        assert numbers == ([1, 2, 3, 4, 5] if only_open else [5, 4, 3, 2, 1])
