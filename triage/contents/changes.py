"""Changes that the desk is told of in one line under the card: all are of one kind, and say what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from triage.contents.to_customer import ByContent
from triage.data import CODECS, Graded, keyed, reader
from triage.notice import NoticeKind
from triage.values import value


class What(StrEnum):
    """What changed. The value is what is stored, and the name under which its words stand."""

    ACKNOWLEDGED = "acknowledged"  # somebody answers for a breach or a level
    GROUP_ACKNOWLEDGED = "group_acknowledged"  # somebody of the group that has the work in hand answers for it
    TERMS = "terms"  # another category or severity is in force
    WAITING = "waiting"  # the ticket waits
    RESUMED = "resumed"  # it waits no longer
    RELAPSED = "relapsed"  # it is down again
    REPORTED = "reported"  # the report was corrected
    LOGGED = "logged"  # an update was given some other way
    CUSTOMER = "customer"  # it is another customer's
    PLAN = "plan"  # it is held to its customer's plan
    LINKED = "linked"  # it and another show each other
    UNLINKED = "unlinked"  # no longer
    REFERENCED = "referenced"  # it is called something elsewhere
    UNREFERENCED = "unreferenced"  # no longer
    MERGED = "merged"  # another goes on for this one
    MERGED_HERE = "merged_here"  # this one goes on for another
    MAJOR = "major"  # it stands for a major incident
    MAJOR_ENDED = "major_ended"  # no longer
    PART_ADDED = "part_added"  # another is part of the major incident that it stands for
    PART_REMOVED = "part_removed"  # no longer
    PART_OF = "part_of"  # it is part of another's
    PART_NO_MORE = "part_no_more"  # no longer
    ASKED_BACK = "asked_back"  # another's is over, and its customer is asked whether service is back
    IS_BACK = "is_back"  # the customer says that it is
    CONTINUES = "continues"  # it goes on with another
    CONTINUED = "continued"  # another goes on with it
    UNASSIGNED = "unassigned"  # nobody owns it any more
    TAKEN_OVER = "taken_over"  # somebody took it from somebody
    TAKEN_AWAY = "taken_away"  # somebody else gave it up for its owner
    HANDED_ON = "handed_on"  # its owner's shift ends, or they are away: somebody else has it
    HANDOVER_ASKED = "handover_asked"  # the same, of what has to be accepted
    OWNER_LEFT = "owner_left"  # whoever owned it is gone
    TAKE_UNDONE = "take_undone"  # a reaction by which it was taken was taken off
    REASON = "reason"  # of a climb by reaction, picked afterwards
    ESCALATION_ASKED_AGAIN = "escalation_asked_again"  # before anybody has decided
    FLOOD = "flood"  # one person writes more than the desk opens tickets for
    REDACTED = "redacted"  # something was erased
    UNDELIVERED = "undelivered"  # the customer did not get what they were told
    TAKEN_UNDELIVERED = "taken_undelivered"  # nor who has their ticket


CODECS["What"] = (str, What)


@value(frozen=True, slots=True)
class ChangedContent(ByContent):
    """Something about the ticket is different now; what was written with it is the notice's text."""

    KIND: ClassVar[NoticeKind] = NoticeKind.CHANGED
    #: What it is.
    what: What

    @classmethod
    def from_data(cls, data: Mapping[str, Any], version: int = 1) -> Self:
        """The inverse of `to_data`: the class that says as much as such a change does."""
        shape = _SHAPES.get(What(data["what"]), ChangedContent)
        found: Self = reader(shape)(data, version)
        return found


@value(frozen=True, slots=True)
class ChangedAtContent(ChangedContent):
    """A change that counts from another moment than that of its telling."""

    #: Since when it is so, or when it was given.
    at: datetime


@value(frozen=True, slots=True)
class OtherTicketContent(ChangedContent):
    """A change that concerns another ticket."""

    #: Of that one.
    number: int


@value(frozen=True, slots=True)
class MergedHereContent(OtherTicketContent):
    """It goes on for another ticket."""

    #: What it took over from that: `severity`, `owner`, `reported`, `update`.
    takes: tuple[str, ...] = ()
    #: Who had that ticket, and has to know.
    tell: tuple[str, ...] = ()
    #: Who else worked on it.
    people: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class LostContent(ChangedContent):
    """A change by which somebody loses the ticket."""

    #: Who had it, and is notified.
    before: str


@value(frozen=True, slots=True)
class HandedContent(ChangedContent):
    """A change that names somebody who is told of it elsewhere, or cannot be."""

    #: They, by key.
    whom: str


@value(frozen=True, slots=True)
class TermsContent(ChangedContent):
    """Another category or severity is in force."""

    #: Of what is in force now, by its value.
    category: str
    #: 1, 2 or 3; None: the category has none.
    severity: int | None
    #: It was only claimed until then.
    confirmed: bool
    #: What the ticket was sorted as.
    before: Graded


@value(frozen=True, slots=True)
class AwaitsContent(ChangedContent):
    """The ticket waits; the reason is the notice's text."""

    #: For whom: `customer`, `vendor` or `maintenance`.
    whom: str = keyed("for")
    #: When the agent wants to be reminded.
    until: datetime | None = None


@value(frozen=True, slots=True)
class CustomerContent(ChangedContent):
    """Whose ticket it is, or whose plan it is held to. The customer's name, which somebody may have typed, stands in
    the ticket's events alone."""

    #: The customer's plan; None: the standard targets.
    plan: str | None = None
    #: The plan is offered: a button holds the ticket to it.
    offered: bool = False


@value(frozen=True, slots=True)
class ReasonContent(ChangedContent):
    """The reason of a climb, picked from those there are."""

    #: The level that was climbed to.
    level: int
    #: One of `triage.escalation.REASONS`, in words.
    reason: str


_SHAPES: dict[What, type[ChangedContent]] = {
    What.TERMS: TermsContent,
    What.WAITING: AwaitsContent,
    What.REASON: ReasonContent,
    What.MERGED_HERE: MergedHereContent,
    What.CUSTOMER: CustomerContent,
    What.PLAN: CustomerContent,
    What.TAKEN_OVER: LostContent,
    What.HANDED_ON: HandedContent,
    What.HANDOVER_ASKED: HandedContent,
    What.OWNER_LEFT: HandedContent,
    What.TAKEN_AWAY: LostContent,
    **dict.fromkeys((What.RELAPSED, What.REPORTED, What.LOGGED), ChangedAtContent),
    **dict.fromkeys(
        (
            What.LINKED,
            What.UNLINKED,
            What.MERGED,
            What.CONTINUES,
            What.CONTINUED,
            What.PART_ADDED,
            What.PART_REMOVED,
            What.PART_OF,
            What.PART_NO_MORE,
            What.ASKED_BACK,
        ),
        OtherTicketContent,
    ),
}
"""What says more than that it happened, and by whom."""
