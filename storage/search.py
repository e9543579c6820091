"""Looking for tickets: by their words, by who has them, by their number.

What somebody typed reaches the databases as words alone (`triage.words`): letters and figures, each in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from storage.core import table
from storage.database import Database
from storage.listing import Listed, listed, with_cards
from storage.references import called
from storage.tables.desks import DeskRow
from storage.tables.intake import BroughtRow
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tables.words import ALL_WORDS, OPENING_WORDS, WordsRow
from storage.word_index import lacks_words, save_newest_words
from triage.words import Asked, Query, misspelt

_tickets, _words, _brought, _desks = table(TicketRow), table(WordsRow), table(BroughtRow), table(DeskRow)
INDEX = sa.table("words_index", sa.column("rowid", sa.Integer))
MATCH = "words_index MATCH :words"
IN_OPENING = f"{OPENING_WORDS} @@ CAST(:words AS tsquery)"
_IN_ALL = f"{ALL_WORDS} @@ CAST(:words AS tsquery)"
_CLOSED = _tickets.c.status == "resolved"  # what was dismissed is in neither
MOST_NEARLY = 300
WORDS_OF_REF = 3  # what has more is no number of another help desk
MOST_CALLED = 50  # of the newest with the words of such a number, which are looked at for having it
LOOKED_THROUGH = 200  # of the newest tickets, before any index is asked

Hits = dict[tuple[str, str], list[int]]
"""The row ids of all tickets for which a condition holds, by the condition and the words in it, as far as they were
looked up."""


@dataclass(frozen=True, slots=True)
class Within:
    """Among which tickets somebody looks."""

    #: The organisation whose tickets they are.
    organisation_id: int
    #: Only tickets that this person asked for, by key, and only by what these were opened with; None: all, by all that
    #: was written about them.
    requester: str | None = None
    #: The people whose name each word may be part of, by word: they are found as assignees.
    people: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    #: The platform to which links to their cards should lead.
    platform: str = ""
    #: Further conditions on the tickets.
    narrowed: tuple[Any, ...] = ()

    @property
    def bounds(self) -> list[Any]:
        """The same as conditions."""
        found = [_tickets.c.organisation_id == self.organisation_id, *self.narrowed]
        return found if self.requester is None else [*found, _tickets.c.requester == self.requester]


async def find_newest(database: Database, organisation_id: int) -> None:
    """Have the newest tickets found as well, whose words are to be kept a moment after their opening."""
    if await database.read(partial(lacks_words, organisation_id=organisation_id)):
        await database.write(partial(save_newest_words, organisation_id=organisation_id))


def search(session: Session, within: Within, query: Query, *, limit: int, offset: int = 0) -> list[Listed]:
    """The tickets that somebody looks for: the one of that number first, here or elsewhere, then open ones, then the
    newest. Where no ticket has these words, those whose words differ from them by a letter."""
    if session.get_bind().dialect.name != "sqlite":
        # Reading all rows looks cheap to PostgreSQL's planner, which does not know what it costs to make words of each.
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    most = limit + offset
    found = _found(session, within, query, most) or _nearly(session, within, misspelt(query).words)[:most]
    places = {ticket_id: place for place, ticket_id in enumerate(found[offset:most])}
    if not places:
        return []
    wanted = _tickets.c.id.in_(places)
    ids = {row.number: row.id for row in session.execute(sa.select(_tickets.c.number, _tickets.c.id).where(wanted))}
    rows = with_cards(session, within.organisation_id, listed().where(wanted), within.platform)
    return sorted(rows, key=lambda row: places[ids[row.number]])


def _found(session: Session, within: Within, query: Query, most: int) -> list[int]:
    """The row ids of the first `most` that are found, in order."""
    first: list[int] = []
    if query.number is not None:
        first = _newest(session, [*within.bounds, _tickets.c.number == query.number], is_open=None, most=1)
    if query.ref and within.requester is None:
        first += [each for each in _by_ref(session, within, query) if each not in first]
    found = [*first]
    hits: Hits = {}
    for is_open in (True, False):
        ids: set[int] = set()
        if query.words:
            ids.update(_with_words(session, within, query.words, within.bounds, is_open=is_open, most=most, hits=hits))
        if (named := _by_name(within, query)) is not None:
            has, others = named
            bounds = [*within.bounds, _tickets.c.assignee.in_(sorted(has))]
            ids.update(
                _with_words(session, within, others, bounds, is_open=is_open, most=most, hits=hits)
                if others
                else _newest(session, bounds, is_open=is_open, most=most)
            )
        found += sorted(ids.difference(first), reverse=True)  # ids are counted as numbers are: the newest is highest
    return found[:most]


def _by_ref(session: Session, within: Within, query: Query) -> list[int]:
    """What has exactly that number elsewhere: in the help desk that it came from, or since somebody said so."""
    came = _that_came(session, within, query.ref)
    if len(query.words) > WORDS_OF_REF:
        return came
    whole = [replace(each, beginnings=()) for each in query.words]
    named = _with_words(session, within, whole, within.bounds, is_open=None, most=MOST_CALLED, hits={}) if whole else []
    return [*came, *called(session, [each for each in named if each not in came], query.ref)]


def _that_came(session: Session, within: Within, ref: str) -> list[int]:
    desks = sa.select(_desks.c.id).where(_desks.c.organisation_id == within.organisation_id)  # as the key begins
    of = sa.select(_brought.c.ticket_id).where(
        _brought.c.organisation_id == within.organisation_id, _brought.c.desk_id.in_(desks), _brought.c.ref == ref
    )
    came = list(session.execute(of).scalars())
    return _newest(session, [*within.bounds, _tickets.c.id.in_(came)], is_open=None, most=len(came)) if came else []


def _nearly(session: Session, within: Within, words: Sequence[Asked]) -> list[int]:
    """The newest that have all of these words, open ones first. Each of them is hundreds, which are looked for once."""
    if not words:
        return []
    found = _with_words(session, within, words, within.bounds, is_open=None, most=MOST_NEARLY, hits={})
    if not found:
        return []
    still = set(
        session.execute(sa.select(_tickets.c.id).where(IS_OPEN, _among(session, _tickets.c.id, found))).scalars()
    )
    return sorted(found, key=lambda ticket_id: ticket_id not in still)


def _by_name(within: Within, query: Query) -> tuple[AbstractSet[str], tuple[Asked, ...]] | None:
    """Whose name some of the words may be, and the other words. None where they are nobody's."""
    named = [asked for asked in query.words if within.people.get(asked.exact[0])]
    if not named or within.requester is not None:
        return None
    people = frozenset.intersection(*(frozenset(within.people[asked.exact[0]]) for asked in named))
    return (people, tuple(asked for asked in query.words if asked not in named)) if people else None


