"""What is said of no ticket, to a desk's channel, to one person or to an admin: through the outbox like everything."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from storage.outbox_rows import planned, put_once
from storage.tables import OutboxRow
from triage.notice import Audience


class AnnouncementKind(StrEnum):
    """What an announcement says. Stored as versioned data, never as rendered text."""

    PERMISSION_MISSING = "permission_missing"  # to an admin: scope
    GROUPS_UNREAD = "groups_unread"  # to an admin: error, groups
    CHANNEL_LOST = "channel_lost"  # to an admin: channel (as the policy writes it), customer
    ADMINS = "admins"  # to the desk: people (who the platform made admins)
    SET_UP = "set_up"  # to the desk: by, changes (names of settings), version
    SET_UP_UNSAID = "set_up_unsaid"  # to whoever set it up: the desk's channel cannot be written to
    CUSTOMER_SPOKE = "customer_spoke"  # to the desk: who, channel, message, link; where nothing is taken in
    BOT_LEFT_OUT = "bot_left_out"  # to the desk: name, ids, channel
    GREETING = "greeting"  # to whoever brought Vigie here: how to set it up
    UNDELIVERED = "undelivered"  # to an admin, or to data["by"] of the desk: number, channel, reason, side
    MOVE_STOPPED = "move_stopped"  # to the same: a failure ended it; moved, version
    MOVED = "moved"  # to whoever moved open tickets to other terms: moved, version


def announced_since(session: Session, organisation_id: int, key: str, since: datetime) -> bool:
    """Whether what that key is about was planned after `since`."""
    query = select(OutboxRow.planned_at).where(OutboxRow.dedupe_key == f"announced.{organisation_id}.{key}")
    planned = session.exec(query).first()
    return planned is not None and planned > since


def announce(
    session: Session,
    organisation_id: int,
    kind: AnnouncementKind,
    *,
    platform: str,
    key: str,
    now: datetime,
    channel: str = "",
    person: str | None = None,
    data: dict[str, Any] | None = None,
) -> bool:
    """Plan to say it once, whatever happens: to `person` where one is named, else in `channel`, else to whoever is an
    admin when it is said. `key` is what it is about; an announcement of the same key is never planned again. Whether it
    was new."""
    audience = Audience.PERSON if person is not None else Audience.DESK if channel else Audience.ADMIN
    row = planned(
        organisation_id=organisation_id, platform=platform, channel=channel, kind=kind.value, audience=audience.value,
        data={**(data or {}), **({"person": person} if person is not None else {})},
        key=f"announced.{organisation_id}.{key}", now=now,
    )  # fmt: skip
    return put_once(session, row)
