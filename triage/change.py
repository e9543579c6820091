"""What one decision asks storage to record, in one transaction."""

from __future__ import annotations

from triage.event import Event
from triage.notice import Notice
from triage.stale import Stale
from triage.values import value


@value(frozen=True, slots=True)
class Change:
    """What one decision adds to a ticket: events and notices. Empty: nothing changed."""

    #: What is put on record, in order.
    events: tuple[Event, ...] = ()
    #: What is to be said, in order.
    notices: tuple[Notice, ...] = ()
    #: Messages that are there already and are to be edited.
    stale: tuple[Stale, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.notices or self.stale)