def _newest(session: Session, bounds: Sequence[Any], *, is_open: bool | None, most: int) -> list[int]:
    query = sa.select(_tickets.c.id).where(*bounds, _status(is_open)).order_by(_tickets.c.number.desc()).limit(most)
    return list(session.execute(query).scalars())


def _status(is_open: bool | None) -> Any:
    return sa.or_(IS_OPEN, _CLOSED) if is_open is None else IS_OPEN if is_open else _CLOSED


def _with_words(
    session: Session,
    within: Within,
    words: Sequence[Asked],
    bounds: Sequence[Any],
    *,
    is_open: bool | None,
    most: int,
    hits: Hits,
) -> list[int]:
    """The newest that have all of these words, as far as this person finds by them. `hits`: what PostgreSQL's index has
    said to them already."""
    in_opening = within.requester is not None
    if session.get_bind().dialect.name != "sqlite":
        asked = (IN_OPENING if in_opening else _IN_ALL, as_tsquery(words))
        return _with_words_on_postgresql(session, asked, [*bounds, _status(is_open)], most, hits)
    has = sa.text(MATCH).bindparams(words=as_match(words, "opening" if in_opening else ""))
    # What has the words is read newest first, and no further than is wanted.
    query = sa.select(INDEX.c.rowid).where(has).order_by(INDEX.c.rowid.desc()).limit(most)
    if is_open:
        # Few of them are open. (As a sum it is no id that each open ticket is looked up by, one after another.)
        query = query.where((INDEX.c.rowid + 0).in_(sa.select(_tickets.c.id).where(*bounds, IS_OPEN)))
    else:
        query = query.join_from(INDEX, _tickets, _tickets.c.id == INDEX.c.rowid).where(*bounds, _status(is_open))
    return list(session.execute(query).scalars())


def _with_words_on_postgresql(
    session: Session, asked: tuple[str, str], bounds: Sequence[Any], most: int, hits: Hits
) -> list[int]:
    """The same. Its index of words knows no order. Words that many tickets have are found among the newest few; only
    others, that fewer have, are looked up, and then all that have them, once. Each is a statement of one table: when it
    joins them, PostgreSQL takes seconds wherever it guesses wrongly how many there are."""
    condition, words = asked
    with_words = sa.select(_words.c.ticket_id).where(sa.text(condition).bindparams(words=words))
    tickets = sa.select(_tickets.c.id).where(*bounds)
    newest_first = tickets.order_by(_tickets.c.number.desc())
    if asked not in hits:
        if most <= LOOKED_THROUGH:
            newest = list(session.execute(newest_first.limit(LOOKED_THROUGH)).scalars())
            found = set(session.execute(with_words.where(_among(session, _words.c.ticket_id, newest))).scalars())
            if len(found) >= most or len(newest) < LOOKED_THROUGH:
                return [ticket_id for ticket_id in newest if ticket_id in found][:most]
        hits[asked] = list(session.execute(with_words).scalars())
    if not hits[asked]:
        return []
    return list(session.execute(newest_first.where(_among(session, _tickets.c.id, hits[asked])).limit(most)).scalars())


def _among(session: Session, column: Any, ids: list[int]) -> Any:
    """Whether that column is one of these ids. PostgreSQL is told them as one value, however many they are."""
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(ids)
    return column == sa.any_(sa.cast(ids, postgresql.ARRAY(column.type)))


def as_match(words: Iterable[Asked], column: str = "") -> str:
    """The words as SQLite's FTS5 reads them. `column`: to be found there only."""

    def one(asked: Asked) -> str:
        ways = [f'"{word}"' for word in asked.exact if word not in asked.beginnings]
        ways += [f'"{word}" *' for word in asked.beginnings]
        if asked.parts:
            ways.append(f"({' AND '.join(f'{chr(34)}{part}{chr(34)}' for part in asked.parts)})")
        return f"({' OR '.join(ways)})"

    found = " AND ".join(one(asked) for asked in words)
    return f"{column} : ({found})" if column else found


def as_tsquery(words: Iterable[Asked]) -> str:
    """The words as PostgreSQL reads them."""

    def one(asked: Asked) -> str:
        ways = [f"'{word}'" for word in asked.exact if word not in asked.beginnings]
        ways += [f"'{word}':*" for word in asked.beginnings]
        if asked.parts:
            ways.append(f"({' & '.join(f'{chr(39)}{part}{chr(39)}' for part in asked.parts)})")
        return f"({' | '.join(ways)})"

    return " & ".join(one(asked) for asked in words)
