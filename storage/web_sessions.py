"""Who is signed in to the desk's pages. What a browser shows is random, given to it alone, and kept as a digest. A
session ends when nobody looked for a while, some days after it began, and at once when it is ended.

All times are the machine's own: sign-ins run out by it, whatever time it is for tickets.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add, table
from storage.tables.pages import WebSessionRow

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
USED_EVERY = timedelta(minutes=1)
TOKEN_BYTES, LONGEST_TOKEN = 32, 64

_rows = table(WebSessionRow)


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody who is signed in."""

    #: Its own id.
    id: int
    #: The organisation whose pages they see ...
    organisation_id: int
    #: ... and the desk.
    desk_id: int
    #: The key of the account that they signed in with.
    account: str
    #: When they signed in.
    made_at: datetime
    #: When they last looked, to the minute.
    used_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it still lets anybody in."""
        return now < min(self.used_at + IDLE, self.made_at + LONGEST)


def begin_session(session: Session, organisation_id: int, desk_id: int, account: str, now: datetime) -> str:
    """Somebody has signed in. The token that their browser shows is answered here and never again. What has ended by
    itself is deleted."""
    over = sa.or_(_rows.c.used_at <= now - IDLE, _rows.c.made_at <= now - LONGEST)
    session.execute(sa.delete(_rows).where(_rows.c.organisation_id == organisation_id, over))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    add(
        session, WebSessionRow, organisation_id=organisation_id, desk_id=desk_id, account=account,
        digest=_digest(token), made_at=now, used_at=now,
    )  # fmt: skip
    return token


def find_session(session: Session, token: str, now: datetime) -> WebSession | None:
    """The session that has this token; None where there is none, or it has ended."""
    columns = (_rows.c.id, _rows.c.organisation_id, _rows.c.desk_id, _rows.c.account, _rows.c.made_at, _rows.c.used_at)
    row = session.execute(sa.select(*columns).where(_rows.c.digest == _digest(token))).first()
    found = None if row is None else WebSession(*row)
    return found if found is not None and found.holds(now) else None


def note_session_used(session: Session, session_id: int, now: datetime) -> None:
    """They looked just now."""
    session.execute(sa.update(_rows).where(_rows.c.id == session_id).values(used_at=now))


def end_session(session: Session, token: str) -> None:
    """Whoever shows this token is signed out."""
    session.execute(sa.delete(_rows).where(_rows.c.digest == _digest(token)))


def end_sessions_of(session: Session, organisation_id: int, accounts: Collection[str]) -> int:
    """Whoever signed in with one of these accounts is signed out, with every browser. How many sessions ended."""
    which = (_rows.c.organisation_id == organisation_id, _rows.c.account.in_(sorted(accounts)))
    return int(session.execute(sa.delete(_rows).where(*which)).rowcount)  # type: ignore[attr-defined]


def _digest(token: str) -> str:
    # A token is as random as it is long: there is nothing to guess that a slow hash would make slower to guess.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
