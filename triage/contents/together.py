"""What the desk is told of tickets that look alike, and of major incidents."""

from __future__ import annotations

from typing import ClassVar

from triage.notice import Content, NoticeKind
from triage.values import value


@value(frozen=True, slots=True)
class AlikeContent(Content):
    """Others look like this ticket; what they are is looked up when it is said."""

    KIND: ClassVar[NoticeKind] = NoticeKind.ALIKE
    #: Numbers of them, the one that is most worth a look first.
    numbers: tuple[int, ...]


@value(frozen=True, slots=True)
class MajorProposedContent(Content):
    """So many look alike or are linked that they may be one major incident."""

    KIND: ClassVar[NoticeKind] = NoticeKind.MAJOR_PROPOSED
    #: Numbers of the others.
    numbers: tuple[int, ...]
