"""What one person alone is told, where they acted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from triage.notice import Content, NoticeKind
from triage.values import value


@value(frozen=True, slots=True)
class PrivateContent(Content):
    """Something for one person."""

    #: They, by key.
    person: str
    #: The channel in which they acted; empty: in none, as on their own page; None: whoever plans it has yet to say.
    channel: str | None = None
    #: The message in whose thread what they acted on is to be seen; None: it is seen in the channel.
    thread: str | None = None


@value(frozen=True, slots=True, kw_only=True)
class PickReasonContent(PrivateContent):
    """To the manager who reacted: why?"""

    KIND: ClassVar[NoticeKind] = NoticeKind.PICK_REASON
    #: The level that was reached.
    level: int


@value(frozen=True, slots=True, kw_only=True)
class EndorsedContent(PrivateContent):
    """To the manager who reacted: it counts for a level that was reached already."""

    KIND: ClassVar[NoticeKind] = NoticeKind.ENDORSED
    #: That level.
    level: int
    #: Who reached it.
    by: str
    #: When they did.
    at: datetime


@value(frozen=True, slots=True, kw_only=True)
class StandsContent(PrivateContent):
    """To whoever took a reaction off: what it did stands all the same."""

    KIND: ClassVar[NoticeKind] = NoticeKind.STANDS
    #: `escalate`, `take` or `resolve`.
    verb: str
    #: `late`, `overtaken`, and of a climb also `others`, `more`, `endorsed`.
    why: str
    #: Of a climb, its level.
    level: int | None = None
    #: Of a climb, who reached its level.
    by: str | None = None
    #: Of a climb, when that was.
    at: datetime | None = None
    #: Of a climb, who endorsed it.
    others: tuple[str, ...] = ()


@value(frozen=True, slots=True, kw_only=True)
class RefusalContent(PrivateContent):
    """Why what somebody did came to nothing."""

    KIND: ClassVar[NoticeKind] = NoticeKind.REFUSAL
    #: Of the refusal, by which its words are found.
    code: str
    #: What the words may name; what somebody typed is marked as such.
    values: dict[str, Any]


@value(frozen=True, slots=True, kw_only=True)
class AnswerContent(PrivateContent):
    """What somebody asked for, where it could not be answered at once; the text it quotes is the notice's."""

    KIND: ClassVar[NoticeKind] = NoticeKind.ANSWER
    #: The sentence as data (`bot.wording.sentences`).
    sentence: list[Any]
    #: A button beside it: its verb, the ticket and the version it speaks of.
    offer: list[Any] | None = None
    #: What pressing that button says yes to.
    sure: str | None = None
    #: The name of the button's label, where it is not the verb's.
    label: str | None = None
    #: The name of the label of a button that opens the verb's form with the text instead; None: there is none.
    redo: str | None = None
    #: Other buttons, as data.
    buttons: list[Any] | None = None
