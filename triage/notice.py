"""Platform-neutral things worth saying. The words for them live in the locales, the people are found when sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from triage.instants import utc


class Audience(StrEnum):
    """Who a notice is for. What is meant for the desk never reaches a customer."""

    DESK = "desk"  # the ticket's thread under its card
    CUSTOMER = "customer"  # the customer's thread; under the card where there is none
    CARD = "card"  # the one message of the ticket, edited in place
    PERSON = "person"  # privately, to `data["person"]`
    ADMIN = "admin"  # privately, to an admin of the desk: about the desk, no ticket
    HOME = "home"  # the page of the app that `data["person"]` alone sees, shown again


class NoticeKind(StrEnum):
    """What a notice says. Stored as versioned data, never as rendered text."""

    CARD = "card"
    RECEIPT = "receipt"  # to the customer: we have it, this is its number
    TAKEN = "taken"  # to the customer: this person has it
    UPDATE = "update"  # to the customer: what an agent wrote
    PROMISE = "promise"  # to the customer: when the next update comes
    WAITING = "waiting"  # to the customer: we need something from you
    RESTORED = "restored"  # to the customer
    RESOLVED = "resolved"  # to the customer
    REOPENED = "reopened"  # to the customer
    CUSTOMER_WROTE = "customer_wrote"  # to the desk: what the customer wrote in their thread
    NOTE = "note"  # to the desk
    CHANGED = "changed"  # to the desk: severity, category, report corrected, down again, resumed ...
    WARNING = "warning"  # a deadline is near
    BREACH = "breach"  # a deadline has passed; data["to"]: assignee, lead or level
    CATCH_UP = "catch_up"  # after an outage: what was missed and what is due now, in one message
    PROPOSAL = "proposal"  # the next level is proposed to the owner and the lead
    ESCALATION_ASKED = "escalation_asked"  # the customer asks for it: to the lead and level 1's contact
    ESCALATED = "escalated"  # a level was reached: its contact is named
    ESCALATION_UNDONE = "escalation_undone"
    PICK_REASON = "pick_reason"  # privately to the manager who reacted
    REFUSAL = "refusal"  # privately: data["code"], data["values"]
    CHASE = "chase"  # waiting has lasted: ask again, or propose to close


URGENT = frozenset(
    {NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED}
)
"""What is said before all that waits for the same channel: it is worth little when it comes late."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say once. `broadcast`: shown in the channel as well as in the thread. `patient`: a card
    that may be refreshed after everything else, because nobody did anything that it would answer."""

    kind: NoticeKind
    audience: Audience
    data: dict[str, Any] = field(default_factory=dict)
    broadcast: bool = False
    body: str | None = None  # free text that goes beside the notice, kept where it can be erased
    not_before: datetime | None = None
    patient: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a naive datetime, which names no instant."""
        if self.not_before is not None:
            utc(self.not_before)


CARD = Notice(NoticeKind.CARD, Audience.CARD)
CARD_IN_TIME = Notice(NoticeKind.CARD, Audience.CARD, patient=True)
