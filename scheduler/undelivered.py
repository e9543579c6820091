"""What happens when a notice becomes a dead letter: an update that the customer did not get does not count, and
somebody who can help is told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_admins import NotToAll, Undelivered
from storage.announcing import announce, closed_key
from storage.cause import CLOSED, Cause
from storage.changes import record
from storage.deferred import WORK
from storage.digests import first_said_in
from storage.outbox import Outgoing
from storage.outcomes import MISSED
from storage.tickets import get_ticket_by_id
from triage.arriving import TELLS, delivered, telling, undelivered
from triage.notice import Audience, NoticeKind


def record_undelivered(session: Session, item: Outgoing, now: datetime) -> int | None:
    """Record that the customer did not get this notice. The seq of the event that therefore does not count; None where
    there is none."""
    if item.ticket_id is None or item.audience != Audience.CUSTOMER or item.kind not in TELLS:
        return None
    stored = get_ticket_by_id(session, item.organisation_id, item.ticket_id, lock=True)
    told = telling(stored.events, NoticeKind(item.kind), item.seq)
    if told is None:
        return None
    shown = any(each.side == "desk" and each.id != item.conversation_id for each in stored.conversations)
    record(session, stored, undelivered(stored.ticket, told, now, shown=shown), now)
    return told.seq


def record_delivered(session: Session, item: Outgoing, now: datetime) -> None:
    """Record that a dead letter was delivered after all, so that its event counts again."""
    if MISSED in item.data and item.ticket_id is not None:
        stored = get_ticket_by_id(session, item.organisation_id, item.ticket_id, lock=True)
        record(session, stored, delivered(stored.ticket, item.data[MISSED], now), now)


def tell_missed(session: Session, item: Outgoing, missed: Sequence[tuple[str, str]], now: datetime) -> None:
    """Tell whoever wrote it, else the owner, to whom of a customer's people it did not go. It counts as told: others of
    them have it. Once a day for each ticket and those people."""
    if not missed or item.ticket_id is None or item.audience != Audience.CUSTOMER:
        return
    stored = get_ticket_by_id(session, item.organisation_id, item.ticket_id)
    by = item.data.get("by") or stored.ticket.ownership.assignee
    said = NotToAll(stored.number, [list(each) for each in missed], by)
    whom = " ".join(sorted(address for address, _ in missed))
    key = f"missed.{now.date()}.{item.ticket_id}.{by}.{hashlib.sha256(whom.encode()).hexdigest()[:16]}"
    announce(session, item.organisation_id, said, platform=item.platform, key=key, now=now)


def tell_undelivered(session: Session, item: Outgoing, cause: Cause, detail: str, now: datetime) -> None:
    """Announce a dead letter about a ticket. Of what the customer should have read: to whoever wrote it, once a day for
    each ticket. Of what the desk should have read: to an admin, once a day for each channel; where that channel is
    closed, in the desk's channels on other platforms too."""
    ticket_id = item.ticket_id
    if item.kind == AnnouncementKind.DIGEST:
        ticket_id = first_said_in(session, item.id)
    if ticket_id is None or item.audience in (Audience.PERSON, WORK):
        return
    side, by = "desk", None
    if item.audience == Audience.CUSTOMER:
        side, by = "taken" if item.kind == NoticeKind.TAKEN else "customer", item.data.get("by")
    about = "" if side == "desk" else f".{item.ticket_id}.{side}"
    stored = get_ticket_by_id(session, item.organisation_id, ticket_id)
    said = Undelivered(stored.number, item.channel, side, by, cause.value, detail)
    key = f"undelivered.{now.date()}{about}.{item.channel}.{cause}.{by}"
    announce(session, item.organisation_id, said, platform=item.platform, key=key, now=now)
    if side != "desk" or cause not in CLOSED:
        return
    for place in stored.conversations:
        if place.side == "desk" and place.platform != item.platform:
            announce(
                session, item.organisation_id, said, platform=place.platform, channel=place.channel,
                key=closed_key(item.channel, place.channel, now), now=now,
            )  # fmt: skip
