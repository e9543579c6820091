"""What one decision asks storage to record, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from triage.event import Event
from triage.notice import Notice
from triage.stale import Stale


@dataclass(frozen=True, slots=True)
class Change:
    """New facts about a ticket and what there is to say about them. Empty: nothing happened, and that is fine."""

    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    #: Messages that are there already and are to be edited.
    stale: tuple[Stale, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.notices or self.stale)
