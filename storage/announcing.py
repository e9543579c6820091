"""Planning an announcement (`storage.announcements`) into the outbox, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, select

from storage.announcements.announcement import Announcement
from storage.outbox_rows import planned, put_once
from storage.persons import platform_of_person
from storage.tables.outbox import OutboxRow
from triage.instants import whole_second
from triage.keys import is_forgotten
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


def handed_key(desk_id: int, by: str, to: str, at: datetime) -> str:
    """The idempotency key of what tells somebody of all that is handed over to them; to the second, as events are."""
    return f"handed.{desk_id}.{by}.{to}.{whole_second(at).isoformat()}"


def announce(
    session: Session,
    organisation_id: int,
    announcement: Announcement,
    *,
    platform: str,
    key: str,
    now: datetime,
    channel: str = "",
) -> bool:
    """Plan an announcement: in `channel` where one is named, else to whoever is an admin when it is sent.

    `key` is its idempotency key: with the same key it is planned once, whatever happens. Answers whether it was new.
    """
    audience = Audience.DESK if channel else Audience.ADMIN
    return _plan(session, organisation_id, announcement, audience, platform, key, now, channel=channel)


def tell(
    session: Session,
    organisation_id: int,
    announcement: Announcement,
    person: str,
    *,
    key: str,
    now: datetime,
    platform: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Plan an announcement to one person: on that platform; None: on the one where they were last active. `not_before`:
    it waits until then. Otherwise as `announce`. Whoever was forgotten is told nothing."""
    if is_forgotten(person):
        return False
    platform = platform or platform_of_person(session, organisation_id, person)
    return _plan(
        session, organisation_id, announcement, Audience.PERSON, platform, key, now, not_before=not_before,
        person=person,
    )  # fmt: skip


def _plan(  # noqa: PLR0917  as whoever asks for it was called
    session: Session, organisation_id: int, said: Announcement, audience: Audience, platform: str, key: str,
    now: datetime, *, channel: str = "", not_before: datetime | None = None, **more: str,
) -> bool:  # fmt: skip
    row = planned(
        organisation_id=organisation_id, platform=platform, channel=channel, kind=said.KIND.value,
        audience=audience.value, version=said.VERSION, data={**said.to_data(), **more},
        key=f"announced.{organisation_id}.{key}", now=now, not_before=not_before,
    )  # fmt: skip
    return put_once(session, row)
