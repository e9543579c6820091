"""Shadow mode: nothing leaves but to the lead.

Whatever Vigie says by itself, on every platform and to every other system, is a row of the outbox; and every row is
carried by one of these two. Beside them there are only direct answers to whoever has just asked something. What is not
named here as allowed is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.desk.runtime import DeskRuntime
from scheduler.deferred import Performer
from scheduler.sender import Drop, Result, Sender
from storage.announcements.announcement import AnnouncementKind
from storage.deferred import WORK, WorkKind
from storage.outbox import Outgoing
from storage.refresh import Target
from storage.shadow import TELLS, UNSAID
from triage.notice import NoticeKind
from triage.shadow import listeners

# What a lead gets: what they asked for, and what was not said.
FOR_LEADS = frozenset[str]({
    NoticeKind.ANSWER, NoticeKind.REFUSAL, Target.PAGE, WorkKind.LOOK_UP, WorkKind.REACTION,
    AnnouncementKind.SHADOW_DAY,
})  # fmt: skip
# Reads or records something, and says what it has to say by further rows.
SILENT = frozenset[str](kind for kind in WorkKind if kind not in TELLS)

Desks = Callable[[], Iterable[DeskRuntime]]


@dataclass(frozen=True)
class Hushed:
    """A `scheduler.sender.Sender` that sends what may be said."""

    #: What sends it.
    sender: Sender
    #: The desks at work in this process.
    desks: Desks

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        return Drop(UNSAID) if is_hushed(self.desks(), item, now) else await self.sender.send(item, now)


@dataclass(frozen=True)
class HushedWork:
    """A `scheduler.deferred.Performer` that does what tells nobody anything."""

    #: What does it.
    performer: Performer
    #: The desks at work in this process.
    desks: Desks

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        return Drop(UNSAID) if is_hushed(self.desks(), item, now) else await self.performer.perform(item, now)


def is_hushed(desks: Iterable[DeskRuntime], item: Outgoing, now: datetime) -> bool:
    """Whether the row was planned in shadow mode or before, and is not for a lead alone."""
    desk = next((each for each in desks if each.organisation_id == item.organisation_id), None)
    if desk is None:  # nobody here could carry it either
        return False
    if not desk.policy.is_silent(min(item.planned_at, now)):
        return False
    if item.audience == WORK and item.kind in SILENT:
        return False
    person = item.data.get("person")
    is_for_lead = isinstance(person, str) and desk.directory.person(person) in listeners(desk.roster, now)
    return not (is_for_lead and item.kind in FOR_LEADS)
