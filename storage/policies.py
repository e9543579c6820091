"""Versions of a desk's policy. A ticket keeps the version whose terms it carries."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.core import add
from storage.tables import DeskRow, PolicyRow


def save_policy(session: Session, organisation_id: int, desk_id: int, data: dict[str, Any], now: datetime) -> int:
    """The version number of that policy: the latest when nothing changed, else a new one."""
    # One after another: two replicas that start together must not both save the same next version.
    session.exec(select(DeskRow.id).where(DeskRow.id == desk_id).with_for_update()).one()
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    latest = _latest(session, organisation_id, desk_id)
    if latest is not None and latest.digest == digest:
        return latest.version
    version = latest.version + 1 if latest is not None else 1
    add(
        session, PolicyRow, organisation_id=organisation_id, desk_id=desk_id,
        version=version, digest=digest, data=data, saved_at=now,
    )  # fmt: skip
    return version


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
