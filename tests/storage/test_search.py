"""Tickets are found by their words, on both engines alike; and by no word that they do not have any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

import storage.search
from storage.changes import record, record_opening
from storage.database import Database
from storage.search import Within, find_newest, search
from storage.tables.words import WordsRow
from storage.texts import erase_texts, load_texts, redact_texts, replace_text
from storage.tickets import get_ticket
from storage.word_index import lacks_words, save_first_words, save_words
from tests.factories import AGENT, CARD_PLACE, NOW, OTHER_AGENT, Home, make_home, open_stored, opening
from triage import noting, referring, resolving
from triage.customers import correct_customer
from triage.owning import take
from triage.policy import Policy
from triage.referring import Elsewhere
from triage.words import MOST_WORDS, read_query

HOUR = timedelta(hours=1)


def opened(database: Database, home: Home, summary: str, **given: Any) -> int:
    change = opening(NOW, summary=summary, **given)
    return database.write_now(lambda session: open_stored(session, home, change=change).number)


def found(database: Database, home: Home, words: str, *, limit: int = 20, offset: int = 0, **within: Any) -> list[int]:
    rows = database.read_now(
        lambda session: search(
            session, Within(home.organisation_id, **within), read_query(words), limit=limit, offset=offset
        )
    )
    return [row.number for row in rows]


def changed(database: Database, home: Home, number: int, rule: Any, *args: Any) -> None:
    def transaction(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, number, lock=True)
        record(session, stored, rule(stored.ticket, AGENT, NOW + HOUR, *args), NOW + HOUR)

    database.write_now(transaction)


@pytest.mark.parametrize(
    "words",
    [
        "sydney", "SYDNEY down", "sydn", "sidney", "syndey", "routeur", "Routeurs", "répéteur", "repeteur", "CKT-4471",
        "ckt4471", "4471", "ckt-44", "optic", "1", "#1", "acme", "Acme Corp", "acme sydney", 'sydney" OR "', "acm",
        "* sydney *", "(sydney)", "NOT sydney AND", "the sydney of",
    ],
)  # fmt: skip
def test_a_ticket_is_found_by(database: Database, home: Home, words: str) -> None:
    opened(database, home, "Routeur down in Sydney", description="Circuit CKT-4471, le répéteur", customer="Acme Corp")
    changed(database, home, 1, noting.note, "We replaced the optics")
    opened(database, home, "Mail is slow")
    assert found(database, home, words) == [1]


@pytest.mark.parametrize(
    "words", ["paris", "sydney paris", "99", "ckt4472", "x" * 4000, "opening:sydney", '"', "rest : sydney zzz"]
)
def test_a_ticket_is_not_found_by(database: Database, home: Home, words: str) -> None:
    opened(database, home, "Router down in Sydney CKT-4471")
    assert found(database, home, words) == []


def test_open_ones_come_first_and_then_the_newest_page_by_page(database: Database, home: Home) -> None:
    for number in range(1, 8):
        opened(database, home, f"Link {number} down")
    for number in (5, 6, 7):
        changed(database, home, number, resolving.resolve, "Done")
    assert found(database, home, "link") == [4, 3, 2, 1, 7, 6, 5]
    assert [found(database, home, "link", limit=3, offset=at) for at in (0, 3, 6)] == [[4, 3, 2], [1, 7, 6], [5]]
    assert found(database, home, "6") == [6]


@pytest.mark.parametrize("looked_through", [0, 2, 3])
def test_what_is_not_among_the_newest_few_is_found_by_the_index(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch, looked_through: int
) -> None:
    monkeypatch.setattr(storage.search, "LOOKED_THROUGH", looked_through)
    database = Database(postgres_database)
    home = database.write_now(make_home)
    for number in range(1, 8):
        opened(database, home, f"{'Link' if number % 2 else 'Port'} {number} down")
    for number in (1, 2, 7):
        changed(database, home, number, resolving.resolve, "Done")
    assert found(database, home, "link down") == [5, 3, 7, 1]
    assert [found(database, home, "link", limit=2, offset=at) for at in (0, 1, 2)] == [[5, 3], [3, 7], [7, 1]]
    assert [found(database, home, words) for words in ("lnik", "7", "switch")] == [[5, 3, 7, 1], [7], []]
    database.close_now()


def test_the_number_that_somebody_said_it_has_elsewhere_comes_first_when_it_is_typed(
    database: Database, home: Home
) -> None:
    opened(database, home, "Link down")
    changed(database, home, 1, referring.refer, Elsewhere("ZD-2", "https://help.example/2"))
    for number in range(20, 24):
        ticket = opened(database, home, f"The same as ZD-2, and as ZD-{number}")
        changed(database, home, ticket, referring.refer, Elsewhere(f"ZD-{number}"))
    changed(database, home, 1, resolving.resolve)
    assert found(database, home, "zd-2", limit=2) == [1, 5], "although others are open, and newer"
    assert found(database, home, "ZD-21") == [3]
    assert found(database, home, "ZD-2", requester="slack:UCARLA") == []

    def texts(session: Session) -> dict[int, str]:
        references = get_ticket(session, home.organisation_id, 1).ticket.references
        return load_texts(session, home.organisation_id, [each.body_id for each in references if each.body_id])

    changed(database, home, 1, referring.unrefer, "ZD-2", database.read_now(texts))
    assert found(database, home, "ZD-2", limit=2) == [5, 4]


def test_whoever_has_them_is_found_by_name_beside_words(database: Database, home: Home) -> None:
    opened(database, home, "Link down in Sydney")
    opened(database, home, "Link down in Paris")
    opened(database, home, "Ana asks for a port")
    for number in (1, 2):
        changed(database, home, number, take)
    people: Mapping[str, set[str]] = {"ana": {AGENT.id}, "sydney": set()}
    by_name = partial(found, database, home, people=people)
    assert by_name("ana") == [3, 2, 1]
    assert by_name("ana sydney") == [1]
    assert by_name("ana", people={"ana": {OTHER_AGENT.id}}) == [3]


def test_who_sees_only_their_own_finds_them_by_what_they_were_opened_with(database: Database, home: Home) -> None:
    opened(database, home, "Link down in Sydney")
    opened(database, home, "Link down in Paris", requester=OTHER_AGENT.id)
    changed(database, home, 2, noting.note, "internal secret")
    mine = partial(found, database, home, requester=OTHER_AGENT.id, people={"ana": {AGENT.id}})
    assert (mine("link"), mine("secret"), mine("sydney"), mine("ana"), mine("1")) == ([2], [], [], [], [])
    assert found(database, home, "secret") == [2]


def test_the_words_that_are_added_are_those_of_all_the_texts_read_anew(database: Database, home: Home) -> None:
    opened(database, home, "Router down in Sydney", customer="Acme")
    for text in ("The routers of Sydney, CKT-4471/B", "CKT-4471 again", "the of", "x" * 90, "routers"):
        changed(database, home, 1, noting.note, text)
    for begin in range(0, MOST_WORDS, 100):
        changed(database, home, 1, noting.note, " ".join(f"word{n}" for n in range(begin, begin + 100)))

    def words(session: Session) -> Any:
        return session.exec(select(WordsRow.opening, WordsRow.rest)).one()

    added = database.read_now(words)
    database.write_now(partial(save_words, organisation_id=home.organisation_id, ticket_id=1))
    assert database.read_now(words) == added
    assert added.rest.startswith("ckt4471b router sydney ckt 4471 ckt4471 ")


def test_no_organisation_finds_anothers(database: Database, home: Home) -> None:
    other = database.write_now(lambda session: make_home(session, "T2"))
    opened(database, home, "Link down in Sydney")
    assert [found(database, other, words) for words in ("sydney", "sidney", "1")] == [[], [], []]


def test_what_is_erased_or_put_otherwise_finds_nothing_from_then_on(database: Database, home: Home) -> None:
    opened(database, home, "Password hunterxyz leaked", customer="Acme")
    changed(database, home, 1, noting.note, "It is secretabc")

    def bodies(session: Session) -> list[int]:
        stored = get_ticket(session, home.organisation_id, 1)
        return [event.body_id for event in stored.events if event.body_id is not None]

    def stored(session: Session) -> Any:
        return get_ticket(session, home.organisation_id, 1, lock=True)

    first, note = database.read_now(bodies)
    database.write_now(lambda session: redact_texts(session, stored(session), "hunterxyz", None, NOW))
    assert (found(database, home, "hunterxyz"), found(database, home, "leaked")) == ([], [1])
    database.write_now(lambda session: replace_text(session, stored(session), note, "It is gone"))
    assert (found(database, home, "secretabc"), found(database, home, "gone")) == ([], [1])
    database.write_now(lambda session: erase_texts(session, home.organisation_id, [first, note], NOW))
    assert [found(database, home, words) for words in ("leaked", "gone", "acme")] == [[], [], [1]]
    changed(database, home, 1, correct_customer, Policy(), "Globex", None)
    assert [found(database, home, words) for words in ("acme", "globex")] == [[], [1]]


def opened_without_words(database: Database, home: Home, summary: str) -> tuple[int, int]:
    """As a command opens one: its words are kept a moment later. Its number and row id."""

    def transaction(session: Session) -> tuple[int, int]:
        change = opening(NOW, summary=summary)
        stored = record_opening(session, home.organisation_id, home.desk_id, change, [CARD_PLACE], NOW, words=False)
        return stored.number, stored.id

    return database.write_now(transaction)


async def test_what_was_opened_just_now_is_found_by_whoever_searches(database: Database, home: Home) -> None:
    opened(database, home, "Mail is slow")
    first, _ = opened_without_words(database, home, "Link down in Sydney")
    opened(database, home, "Link down in Paris")
    second, _ = opened_without_words(database, home, "Link down in Oslo")
    await find_newest(database, home.organisation_id)
    assert found(database, home, "link") == [second, 3, first]
    assert not database.read_now(partial(lacks_words, organisation_id=home.organisation_id))


def test_the_words_of_those_opened_together_are_kept_together(database: Database, home: Home) -> None:
    _, ticket_id = opened_without_words(database, home, "Link down in Sydney")
    opened_without_words(database, home, "Link down in Oslo")
    assert found(database, home, "link") == []
    keep = partial(save_first_words, organisation_id=home.organisation_id, ticket_id=ticket_id)
    database.write_now(keep)
    assert found(database, home, "link") == [2, 1]
    opened_without_words(database, home, "Link down in Paris")
    database.write_now(keep)
    assert found(database, home, "link") == [3, 2, 1]


def test_what_is_written_or_erased_before_the_words_are_kept_is_found_or_not(database: Database, home: Home) -> None:
    _, ticket_id = opened_without_words(database, home, "Link down in Sydney")
    opened_without_words(database, home, "password hunter2")
    changed(database, home, 1, noting.note, "We replaced the optics")

    def erase(session: Session) -> None:
        redact_texts(session, get_ticket(session, home.organisation_id, 2, lock=True), "hunter2", None, NOW)

    database.write_now(erase)
    database.write_now(partial(save_first_words, organisation_id=home.organisation_id, ticket_id=ticket_id))
    assert [found(database, home, words) for words in ("optics", "password", "hunter2")] == [[1], [2], []]
