"""The words by which tickets are found (`triage.words`), kept with the texts they are read from, in one transaction;
those of a new ticket a moment later, so that whoever opens one does not wait for the index.

What is erased from a text is no word of its ticket any more from the same commit on. On SQLite its bytes may then still
stand in older parts of the index, until `purge` has put the parts together (`Database.scrub`).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlmodel import Session

from storage.core import add_all, add_new, leave_traces, table, upsert
from storage.prepared import Prepared
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from storage.tables.words import WordsRow
from triage.words import MOST_WORDS, words_of

DISMISSED = "dismissed"  # triage.ticket.Status: what is no ticket is not found
PAGES = 200  # of the index, put together at once: about a megabyte
FILLED = 500  # tickets, read at once
NEWEST = 500  # tickets, among which whoever searches looks for those whose words are not kept yet
TOGETHER = 100  # of these, whose words are kept in one transaction

_tickets, _bodies, _events, _words = table(TicketRow), table(BodyRow), table(EventRow), table(WordsRow)
_TEXTS = Prepared(
    sa.select(_events.c.seq, _bodies.c.text)
    .join_from(_events, _bodies, _bodies.c.id == _events.c.body_id)
    .where(_events.c.ticket_id == sa.bindparam("of"))
    .order_by(_events.c.seq)
)
_WHOSE = Prepared(sa.select(_tickets.c.customer, _tickets.c.status).where(_tickets.c.id == sa.bindparam("of")))
_KNOWN = Prepared(sa.select(_words.c.ticket_id).where(_words.c.ticket_id == sa.bindparam("of")))
_WITHOUT = (
    sa.select(_tickets.c.id, _tickets.c.customer)
    .join_from(_tickets, _words, _words.c.ticket_id == _tickets.c.id, isouter=True)
    .where(
        _tickets.c.organisation_id == sa.bindparam("organisation_id"),
        _tickets.c.status != DISMISSED,
        _words.c.ticket_id.is_(None),
        _tickets.c.id >= sa.bindparam("least"),
    )
    .order_by(_tickets.c.id)
    .limit(TOGETHER)
)
_ANY_WITHOUT = Prepared(_WITHOUT.limit(1))
_FREE_WITHOUT = Prepared(_WITHOUT.with_for_update(of=_tickets, skip_locked=True, key_share=True))
_NEWEST = Prepared(
    sa.select(_tickets.c.id)
    .where(_tickets.c.organisation_id == sa.bindparam("organisation_id"))
    .order_by(_tickets.c.number.desc())
    .limit(1)
    .offset(NEWEST)
)
_LOCK = Prepared(sa.select(_tickets.c.id).where(_tickets.c.id == sa.bindparam("of")).with_for_update(key_share=True))
_REST = Prepared(sa.select(_words.c.rest).where(_words.c.ticket_id == sa.bindparam("of")))
_ADD = Prepared(sa.update(_words).where(_words.c.ticket_id == sa.bindparam("of")))
_REMOVE = Prepared(sa.delete(_words).where(_words.c.ticket_id == sa.bindparam("of")))


def add_words(session: Session, organisation_id: int, ticket_id: int, text: str, customer: str | None) -> None:
    """Keep the words of a new ticket."""
    add_all(session, WordsRow, [_row(organisation_id, ticket_id, [(1, text)], customer)])


def save_words(session: Session, organisation_id: int, ticket_id: int) -> None:
    """Keep the words of a ticket as its texts read now."""
    ((customer, status),) = _WHOSE.rows(session, {"of": ticket_id})
    if status == DISMISSED:
        if _REMOVE.run(session, {"of": ticket_id}):
            leave_traces(session, in_index=True)
        return
    texts = _TEXTS.rows(session, {"of": ticket_id})
    row = _row(organisation_id, ticket_id, [(seq, text) for seq, text in texts], customer)
    upsert(session, WordsRow, [row], key=("ticket_id",))


def has_words(session: Session, ticket_id: int) -> bool:
    """Whether the words of a ticket are kept."""
    return bool(_KNOWN.rows(session, {"of": ticket_id}))


def save_first_words(session: Session, organisation_id: int, ticket_id: int) -> None:
    """Keep the words of a new ticket and of those opened after it that have none yet, all in one go; where it has some,
    of the newest. They are kept after the opening, by work that is planned with it: whoever opens one does not wait for
    the index."""
    if has_words(session, ticket_id):
        save_newest_words(session, organisation_id)
        return
    _LOCK.rows(session, {"of": ticket_id})
    _save_first(session, organisation_id, ticket_id)
    if not has_words(session, ticket_id):
        save_words(session, organisation_id, ticket_id)


def lacks_words(session: Session, organisation_id: int) -> bool:
    """Whether some of the newest tickets are not found yet by their words."""
    least = _first_of_newest(session, organisation_id)
    return bool(_ANY_WITHOUT.rows(session, {"organisation_id": organisation_id, "least": least}))


def save_newest_words(session: Session, organisation_id: int) -> None:
    """Keep the words of those, so that whoever searches finds what was opened just now."""
    _save_first(session, organisation_id, _first_of_newest(session, organisation_id))


def _first_of_newest(session: Session, organisation_id: int) -> int:
    found = _NEWEST.rows(session, {"organisation_id": organisation_id})
    return int(found[0][0]) if found else 0


def _save_first(session: Session, organisation_id: int, least: int) -> None:
    """Of those whom nobody else has locked: on PostgreSQL their words may be being written at this moment."""
    without = _FREE_WITHOUT.rows(session, {"organisation_id": organisation_id, "least": least})
    texts: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    query = (
        sa.select(_events.c.ticket_id, _events.c.seq, _bodies.c.text)
        .join_from(_events, _bodies, _bodies.c.id == _events.c.body_id)
        .where(_events.c.ticket_id.in_([ticket_id for ticket_id, _ in without]))
    )
    for ticket_id, seq, text in session.execute(query) if without else ():
        texts[ticket_id].append((seq, text))
    for ticket_id, customer in without:
        # What was kept meanwhile, by whoever erases a text, is newer.
        add_new(
            session, WordsRow, _row(organisation_id, ticket_id, sorted(texts[ticket_id]), customer), key=("ticket_id",)
        )


def save_more_words(session: Session, ticket_id: int, texts: Sequence[str]) -> None:
    """Keep what these texts add to the words of a ticket, besides those that it was opened with. What is no ticket has
    none."""
    for (rest,) in _REST.rows(session, {"of": ticket_id}):
        known = dict.fromkeys(rest.split())
        words = list(known | dict.fromkeys(words_of(*texts)))[:MOST_WORDS]
        if len(words) > len(known):
            _ADD.run(session, {"of": ticket_id, "rest": " ".join(words)})


def save_words_of(session: Session, organisation_id: int, body_ids: Iterable[int]) -> None:
    """Keep the words of every ticket that one of these texts belongs to, as they read now that some are erased or
    replaced."""
    query = sa.select(_bodies.c.ticket_id).where(
        _bodies.c.organisation_id == organisation_id, _bodies.c.id.in_(list(body_ids)), _bodies.c.ticket_id.is_not(None)
    )
    for ticket_id in sorted(set(session.execute(query).scalars())):
        save_words(session, organisation_id, ticket_id)
    leave_traces(session, in_index=True)


def _row(
    organisation_id: int, ticket_id: int, texts: Iterable[tuple[int, str]], customer: str | None
) -> dict[str, Any]:
    opening = [text for seq, text in texts if seq == 1]
    rest = [text for seq, text in texts if seq > 1]
    return {
        "ticket_id": ticket_id, "organisation_id": organisation_id,
        "opening": " ".join(words_of(*opening, customer or "")), "rest": " ".join(words_of(*rest)),
    }  # fmt: skip


def fill(connection: Connection) -> None:
    """Keep the words of every ticket that has none yet. For a migration: it names the columns it reads."""
    texts = """
        SELECT t.id, t.organisation_id, t.customer, e.seq, b.text FROM ticket t
        JOIN event e ON e.ticket_id = t.id JOIN body b ON b.id = e.body_id
        WHERE t.id > :after AND t.id <= :upto AND t.status <> 'dismissed' ORDER BY t.id, e.seq
    """
    insert = sa.text("INSERT INTO words (ticket_id, organisation_id, opening, rest) VALUES (:ticket_id, "
                     ":organisation_id, :opening, :rest)")  # fmt: skip
    last = connection.exec_driver_sql("SELECT max(id) FROM ticket").scalar_one() or 0
    for after in range(0, last, FILLED):
        found = connection.execute(sa.text(texts), {"after": after, "upto": after + FILLED}).all()
        rows = [
            _row(organisation_id, ticket_id, [(seq, text) for *_, seq, text in of], customer)
            for (ticket_id, organisation_id, customer), of in groupby(found, lambda row: tuple(row[:3]))
        ]
        if rows:
            connection.execute(insert, rows)


def purge(cursor: sqlite3.Cursor, *, first: bool) -> bool:
    """Put some of the index's parts together on SQLite, so that nothing stands in it but what is found. `first`: with
    this call it begins. Whether it is done."""
    before = cursor.connection.total_changes
    pages = -PAGES if first else PAGES
    cursor.execute("INSERT INTO words_index (words_index, rank) VALUES ('merge', ?)", (pages,))
    return cursor.connection.total_changes - before < 2
