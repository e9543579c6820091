"""What is said in a desk's channel and is about no ticket."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from storage.announcements.announcement import Announcement, AnnouncementKind
from triage.values import value


@value(frozen=True, slots=True)
class Admins(Announcement):
    """To the desk: who became an admin on the platform."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.ADMINS
    #: They, by key.
    people: list[Any]


@value(frozen=True, slots=True)
class SetUp(Announcement):
    """To the desk: who changed which settings in chat."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SET_UP
    #: Who, by key.
    by: str
    #: Names of settings.
    changes: list[Any]
    #: The version of the policy that this made.
    version: int


@value(frozen=True, slots=True)
class CustomerSet(Announcement):
    """To the desk: somebody put a customer on record, or changed what is theirs."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.CUSTOMER_SET
    #: Who, by key.
    by: str
    #: The customer's name.
    customer: str
    #: What was changed, and what it is now: pairs of a field's name and words; empty words: nothing any more.
    facts: list[Any]


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class BotLeftOut(Announcement):
    """To the desk: an app posts where messages become tickets, and is not among those that are heard."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.BOT_LEFT_OUT
    #: As it calls itself.
    name: str
    #: By which of its ids it could be named in the policy.
    ids: list[Any]
    #: Where it posts, by key.
    channel: str


@value(frozen=True, slots=True)
class LetterAside(Announcement):
    """To the desk: a letter became nothing, and lies in a folder of the mailbox. Its words are not repeated."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.LETTER_ASIDE
    #: Why, by its name in the catalogues (`announce.aside`).
    why: str
    #: The address of whoever wrote it, or to whom it could not be delivered; empty: nobody can tell.
    address: str
    #: Why it cannot be read, by its name in the catalogues (`announce.broken`); empty: it can.
    broken: str = ""
    #: Which character set it is written in, or what a library made of it.
    what: str = ""


@value(frozen=True, slots=True)
class Unreached(Announcement):
    """To the desk's other channels: a platform cannot be reached, and what is to be said there waits."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.UNREACHED
    #: Which, by its name in keys.
    unreached: str
    #: Since when.
    since: datetime


class Digest(Announcement):
    """To a channel of the desk's that more waits for than can be said there one by one: what has fallen due. Which
    tickets that are is on record with the notices that it stands for (`storage.digests`)."""

    __slots__ = ()
    KIND = AnnouncementKind.DIGEST


@value(frozen=True, slots=True)
class Briefing(Announcement):
    """To the desk, in the morning: how it stands (policy: Digests)."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.BRIEFING
    #: When that was to be said.
    due: datetime


@value(frozen=True, slots=True)
class ReportPosted(Announcement):
    """To the desk: somebody wants everybody to see a report."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.REPORT_POSTED
    #: Who, by key.
    by: str
    #: Its first day.
    first: date
    #: Its last.
    last: date
    #: The name of the customer whose tickets alone it is about; empty: everybody's.
    customer: str = ""


@value(frozen=True, slots=True)
class Returned(Announcement):
    """To the desk: somebody left, and their tickets are back in the queue."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.RETURNED
    #: They, by key.
    who: str
    #: The numbers of their tickets.
    numbers: list[Any]


@value(frozen=True, slots=True)
class BroughtHere(Announcement):
    """To the desk: tickets came from another help desk. Nothing else is said of any of them for that."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.BROUGHT
    #: How many are open.
    open: int
    #: How many were closed there.
    closed: int
    #: How many of the open ones are of severity 1 or 2.
    pressing: int
    #: Of how many of the open ones a deadline had passed.
    late: int
    #: The numbers of the first of these, what presses first.
    first: list[Any]


@value(frozen=True, slots=True)
class Speaks(Announcement):
    """Shadow mode is over (policy: Shadow mode)."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.SPEAKS
