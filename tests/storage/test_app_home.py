"""People's own pages: who looks is shown what changes, once for all that changes within a second."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from scheduler.delivery import Delivery
from scheduler.sender import Sent
from storage import outbox
from storage.app_home import WATCHED, change_home, load_home, open_home, refresh_home
from storage.database import Database
from storage.outbox import Outgoing
from tests.factories import NOW, Home, open_stored

ANA, BEN = "slack:U1ANA", "slack:U1BEN"
SOON = timedelta(seconds=2)


def claimed(database: Database, after: timedelta = SOON) -> list[Outgoing]:
    return database.write_now(lambda session: outbox.claim(session, NOW + after, limit=40))


def watch(database: Database, home: Home, person: str, since: timedelta = timedelta(0)) -> None:
    database.write_now(lambda session: open_home(session, home.organisation_id, person, NOW - since, None))


def deliver(database: Database, card: Outgoing) -> None:
    result = Sent(str(card.id), card.channel)
    database.write_now(partial(Delivery(database, {}).settling.one, item=card, result=result, now=NOW))


def people_shown(database: Database, after: timedelta = SOON) -> list[str]:
    return sorted(item.data["person"] for item in claimed(database, after) if item.audience == "page")


def test_a_card_that_was_shown_shows_the_pages_again_once_to_each_who_looks(database: Database, home: Home) -> None:
    watch(database, home, ANA)
    watch(database, home, BEN, since=WATCHED)
    database.write_now(lambda session: [open_stored(session, home) for _ in range(3)])
    cards = claimed(database)
    assert len(cards) == 3
    for card in cards:
        deliver(database, card)
    assert people_shown(database) == [ANA]


def test_what_changes_while_a_page_is_being_shown_is_shown_afterwards(database: Database, home: Home) -> None:
    watch(database, home, ANA)
    again = partial(refresh_home, organisation_id=home.organisation_id, now=NOW)
    database.write_now(again)
    assert people_shown(database) == [ANA]
    database.write_now(again)
    assert people_shown(database) == [ANA]


def test_pages_are_planned_in_one_order_so_that_no_two_who_do_so_wait_for_each_other(
    database: Database, home: Home
) -> None:
    watch(database, home, BEN)
    watch(database, home, ANA)
    database.write_now(partial(refresh_home, organisation_id=home.organisation_id, now=NOW))
    assert [item.data["person"] for item in claimed(database)] == [ANA, BEN], "claims are in the order of planning"


def test_nobody_of_another_organisation_is_shown_anything(database: Database, home: Home) -> None:
    watch(database, home, ANA)
    database.write_now(partial(refresh_home, organisation_id=home.organisation_id + 1, now=NOW))
    assert people_shown(database) == []


def test_what_is_up_is_known_until_the_platform_shows_something_else(database: Database, home: Home) -> None:
    where: dict[str, Any] = {"organisation_id": home.organisation_id, "person": ANA}

    def opens(view_hash: str | None) -> str:
        database.write_now(partial(open_home, **where, now=NOW, view_hash=view_hash))
        found = database.read_now(partial(load_home, **where))
        assert found is not None
        assert (found.mine_page, found.queue_page) == (0, 0)
        return found.digest

    assert opens(None) == ""
    shown: dict[str, Any] = {"view_hash": "h1", "digest": "d1", "queue_page": 3}
    database.write_now(partial(change_home, **where, values=shown))
    assert opens("h1") == "d1"
    assert opens("h2") == ""
