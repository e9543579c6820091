"""What is said of how the customer found it (policy: Satisfaction)."""

from __future__ import annotations

from typing import ClassVar

from triage.contents.to_customer import ByContent
from triage.notice import Content, NoticeKind
from triage.values import value


@value(frozen=True, slots=True)
class RatingContent(Content):
    """To the customer: how did it go?"""

    KIND: ClassVar[NoticeKind] = NoticeKind.RATING
    #: The `seq` of the resolution that they are asked about.
    cycle: int


@value(frozen=True, slots=True)
class RatedContent(ByContent):
    """To the desk: what they answered. A word of theirs is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.RATED
    #: They are satisfied.
    good: bool
    #: The lead is notified.
    to_lead: bool = False
