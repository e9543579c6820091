"""What could not be said is no silence: somebody who can do something about it is told."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.announcements import AnnouncementKind, announce
from storage.outbox import Outgoing
from storage.tickets import get_ticket_by_id
from triage.notice import Audience


def tell_undelivered(session: Session, item: Outgoing, reason: str, now: datetime) -> None:
    """Tell that a notice of a ticket will not be said: of what a customer should have read, whoever wrote it, once for
    each ticket; of the desk's own, an admin, once a day for each channel."""
    if item.ticket_id is None or item.audience == Audience.PERSON:
        return
    to_customer = item.audience == Audience.CUSTOMER
    by = item.data.get("by") if to_customer else None
    about = item.ticket_id if to_customer else now.date()
    announce(
        session, item.organisation_id, AnnouncementKind.UNDELIVERED, platform=item.platform,
        key=f"undelivered.{about}.{item.channel}.{reason}.{by}", now=now,
        data={
            "number": get_ticket_by_id(session, item.organisation_id, item.ticket_id).number, "by": by,
            "channel": item.channel, "reason": reason, "side": "customer" if to_customer else "desk",
        },
    )  # fmt: skip
