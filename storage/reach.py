"""Which platforms can be reached: when something was last heard from each and said there, and since when nothing gets
out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.to_desk import Unreached
from storage.announcing import announce
from storage.core import table
from storage.deferred import WORK
from storage.tables.conversations import ConversationRow
from storage.tables.organisations import InstallationRow
from storage.tables.outbox import SENT, TRIED, WAITING, OutboxRow

DOWN_AFTER = timedelta(minutes=3)  # of trying in vain while nothing else gets out
_rows, _places, _installed = table(OutboxRow), table(ConversationRow), table(InstallationRow)
_TRIED: sa.ColumnElement[bool] = sa.literal_column(TRIED)
_WAITING: sa.ColumnElement[bool] = sa.literal_column(WAITING)
_SENT: sa.ColumnElement[bool] = sa.literal_column(SENT)
PREFIX = "announced.{organisation_id}.unreached.{platform}."


@dataclass(frozen=True, slots=True)
class Reach:
    """How it stands with one platform."""

    #: Its name, as it stands in keys.
    platform: str
    #: When anything was last heard from there, to the minute; None: never.
    heard_at: datetime | None
    #: When anything was last said there; None: never.
    said_at: datetime | None
    #: How many notices wait for it.
    waiting: int
    #: Since when nothing that was tried gets out; None: it can be reached.
    down_since: datetime | None


def note_heard(session: Session, organisation_id: int, platform: str, at: datetime) -> None:
    """Note that something was heard from there."""
    of = (_installed.c.organisation_id == organisation_id, _installed.c.platform == platform)
    session.execute(sa.update(_installed).where(*of).values(heard_at=at))


def reach_of(session: Session, organisation_id: int, platforms: Iterable[str], now: datetime) -> list[Reach]:
    """How it stands with each of these platforms, for one organisation."""
    found = (_reach(session, organisation_id, platform, now) for platform in platforms)
    return [replace(each, waiting=_waiting(session, organisation_id, each.platform, now)) for each in found]


def unreached(session: Session, organisation_id: int, now: datetime) -> frozenset[str]:
    """The platforms that cannot be reached. Where nothing was tried in vain this costs next to nothing."""
    tried = sa.select(_rows.c.platform).where(_TRIED, _rows.c.organisation_id == organisation_id)
    platforms = session.execute(tried.distinct()).scalars().all()
    return frozenset(each for each in platforms if _reach(session, organisation_id, each, now).down_since is not None)


def platforms_of(session: Session, organisation_id: int) -> list[str]:
    """The platforms that Vigie is installed on for it, in the order in which they came."""
    query = sa.select(_installed.c.platform).where(
        _installed.c.organisation_id == organisation_id, _installed.c.removed_at.is_(None)
    )
    return list(dict.fromkeys(session.execute(query.order_by(_installed.c.id)).scalars()))


def _reach(session: Session, organisation_id: int, platform: str, now: datetime) -> Reach:
    own = (_installed.c.organisation_id == organisation_id, _installed.c.platform == platform)
    heard = session.execute(sa.select(sa.func.max(_installed.c.heard_at)).where(*own)).scalar_one()
    here = (_rows.c.organisation_id == organisation_id, _rows.c.platform == platform)
    said = session.execute(sa.select(sa.func.max(_rows.c.sent_at)).where(_SENT, *here)).scalar_one()
    tried = sa.select(sa.func.min(_rows.c.planned_at)).where(_TRIED, *here)
    since = session.execute(tried).scalar_one()
    is_down = since is not None and now - since >= DOWN_AFTER and (said is None or said <= since)
    return Reach(platform, heard, said, 0, since if is_down else None)


def _waiting(session: Session, organisation_id: int, platform: str, now: datetime) -> int:
    """How many notices wait for it. What somebody asked for by typing, `health` itself perhaps, is none."""
    waits = (
        _WAITING, _rows.c.organisation_id == organisation_id, _rows.c.platform == platform, _rows.c.audience != WORK,
        _rows.c.not_before <= now + timedelta(hours=1),
    )  # fmt: skip
    return int(session.execute(sa.select(sa.func.count()).where(*waits)).scalar_one())


def tell_unreached(session: Session, now: datetime) -> None:
    """Where one platform of a desk cannot be reached, say so in its channels on the others: once, until something gets
    out again."""
    tried = sa.select(_rows.c.organisation_id, _rows.c.platform).where(_TRIED).distinct()
    for organisation_id, platform in session.execute(tried).all():
        reach = _reach(session, organisation_id, platform, now)
        if reach.down_since is None or _was_told(session, organisation_id, reach):
            continue
        for channel in _elsewhere(session, organisation_id, platform):
            announce(
                session, organisation_id, Unreached(platform, reach.down_since), platform=channel.partition(":")[0],
                channel=channel, key=f"unreached.{platform}.{reach.down_since:%Y-%m-%dT%H:%M}.{channel}", now=now,
            )  # fmt: skip


def _was_told(session: Session, organisation_id: int, reach: Reach) -> bool:
    """Whether it was said since something last got out."""
    prefix = PREFIX.format(organisation_id=organisation_id, platform=reach.platform)
    told = sa.select(sa.func.max(_rows.c.planned_at)).where(
        _rows.c.dedupe_key >= prefix, _rows.c.dedupe_key < f"{prefix}~"
    )
    at = session.execute(told).scalar_one()
    return at is not None and (reach.said_at is None or at > reach.said_at)


def _elsewhere(session: Session, organisation_id: int, platform: str) -> list[str]:
    """The desk's channels on the other platforms, of the tickets that wait to be spoken of there."""
    waiting = sa.select(_rows.c.ticket_id).where(
        _TRIED, _rows.c.organisation_id == organisation_id, _rows.c.platform == platform
    )
    query = sa.select(_places.c.channel).where(
        _places.c.ticket_id.in_(waiting), _places.c.side == "desk", _places.c.platform != platform
    )
    return list(session.execute(query.distinct().order_by(_places.c.channel)).scalars())
