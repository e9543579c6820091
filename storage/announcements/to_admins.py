"""What is said to an admin, or to whoever can put it right: something does not work."""

from __future__ import annotations

from typing import Any, ClassVar

from storage.announcements.announcement import Announcement, AnnouncementKind
from triage.values import value


@value(frozen=True, slots=True)
class PermissionMissing(Announcement):
    """To an admin: the platform refuses something."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PERMISSION_MISSING
    #: The permission that is lacking, as the platform calls it.
    scope: str


@value(frozen=True, slots=True)
class GroupsUnread(Announcement):
    """To an admin: who is in user groups that the policy names cannot be read."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.GROUPS_UNREAD
    #: What the platform answered.
    error: str
    #: Which groups, by key.
    groups: list[Any]


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class NotToAll(Announcement):
    """To whoever wrote it, to the owner, or to an admin: some of a customer's people were not told what others were."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.NOT_TO_ALL
    #: Of the ticket.
    number: int
    #: Pairs: their address, and what was said of it.
    missed: list[Any]
    #: Whose words it was, else who has the ticket, who is told where they belong to the desk.
    by: str | None = None


@value(frozen=True, slots=True)
class PageFailed(Announcement):
    """To an admin: another system that is told beside people did not take a page."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.PAGE_FAILED
    #: Its name in the policy.
    target: str
    #: What became of it, without its address.
    reason: str


@value(frozen=True, slots=True)
class WebhookFailed(Announcement):
    """To an admin: another program has not taken what it was told, several times in a row, or is gone."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.WEBHOOK_FAILED
    #: The row id of the webhook, by which the command line knows it.
    webhook: int
    #: The machine in its address.
    host: str
    #: What became of it, without its address.
    reason: str
    #: It has not for so long that what it was to be told is given up.
    gave_up: bool = False


@value(frozen=True, slots=True)
class MailboxUnread(Announcement):
    """To an admin: the mailbox to which customers write cannot be looked at."""

    KIND: ClassVar[AnnouncementKind] = AnnouncementKind.MAILBOX_UNREAD
    #: Its address.
    address: str
    #: What became of the last try, in the server's own words.
    reason: str
