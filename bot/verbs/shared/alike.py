"""What is done once a ticket is open, not on the way of the answer: the words by which it is found are kept, and others
that look like it are looked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from storage.changes import Place
from storage.deferred import Work, WorkKind, alike_key, defer
from storage.tickets import StoredTicket
from triage.people import VIGIE


def is_looked_at(places: Iterable[Place]) -> bool:
    """Whether a ticket that is spoken of there is looked at once it is open (`look_for_alike`)."""
    return any(place.side == "desk" for place in places)


def look_for_alike(session: Session, stored: StoredTicket, now: datetime) -> None:
    """Plan to keep the words of this new ticket, and to look for tickets that look like it."""
    desk = stored.conversation("desk")
    if desk is not None:
        about = {"channel": desk.channel, "ticket": stored.id}
        work = Work(WorkKind.ALIKE, VIGIE, about, key=alike_key(stored.id))
        defer(session, stored.organisation_id, work, now)
