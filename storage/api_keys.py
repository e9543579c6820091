"""The keys by which programs act at a desk. A key is random, shown once, and kept as a digest; a program acts under an
account of its own (`api:12`), whose name stands in timelines."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.accounts import Account, save_accounts
from storage.core import add, table
from storage.tables.programs import ApiKeyRow
from triage.keys import PROGRAM, key_of
from triage.scopes import Scope

BEGINNING, SEPARATOR = "vigie", "_"
PREFIX_BYTES, SECRET_BYTES = 6, 32

_rows = table(ApiKeyRow)
_NOBODYS = hashlib.sha256(b"").hexdigest()  # compared with where there is no such key, so that both take as long


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without what it opens."""

    #: Its own id: what it does is done by `api:ID`.
    id: int
    #: The organisation that it is for ...
    organisation_id: int
    #: ... and the desk.
    desk_id: int
    #: What people call it.
    name: str
    #: Its beginning, by which people tell it from others.
    prefix: str
    #: What it is good for.
    scopes: frozenset[Scope]
    #: Who made it, as their machine calls them.
    made_by: str
    #: When.
    made_at: datetime
    #: When it was last used, to the minute; None: never.
    used_at: datetime | None
    #: Since when it opens nothing; None: it does.
    revoked_at: datetime | None

    @property
    def actor(self) -> str:
        """The key of whoever acts with it."""
        return key_of(PROGRAM, str(self.id))


def add_key(
    session: Session, organisation_id: int, desk_id: int, name: str, scopes: Collection[Scope], *, by: str,
    now: datetime,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key. The text that opens is answered here and never again."""
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    whole = SEPARATOR.join((BEGINNING, prefix, secret))
    row_id = add(
        session, ApiKeyRow, organisation_id=organisation_id, desk_id=desk_id, name=name, prefix=prefix,
        digest=_digest(whole), scopes=sorted(scopes), made_by=by, made_at=now,
    )  # fmt: skip
    made = ApiKey(row_id, organisation_id, desk_id, name, prefix, frozenset(scopes), by, now, None, None)
    save_accounts(session, organisation_id, [Account(made.actor, f"{name} (API)", is_bot=True)], now)
    return made, whole


def find_key(session: Session, whole: str) -> ApiKey | None:
    """The key that this text is. None where it is none, or was revoked."""
    prefix = prefix_of(whole)
    row = session.execute(sa.select(_rows).where(_rows.c.prefix == (prefix or ""))).first()
    fits = hmac.compare_digest(_digest(whole), _NOBODYS if row is None else row.digest)
    return _key(row) if row is not None and fits and row.revoked_at is None else None


def prefix_of(whole: str) -> str | None:
    """The beginning by which a key is found; None where the text has not the shape of one."""
    parts = whole.split(SEPARATOR, 2)
    return parts[1] if len(parts) == 3 and parts[0] == BEGINNING and parts[1].isalnum() and parts[1].isascii() else None


def list_keys(session: Session, organisation_id: int) -> list[ApiKey]:
    """Every key of the organisation, also those that were revoked, in the order in which they were made."""
    query = sa.select(_rows).where(_rows.c.organisation_id == organisation_id).order_by(_rows.c.id)
    return [_key(row) for row in session.execute(query)]


def revoke_key(session: Session, organisation_id: int, prefix: str, *, by: str, now: datetime) -> ApiKey | None:
    """That key opens nothing from now on. None where there is none, or it was revoked before."""
    which = (
        _rows.c.organisation_id == organisation_id, _rows.c.prefix == prefix, _rows.c.revoked_at.is_(None),
    )  # fmt: skip
    row = session.execute(sa.select(_rows).where(*which).with_for_update()).first()
    if row is None:
        return None
    session.execute(sa.update(_rows).where(_rows.c.id == row.id).values(revoked_at=now, revoked_by=by))
    return _key(row)


def note_used(session: Session, key_id: int, now: datetime) -> None:
    """It was used just now."""
    session.execute(sa.update(_rows).where(_rows.c.id == key_id).values(used_at=now))


def _digest(whole: str) -> str:
    # A key is as random as a digest is long: there is nothing to guess that a slow hash would make slower to guess.
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest()


def _key(row: sa.Row[tuple[object, ...]]) -> ApiKey:
    known: Sequence[str] = [each for each in row.scopes if each in list(Scope)]
    return ApiKey(
        row.id, row.organisation_id, row.desk_id, row.name, row.prefix, frozenset(map(Scope, known)), row.made_by,
        row.made_at, row.used_at, row.revoked_at,
    )  # fmt: skip
