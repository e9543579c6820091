"""Platform-neutral things worth saying. The words for them live in the locales, the people are found when sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from triage.instants import utc


class Audience(StrEnum):
    """Who a notice is for. What is meant for the desk never reaches a customer."""

    DESK = "desk"  # the ticket's thread under its card
    CUSTOMER = "customer"  # the customer's thread; under the card where there is none
    CARD = "card"  # the one message of the ticket, edited in place
    PERSON = "person"  # privately, to `data["person"]`
    ADMIN = "admin"  # privately, to an admin of the desk: about the desk, no ticket


class NoticeKind(StrEnum):
    """What a notice says. Stored as versioned data, never as rendered text."""

    CARD = "card"
    RECEIPT = "receipt"  # to the customer: we have it, this is its number
    JOINED = "joined"  # to the customer: their next message is part of the ticket as well
    TAKEN = "taken"  # to the customer: this person has it
    UPDATE = "update"  # to the customer: what an agent wrote
    PROMISE = "promise"  # to the customer: when the next update comes
    WAITING = "waiting"  # to the customer: what we need from them, which is its text; data["until"]: the next update
    RESTORED = "restored"  # to the customer
    RESOLVED = "resolved"  # to the customer
    REOPENED = "reopened"  # to the customer
    # To the desk: what the customer wrote in their thread, and what came of it: data["then"]; data["asks"]: it names
    # whoever has the ticket, and notifies them where data["named"].
    CUSTOMER_WROTE = "customer_wrote"
    TOLD = "told"  # to the desk: what the customer was told; data["what"]
    FALLS_TO = "falls_to"  # a severity 1 or 2 that nobody has accepted: whose it is now, by when
    # In the channel: a severity 1 that it heard of is over, or after all is not; data["what"]: restored or resolved,
    # relapsed or reopened.
    CLOSING = "closing"
    NOTE = "note"  # to the desk
    TALK = "talk"  # to the desk: what was said in the thread that the ticket was opened from
    CHANGED = "changed"  # to the desk: severity, category, report corrected, down again, resumed ...
    MERGED = "merged"  # to the customer: the ticket data["number"] goes on for this one
    ASSIGNED = "assigned"  # to the desk: data["to"] has it now, or has the work in hand where it is a group
    WARNING = "warning"  # a deadline is near
    BREACH = "breach"  # a deadline has passed; data["to"]: assignee, lead or level
    CATCH_UP = "catch_up"  # after an outage: what was missed and what is due now, in one message
    PROPOSAL = "proposal"  # the next level is proposed to the owner and the lead
    ESCALATION_ASKED = "escalation_asked"  # the customer asks for it: to the lead and level 1's contact
    ESCALATED = "escalated"  # a level was reached: its contact is named
    ESCALATION_UNDONE = "escalation_undone"
    PICK_REASON = "pick_reason"  # privately to the manager who reacted
    ENDORSED = "endorsed"  # privately to the manager who reacted: it counts for data["level"], which data["by"] reached
    STANDS = "stands"  # privately to whoever took a reaction off: data["why"] what it did stands all the same
    REFUSAL = "refusal"  # privately: data["code"], data["values"]
    ANSWER = "answer"  # privately: what somebody asked for where it could not be answered at once
    CHASE = "chase"  # waiting has lasted: ask again, or propose to close


class Urgency(IntEnum):
    """What is said first of all that waits for the same channel: the lower, the sooner. What comes AFTER the rest, and
    later, also leaves room for one post that does not."""

    AHEAD = -1  # something can still be done in time
    LATE = 0  # a deadline has passed: worth less with every minute, but nothing is won by overtaking what is ahead
    USUAL = 1
    AFTER = 2  # somebody outside claims that it presses
    LAST = 3  # nobody of the desk has looked at it
    PATIENT = 4  # nobody did anything that it would answer


_AHEAD = frozenset(
    {
        NoticeKind.WARNING,
        NoticeKind.FALLS_TO,
        NoticeKind.ESCALATED,
        NoticeKind.ESCALATION_ASKED,
    }
)
_LATE = frozenset({NoticeKind.BREACH, NoticeKind.CATCH_UP})


def urgency(kind: NoticeKind) -> Urgency:
    """How soon a notice of that kind is to be said."""
    if kind in _AHEAD:
        return Urgency.AHEAD
    return Urgency.LATE if kind in _LATE else Urgency.USUAL


SUMMARISED = (_AHEAD | _LATE) | {
    NoticeKind.RECEIPT,
    NoticeKind.PROPOSAL,
    NoticeKind.CHASE,
    NoticeKind.CUSTOMER_WROTE,
    NoticeKind.CLOSING,
}
"""What says what the ticket is about."""


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
    urgency: Urgency | None = None  # None: as its kind is

    @property
    def how_urgent(self) -> Urgency:
        """How soon it is to be said."""
        return urgency(self.kind) if self.urgency is None else self.urgency

    def __post_init__(self) -> None:
        """Raises ValueError for a naive datetime, which names no instant."""
        if self.not_before is not None:
            utc(self.not_before)


IS, TYPED, TEXT = "is", "Typed", "text"


def typed(text: str) -> dict[str, str]:
    """What somebody typed, marked as such in the data of a notice: it is kept where it can be erased."""
    return {IS: TYPED, TEXT: text}


def as_typed(value: Any) -> Any:
    """The text of a marked value; any other value as it is."""
    return value[TEXT] if isinstance(value, Mapping) and value.get(IS) == TYPED else value


def speaks_of_update(kind: NoticeKind, data: Mapping[str, Any]) -> bool:
    """Whether a notice shows what somebody wrote to the customer, so that it is corrected and taken back with it."""
    if kind is NoticeKind.TOLD:
        return data["what"] in ("update", "promise", "message", "waiting")
    return kind in (NoticeKind.UPDATE, NoticeKind.PROMISE, NoticeKind.WAITING) or data.get("what") == "logged"


CARD = Notice(NoticeKind.CARD, Audience.CARD)
CARD_IN_TIME = Notice(NoticeKind.CARD, Audience.CARD, patient=True)
