"""Announcements: what is said to a desk's channel, to one person or to an admin and is about no ticket. They go through
the outbox like every notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlmodel import Session, select

from storage.outbox_rows import planned, put_once
from storage.tables import OutboxRow
from triage.data import Data
from triage.notice import Audience


class AnnouncementKind(StrEnum):
    """What an announcement says. The value is what is stored; each kind has a class of its own below, with its data."""

    PERMISSION_MISSING = "permission_missing"
    GROUPS_UNREAD = "groups_unread"
    CHANNEL_LOST = "channel_lost"
    ADMINS = "admins"
    SET_UP = "set_up"
    SET_UP_UNSAID = "set_up_unsaid"
    CUSTOMER_SPOKE = "customer_spoke"
    BOT_LEFT_OUT = "bot_left_out"
    QUESTION_REDIRECTED = "question_redirected"
    GREETING = "greeting"
    UNDELIVERED = "undelivered"
    MOVE_STOPPED = "move_stopped"
    MOVED = "moved"
    UNREACHED = "unreached"
    PAGE_FAILED = "page_failed"
    PING = "ping"
    PING_REPORT = "ping_report"
    SHIFT_ENDS = "shift_ends"
    QUEUE_WAITS = "queue_waits"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    CUSTOMER_SET = "customer_set"
    QUIET_OVER = "quiet_over"
    STAND_IN = "stand_in"


@dataclass(frozen=True, slots=True)
class Announcement(Data):
    """What is said of no ticket."""

    KIND: ClassVar[AnnouncementKind]


@dataclass(frozen=True, slots=True)
class PermissionMissing(Announcement):
    """To an admin: the platform refuses something."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PERMISSION_MISSING
    #: The permission that is lacking, as the platform calls it.
    scope: str


@dataclass(frozen=True, slots=True)
class GroupsUnread(Announcement):
    """To an admin: who is in user groups that the policy names cannot be read."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.GROUPS_UNREAD
    #: What the platform answered.
    error: str
    #: Which groups, by key.
    groups: list[Any]


@dataclass(frozen=True, slots=True)
class ChannelLost(Announcement):
    """To an admin: a customer's channel is not there, or closed to Vigie. Of the desk's own channel: to its channels on
    other platforms, if there are any."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.CHANNEL_LOST
    #: As the policy writes it.
    channel: str
    #: Whose it is, by name; empty: the desk's own.
    customer: str
    #: Whether it is the desk's for climbs.
    for_climbs: bool = False


@dataclass(frozen=True, slots=True)
class Admins(Announcement):
    """To the desk: who became an admin on the platform."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.ADMINS
    #: They, by key.
    people: list[Any]


@dataclass(frozen=True, slots=True)
class SetUp(Announcement):
    """To the desk: who changed which settings in chat."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SET_UP
    #: Who, by key.
    by: str
    #: Names of settings.
    changes: list[Any]
    #: The version of the policy that this made.
    version: int


@dataclass(frozen=True, slots=True)
class SetUpUnsaid(Announcement):
    """To whoever set the desk up: its channel cannot be written to."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SET_UP_UNSAID
    #: Its key.
    channel: str


@dataclass(frozen=True, slots=True)
class CustomerSpoke(Announcement):
    """To the desk: a customer wrote where nothing is taken in. Their words are not repeated."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.CUSTOMER_SPOKE
    #: They, by key.
    who: str
    #: Where, by key.
    channel: str
    #: The platform's id of what they wrote.
    message: str
    #: Where it stands; empty where the platform names no address.
    link: str


@dataclass(frozen=True, slots=True)
class QuestionRedirected(Announcement):
    """To the desk: somebody asked what belongs to billing or sales, and was told so. Their words are not kept here."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.QUESTION_REDIRECTED
    #: `billing` or `sales`.
    to: str
    #: Who asked, by key.
    who: str
    #: Where, by key; empty: in no channel.
    channel: str
    #: The question in the database.
    row: int
    #: Where it stands; empty where it was a command, or the platform names no address.
    link: str = ""


@dataclass(frozen=True, slots=True)
class BotLeftOut(Announcement):
    """To the desk: an app posts where messages become tickets, and is not among those that are heard."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.BOT_LEFT_OUT
    #: As it calls itself.
    name: str
    #: By which of its ids it could be named in the policy.
    ids: list[Any]
    #: Where it posts, by key.
    channel: str


class Greeting(Announcement):
    """To whoever brought Vigie here: how to set it up."""

    __slots__ = ()
    KIND = AnnouncementKind.GREETING


@dataclass(frozen=True, slots=True)
class Undelivered(Announcement):
    """To whoever wrote it, or to an admin: something about a ticket will not be said."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.UNDELIVERED
    #: Of the ticket.
    number: int
    #: Where it was to be said, by key.
    channel: str
    #: Who should have heard it: `desk`, `customer`, or `taken` where it was to say who has the ticket.
    side: str
    #: Whose words it was, who is told where they belong to the desk.
    by: str | None = None
    #: Why, see `storage.cause.Cause`.
    cause: str = "other"
    #: What the platform answered.
    error: str = ""


@dataclass(frozen=True, slots=True)
class MoveStopped(Announcement):
    """To whoever moves open tickets to other terms: a failure ended it."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.MOVE_STOPPED
    #: How many tickets were moved.
    moved: int
    #: To which version of the policy.
    version: int


