"""Versions of a desk's policy. A ticket keeps the version whose terms it carries."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from storage.core import add, table
from storage.tables.desks import DeskRow, PolicyRow


def save_policy(
    session: Session,
    organisation_id: int,
    desk_id: int,
    data: dict[str, Any],
    now: datetime,
    *,
    chosen: dict[str, Any] | None = None,
    by: str | None = None,
    changes: list[str] | None = None,
) -> int:
    """The version number of that policy: the latest one where nothing changed, else a new one.

    `chosen`: what was chosen in chat, in a policy file's shape; `by`: who chose it; `changes`: the names of the
    settings that they changed.
    """
    _lock(session, desk_id)
    digest = digest_of(data)
    latest = _latest(session, organisation_id, desk_id)
    if latest is not None and latest.digest == digest and latest.chosen == chosen:
        return latest.version
    version = latest.version + 1 if latest is not None else 1
    add(
        session, PolicyRow, organisation_id=organisation_id, desk_id=desk_id, version=version, digest=digest,
        data=data, saved_at=now, chosen=chosen, saved_by=by, changes=changes,
    )  # fmt: skip
    return version


def digest_of(data: dict[str, Any]) -> str:
    """By what the data of one version is told from that of another."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _lock(session: Session, desk_id: int) -> None:
    """Serialise: two replicas that start together must not both save the same next version."""
    session.exec(select(DeskRow.id).where(DeskRow.id == desk_id).with_for_update()).one()


def chosen_in_chat(
    session: Session, organisation_id: int, desk_id: int, *, lock: bool = False
) -> dict[str, Any] | None:
    """What was last chosen in chat, in a policy file's shape. None where nobody ever did. It stays through versions
    that come from a policy file. `lock`: no other transaction saves a version until this one ends."""
    if lock:
        _lock(session, desk_id)
    query = (
        select(PolicyRow.chosen)
        .where(
            PolicyRow.organisation_id == organisation_id,
            PolicyRow.desk_id == desk_id,
            col(PolicyRow.chosen).is_not(None),
        )
        .order_by(col(PolicyRow.version).desc())
    )
    found = session.exec(query).first()
    return None if found is None else dict(found)


@dataclass(frozen=True, slots=True)
class Saved:
    """A version of a policy, and how it came to be."""

    #: Counted from 1, a desk each.
    version: int
    #: When it came into force.
    saved_at: datetime
    #: Who saved it in chat, by key; None: a file, or Vigie.
    by: str | None
    #: The settings that they changed, by name.
    changes: tuple[str, ...]


def list_versions(session: Session, organisation_id: int, desk_id: int) -> list[Saved]:
    """Every version of a desk's policy, the latest first."""
    query = (
        select(PolicyRow.version, PolicyRow.saved_at, PolicyRow.saved_by, PolicyRow.changes)
        .where(PolicyRow.organisation_id == organisation_id, PolicyRow.desk_id == desk_id)
        .order_by(col(PolicyRow.version).desc())
    )
    return [Saved(version, at, by, tuple(changes or ())) for version, at, by, changes in session.exec(query)]


def latest_version(session: Session, organisation_id: int, desk_id: int) -> tuple[int | None, str]:
    """The version in force, and by what to tell whether it reads otherwise since: somebody may have been forgotten."""
    query = select(PolicyRow.version, PolicyRow.digest).where(
        PolicyRow.organisation_id == organisation_id, PolicyRow.desk_id == desk_id
    )
    return session.exec(query.order_by(col(PolicyRow.version).desc()).limit(1)).first() or (None, "")


def latest_policy(session: Session, organisation_id: int, desk_id: int) -> tuple[int, dict[str, Any]] | None:
    """The version in force and its data; None for a desk that never had one."""
    latest = _latest(session, organisation_id, desk_id)
    return None if latest is None else (latest.version, dict(latest.data))


def _latest(session: Session, organisation_id: int, desk_id: int) -> PolicyRow | None:
    return session.exec(
        select(PolicyRow)
        .where(PolicyRow.organisation_id == organisation_id, PolicyRow.desk_id == desk_id)
        .order_by(col(PolicyRow.version).desc())
    ).first()


def load_policy(session: Session, organisation_id: int, desk_id: int, version: int) -> dict[str, Any] | None:
    """The data of one version, or None."""
    query = select(PolicyRow.data).where(
        PolicyRow.organisation_id == organisation_id, PolicyRow.desk_id == desk_id, PolicyRow.version == version
    )
    found = session.exec(query).first()
    return None if found is None else dict(found)


def want_move(session: Session, organisation_id: int, desk_id: int, version: int, by: str) -> None:
    """Record that a person wants the desk's open tickets moved to the terms of this version."""
    session.execute(_of(organisation_id, desk_id, version).values(move_by=by))


def wanted_move(session: Session, organisation_id: int, desk_id: int, version: int) -> str | None:
    """Who wants that move and has not been told that it is done. None for nobody."""
    query = select(PolicyRow.move_by).where(
        PolicyRow.organisation_id == organisation_id, PolicyRow.desk_id == desk_id, PolicyRow.version == version
    )
    return session.exec(query).first()


def end_move(session: Session, organisation_id: int, desk_id: int, version: int) -> bool:
    """The move is done, or was given up. Whether it was still wanted."""
    statement = _of(organisation_id, desk_id, version).where(col(PolicyRow.move_by).is_not(None)).values(move_by=None)
    return int(session.execute(statement).rowcount) > 0  # type: ignore[attr-defined]


def _of(organisation_id: int, desk_id: int, version: int) -> Update:
    return update(table(PolicyRow)).where(
        col(PolicyRow.organisation_id) == organisation_id, col(PolicyRow.desk_id) == desk_id,
        col(PolicyRow.version) == version,
    )  # fmt: skip
