"""Looking, once a ticket is open, for others that look like it: not on the way of the answer."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.deferred import Work, WorkKind, defer
from storage.tickets import StoredTicket
from triage.people import VIGIE


def look_for_alike(session: Session, stored: StoredTicket, now: datetime) -> None:
    """Plan to look for tickets that look like this new one."""
    desk = stored.conversation("desk")
    if desk is not None:
        # The key begins as those of the ticket's notices do, so that they stand on one page of their index.
        about = {"channel": desk.channel, "ticket": stored.id}
        work = Work(WorkKind.ALIKE, VIGIE, about, key=f"{stored.id}.{WorkKind.ALIKE}")
        defer(session, stored.organisation_id, work, now)
