"""Installations and begun ones: tokens come and go with the workspace, one replica refreshes, an admin is told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, select

from storage.announcements.announcement import AnnouncementKind
from storage.database import Database
from storage.installations import (
    REMOVED,
    Installation,
    Tokens,
    claim_expiring,
    find_installation,
    find_tokens,
    install,
    installed_workspaces,
    is_removed,
    note_lacking,
    remove,
    reseal,
    save_refreshed,
    workspace_of,
)
from storage.oauth_states import consume_state
from storage.tables.organisations import OAuthStateRow
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, Home, make_home, open_stored
from triage.notice import Audience

TOKENS = Tokens("sealed", "sealed refresh", NOW + timedelta(hours=12))
LEASE = timedelta(minutes=1)


def installed(session: Session, workspace: str = "T1", tokens: Tokens = TOKENS) -> Installation:
    make_home(session, workspace)
    found = find_installation(session, "slack", workspace)
    assert found is not None
    return install(session, found, tokens, installer="slack:U1", now=NOW)


def outbox(session: Session) -> list[OutboxRow]:
    return list(session.exec(select(OutboxRow)).all())


def test_only_what_is_installed_with_tokens_of_its_own_is_found(database: Database, home: Home) -> None:
    def story(session: Session) -> list[object]:
        other = installed(session, "T2")
        organisation = other.organisation_id
        return [
            find_tokens(session, "slack", "T1"), find_tokens(session, "slack", "T2"),
            list(installed_workspaces(session, "slack")), list(installed_workspaces(session, "teams")),
            workspace_of(session, "slack", organisation), workspace_of(session, "slack", home.organisation_id),
        ]  # fmt: skip

    assert database.write_now(story) == [None, TOKENS, ["T2"], [], "T2", None]


def test_a_removal_takes_the_tokens_and_what_waits_and_leaves_the_rest(database: Database, home: Home) -> None:
    def story(session: Session) -> tuple[bool, Tokens | None, bool, set[tuple[int, str, str | None]]]:
        mine, other = installed(session, "T1"), make_home(session, "T2")
        open_stored(session, home)
        open_stored(session, other)
        done = remove(session, mine, NOW + timedelta(hours=1), asked_at=NOW + timedelta(hours=1))
        states = {(row.organisation_id, row.state, row.reason) for row in outbox(session)}
        gone = is_removed(session, "slack", home.organisation_id)
        return done, find_tokens(session, "slack", "T1"), gone, states - {(other.organisation_id, "pending", None)}

    expected = {(home.organisation_id, "dropped", REMOVED)}
    assert database.write_now(story) == (True, None, True, expected)


def test_a_removal_from_before_the_installation_does_nothing(database: Database) -> None:
    def story(session: Session) -> tuple[bool, Tokens | None]:
        mine = installed(session)
        return remove(session, mine, NOW, asked_at=NOW - timedelta(seconds=1)), find_tokens(session, "slack", "T1")

    assert database.write_now(story) == (False, TOKENS)


def test_tokens_that_run_out_are_claimed_by_one_alone_until_the_claim_runs_out(database: Database) -> None:
    database.write_now(lambda session: (installed(session), installed(session, "T2", Tokens("forever"))))
    claim = partial(claim_expiring, platform="slack", before=NOW + timedelta(hours=13), now=NOW, lease=LEASE)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: database.write_now(claim), range(4))) == [[], [], [], ["T1"]]
    later = partial(claim_expiring, platform="slack", before=NOW + timedelta(hours=13), now=NOW + LEASE, lease=LEASE)
    assert database.write_now(later) == ["T1"]
    early = partial(claim_expiring, platform="slack", before=NOW + timedelta(hours=11), now=NOW + LEASE, lease=LEASE)
    assert database.write_now(early) == []


def test_refreshed_tokens_count_unless_it_was_installed_anew_meanwhile(database: Database) -> None:
    after = Tokens("new", "new refresh", NOW + timedelta(hours=24))

    def story(session: Session) -> list[object]:
        mine = installed(session)
        first = save_refreshed(session, mine, TOKENS, after)
        again = save_refreshed(session, mine, TOKENS, Tokens("stale", "stale", NOW))
        reseal(session, mine, TOKENS, Tokens("stale"))
        now_is = find_installation(session, "slack", "T1")
        assert now_is is not None
        return [first, again, find_tokens(session, "slack", "T1"), now_is.revision - mine.revision]

    assert database.write_now(story) == [True, False, after, 1]


def test_a_missing_permission_is_told_to_an_admin_once_an_installation(database: Database, home: Home) -> None:
    def lack(session: Session, scope: str = "channels:history") -> bool:
        return note_lacking(session, "slack", home.organisation_id, scope, NOW)

    assert [database.write_now(lack), database.write_now(lack)] == [True, False]
    assert database.write_now(lambda session: lack(session, "groups:history"))
    (first, second) = database.read_now(outbox)
    assert (first.kind, first.audience, first.ticket_id) == (AnnouncementKind.PERMISSION_MISSING, Audience.ADMIN, None)
    assert [first.data, second.data] == [{"scope": "channels:history"}, {"scope": "groups:history"}]
    database.write_now(installed)
    assert database.write_now(lack)


ENDS = NOW + timedelta(seconds=600)


@pytest.mark.parametrize(("after", "good"), [(0, True), (599, True), (600, False)])
def test_a_state_is_good_once_and_for_a_while(database: Database, after: int, good: bool) -> None:
    consume = partial(consume_state, state="s", expires_at=ENDS, now=NOW + timedelta(seconds=after))
    assert [database.write_now(consume), database.write_now(consume)] == [good, False]
    assert database.write_now(partial(consume_state, state="another", expires_at=ENDS, now=NOW))


def test_a_state_is_given_back_to_one_of_many_who_bring_it(database: Database) -> None:
    consume = partial(consume_state, state="s", expires_at=ENDS, now=NOW)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: database.write_now(consume), range(4))) == [False, False, False, True]


def test_states_that_ended_are_forgotten_and_stay_worth_nothing(database: Database) -> None:
    assert database.write_now(partial(consume_state, state="old", expires_at=NOW, now=NOW - timedelta(minutes=10)))
    assert database.write_now(partial(consume_state, state="new", expires_at=ENDS, now=NOW))
    assert database.read_now(lambda session: session.exec(select(OAuthStateRow.state)).all()) == ["new"]
    assert not database.write_now(partial(consume_state, state="old", expires_at=NOW, now=NOW))
