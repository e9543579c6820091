"""The words by which tickets are found, and their index on either engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Index, event, text
from sqlmodel import Field

from storage.tables.table import ID, Table

# The words of a row as PostgreSQL finds them. They are taken as they are: `triage.words` has read them.
OPENING_WORDS = "array_to_tsvector(array_remove(string_to_array(opening, ' '), ''))"
ALL_WORDS = "array_to_tsvector(array_remove(string_to_array((opening || ' '::text) || rest, ' '), ''))"


class WordsRow(Table, table=True):
    """The words by which a ticket is found, each once: a projection of its texts, rewritten with them. SQLite keeps the
    index in a table of its own kind, `words_index`, which follows this one."""

    __tablename__ = "words"
    __table_args__ = (
        Index("ix_words_opening", text(OPENING_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
        Index("ix_words_all", text(ALL_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    opening: str  # of its summary, its description, and the name of its customer; between spaces
    rest: str  # of everything else that was written about it


WORDS_INDEX = (
    """CREATE VIRTUAL TABLE words_index USING fts5(
        opening, rest, content='words', content_rowid='ticket_id', tokenize='ascii', detail='column', columnsize=0
    )""",
    """CREATE TRIGGER words_added AFTER INSERT ON words BEGIN
        INSERT INTO words_index (rowid, opening, rest) VALUES (new.ticket_id, new.opening, new.rest);
    END""",
    """CREATE TRIGGER words_changed AFTER UPDATE ON words BEGIN
        INSERT INTO words_index (words_index, rowid, opening, rest)
        VALUES ('delete', old.ticket_id, old.opening, old.rest);
        INSERT INTO words_index (rowid, opening, rest) VALUES (new.ticket_id, new.opening, new.rest);
    END""",
    """CREATE TRIGGER words_removed AFTER DELETE ON words BEGIN
        INSERT INTO words_index (words_index, rowid, opening, rest)
        VALUES ('delete', old.ticket_id, old.opening, old.rest);
    END""",
)
"""The index on SQLite (FTS5): which words stand in which row, and in which of its two columns."""


for _statement in WORDS_INDEX:
    _made: Any = DDL(_statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(WordsRow.__table__, "after_create", _made)  # type: ignore[attr-defined]
