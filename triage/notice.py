"""Notices: platform-neutral things worth saying. Their words are in the locales; who the people are is found out when
they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple

from triage.data import CODECS, Data, read_stamp, stamp
from triage.instants import utc
from triage.values import value


class Audience(StrEnum):
    """Who a notice is for. What is meant for the desk never reaches a customer."""

    DESK = "desk"  # the ticket's thread under its card
    CUSTOMER = "customer"  # the customer's thread; under the card where there is none
    CARD = "card"  # the one message of the ticket, edited in place
    PERSON = "person"  # privately, to whom its content names
    ADMIN = "admin"  # privately, to an admin of the desk: about the desk, no ticket


class NoticeKind(StrEnum):
    """What a notice says. The value is what is stored; what each says has a class of its own in `triage.contents`."""

    CARD = "card"
    RECEIPT = "receipt"
    JOINED = "joined"
    TAKEN = "taken"
    UPDATE = "update"
    PROMISE = "promise"
    WAITING = "waiting"
    RESTORED = "restored"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CUSTOMER_WROTE = "customer_wrote"
    TOLD = "told"
    FALLS_TO = "falls_to"
    CLOSING = "closing"
    NOTE = "note"
    TALK = "talk"
    CHANGED = "changed"
    MERGED = "merged"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    NOBODY = "nobody"
    GROUP_SILENT = "group_silent"
    WARNING = "warning"
    BREACH = "breach"
    AGREEMENT = "agreement"
    CATCH_UP = "catch_up"
    PROPOSAL = "proposal"
    ESCALATION_ASKED = "escalation_asked"
    ESCALATED = "escalated"
    ESCALATION_UNDONE = "escalation_undone"
    UNACKNOWLEDGED = "unacknowledged"
    DEESCALATED = "deescalated"
    PICK_REASON = "pick_reason"
    ENDORSED = "endorsed"
    STANDS = "stands"
    REFUSAL = "refusal"
    ANSWER = "answer"
    CHASE = "chase"
    RATING = "rating"
    RATED = "rated"
    ALIKE = "alike"
    MAJOR_PROPOSED = "major_proposed"
    ASKED_BACK = "asked_back"


class Urgency(IntEnum):
    """The order in which notices to the same channel are sent: lower first. What waits in the same conversation before
    one that is urgent becomes as urgent. Those from AFTER on also leave a token of the rate limit for one that is more
    urgent. None waits for ever (`storage.fairness`)."""

    FIRST = -2  # severity 1 or 2 has come up, or somebody is called to a level
    AHEAD = -1  # something can still be done in time
    LATE = 0  # a deadline has passed: worth less with every minute, but nothing is won by overtaking what is ahead
    USUAL = 1
    AFTER = 2  # somebody outside claims that it presses
    LAST = 3  # nobody of the desk has looked at it
    PATIENT = 4  # nobody did anything that it would answer


_FIRST = frozenset({NoticeKind.FALLS_TO, NoticeKind.ESCALATED, NoticeKind.UNACKNOWLEDGED})
_AHEAD = frozenset({NoticeKind.WARNING, NoticeKind.ESCALATION_ASKED})
_LATE = frozenset({NoticeKind.BREACH, NoticeKind.CATCH_UP})


def urgency(kind: NoticeKind) -> Urgency:
    """How soon a notice of that kind is to be said."""
    if kind in _FIRST:
        return Urgency.FIRST
    if kind in _AHEAD:
        return Urgency.AHEAD
    return Urgency.LATE if kind in _LATE else Urgency.USUAL


SUMMARISED = (_FIRST | _AHEAD | _LATE) | {
    NoticeKind.RECEIPT,
    NoticeKind.PROPOSAL,
    NoticeKind.CHASE,
    NoticeKind.CUSTOMER_WROTE,
    NoticeKind.CLOSING,
    NoticeKind.ASKED_BACK,
    NoticeKind.OFFERED,
    NoticeKind.NOBODY,
    NoticeKind.GROUP_SILENT,
    NoticeKind.AGREEMENT,
}
"""What says what the ticket is about."""


@value(frozen=True, slots=True)
class Content(Data):
    """What a notice says. Each kind has its own class, see `triage.contents`."""

    KIND: ClassVar[NoticeKind]


class CardContent(Content):
    """The ticket itself."""

    __slots__ = ()
    KIND = NoticeKind.CARD


class Missed(NamedTuple):
    """Something that fell due while there was an outage."""

    #: What fell due, as the agenda calls it.
    clock: str
    #: Which of its steps.
    step: str
    #: When.
    at: datetime
    #: Of which deadline it was; None where an earlier release did not say.
    cycle: int | None


def _missed(data: Any) -> tuple[Missed, ...]:
    return tuple(Missed(clock, step, read_stamp(at), *(rest or [None])) for clock, step, at, *rest in data)


CODECS["tuple[Missed, ...]"] = (lambda missed: [[*m[:2], stamp(m.at), m.cycle] for m in missed], _missed)


@value(frozen=True, slots=True)
class Notice:
    """Something to say once."""

    #: What it says.
    content: Content
    #: For whom.
    audience: Audience
    #: It is shown in the channel as well as in the thread.
    broadcast: bool = False
    body: str | None = None  # free text that goes beside the notice, kept where it can be erased
    #: It is not said before then; None: at once.
    not_before: datetime | None = None
    #: Of a card: it may be refreshed after everything else, because nobody did anything that it would answer.
    patient: bool = False
    urgency: Urgency | None = None  # None: as its kind is
    #: The key of the one channel that it is said in; empty: in every one that its audience reads.
    only_in: str = ""
    #: The key of the channel that it is not said in, because it was written there.
    not_in: str = ""

    @property
    def kind(self) -> NoticeKind:
        """The kind of what it says."""
        return self.content.KIND

    @property
    def how_urgent(self) -> Urgency:
        """How soon it is to be said."""
        return urgency(self.kind) if self.urgency is None else self.urgency

    def is_said_in(self, channel: str) -> bool:
        """Whether it is said in that channel, where its audience reads there."""
        return self.only_in in ("", channel) and self.not_in != channel

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


CARD = Notice(CardContent(), Audience.CARD)
CARD_IN_TIME = Notice(CardContent(), Audience.CARD, patient=True)
