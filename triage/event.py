"""What happened to a ticket: the kinds of events, and the event itself. Tickets are event-sourced: the fold over the
events is the ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from triage.data import Data
from triage.instants import naive
from triage.values import value


class Kind(StrEnum):
    """What happened. The value is what is stored; what each says has a class of its own in `triage.facts`."""

    OPENED = "opened"
    CONFIRMED = "confirmed"
    SEVERITY_CHANGED = "severity_changed"
    CATEGORY_CHANGED = "category_changed"
    TERMS_MOVED = "terms_moved"
    REPORT_CORRECTED = "report_corrected"
    ASSIGNED = "assigned"
    UPDATED = "updated"
    NOTED = "noted"
    CUSTOMER_WROTE = "customer_wrote"
    WAITED = "waited"
    RESUMED = "resumed"
    RESTORED = "restored"
    RELAPSED = "relapsed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    ESCALATION_ASKED = "escalation_asked"
    CALLED = "called"
    UNACKNOWLEDGED = "unacknowledged"
    LEVEL_ANSWERED = "level_answered"
    DEESCALATED = "deescalated"
    DISMISSED = "dismissed"
    REASON_GIVEN = "reason_given"
    ENDORSED = "endorsed"
    REACTION_REMOVED = "reaction_removed"
    ESCALATION_UNDONE = "escalation_undone"
    UNASSIGNED = "unassigned"
    UNRESOLVED = "unresolved"
    ACKNOWLEDGED = "acknowledged"
    CUSTOMER_CORRECTED = "customer_corrected"
    SNOOZED = "snoozed"
    LINKED = "linked"
    UNLINKED = "unlinked"
    REFERENCED = "referenced"
    UNREFERENCED = "unreferenced"
    MERGED = "merged"
    EDITED = "edited"
    TAKEN_BACK = "taken_back"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    REDACTED = "redacted"
    WARNED = "warned"
    BREACHED = "breached"
    PROPOSED = "proposed"
    REMINDED = "reminded"
    FOUND_ALIKE = "found_alike"
    DISTINGUISHED = "distinguished"
    MAJOR_PROPOSED = "major_proposed"
    MAJOR_DECLARED = "major_declared"
    MAJOR_ENDED = "major_ended"
    PART_ADDED = "part_added"
    PART_REMOVED = "part_removed"
    PART_OF = "part_of"
    PART_NO_MORE = "part_no_more"
    ASKED_BACK = "asked_back"
    OFFERED = "offered"
    UNANSWERED = "unanswered"
    RATING_ASKED = "rating_asked"
    RATED = "rated"
    HANDOVER_ASKED = "handover_asked"
    HANDOVER_DECLINED = "handover_declined"


@value(frozen=True, slots=True)
class Fact(Data):
    """What an event says. Each kind has its own class; two of different kinds are never equal."""

    KIND: ClassVar[Kind]


@value(frozen=True, slots=True)
class Event:
    """One fact about a ticket, and when it happened."""

    #: When it happened (UTC, whole seconds).
    at: datetime
    #: When it was written down, at or after that.
    recorded_at: datetime
    #: A person (`slack:U0123`), or `vigie`.
    actor: str
    #: What happened.
    fact: Fact
    #: Counts from 1 within the ticket; 0: not recorded yet.
    seq: int = 0
    #: The free text that goes with it, kept beside the events, so that it can be erased and every figure stays.
    body_id: int | None = None
    #: The same, while it is not recorded yet.
    text: str | None = None
    #: Of what planning makes: its clock, step and cycle, unique in the ticket.
    said: tuple[str, str, int] | None = None
    #: The platform that the person acted on; empty: nobody said, or it was no person.
    platform: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a naive datetime, which names no instant."""
        for at in (self.at, self.recorded_at):
            if at.tzinfo is not UTC and at.utcoffset() is None:
                raise naive(at)

    @property
    def kind(self) -> Kind:
        """The kind of the fact."""
        return self.fact.KIND
