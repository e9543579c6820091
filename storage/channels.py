"""Channels, groups and conversations with one person, as their platform described them with the last message, and how
each is reached. For platforms that do not say so when they are asked."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.cause import Cause
from storage.core import table, upsert
from storage.tables.channels import ChannelRow
from triage import text

_rows = table(ChannelRow)
PRIVATE_AGAIN = timedelta(days=1)
"""After this long a channel that refused private messages is asked once more."""


class ChannelKind(StrEnum):
    """Who can be in it."""

    CHANNEL = "channel"  # of a team
    GROUP = "group"  # some people, of no team
    PERSONAL = "personal"  # one person and the bot


@dataclass(frozen=True, slots=True)
class Channel:
    """Where something can be said, and how it gets there."""

    #: `platform:id`.
    key: str
    #: Who can be in it.
    kind: ChannelKind
    #: The address at which the platform takes what is for it.
    service_url: str
    #: The platform's id of the workspace or tenant that it is in; empty: the platform did not say.
    workspace: str = ""
    #: Empty: the platform did not say.
    name: str = ""
    #: The platform's id of the group of channels that it is one of; empty: of none.
    team: str = ""
    #: What people call that group; empty: the platform did not say.
    team_name: str = ""
    #: Of a conversation with one person, the key of their account.
    person: str | None = None
    #: Whether one person can be told something there that they alone see; None: it was never tried.
    private_works: bool | None = None
    #: When that was found out.
    private_tried_at: datetime | None = None
    #: Since when nothing can be said there; None: it can.
    closed_at: datetime | None = None
    #: Why nothing can be said there.
    closed_cause: Cause | None = None
    #: Since when it cannot be read who is in it; None: it can.
    unread_since: datetime | None = None

    def may_be_private(self, now: datetime) -> bool:
        """Whether a private message is worth a try: it worked, was never tried, or was refused a day ago."""
        if self.kind is ChannelKind.PERSONAL:
            return False
        tried_at = self.private_tried_at
        return self.private_works is not False or tried_at is None or now - tried_at >= PRIVATE_AGAIN


_NAMES = tuple(each.name for each in fields(Channel))
_TOLD = ("kind", "service_url", "workspace", "name", "team", "team_name", "person")
_SELECT = sa.select(*(_rows.c[name] for name in _NAMES))


def save_channel(session: Session, organisation_id: int, channel: Channel, now: datetime) -> Channel:
    """Keep what the platform just said of a channel, and answer all that is known of it. What it left out stays as it
    was. A channel that it speaks of is open to us."""
    known = find_channel(session, organisation_id, channel.key)
    told = replace(channel, name=text.name(channel.name), team_name=text.name(channel.team_name))
    if known is not None:
        said = {name: getattr(told, name) for name in _TOLD if getattr(told, name)}
        told = replace(known, **said, closed_at=None, closed_cause=None)
    if told != known:
        _save(session, organisation_id, [told], now)
    return told


def save_names(session: Session, organisation_id: int, channels: list[Channel], now: datetime) -> None:
    """Keep what the platform said of channels when it listed them. Those that are closed to us stay closed."""
    known = {each: find_channel(session, organisation_id, each.key) for each in channels}
    rows = [
        each if was is None else replace(was, name=text.name(each.name), team=each.team, team_name=each.team_name)
        for each, was in known.items()
    ]
    _save(session, organisation_id, rows, now)


def find_channel(session: Session, organisation_id: int, key: str) -> Channel | None:
    """What is known of a channel; None where the platform has never spoken of it."""
    return _one(session, _SELECT.where(_rows.c.organisation_id == organisation_id, _rows.c.key == key))


def load_channels(session: Session, organisation_id: int, platform: str) -> dict[str, Channel]:
    """All channels known on a platform, by key; those known first come first."""
    query = _SELECT.where(
        _rows.c.organisation_id == organisation_id, _rows.c.key.startswith(f"{platform}:", autoescape=True)
    ).order_by(_rows.c.changed_at, _rows.c.key)
    return {row.key: _read(row) for row in session.execute(query)}


def channel_names(session: Session, organisation_id: int, platform: str) -> dict[str, str]:
    """What the channels of a platform are called, by key; without those whose name is not known."""
    query = sa.select(_rows.c.key, _rows.c.name).where(
        _rows.c.organisation_id == organisation_id, _rows.c.name != "",
        _rows.c.key.startswith(f"{platform}:", autoescape=True),
    )  # fmt: skip
    return {row.key: row.name for row in session.execute(query)}


def conversation_with(session: Session, organisation_id: int, person: str) -> Channel | None:
    """The conversation with the person of that account alone; None where there was never one."""
    query = _SELECT.where(
        _rows.c.organisation_id == organisation_id, _rows.c.person == person,
        _rows.c.kind == ChannelKind.PERSONAL.value,
    ).order_by(_rows.c.changed_at.desc())  # fmt: skip
    return _one(session, query)


def note_private(session: Session, organisation_id: int, key: str, *, works: bool, now: datetime) -> None:
    """Record whether private messages work in a channel."""
    _change(session, organisation_id, key, private_works=works, private_tried_at=now, changed_at=now)


def note_members(session: Session, organisation_id: int, key: str, *, read: bool, now: datetime) -> None:
    """Record whether it could be read just now who is in a channel."""
    where = (_rows.c.organisation_id == organisation_id, _rows.c.key == key, _rows.c.unread_since.is_(None) != read)
    session.execute(sa.update(_rows).where(*where).values(unread_since=None if read else now, changed_at=now))


def troubled_channels(session: Session, organisation_id: int) -> list[Channel]:
    """The channels and groups that are closed to us, or of which it cannot be read who is in them."""
    is_troubled = sa.or_(_rows.c.closed_at.is_not(None), _rows.c.unread_since.is_not(None))
    query = _SELECT.where(
        _rows.c.organisation_id == organisation_id, _rows.c.kind != ChannelKind.PERSONAL.value, is_troubled
    ).order_by(_rows.c.key)
    return [_read(row) for row in session.execute(query)]


def close_channel(session: Session, organisation_id: int, key: str, cause: Cause, now: datetime) -> bool:
    """Record that nothing can be said in a channel until the platform speaks of it again. False where that was known,
    or the channel is not."""
    where = (_rows.c.organisation_id == organisation_id, _rows.c.key == key, _rows.c.closed_at.is_(None))
    done = session.execute(
        sa.update(_rows).where(*where).values(closed_at=now, closed_cause=cause.value, changed_at=now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def close_team(session: Session, organisation_id: int, team: str, cause: Cause, now: datetime) -> None:
    """The same of all channels of a team."""
    where = (_rows.c.organisation_id == organisation_id, _rows.c.team == team, _rows.c.closed_at.is_(None))
    session.execute(sa.update(_rows).where(*where).values(closed_at=now, closed_cause=cause.value, changed_at=now))


def open_team(session: Session, organisation_id: int, team: str, now: datetime) -> list[str]:
    """Something can be said in the channels of a team again, but for those that are gone. Which of them were closed."""
    where = (
        _rows.c.organisation_id == organisation_id, _rows.c.team == team, _rows.c.closed_at.is_not(None),
        _rows.c.closed_cause != Cause.NOT_FOUND.value,
    )  # fmt: skip
    found = session.execute(sa.select(_rows.c.key).where(*where).order_by(_rows.c.key)).scalars().all()
    session.execute(sa.update(_rows).where(*where).values(closed_at=None, closed_cause=None, changed_at=now))
    return list(found)


def readdress(session: Session, organisation_id: int, platform: str, service_url: str) -> None:
    """Record that all channels of a platform are reached at that address now: a stand-in moves with its port."""
    where = (
        _rows.c.organisation_id == organisation_id, _rows.c.key.startswith(f"{platform}:", autoescape=True),
        _rows.c.service_url != service_url,
    )  # fmt: skip
    session.execute(sa.update(_rows).where(*where).values(service_url=service_url))


def _change(session: Session, organisation_id: int, key: str, **values: Any) -> None:
    where = (_rows.c.organisation_id == organisation_id, _rows.c.key == key)
    session.execute(sa.update(_rows).where(*where).values(**values))


def _save(session: Session, organisation_id: int, channels: list[Channel], now: datetime) -> None:
    rows = [
        {
            **{name: getattr(each, name) for name in _NAMES}, "kind": each.kind.value,
            "closed_cause": None if each.closed_cause is None else each.closed_cause.value,
            "organisation_id": organisation_id, "changed_at": now,
        }
        for each in channels
    ]  # fmt: skip
    upsert(session, ChannelRow, rows, key=("organisation_id", "key"))


def _one(session: Session, query: sa.Select[Any]) -> Channel | None:
    row = session.execute(query.limit(1)).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Channel:
    values = {name: getattr(row, name) for name in _NAMES}
    cause = values["closed_cause"]
    return Channel(
        **{
            **values, "kind": ChannelKind(values["kind"]), "closed_cause": None if cause is None else Cause(cause),
        }
    )  # fmt: skip