@dataclass(frozen=True, slots=True)
class Moved(Announcement):
    """To the same: all of them are."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.MOVED
    #: How many tickets were moved.
    moved: int
    #: To which version of the policy.
    version: int


@dataclass(frozen=True, slots=True)
class Unreached(Announcement):
    """To the desk's other channels: a platform cannot be reached, and what is to be said there waits."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.UNREACHED
    #: Which, by its name in keys.
    unreached: str
    #: Since when.
    since: datetime


@dataclass(frozen=True, slots=True)
class QueueWaits(Announcement):
    """To the lead: somebody has come, and there are tickets that nobody has."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.QUEUE_WAITS
    #: How many.
    count: int


@dataclass(frozen=True, slots=True)
class ShiftEnds(Announcement):
    """To whoever's shift ends before long: what they have open, to be handed over."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SHIFT_ENDS
    #: They, by key.
    who: str
    #: When it ends.
    at: datetime


@dataclass(frozen=True, slots=True)
class QuietOver(Announcement):
    """To whoever's quiet hours are over: of which of their tickets something was said meanwhile that still stands."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.QUIET_OVER
    #: They, by key.
    who: str
    #: The numbers of those tickets.
    numbers: list[Any]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Returned(Announcement):
    """To the desk: somebody left, and their tickets are back in the queue."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.RETURNED
    #: They, by key.
    who: str
    #: The numbers of their tickets.
    numbers: list[Any]


@dataclass(frozen=True, slots=True)
class PageFailed(Announcement):
    """To an admin: another system that is told beside people did not take a page."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PAGE_FAILED
    #: Its name in the policy.
    target: str
    #: What became of it, without its address.
    reason: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Ping(Announcement):
    """To a contact of a level: nothing has happened, but would this reach them?"""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PING
    #: Of which test (`storage.test_pings`).
    test: str
    #: Of which levels they are a contact.
    levels: list[Any]


@dataclass(frozen=True, slots=True)
class PingReport(Announcement):
    """To whoever asked for a test of the escalation: who was reached and who has answered, as it is when it is
    shown."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PING_REPORT
    #: Which test.
    test: str


@dataclass(frozen=True, slots=True)
class CustomerSet(Announcement):
    """To the desk: somebody put a customer on record, or changed what is theirs."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.CUSTOMER_SET
    #: Who, by key.
    by: str
    #: The customer's name.
    customer: str
    #: What was changed, and what it is now: pairs of a field's name and words; empty words: nothing any more.
    facts: list[Any]


_CLASSES: tuple[type[Announcement], ...] = (
    PermissionMissing, GroupsUnread, ChannelLost, Admins, SetUp, SetUpUnsaid, CustomerSpoke, BotLeftOut, Greeting,
    Undelivered, MoveStopped, Moved, Unreached, QueueWaits, ShiftEnds, QuietOver, HandedOver,
    Returned, CustomerSet, PageFailed, StandInTold,
    QuestionRedirected, Ping, PingReport,
)  # fmt: skip
ANNOUNCEMENTS: dict[str, type[Announcement]] = {each.KIND.value: each for each in _CLASSES}
"""The class of each kind."""


def announced_since(session: Session, organisation_id: int, key: str, since: datetime) -> bool:
    """Whether an announcement with that idempotency key was planned after `since`."""
    query = select(OutboxRow.planned_at).where(OutboxRow.dedupe_key == f"announced.{organisation_id}.{key}")
    planned = session.exec(query).first()
    return planned is not None and planned > since


def closed_key(channel: str, told_in: str, now: datetime) -> str:
    """The idempotency key of what says in one channel of a desk that another is closed: once a day, by whichever way
    that was noticed."""
    return f"closed.{now.date()}.{channel}.{told_in}"


def announce(
    session: Session,
    organisation_id: int,
    announcement: Announcement,
    *,
    platform: str,
    key: str,
    now: datetime,
    channel: str = "",
    person: str | None = None,
) -> bool:
    """Plan an announcement: to `person` where one is named, else in `channel`, else to whoever is an admin when it is
    sent.

    `key` is its idempotency key: with the same key it is planned once, whatever happens. Answers whether it was new.
    """
    audience = Audience.PERSON if person is not None else Audience.DESK if channel else Audience.ADMIN
    row = planned(
        organisation_id=organisation_id, platform=platform, channel=channel, kind=announcement.KIND.value,
        audience=audience.value, version=announcement.VERSION,
        data={**announcement.to_data(), **({"person": person} if person is not None else {})},
        key=f"announced.{organisation_id}.{key}", now=now,
    )  # fmt: skip
    return put_once(session, row)
