"""Who gets the next ticket: how much everybody has, and when they were last given one. By which words tickets are
found. Who works when, who stands in for whom, and what fell due for a desk and was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.word_index import fill

revision = "202611291000"
down_revision = "202611290700"


def upgrade() -> None:
    _auditor()
    _etiquette()
    _assignment()
    _settling()
    _words()
    _desks()
    _climbing()
    _suggestions()


def _auditor() -> None:
    stands = sa.text("ended_at IS NULL")
    op.create_table(
        "finding",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repaired", sa.Boolean(), nullable=False),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_finding_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "of", name="pk_finding"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_stands", "finding", ["organisation_id"], sqlite_where=stands, postgresql_where=stands)
    op.create_table(
        "audit",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("well_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_cursor", sa.Integer(), nullable=False),
        sa.Column("rest_cursor", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_failures", sa.Integer(), nullable=False),
        sa.Column("beat_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_audit"),
        sqlite_with_rowid=False,
    )


def _etiquette() -> None:
    op.create_table(
        "quiet_hours",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_quiet_hours_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_quiet_hours"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "presence",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inactive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_presence_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "account", name="pk_presence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "writing",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_writing_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_writing_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_writing"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "told_with",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_told_with_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_told_with_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "clock", "cycle", name="pk_told_with"),
        sqlite_with_rowid=False,
    )


def _assignment() -> None:
    owned = sa.text("status NOT IN ('resolved', 'dismissed') AND assignee IS NOT NULL")
    op.create_index(
        "ix_ticket_load",
        "ticket",
        ["organisation_id", "assignee", "severity", "status"],  # all that is counted by
        sqlite_where=owned,
        postgresql_where=owned,
    )
    op.create_table(
        "last_assigned",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_last_assigned_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_last_assigned"),
        sqlite_with_rowid=False,
    )


def _climbing() -> None:
    op.create_table(
        "test_ping",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("test", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_test_ping_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "test", "who", name="pk_test_ping"),
        sqlite_with_rowid=False,
    )


def _words() -> None:
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


def _desks() -> None:
    op.create_table(
        "desk_done",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_desk_done_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_desk_done_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", "kind", "key", "at", name="pk_desk_done"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "working_hours",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_working_hours_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", name="pk_working_hours"),
        sqlite_with_rowid=False,
    )
    _rota()


def _rota() -> None:
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_stand_in_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_stand_in_desk_id_desk"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_in"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stand_in_organisation_id_desk_id_until", "stand_in", ["organisation_id", "desk_id", "until"])
    op.create_table(
        "rota_feed",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_rota_feed_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_rota_feed_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_rota_feed"),
        sa.UniqueConstraint("digest", name="uq_rota_feed_digest"),
    )
    op.create_table(
        "rota_copy",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_rota_copy_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_rota_copy_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_rota_copy"),
        sqlite_with_rowid=False,
    )


def _suggestions() -> None:
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("root_id", sa.String(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_redirect_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_redirect_desk_id_desk"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_redirect_body_id_body"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_redirect_ticket_id_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_redirect"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_redirect_organisation_id_at", "redirect", ["organisation_id", "at"])
    waiting = sa.text("state = 'waiting'")
    op.create_table(
        "correction",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_correction_ticket_id_ticket"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_correction_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_correction_desk_id_desk"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_correction_body_id_body"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_correction"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_correction_waiting",
        "correction",
        ["organisation_id", "desk_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "learned",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_learned_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name="fk_learned_desk_id_desk"),
        sa.PrimaryKeyConstraint("organisation_id", "desk_id", name="pk_learned"),
        sqlite_with_rowid=False,
    )


_SETTLING = (
    "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase', 'offered', 'nobody', 'group_silent', "
    "'escalated', 'unacknowledged', 'escalation_asked')"
)


def _settling() -> None:
    """More kinds of notices can be settled."""
    settling = sa.text(_SETTLING)
    op.drop_index("ix_outbox_settling", "outbox")
    op.create_index("ix_outbox_settling", "outbox", ["ticket_id"], sqlite_where=settling, postgresql_where=settling)
