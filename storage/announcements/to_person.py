"""What is said to one person of the desk and is about no ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from storage.announcements.announcement import Announcement, AnnouncementKind
from triage.values import value


class Greeting(Announcement):
    """To whoever brought Vigie here: how to set it up."""

    __slots__ = ()
    KIND = AnnouncementKind.GREETING


@value(frozen=True, slots=True)
class SetUpUnsaid(Announcement):
    """To whoever set the desk up: its channel cannot be written to."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SET_UP_UNSAID
    #: Its key.
    channel: str


@value(frozen=True, slots=True)
class MoveStopped(Announcement):
    """To whoever moves open tickets to other terms: a failure ended it."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.MOVE_STOPPED
    #: How many tickets were moved.
    moved: int
    #: To which version of the policy.
    version: int


@value(frozen=True, slots=True)
class Moved(Announcement):
    """To the same: all of them are."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.MOVED
    #: How many tickets were moved.
    moved: int
    #: To which version of the policy.
    version: int


@value(frozen=True, slots=True)
class CorrectionsWait(Announcement):
    """To the lead: people chose something else than was suggested, and it may be learned from."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.CORRECTIONS_WAIT
    #: How many such tickets wait.
    count: int


@value(frozen=True, slots=True)
class QueueWaits(Announcement):
    """To the lead: somebody has come, and there are tickets that nobody has."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.QUEUE_WAITS
    #: How many.
    count: int


@value(frozen=True, slots=True)
class Week(Announcement):
    """To a manager, once a week: how the week before went (policy: Digests)."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.WEEK
    #: When that was to be said.
    due: datetime
    #: Until when they have quiet hours; None: they had none then.
    hushed_until: datetime | None = None


@value(frozen=True, slots=True)
class ShadowDay(Announcement):
    """To the lead, in shadow mode, once a day: what would have been said (policy: Shadow mode)."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SHADOW_DAY
    #: Since when.
    since: datetime
    #: When Vigie begins to speak.
    ends: datetime
    #: How many tickets were opened.
    opened: int
    #: How many warnings there would have been.
    warned: int
    #: How many deadlines passed.
    passed: int
    #: The numbers of the tickets whose they were, the first of them.
    missed: list[Any]
    #: How often a ticket was escalated.
    escalated: int


@value(frozen=True, slots=True)
class ShiftEnds(Announcement):
    """To whoever's shift ends before long: what they have open, to be handed over."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SHIFT_ENDS
    #: They, by key.
    who: str
    #: When it ends.
    at: datetime


@value(frozen=True, slots=True)
class LeftOpen(Announcement):
    """To the lead: somebody is not there any more, and has severity 1 or 2 that nobody was asked to take over."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.LEFT_OPEN
    #: They, by key.
    who: str
    #: The numbers of those tickets.
    numbers: list[Any]
    #: Whether they have said that they are away; else their shift has ended.
    is_away: bool = False


@value(frozen=True, slots=True)
class QuietOver(Announcement):
    """To whoever's quiet hours are over: of which of their tickets something was said meanwhile that still stands."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.QUIET_OVER
    #: They, by key.
    who: str
    #: The numbers of those tickets.
    numbers: list[Any]


@value(frozen=True, slots=True)
class HandedOver(Announcement):
    """To whoever gets what somebody hands over, in one message."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.HANDED_OVER
    #: Who hands it over, by key.
    by: str
    #: To whom, by key.
    to: str
    #: The numbers of the tickets that have changed hands.
    moved: list[Any]
    #: Of those that have to be accepted.
    asked: list[Any]


@value(frozen=True, slots=True)
class StandInTold(Announcement):
    """To those whom it is about and who did not do it: somebody is asked to stand in on call, or what became of it."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.STAND_IN
    #: In the database.
    id: int
    #: storage.stand_ins.State.
    state: str
    #: Who stands in, by key.
    who: str
    #: In whose place, by key; None: of whoever comes first, or of nobody.
    instead_of: str | None
    #: From when.
    start: datetime
    #: Until when.
    end: datetime
    #: Who did this, by key.
    by: str


@value(frozen=True, slots=True)
class Ping(Announcement):
    """To a contact of a level: nothing has happened, but would this reach them?"""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PING
    #: Of which test (`storage.test_pings`).
    test: str
    #: Of which levels they are a contact.
    levels: list[Any]


@value(frozen=True, slots=True)
class PingReport(Announcement):
    """To whoever asked for a test of the escalation: who was reached and who has answered, as it is when it is
    shown."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PING_REPORT
    #: Which test.
    test: str
