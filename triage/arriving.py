"""Whether what the customer was told has reached them. What became a dead letter does not count, until it is delivered
after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.change import Change
from triage.checks import by_vigie
from triage.contents.changes import ChangedContent, What
from triage.event import Event, Kind
from triage.facts.telling import Delivered, Undelivered
from triage.notice import CARD, Audience, Notice, NoticeKind
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
    """The event that a notice of that kind tells the customer. `seq`: the last event of the change that planned the
    notice. None where it tells of nothing that counts."""
    wanted = TELLS.get(kind)
    if wanted is None or seq is None:
        return None
    return next((event for event in reversed(known) if event.seq <= seq and event.kind is wanted), None)


def undelivered(ticket: Ticket, told: Event, now: datetime, *, shown: bool) -> Change:
    """It became a dead letter. `shown`: the desk reads elsewhere than where it failed, and is told."""
    if told.seq in ticket.updates.undelivered or told.seq in ticket.updates.taken_back:
        return Change()
    what = What.TAKEN_UNDELIVERED if told.kind is Kind.ASSIGNED else What.UNDELIVERED
    line = Notice(ChangedContent(told.actor, what), Audience.DESK)
    missed = by_vigie(now, Undelivered(told.seq))
    return Change((missed,), (line, CARD) if shown else (CARD,))


def delivered(ticket: Ticket, of: int, now: datetime) -> Change:
    """A dead letter was delivered after all: its event counts from now on."""
    if of not in ticket.updates.undelivered:
        return Change()
    return Change((by_vigie(now, Delivered(of)),), (CARD,))
