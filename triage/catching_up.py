"""After an outage: all that was missed is one notice, beside which stand last calls that can still help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from triage.agenda import BREACH_STEPS, ESCALATION, Due
from triage.contents.deadlines import (
    BREACH_TO,
    AgreementContent,
    BreachContent,
    CatchUpContent,
    ProposalContent,
    UnacknowledgedContent,
    WarningContent,
)
from triage.contents.to_desk import EscalatedContent
from triage.notice import Audience, Content, Missed, Notice
from triage.terms import ClockKind
from triage.ticket import Ticket
from triage.warnings import is_last_call, is_quiet

_MAY_BE_QUIET = WarningContent | BreachContent | AgreementContent | CatchUpContent
# Planned this much later than it could have been, there was an outage.
OUTAGE = timedelta(minutes=2)


def can_still_help(ticket: Ticket, item: Due, now: datetime) -> bool:
    """Whether that is a last call that still comes in time."""
    if item.clock not in set(ClockKind) or not is_last_call(ticket, kind := ClockKind(item.clock), item.step):
        return False
    clock = ticket.clocks.get(kind)
    return clock is not None and clock.due is not None and now <= clock.due


def caught_up(ticket: Ticket, due: list[Due], said: list[Notice], now: datetime) -> list[Notice]:
    """One notice for all that was missed. Beside it stand last calls that are still in time, and whoever is called to a
    level."""
    calls = [notice for notice in said if _calls_in_time(notice.content, now)]
    rest = [notice for notice in said if notice not in calls]
    late = [item.clock for item in due if item.step in BREACH_STEPS]
    if len(rest) < 2 and len(late) == len(set(late)):  # else whoever should have heard first was never told
        return said
    quiet = is_quiet(ticket, now)
    missed = [
        Missed(item.clock, item.step, item.at, item.cycle) for item in due if not can_still_help(ticket, item, now)
    ]
    content = CatchUpContent(tuple(missed), _loudest(notice.content for notice in rest), quiet)
    aloud = not quiet and any(not isinstance(notice.content, AgreementContent) for notice in rest)
    return [Notice(content, Audience.DESK, broadcast=aloud), *calls]


def _calls_in_time(content: Content, now: datetime) -> bool:
    """Whether that is a last call that can still help, or calls somebody to a level."""
    if isinstance(content, EscalatedContent | UnacknowledgedContent):
        return True
    return isinstance(content, WarningContent) and content.last_call and now <= content.due


def gathered(held: Sequence[tuple[Content, datetime]]) -> CatchUpContent:
    """One catch-up for what was planned at those instants while its platform was away, and is still worth saying."""
    missed: list[Missed] = []
    for content, planned_at in held:
        match content:
            case CatchUpContent():
                missed += content.missed
            case BreachContent():
                missed.append(Missed(content.clock, content.step, content.due, content.cycle))
            case WarningContent():
                missed.append(Missed(content.clock, content.step, planned_at, content.cycle))
            case AgreementContent():
                at = content.due if content.late else planned_at
                missed.append(Missed(content.called, content.step, at, content.cycle))
            case ProposalContent():
                missed.append(Missed(ESCALATION, content.step, planned_at, content.cycle))
    contents = [content for content, _ in held]
    quiet = all(each.quiet for each in contents if isinstance(each, _MAY_BE_QUIET))
    return CatchUpContent(tuple(sorted(missed, key=lambda each: each.at)), _loudest(contents), quiet)


def without_clock(caught_up: CatchUpContent, clock: ClockKind) -> CatchUpContent | None:
    """The same without what fell due of that clock; None where nothing else did."""
    missed = tuple(each for each in caught_up.missed if each.clock != clock)
    late = [BREACH_STEPS.index(each.step) for each in missed if each.step in BREACH_STEPS]
    to = BREACH_TO[max(late, default=0)]
    return replace(caught_up, missed=missed, to=to) if missed else None


def _loudest(contents: Iterable[Content]) -> str:
    """Whom a catch-up names: those of its breach that is furthest along."""
    breaches = (each.to for each in contents if isinstance(each, BreachContent | CatchUpContent))
    return max(breaches, key=BREACH_TO.index, default=BREACH_TO[0])
