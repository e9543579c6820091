"""Whether what was told to the customer reached them: what finally did not does not count, until it does after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.change import Change
from triage.contents.changes import ChangedContent, What
from triage.event import Event, Kind
from triage.facts.telling import Delivered, Undelivered
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import VIGIE
from triage.ticket import Ticket

TELLS = {
    NoticeKind.TAKEN: Kind.ASSIGNED,
    NoticeKind.UPDATE: Kind.UPDATED,
    NoticeKind.PROMISE: Kind.UPDATED,
    NoticeKind.WAITING: Kind.UPDATED,
    NoticeKind.RESTORED: Kind.UPDATED,
    NoticeKind.RESOLVED: Kind.UPDATED,
}
"""The notices by which the customer is told something that counts, and the event that it counts by."""


def telling(known: Sequence[Event], kind: NoticeKind, seq: int | None) -> Event | None:
    """The event that a notice tells of; `seq` is the last event of the change that planned it. None: it tells of
    nothing that counts."""
    wanted = TELLS.get(kind)
    if wanted is None or seq is None:
        return None
    return next((event for event in reversed(known) if event.seq <= seq and event.kind is wanted), None)


def undelivered(ticket: Ticket, told: Event, now: datetime, *, shown: bool) -> Change:
    """It finally did not arrive. `shown`: the desk reads elsewhere than where it failed, and is told."""
    if told.seq in ticket.updates.undelivered or told.seq in ticket.updates.taken_back:
        return Change()
    now = whole_second(now)
    what = What.TAKEN_UNDELIVERED if told.kind is Kind.ASSIGNED else What.UNDELIVERED
    line = Notice(ChangedContent(told.actor, what), Audience.DESK)
    missed = Event(now, now, VIGIE, Undelivered(told.seq))
    return Change((missed,), (line, CARD) if shown else (CARD,))


def delivered(ticket: Ticket, of: int, now: datetime) -> Change:
    """What had failed for good was sent after all: from now on it counts."""
    if of not in ticket.updates.undelivered:
        return Change()
    now = whole_second(now)
    return Change((Event(now, now, VIGIE, Delivered(of)),), (CARD,))
