"""Who is called to a level: the first of its contacts when it is reached, the next one each time that nobody has
acknowledged it; never whoever climbed (policy: Escalation). Decided when they are told, so that whoever is there at
that moment is called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from triage.agenda import ESCALATION, UNANSWERED
from triage.change import Change
from triage.checks import by_vigie
from triage.contents.deadlines import ProposalContent, UnacknowledgedContent
from triage.contents.to_desk import EscalatedContent
from triage.event import Fact
from triage.facts.ahead import Proposed
from triage.facts.escalating import Called
from triage.notice import Audience, Content, Notice, NoticeKind
from triage.parts.escalating import Climb
from triage.roster import Roster
from triage.settling import climb_of
from triage.ticket import Ticket

FIRST = "first"
CALLING = (NoticeKind.ESCALATED, NoticeKind.UNACKNOWLEDGED)
"""What calls somebody."""


def call(ticket: Ticket, roster: Roster, content: Content, said_by: int | None, now: datetime) -> Change:
    """Put on record whom a notice that is about to be said calls. Empty where that is on record, and where nobody is
    to be called. Where nobody is left to be called, the level above is proposed instead."""
    match content:
        case EscalatedContent():
            climb = climb_of(ticket, content, said_by)
            if climb is None or climb.called_at(FIRST) is not None:
                return Change()
            who = _first(climb, roster, now)
            return Change() if who is None else _record(_called(climb, FIRST, who), FIRST, climb, now)
        case UnacknowledgedContent(step=step):
            climb = ticket.escalation.owed
            if climb is None or climb.seq != content.cycle or climb.called_at(step) is not None:
                return Change()
            who = roster.next_contact(climb.level, now, {climb.actor, *(each.who for each in climb.calls)})
            if who is not None:
                return _record(_called(climb, step, who), step, climb, now)
            if (ESCALATION, UNANSWERED, climb.seq) in ticket.said:
                return Change()
            above = ticket.level + 1
            proposed = Proposed(ESCALATION, UNANSWERED, climb.seq, above)
            said = Notice(ProposalContent(UNANSWERED, climb.seq, above), Audience.DESK)
            return _record(proposed, UNANSWERED, climb, now, said=(said,))
    return Change()


def _first(climb: Climb, roster: Roster, now: datetime) -> str | None:
    """Whom a climb calls: nobody, where a contact of that level climbed, who answers for it."""
    if climb.acknowledged_by is not None:
        return None
    return next(iter(roster.contact(climb.level, now)), None)


def _called(climb: Climb, step: str, who: str) -> Called:
    return Called(climb.level, who, step, climb.seq)


def _record(fact: Fact, step: str, climb: Climb, now: datetime, said: Iterable[Notice] = ()) -> Change:
    key = step if step == UNANSWERED else f"called-{step}"
    return Change((by_vigie(now, fact, said=(ESCALATION, key, climb.seq)),), tuple(said))
