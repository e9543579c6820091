"""By which words tickets are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.word_index import fill

revision = "202611290930"
down_revision = "202611290920"

_OPENING = "array_to_tsvector(array_remove(string_to_array(opening, ' '), ''))"
_ALL = "array_to_tsvector(array_remove(string_to_array((opening || ' '::text) || rest, ' '), ''))"
_INDEX = (
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


def upgrade() -> None:
    op.create_table(
        "words",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("rest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_words_ticket_id_ticket"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_words_organisation_id_organisation"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_words"),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in _INDEX:
            connection.exec_driver_sql(statement)
    fill(connection)
    if connection.dialect.name != "sqlite":  # quicker than row by row
        connection.exec_driver_sql(f"CREATE INDEX ix_words_opening ON words USING gin ({_OPENING})")
        connection.exec_driver_sql(f"CREATE INDEX ix_words_all ON words USING gin ({_ALL})")
