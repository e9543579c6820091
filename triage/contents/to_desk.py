"""What the desk is told of what people did."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.contents.to_customer import ByContent
from triage.facts.owning import Reason
from triage.notice import Content, NoticeKind
from triage.values import value


@value(frozen=True, slots=True)
class CustomerWroteContent(ByContent):
    """What the customer wrote in their thread, and what came of it; it is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.CUSTOMER_WROTE
    #: When they wrote it.
    at: datetime
    #: What came of it: `resumed`, `reopened`, or `before` where it was written before the ticket was resolved.
    then: str | None = None
    #: It asks for something: whoever has the ticket is named.
    asks: bool = False
    #: They are notified as well, not only named.
    named: bool = False
    #: The desk reads it above, where it was written.
    above: bool = False


@value(frozen=True, slots=True)
class ToldContent(ByContent):
    """What the customer was told, as the desk reads it."""

    KIND: ClassVar[NoticeKind] = NoticeKind.TOLD
    #: The kind of the notice that told them, or `message` where somebody wrote it in their thread.
    what: str
    #: Whoever wrote it is the one who asked for the ticket.
    own: bool = False
    #: Since when service is restored.
    at: datetime | None = None
    #: When the next update comes.
    until: datetime | None = None
    #: Who has the ticket.
    assignee: str | None = None


@value(frozen=True, slots=True)
class ClosingContent(ByContent):
    """In the channel: a severity 1 that it heard of is over, or after all is not."""

    KIND: ClassVar[NoticeKind] = NoticeKind.CLOSING
    #: Since when.
    at: datetime
    #: `restored` or `resolved`; `relapsed` or `reopened`.
    what: str


class NoteContent(ByContent):
    """An internal note, which is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.NOTE


class TalkContent(Content):
    """What was said in the thread that the ticket was opened from, which is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.TALK


@value(frozen=True, slots=True)
class AssignedContent(ByContent):
    """Somebody has the ticket now; what was written with it is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.ASSIGNED
    #: A person who owns it, or a group that has the work in hand.
    to: str
    #: Whether that is a group.
    group: bool = False
    #: Who loses it, and is named for that.
    before: str | None = None
    #: By when the desk asks a group for an acknowledgement; None: for none. Its agreement may ask for it sooner.
    answer_by: datetime | None = None


@value(frozen=True, slots=True)
class OfferedContent(Content):
    """Vigie gave the ticket to somebody, who is asked to answer."""

    KIND: ClassVar[NoticeKind] = NoticeKind.OFFERED
    #: They, by key.
    to: str
    #: Why they were chosen.
    why: Reason
    #: By when they owe an answer.
    answer_by: datetime
    #: Who had it and did not answer; None: nobody had it.
    before: str | None = None


@value(frozen=True, slots=True)
class NobodyContent(Content):
    """Nobody who could have the ticket is there: to the lead."""

    KIND: ClassVar[NoticeKind] = NoticeKind.NOBODY
    #: Who had it and did not answer, or gave it up, in order.
    tried: tuple[str, ...] = ()
    #: Who loses it by this; None: nobody had it.
    before: str | None = None


@value(frozen=True, slots=True)
class GroupSilentContent(Content):
    """A group has not acknowledged what it was handed: to the owner and the lead."""

    KIND: ClassVar[NoticeKind] = NoticeKind.GROUP_SILENT
    #: The group, by key.
    group: str
    #: The `seq` of the event by which it was handed the work.
    cycle: int
    #: When it was.
    since: datetime


class EscalationAskedContent(ByContent):
    """The customer asks for the next level: to the lead and level 1's contact. The reason is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.ESCALATION_ASKED


@value(frozen=True, slots=True)
class LevelContent(ByContent):
    """Something about a level that somebody did."""

    #: 1 is the first.
    level: int


class EscalatedContent(LevelContent):
    """A level was reached: its contact is named. The reason is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.ESCALATED


class DeescalatedContent(LevelContent):
    """A level was left for the one below. The reason is the notice's text."""

    __slots__ = ()
    KIND = NoticeKind.DEESCALATED


class EscalationUndoneContent(LevelContent):
    """A climb was undone."""

    __slots__ = ()
    KIND = NoticeKind.ESCALATION_UNDONE
