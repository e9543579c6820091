"""Facts about a ticket, in the past tense. The fold over them is the ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from triage.instants import naive

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Kind(StrEnum):
    """What happened. The value is what is stored; beside each is its data.

    `undoes` is the seq of an event that the fold then leaves out, as if it had never happened. `falls_to` is the
    severity for which somebody was named in the channel, because nobody had accepted the ticket.
    """

    OPENED = (
        # category, severity, claimed, confirmed, terms, reported_at, requester, customer, skills, automatic?; origin?:
        # where the message stands that it was made from
        "opened"
    )
    CONFIRMED = "confirmed"  # an agent confirmed category and severity: category, severity, terms
    SEVERITY_CHANGED = "severity_changed"  # severity, terms, raised
    CATEGORY_CHANGED = "category_changed"  # category, severity, terms, reported_at
    TERMS_MOVED = "terms_moved"  # to another version of the policy: terms, before (that version's number)
    REPORT_CORRECTED = "report_corrected"  # reported_at
    ASSIGNED = "assigned"  # assignee, before; group?; acknowledged: the customer was told who owns the ticket
    # The customer can see it; promise?: when the next update comes; moved?: the promise it replaces; elsewhere: it was
    # given some other way; seen: it is a message of the author's own; restored, resolved: it told of that; question: it
    # asks for something that is waited for.
    UPDATED = "updated"
    NOTED = "noted"  # internal
    # thanks: true when it asks for nothing; named: somebody of the desk was notified of it
    CUSTOMER_WROTE = "customer_wrote"
    WAITED = "waited"  # for: customer, vendor or maintenance; until?; asked?: the question of an earlier wait
    RESUMED = "resumed"
    RESTORED = "restored"
    RELAPSED = "relapsed"  # shown?: in the channel as well
    RESOLVED = "resolved"
    REOPENED = "reopened"  # counts: whether the closed span counts; shown?
    ESCALATED = "escalated"  # level, by_reaction; the reason is its text
    ESCALATION_ASKED = "escalation_asked"  # the customer asked for it, the reason is its text; a manager decides
    DISMISSED = "dismissed"  # it was taken in by itself and is no ticket: nothing of it counts
    REASON_GIVEN = "reason_given"  # the reason of a climb by reaction, picked afterwards, is its text: level
    ENDORSED = "endorsed"  # a further reaction to a climb that stands: level
    REACTION_REMOVED = "reaction_removed"  # the climb stays, this reaction no longer stands: level
    ESCALATION_UNDONE = "escalation_undone"  # a taken-off reaction within its grace: level, undoes
    UNASSIGNED = "unassigned"  # a taken-off reaction within its grace: assignee, undoes
    UNRESOLVED = "unresolved"  # a taken-off reaction within its grace: undoes
    ACKNOWLEDGED = "acknowledged"  # someone answers for an open breach or an escalation
    CUSTOMER_CORRECTED = "customer_corrected"  # customer, before
    SNOOZED = "snoozed"  # until: warnings and reminders are held back; null: no longer
    # number: of the other ticket, which has the same event; continued: that one goes on with what this one was about
    LINKED = "linked"
    UNLINKED = "unlinked"  # number
    MERGED = "merged"  # number: of the ticket that goes on for this one, to which that one is linked
    EDITED = "edited"  # update: the seq of the update whose text this is from now on
    TAKEN_BACK = "taken_back"  # an update that its author took back: undoes
    UNDELIVERED = "undelivered"  # of: the seq of what the customer was told, and finally did not get: it does not count
    DELIVERED = "delivered"  # of: the same after all, and from then on it counts
    REDACTED = "redacted"  # texts: in how many of them something was erased
    WARNED = "warned"  # clock, step, cycle; shown?: in the channel as well
    BREACHED = "breached"  # clock, step, cycle, severity; shown?
    PROPOSED = "proposed"  # step, cycle, level
    REMINDED = "reminded"  # step, cycle


@dataclass(frozen=True, slots=True)
class Event:
    """One fact: it happened `at` and was written down at `recorded_at` (both UTC, whole seconds).

    `actor` is a person (`slack:U0123`) or `vigie`. `body_id` points at the free text kept beside the events, so
    that text can be erased and every figure stays. `seq` counts from 1 within the ticket; 0 means not recorded yet.
    `said` marks the events that planning makes: (clock, step, cycle), unique in the ticket.
    """

    at: datetime
    recorded_at: datetime
    actor: str
    kind: Kind
    data: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    seq: int = 0
    body_id: int | None = None
    text: str | None = None
    said: tuple[str, str, int] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a naive datetime, which names no instant."""
        for value in (self.at, self.recorded_at):
            if value.tzinfo is not UTC and value.utcoffset() is None:
                raise naive(value)


def stamp(value: datetime) -> str:
    """An instant as event data."""
    return value.isoformat()


def read_stamp(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)
