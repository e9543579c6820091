"""What a customer is told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.notice import Content, NoticeKind
from triage.values import value


class ReceiptContent(Content):
    """We have it, this is its number."""

    __slots__ = ()
    KIND = NoticeKind.RECEIPT


@value(frozen=True, slots=True)
class JoinedContent(Content):
    """Their next message is part of the ticket as well."""

    KIND: ClassVar[NoticeKind] = NoticeKind.JOINED
    #: When they wrote it.
    at: datetime
    #: Where it stands; empty where the platform names no address.
    link: str


@value(frozen=True, slots=True)
class ByContent(Content):
    """Something that somebody did."""

    #: Who.
    by: str


@value(frozen=True, slots=True)
class TakenContent(ByContent):
    """Somebody has it."""

    KIND: ClassVar[NoticeKind] = NoticeKind.TAKEN
    #: Who has it, by key.
    assignee: str
    #: Who had it until then.
    before: str | None = None


class UpdateContent(ByContent):
    """What an agent wrote, which is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.UPDATE


@value(frozen=True, slots=True)
class PromiseContent(ByContent):
    """When the next update comes; what was written with it is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.PROMISE
    #: By then at the latest (UTC).
    until: datetime


@value(frozen=True, slots=True)
class WaitingContent(ByContent):
    """What we need from them, which is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.WAITING
    #: When the next update comes.
    until: datetime | None = None


@value(frozen=True, slots=True)
class RestoredContent(ByContent):
    """Service is back."""

    KIND: ClassVar[NoticeKind] = NoticeKind.RESTORED
    #: Since when.
    at: datetime


class ResolvedContent(ByContent):
    """The work is done."""

    __slots__ = ()
    KIND = NoticeKind.RESOLVED


@value(frozen=True, slots=True)
class ReopenedContent(ByContent):
    """It is open again."""

    KIND: ClassVar[NoticeKind] = NoticeKind.REOPENED
    #: It was never fixed: the closed span counts.
    counts: bool


@value(frozen=True, slots=True)
class MergedContent(ByContent):
    """Another ticket goes on for this one."""

    KIND: ClassVar[NoticeKind] = NoticeKind.MERGED
    #: Of the ticket that goes on.
    number: int


class AskedBackContent(ByContent):
    """The trouble that hit several customers is over: is service back for them? With a button for each answer."""

    __slots__ = ()
    KIND = NoticeKind.ASKED_BACK
