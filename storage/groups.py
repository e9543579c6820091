"""User groups as their platform describes them, with the people in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from storage.core import upsert
from storage.tables.accounts import UserGroupRow
from triage import text


@dataclass(frozen=True, slots=True)
class Group:
    """A user group of a platform, as it last described it."""

    #: Platform and id: `slack:S0123`.
    key: str
    #: What is typed after `@`.
    handle: str = ""
    #: What people call it.
    name: str = ""
    #: Whether it can still be mentioned.
    is_active: bool = True
    #: Who is in it, by account key, in the platform's order; None: never read.
    people: tuple[str, ...] | None = None


def save_groups(session: Session, organisation_id: int, groups: Iterable[Group], now: datetime) -> None:
    """Keep what the platform just said of these groups. A group whose people could not be read keeps those known."""
    read, unread = [], []
    for group in groups:
        row = {
            "organisation_id": organisation_id, "key": group.key, "handle": text.name(group.handle),
            "name": text.name(group.name), "is_active": group.is_active, "refreshed_at": now,
        }  # fmt: skip
        if group.people is None:
            unread.append(row)
        else:
            read.append({**row, "people": list(group.people)})
    for rows in (read, unread):
        upsert(session, UserGroupRow, rows, key=("organisation_id", "key"))


def load_groups(session: Session, organisation_id: int) -> dict[str, Group]:
    """Every group known, by key."""
    rows = session.exec(select(UserGroupRow).where(UserGroupRow.organisation_id == organisation_id))
    return {
        r.key: Group(r.key, r.handle, r.name, r.is_active, None if r.people is None else tuple(r.people)) for r in rows
    }
