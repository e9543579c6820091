"""Notices that are settled: the deadline was met, moved or stopped, the ticket accepted, the question answered. Their
messages are edited to one closed line."""

from __future__ import annotations

from collections.abc import Sequence

from triage.agenda import IDLE, UNANSWERED, WAITING
from triage.agenda_handover import HANDOVER
from triage.agreements import parted
from triage.clock import ClockState
from triage.contents.deadlines import (
    AgreementContent,
    BreachContent,
    CatchUpContent,
    ChaseContent,
    FallsToContent,
    ProposalContent,
    UnacknowledgedContent,
    WarningContent,
)
from triage.contents.to_desk import (
    EscalatedContent,
    EscalationAskedContent,
    GroupSilentContent,
    NobodyContent,
    OfferedContent,
)
from triage.event import Event
from triage.fold import fold, read
from triage.notice import Content, NoticeKind
from triage.parts.escalating import Climb
from triage.terms import ClockKind
from triage.ticket import Ticket

SETTLING = (
    NoticeKind.WARNING,
    NoticeKind.BREACH,
    NoticeKind.CATCH_UP,
    NoticeKind.FALLS_TO,
    NoticeKind.PROPOSAL,
    NoticeKind.CHASE,
    NoticeKind.OFFERED,
    NoticeKind.NOBODY,
    NoticeKind.GROUP_SILENT,
    NoticeKind.ESCALATED,
    NoticeKind.UNACKNOWLEDGED,
    NoticeKind.ESCALATION_ASKED,
    NoticeKind.AGREEMENT,
)
"""What may be settled once it is said."""


def is_settled(ticket: Ticket, content: Content, said_by: int | None = None) -> bool:
    """Whether nothing that a notice of that content speaks of is still open. `said_by`: the `seq` of the event that it
    was planned by."""
    if not ticket.is_open:
        return True
    match content:
        case WarningContent() | BreachContent():
            return not _runs(ticket, content.clock, content.cycle)
        case AgreementContent():
            return not _runs(ticket, content.called, content.cycle)
        case CatchUpContent():
            # What was written before its deadlines were named in it stays as it is.
            known = [missed for missed in content.missed if missed.clock in set(ClockKind) or parted(missed.clock)]
            return bool(known) and all(m.cycle is not None and not _runs(ticket, m.clock, m.cycle) for m in known)
        case FallsToContent():
            return ticket.ownership.is_accepted or not ticket.is_pressing
        case ProposalContent(step=step) if step == UNANSWERED:
            return ticket.escalation.owed is None or ticket.escalation.owed.seq != content.cycle
        case ProposalContent():
            return ticket.level >= content.level
        case EscalatedContent():
            climb = climb_of(ticket, content, said_by)
            return climb is None or climb is not ticket.escalation.owed
        case EscalationAskedContent():
            climbed = said_by is not None and any(climb.seq > said_by for climb in ticket.escalation.climbs)
            return climbed or not ticket.escalation.asked
        case UnacknowledgedContent():
            return ticket.escalation.owed is None or ticket.escalation.owed.seq != content.cycle
        case ChaseContent(about=about) if about == WAITING:
            return ticket.waiting is None or ticket.waiting.seq != content.cycle
        case ChaseContent(about=about) if about == IDLE:
            return (ticket.updates.last_seq or 1) != content.cycle
        case ChaseContent(about=about) if about == HANDOVER:
            return ticket.ownership.handover is None
        case OfferedContent():
            return is_answered(ticket, content)
        case NobodyContent():
            return ticket.ownership.assignee is not None
        case GroupSilentContent():
            return is_acknowledged(ticket, content)
    return False


def is_answered(ticket: Ticket, content: OfferedContent) -> bool:
    """Whether whoever was given the ticket by Vigie is not asked any more."""
    owned = ticket.ownership
    return owned.assignee != content.to or owned.answer_by is None


def is_acknowledged(ticket: Ticket, content: GroupSilentContent) -> bool:
    """Whether the group owes no acknowledgement any more of what it was handed then."""
    handed = ticket.ownership.handed
    return handed is None or handed.seq != content.cycle


def climb_of(ticket: Ticket, content: EscalatedContent, said_by: int | None) -> Climb | None:
    """The climb that a notice tells of; None where it was undone, or left again."""
    climbs = reversed(ticket.escalation.climbs)
    return next((c for c in climbs if c.level == content.level and (said_by is None or c.seq <= said_by)), None)


def may_settle(before: Ticket, after: Ticket) -> bool:
    """Whether a change can have settled earlier notices, or opened them again. Quick to ask; most changes cannot."""
    return bool(_has_said(before) or _has_said(after)) and _marks(before) != _marks(after)


def _has_said(ticket: Ticket) -> bool:
    """Whether something may have been said of it that can be settled."""
    owned = ticket.ownership
    return bool(
        ticket.said
        or ticket.level
        or ticket.escalation.asked
        or ticket.announced.named_for
        or owned.offer is not None
        or owned.tried
    )


def settled_by(events: Sequence[Event], content: Content, since: int) -> Event | None:
    """The event that settled a notice planned by event `since`. None where that event itself was undone."""
    known = sorted(read(events).events, key=lambda event: event.seq)
    for count, event in enumerate(known, 1):
        if event.seq > since and is_settled(fold(known[:count]), content, since):
            return event
    return None


def _runs(ticket: Ticket, clock: str, cycle: int) -> bool:
    found = ticket.clock(clock)
    return found is not None and found.cycle == cycle and found.state is ClockState.RUNNING


def _marks(ticket: Ticket) -> object:
    return (
        [(called, clock.cycle, clock.state) for called, clock in ticket.every_clock],
        (ticket.is_open, ticket.ownership.is_accepted, ticket.level, ticket.severity, ticket.claimed, ticket.confirmed),
        (None if ticket.waiting is None else ticket.waiting.seq, ticket.updates.last_seq),
        (ticket.ownership.assignee, ticket.ownership.answer_by, ticket.ownership.handed, ticket.ownership.handover),
        (None if ticket.escalation.owed is None else ticket.escalation.owed.seq, ticket.escalation.asked),
    )
