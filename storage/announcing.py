"""Planning an announcement (`storage.announcements`) into the outbox, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, select

from storage.announcements.announcement import Announcement
from storage.outbox_rows import planned, put_once
from storage.tables import OutboxRow
from triage.notice import Audience

POINTED_OUT = timedelta(minutes=10)  # a customer's words that became no ticket are pointed out no more often


def announced_since(session: Session, organisation_id: int, key: str, since: datetime) -> bool:
    """Whether an announcement with that idempotency key was planned after `since`."""
    query = select(OutboxRow.planned_at).where(OutboxRow.dedupe_key == f"announced.{organisation_id}.{key}")
    planned = session.exec(query).first()
    return planned is not None and planned > since


def closed_key(channel: str, told_in: str, now: datetime) -> str:
    """The idempotency key of what says in one channel of a desk that another is closed: once a day, by whichever way
    that was noticed."""
    return f"closed.{now.date()}.{channel}.{told_in}"


def spoke_key(channel: str, person: str, at: datetime, turn: int = 0) -> str:
    """The idempotency key of what points out to the desk that a customer wrote something in a channel: once in
    `POINTED_OUT`. `turn`: so many of these later."""
    return f"spoke.{channel}.{person}.{int(at.timestamp() // POINTED_OUT.total_seconds()) + turn}"


def announce(
    session: Session,
    organisation_id: int,
    announcement: Announcement,
    *,
    platform: str,
    key: str,
    now: datetime,
    channel: str = "",
    person: str | None = None,
) -> bool:
    """Plan an announcement: to `person` where one is named, else in `channel`, else to whoever is an admin when it is
    sent.

    `key` is its idempotency key: with the same key it is planned once, whatever happens. Answers whether it was new.
    """
    audience = Audience.PERSON if person is not None else Audience.DESK if channel else Audience.ADMIN
    row = planned(
        organisation_id=organisation_id, platform=platform, channel=channel, kind=announcement.KIND.value,
        audience=audience.value, version=announcement.VERSION,
        data={**announcement.to_data(), **({"person": person} if person is not None else {})},
        key=f"announced.{organisation_id}.{key}", now=now,
    )  # fmt: skip
    return put_once(session, row)
