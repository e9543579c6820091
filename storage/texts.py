"""Free texts, stored apart from the events: read, corrected, redacted, erased. Events and figures stay as they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.core import leave_traces, overwrite, table
from storage.tables.tickets import BodyRow
from storage.tickets import StoredTicket
from storage.typed import ERASED
from storage.word_index import save_words, save_words_of
from triage.globs import erase


def load_texts(session: Session, organisation_id: int, body_ids: list[int]) -> dict[int, str]:
    """The free texts of those ids; an erased one is missing."""
    if not body_ids:
        return {}
    query = select(BodyRow.id, BodyRow.text).where(
        BodyRow.organisation_id == organisation_id, col(BodyRow.id).in_(body_ids), col(BodyRow.erased_at).is_(None)
    )
    return {body_id: text for body_id, text in session.exec(query) if body_id is not None}


def redact_texts(
    session: Session, stored: StoredTicket, glob: str | None, of: Collection[int] | None, now: datetime
) -> list[int]:
    """Erase what matches `glob` (None: everything) in the texts of a ticket, or in those of the ids `of` only. The ids
    of the texts that were changed."""
    query = select(BodyRow).where(
        BodyRow.organisation_id == stored.organisation_id, BodyRow.ticket_id == stored.id,
        col(BodyRow.erased_at).is_(None),
    )  # fmt: skip
    found = [row for row in session.exec(query) if row.id is not None and (of is None or row.id in of)]
    leave_traces(session)
    if glob is None:
        bodies = [row.id for row in found if row.id is not None]
        erase_texts(session, stored.organisation_id, bodies, now)
        return bodies
    changed = []
    for row in found:
        text = erase(row.text, glob, ERASED)
        if text != row.text and row.id is not None:
            overwrite(session, BodyRow, row.id, text=text)
            changed.append(row.id)
    save_words_of(session, stored.organisation_id, changed)
    return changed


def text_of(session: Session, stored: StoredTicket, body_id: int) -> str:
    """A free text of this ticket. Empty where it is erased, or belongs to another ticket."""
    query = select(BodyRow.text).where(BodyRow.id == body_id, BodyRow.ticket_id == stored.id)
    return session.exec(query).first() or ""


def replace_text(session: Session, stored: StoredTicket, body_id: int, text: str) -> None:
    """Replace a text of this ticket, unless it is erased."""
    leave_traces(session)
    rows = table(BodyRow)
    session.execute(
        sa.update(rows)
        .where(rows.c.id == body_id, rows.c.ticket_id == stored.id, rows.c.erased_at.is_(None))
        .values(text=text)
    )
    save_words_of(session, stored.organisation_id, [body_id])


def bring_back_text(session: Session, stored: StoredTicket, body_id: int, text: str) -> None:
    """Keep a text of this ticket again that was erased, as it has arrived once more."""
    rows = table(BodyRow)
    session.execute(
        sa.update(rows).where(rows.c.id == body_id, rows.c.ticket_id == stored.id).values(text=text, erased_at=None)
    )
    save_words(session, stored.organisation_id, stored.id)


def erase_texts(session: Session, organisation_id: int, body_ids: Collection[int], now: datetime) -> int:
    """Erase those free texts for good; how many there were. Every event and figure stays as it is."""
    leave_traces(session)
    rows = table(BodyRow)
    statement = (
        sa.update(rows)
        .where(rows.c.organisation_id == organisation_id, rows.c.id.in_(list(body_ids)), rows.c.erased_at.is_(None))
        .values(text="", erased_at=now)
    )
    erased = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    save_words_of(session, organisation_id, body_ids)
    return erased
