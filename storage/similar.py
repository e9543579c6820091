"""The tickets that look like one, among those of the last weeks (`triage.alike`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.prepared import Prepared
from storage.search import IN_OPENING, INDEX, MATCH, as_match, as_tsquery
from storage.tables.tickets import TicketRow
from storage.tables.words import WordsRow
from triage.alike import AGO, COMPARED, MOST_COMMON, WORDS, Candidate, most_alike, weight
from triage.words import Asked, words_of

_tickets, _words = table(TicketRow), table(WordsRow)
_NUMBERS = Prepared(
    sa.select(_tickets.c.number, _tickets.c.customer_key, _tickets.c.customer, _tickets.c.desk_id, _words.c.opening)
    .join_from(_tickets, _words, _words.c.ticket_id == _tickets.c.id)
    .where(_tickets.c.organisation_id == sa.bindparam("organisation_id"), _tickets.c.id == sa.bindparam("of"))
)
_OPENED = Prepared(
    sa.select(_tickets.c.opened_at, _tickets.c.id)
    .where(_tickets.c.organisation_id == sa.bindparam("organisation_id"), _tickets.c.number >= sa.bindparam("least"))
    .order_by(_tickets.c.number)
    .limit(1)
)


def _having(ids: sa.ColumnElement[int], condition: str) -> sa.Select[Any]:
    has = sa.text(condition)
    return sa.select(ids).where(has, ids >= sa.bindparam("first"), ids < sa.bindparam("before")).limit(MOST_COMMON + 1)


_INDEXED = INDEX.c.rowid
_HAVING = {
    "sqlite": Prepared(_having(_INDEXED, MATCH).order_by(_INDEXED.desc())),  # it reads them in that order anyway
    # The sum keeps it from going by the ids.
    "postgresql": Prepared(_having(_words.c.ticket_id + 0, IN_OPENING)),
}
# By the index of words: reading all rows until there are enough looks cheaper to the planner, and is not.
_BY_INDEX = sa.text("SET LOCAL enable_seqscan = off")


def similar(
    session: Session, organisation_id: int, ticket_id: int, now: datetime, *, only_open: bool = False
) -> list[Candidate]:
    """The tickets of the same desk, opened before it, that look like that one, in the order in which they are worth a
    look. `only_open`: open ones alone."""
    found = _NUMBERS.rows(session, {"organisation_id": organisation_id, "of": ticket_id})
    if not found:
        return []
    number, customer_key, customer, desk_id, opening = found[0]
    whose = set(words_of(customer or ""))
    words = [word for word in opening.split() if word not in whose][:WORDS]
    first_number, first_id = _first_since(session, organisation_id, number, now - AGO)
    total = number - first_number
    own: dict[str, float] = {}
    if session.info["engine"] == "postgresql":
        session.execute(_BY_INDEX)
    scores: defaultdict[int, float] = defaultdict(float)
    for word in words:
        having = _newest_with(session, word, first_id, ticket_id)
        own[word] = weight(word, len(having), total)
        if len(having) <= MOST_COMMON:
            for each in having:
                scores[each] += own[word]
    best = sorted(scores, key=lambda each: (-scores[each], -each))[:COMPARED]
    candidates = _look_at(session, organisation_id, desk_id, best, customer_key, only_open=only_open)
    return most_alike(own, candidates, total)


def _first_since(session: Session, organisation_id: int, last: int, since: datetime) -> tuple[int, int]:
    """The number and row id of the first ticket opened since then: numbers are given in the order of opening, so that
    it can be found by halves."""
    low, high = 1, last
    while low < high:
        middle = (low + high) // 2
        ((opened_at, _),) = _OPENED.rows(session, {"organisation_id": organisation_id, "least": middle})
        low, high = (middle + 1, high) if opened_at < since else (low, middle)
    return low, _OPENED.rows(session, {"organisation_id": organisation_id, "least": low})[0][1]


def _newest_with(session: Session, word: str, first_id: int, before: int) -> list[int]:
    """The newest tickets that were opened with that word, one more at most than are counted."""
    asked, engine = [Asked((word,))], session.info["engine"]
    words = as_match(asked, "opening") if engine == "sqlite" else as_tsquery(asked)
    values = {"words": words, "first": first_id, "before": before}
    return [ticket_id for (ticket_id,) in _HAVING[engine].rows(session, values)]


def _look_at(
    session: Session, organisation_id: int, desk_id: int, ids: Sequence[int], customer_key: str | None,
    *, only_open: bool,
) -> list[Candidate]:  # fmt: skip
    """Those of them that are the desk's, with their words."""
    query = (
        sa.select(_tickets.c.number, _tickets.c.status, _tickets.c.customer_key, _tickets.c.opened_at, _words.c.opening)
        .join_from(_tickets, _words, _words.c.ticket_id == _tickets.c.id)
        .where(_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _tickets.c.id.in_(ids))
    )
    found = []
    for number, status, whose, opened_at, opening in session.execute(query):
        is_open = status not in ("resolved", "dismissed")
        if is_open or not only_open:
            same = customer_key is not None and whose == customer_key
            found.append(Candidate(number, tuple(opening.split()), opened_at, is_open, same))
    return found
