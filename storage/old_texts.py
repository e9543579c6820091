"""Texts that are kept no longer: what was written in tickets that were closed long ago, and questions for others that
were asked long ago. They are erased; events, clocks, verdicts and figures stay as they are. In the chat nothing is
changed: how long messages are kept there is settled there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.kept import Before
from storage.learned import unlearn
from storage.retention import CLOSED_AT, IS_CLOSED, WINDOW, Window
from storage.tables.conversations import MessageRow
from storage.tables.intake import RedirectRow
from storage.tables.tickets import BodyRow, TicketRow
from storage.texts import erase_texts
from storage.tickets import lock_all

_tickets, _bodies, _messages, _redirects = table(TicketRow), table(BodyRow), table(MessageRow), table(RedirectRow)
_IS_THERE = _bodies.c.erased_at.is_(None)
_HAS_TEXTS = sa.exists().where(_bodies.c.ticket_id == _tickets.c.id, _IS_THERE)
_CLOSED = sa.select(
    _tickets.c.id, _tickets.c.organisation_id, _tickets.c.desk_id, CLOSED_AT.label("at"),
).where(IS_CLOSED)  # fmt: skip
_QUESTIONS = (
    sa.select(_redirects.c.id, _redirects.c.organisation_id, _redirects.c.desk_id, _redirects.c.at,
              _redirects.c.body_id)
    .join_from(_redirects, _bodies, _bodies.c.id == _redirects.c.body_id)
    .where(_bodies.c.ticket_id.is_(None), _IS_THERE)
)  # fmt: skip


def old_conversations(session: Session, before: Before, cursor: int | None) -> Window:
    """Tickets that have been closed for too long for their texts to be kept."""
    here, last = _window(session, _tickets, cursor)
    query = _CLOSED.where(here, before.newest > CLOSED_AT, _HAS_TEXTS).order_by(_tickets.c.id)
    return Window([row.id for row in _old(session, query, before)], last)


def erase_conversations(session: Session, ids: Sequence[int], before: Before) -> int:
    """Erase the texts of these tickets, unless they were opened again. How many texts there were."""
    erased = 0
    whose = sa.select(_tickets.c.organisation_id).where(_tickets.c.id.in_(list(ids))).distinct()
    for organisation_id in sorted(session.execute(whose).scalars()):
        lock_all(session, organisation_id, ids)
        mine = _CLOSED.where(_tickets.c.organisation_id == organisation_id, _tickets.c.id.in_(list(ids)))
        for ticket in _old(session, mine, before):
            texts = sa.select(_bodies.c.id).where(_bodies.c.ticket_id == ticket.id, _IS_THERE)
            # An edit of the message that a text was taken from brings it back no more.
            taken_from = (_messages.c.ticket_id == ticket.id, _messages.c.body_id.is_not(None))
            session.execute(sa.update(_messages).where(*taken_from).values(body_id=None))
            bodies = list(session.execute(texts).scalars())
            erased += erase_texts(session, organisation_id, bodies, before.now)
            unlearn(session, organisation_id, ticket.id)
    return erased


def old_questions(session: Session, before: Before, cursor: int | None) -> Window:
    """Questions for others that were asked too long ago for their texts to be kept."""
    here, last = _window(session, _redirects, cursor)
    query = _QUESTIONS.where(here, _redirects.c.at < before.newest).order_by(_redirects.c.id)
    return Window([row.id for row in _old(session, query, before)], last)


def erase_questions(session: Session, ids: Sequence[int], before: Before) -> int:
    """Erase the texts of these questions, unless a ticket was opened from them. How many there were."""
    found = _old(session, _QUESTIONS.where(_redirects.c.id.in_(list(ids))), before)
    return sum(erase_texts(session, row.organisation_id, [row.body_id], before.now) for row in found)


def _window(session: Session, rows: sa.Table, cursor: int | None) -> tuple[sa.ColumnElement[bool], int | None]:
    """The next rows by id, as a condition, and where to go on after them; None: these are the last."""
    ids = sa.select(rows.c.id).where(rows.c.id > (cursor or 0)).order_by(rows.c.id).limit(WINDOW)
    found = session.execute(ids).scalars().all()
    if not found:
        return sa.false(), None
    return rows.c.id.between(found[0], found[-1]), found[-1] if len(found) == WINDOW else None


def _old(session: Session, query: sa.Select[Any], before: Before) -> list[sa.Row[Any]]:
    return [row for row in session.execute(query) if row.at < before.of(row.organisation_id, row.desk_id)]
