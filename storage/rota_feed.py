"""The address under which a desk's rota can be read as a calendar: a token, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.on_call import RotaFeedRow

_rows = table(RotaFeedRow)
TOKEN_BYTES = 24


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def give_feed(session: Session, organisation_id: int, desk_id: int, token: str, *, by: str, now: datetime) -> None:
    """The rota is to be had under that token alone: an earlier one is worth nothing any more."""
    row = {
        "organisation_id": organisation_id, "desk_id": desk_id, "digest": digest_of(token), "made_by": by,
        "made_at": now,
    }  # fmt: skip
    upsert(session, RotaFeedRow, [row], key=("organisation_id", "desk_id"))


def end_feed(session: Session, organisation_id: int, desk_id: int) -> bool:
    """The rota is to be had under no address any more. Whether it was."""
    gone = sa.delete(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id)
    return int(session.execute(gone).rowcount) > 0  # type: ignore[attr-defined]


def desk_of_feed(session: Session, token: str) -> tuple[int, int] | None:
    """(organisation id, desk id) of the desk whose rota that token stands for."""
    query = sa.select(_rows.c.organisation_id, _rows.c.desk_id).where(_rows.c.digest == digest_of(token))
    found = session.execute(query).first()
    return None if found is None else (found.organisation_id, found.desk_id)
