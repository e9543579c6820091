"""Shadow mode: nothing leaves but to the lead.

Whatever Vigie says by itself, on every platform and to every other system, is a row of the outbox; and every row is
carried by one of these two. Beside them there are only direct answers to whoever has just asked something. What is not
named here as allowed is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session

from bot.desk.policy_file import policy_from_data
from bot.desk.runtime import DeskRuntime
from scheduler.deferred import Performer
from scheduler.sender import Drop, Result, Sender
from storage.announcements.announcement import AnnouncementKind
from storage.core import table
from storage.database import Database
from storage.deferred import WORK, WorkKind
from storage.outbox import Outgoing
from storage.policies import latest_policy
from storage.refresh import Target
from storage.shadow import TELLS, UNSAID
from storage.tables.desks import DeskRow
from triage.notice import NoticeKind
from triage.shadow import listeners

# What a lead gets: what they asked for, and what was not said.
FOR_LEADS = frozenset[str]({
    NoticeKind.ANSWER, NoticeKind.REFUSAL, Target.PAGE, WorkKind.LOOK_UP, WorkKind.REACTION,
    AnnouncementKind.SHADOW_DAY,
})  # fmt: skip
# Reads or records something, and says what it has to say by further rows.
SILENT = frozenset[str](kind for kind in WorkKind if kind not in TELLS)

_desks = table(DeskRow)


@dataclass(frozen=True)
class Gate:
    """What every row passes."""

    #: The desks at work in this process.
    desks: Callable[[], Iterable[DeskRuntime]]
    #: Where the policy of a desk stands that is not at work here yet: it may be by the time that the row is sent.
    database: Database

    async def holds(self, item: Outgoing, now: datetime) -> bool:
        """Whether nothing is sent of it."""
        desk = next((each for each in self.desks() if each.organisation_id == item.organisation_id), None)
        if desk is not None:
            return is_hushed(desk, item, now)
        if item.audience == WORK and item.kind in SILENT:
            return False
        return await self.database.read(partial(_is_silent, organisation_id=item.organisation_id, at=item.planned_at))


@dataclass(frozen=True)
class Hushed:
    """A `scheduler.sender.Sender` that sends what may be said."""

    #: What sends it.
    sender: Sender
    #: What holds back the rest.
    gate: Gate

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        return Drop(UNSAID) if await self.gate.holds(item, now) else await self.sender.send(item, now)


@dataclass(frozen=True)
class HushedWork:
    """A `scheduler.deferred.Performer` that does what tells nobody anything."""

    #: What does it.
    performer: Performer
    #: What holds back the rest.
    gate: Gate

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        return Drop(UNSAID) if await self.gate.holds(item, now) else await self.performer.perform(item, now)


def is_hushed(desk: DeskRuntime, item: Outgoing, now: datetime) -> bool:
    """Whether the row was planned in shadow mode or before, and is not for a lead alone."""
    if not desk.policy.is_silent(min(item.planned_at, now)):
        return False
    if item.audience == WORK and item.kind in SILENT:
        return False
    person = item.data.get("person")
    is_for_lead = isinstance(person, str) and desk.directory.person(person) in listeners(desk.roster, now)
    return not (is_for_lead and item.kind in FOR_LEADS)


def _is_silent(session: Session, organisation_id: int, at: datetime) -> bool:
    """Whether a desk of that organisation is silent then, by the policy on record."""
    desks = session.execute(sa.select(_desks.c.id).where(_desks.c.organisation_id == organisation_id)).scalars()
    found = [latest_policy(session, organisation_id, desk_id) for desk_id in desks.all()]
    return any(
        policy_from_data({**data, "version": version}).is_silent(at)
        for version, data in (each for each in found if each is not None)
    )
