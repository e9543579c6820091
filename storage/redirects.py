"""Questions for billing or sales: who asked was told where they belong. Counted, and opened as tickets on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add, overwrite, table
from storage.refresh import refresh_opened
from storage.tables.intake import RedirectRow
from storage.tables.tickets import BodyRow
from storage.texts import erase_texts

_rows, _bodies = table(RedirectRow), table(BodyRow)


@dataclass(frozen=True, slots=True)
class Redirected:
    """A question that was redirected."""

    #: In the database.
    id: int
    #: `billing` or `sales`.
    kind: str
    #: Who asked, by key.
    person: str
    #: Where they did, by key.
    channel: str
    #: The platform's id of what they wrote; None: it was a command.
    message_id: str | None
    #: The message whose thread that stands in, or itself.
    root_id: str | None
    #: When they wrote it.
    written_at: datetime
    #: What they wrote; empty once it was erased.
    text: str
    #: The row id of the ticket that was opened from it; None: nobody has opened one.
    ticket_id: int | None


def keep_redirect(session: Session, organisation_id: int, desk_id: int, asked: Redirected, now: datetime) -> int:
    """Record that a question was redirected. Answers its id; that of `asked` is not read."""
    body_id = add(session, BodyRow, organisation_id=organisation_id, text=asked.text)
    return add(
        session, RedirectRow, organisation_id=organisation_id, desk_id=desk_id, kind=asked.kind, person=asked.person,
        channel=asked.channel, message_id=asked.message_id, root_id=asked.root_id, body_id=body_id,
        written_at=asked.written_at, at=now,
    )  # fmt: skip


def find_redirect(session: Session, organisation_id: int, row_id: int, *, lock: bool = False) -> Redirected | None:
    """One of them. `lock`: nobody else opens a ticket from it until this transaction ends."""
    query = _query(organisation_id).where(_rows.c.id == row_id)
    return _one(session, query.with_for_update(of=_rows) if lock else query)


def redirected_since(session: Session, organisation_id: int, person: str, since: datetime) -> list[Redirected]:
    """What this person asked since then and was redirected, the latest first."""
    query = _query(organisation_id).where(_rows.c.person == person, _rows.c.at > since).order_by(_rows.c.id.desc())
    return [_read(row) for row in session.execute(query)]


def add_to_redirect(session: Session, organisation_id: int, row_id: int, text: str) -> None:
    """Add to what was asked."""
    overwrite(session, BodyRow, _body_of(session, organisation_id, row_id), text=text)


def reword_redirect(session: Session, organisation_id: int, row_id: int, text: str, now: datetime) -> None:
    """What was asked reads otherwise now, or is gone (an empty text)."""
    body_id = _body_of(session, organisation_id, row_id)
    if text:
        overwrite(session, BodyRow, body_id, text=text)
    else:
        erase_texts(session, organisation_id, [body_id], now)


def redirect_of(session: Session, organisation_id: int, channel: str, message_id: str) -> Redirected | None:
    """What became of a message that was redirected and is no ticket yet, locked."""
    query = _query(organisation_id).where(
        _rows.c.channel == channel, _rows.c.message_id == message_id, _rows.c.ticket_id.is_(None)
    )
    return _one(session, query.with_for_update(of=_rows))


def _body_of(session: Session, organisation_id: int, row_id: int) -> int:
    query = sa.select(_rows.c.body_id).where(_rows.c.organisation_id == organisation_id, _rows.c.id == row_id)
    return int(session.execute(query).scalar_one())


def note_opened(session: Session, organisation_id: int, row_id: int, ticket_id: int, now: datetime) -> None:
    """Record that a ticket was opened from it, which has its words from now on. The desk's line says so."""
    mine = (_rows.c.organisation_id == organisation_id, _rows.c.id == row_id)
    session.execute(sa.update(_rows).where(*mine).values(ticket_id=ticket_id))
    erase_texts(session, organisation_id, [_body_of(session, organisation_id, row_id)], now)
    refresh_opened(session, organisation_id, line_key(row_id), now)


def line_key(row_id: int) -> str:
    """The idempotency key of the line that tells the desk of it."""
    return f"redirected.{row_id}"


def count_redirects(
    session: Session, organisation_id: int, desk_id: int, since: datetime
) -> dict[str, tuple[int, int]]:
    """Of a desk, by kind: how many questions were redirected since then, and how many of them became tickets."""
    query = (
        sa.select(_rows.c.kind, sa.func.count(), sa.func.count(_rows.c.ticket_id))
        .where(_rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id, _rows.c.at >= since)
        .group_by(_rows.c.kind)
    )
    return {kind: (told, opened) for kind, told, opened in session.execute(query)}


def _query(organisation_id: int) -> sa.Select[Any]:
    told = (
        _rows.c.id, _rows.c.kind, _rows.c.person, _rows.c.channel, _rows.c.message_id, _rows.c.root_id,
        _rows.c.written_at, _bodies.c.text, _rows.c.ticket_id,
    )  # fmt: skip
    return (
        sa.select(*told)
        .join_from(_rows, _bodies, _bodies.c.id == _rows.c.body_id)
        .where(_rows.c.organisation_id == organisation_id)
    )


def _one(session: Session, query: sa.Select[Any]) -> Redirected | None:
    row = session.execute(query).first()
    return None if row is None else _read(row)


def _read(row: sa.Row[Any]) -> Redirected:
    told: tuple[Any, ...] = tuple(row)
    return Redirected(*told)
