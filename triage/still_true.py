"""Whether what was planned is still worth saying: decided when it is sent, not when it was planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage.agenda import ACK_STEPS, ESCALATION, UNANSWERED, WAITING
from triage.agenda_handover import HANDOVER
from triage.change import Change
from triage.contents.deadlines import (
    BREACH_TO,
    AgreementContent,
    BreachContent,
    CatchUpContent,
    ChaseContent,
    FallsToContent,
    ProposalContent,
    UnacknowledgedContent,
    WarningContent,
)
from triage.contents.privately import AnswerContent, RefusalContent
from triage.contents.rating import RatingContent
from triage.contents.to_desk import EscalatedContent, GroupSilentContent, NobodyContent, OfferedContent
from triage.notice import CardContent, Content, Notice
from triage.people import VIGIE
from triage.settling import is_acknowledged, is_answered
from triage.terms import ClockKind
from triage.ticket import Ticket
from triage.warnings import all_warnings


def still_true(ticket: Ticket, content: Content, now: datetime) -> bool:
    """Whether a planned notice is still worth sending at `now`. That is decided when it is sent, not when it was
    planned.

    Withheld are: a warning whose deadline was moved, was met, or has passed, or of which a later one is planned; whom a
    severity falls to, once the ticket is somebody else's or no longer pressing; a repeated breach or a reminder that
    was answered; and everything about what turned out to be no ticket.
    """
    if ticket.dismissed_at is not None and not isinstance(content, CardContent | AnswerContent | RefusalContent):
        return False
    match content:
        case WarningContent():
            clock = ticket.clocks.get(ClockKind(content.clock))
            if clock is None or clock.cycle != content.cycle or clock.due is None or clock.due < now:
                return False
            return content.last_call or not _is_overtaken(ticket, content)
        case AgreementContent(late=False):
            clock = ticket.clock(content.called)
            if not ticket.is_open or clock is None or clock.cycle != content.cycle:
                return False
            return clock.due is not None and clock.due >= now and not _is_overtaken(ticket, content)
        case FallsToContent():
            # One that was named for a lesser severity has nothing to add to the next one.
            known = content.severity == ticket.announced.named_for and ticket.is_pressing
            return ticket.is_open and not ticket.ownership.is_accepted and known
        case BreachContent(to=to) if to != BREACH_TO[0]:
            return _is_open(ticket, content)
        case RatingContent():
            return ticket.rating.is_asked and ticket.rating.cycle == content.cycle
        case ProposalContent():
            return ticket.is_open and ticket.level < content.level and _still_owed(ticket, content)
        case UnacknowledgedContent():
            owed = ticket.escalation.owed
            later = (*ACK_STEPS[ACK_STEPS.index(content.step) + 1 :], UNANSWERED)
            said = any((ESCALATION, step, content.cycle) in ticket.said for step in later)
            back = ticket.outage.restored_at is not None
            return ticket.is_open and owed is not None and owed.seq == content.cycle and not (said or back)
        case EscalatedContent(by=by) if by == VIGIE:
            return ticket.is_open
        case ChaseContent(about=about) if about == WAITING:
            return ticket.waiting is not None and ticket.waiting.seq == content.cycle
        case ChaseContent(about=about) if about == HANDOVER:
            return ticket.is_open and ticket.ownership.handover is not None
        case OfferedContent():
            return ticket.is_open and not is_answered(ticket, content)
        case NobodyContent():
            return ticket.is_open and ticket.ownership.assignee is None
        case GroupSilentContent():
            return ticket.is_open and not is_acknowledged(ticket, content)
    return True


def _is_overtaken(ticket: Ticket, warning: WarningContent | AgreementContent) -> bool:
    """Whether a later warning of the same deadline is planned, which says the same with the time that is left by
    then."""
    called = warning.called if isinstance(warning, AgreementContent) else warning.clock
    steps = [step for _, step in all_warnings(ticket, called)]
    later = steps[steps.index(warning.step) + 1 :] if warning.step in steps else []
    return any((called, step, warning.cycle) in ticket.said for step in later)


def _is_open(ticket: Ticket, breach: BreachContent) -> bool:
    return any((b.clock, b.cycle) == (breach.clock, breach.cycle) for b in ticket.breaches)


def _still_owed(ticket: Ticket, content: ProposalContent) -> bool:
    """Of a proposal because nobody acknowledges a level: whether still nobody has."""
    owed = ticket.escalation.owed
    return content.step != UNANSWERED or (owed is not None and owed.seq == content.cycle)


def worth_saying(overtaken: Change, ticket: Ticket, now: datetime) -> tuple[Notice, ...]:
    """The notices of `overtaken` that are still worth sending now that the action is recorded. A breach that the action
    answered is said to the assignee only."""
    return tuple(said for notice in overtaken.notices if (said := _still(notice, ticket, now)) is not None)


def _still(notice: Notice, ticket: Ticket, now: datetime) -> Notice | None:
    content, nearest = notice.content, BREACH_TO[0]
    if isinstance(content, CatchUpContent) and not ticket.breaches:
        content = replace(content, to=nearest)
    if isinstance(content, BreachContent) and not _is_open(ticket, content):
        content = replace(content, to=nearest)
    return replace(notice, content=content) if still_true(ticket, content, now) else None
