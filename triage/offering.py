"""A ticket that nobody has is given to somebody, or somebody is proposed; whoever does not answer is followed by the
next (policy: Assignment)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.agenda import OFFER, Due, agenda
from triage.assigning import Choosing, Chosen, severity_to_answer_by
from triage.assignment import Mode
from triage.change import Change
from triage.checks import by_vigie
from triage.contents.to_desk import NobodyContent, OfferedContent
from triage.event import Event
from triage.facts.ahead import Unanswered
from triage.facts.owning import Acknowledged, Assigned, Offered
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice
from triage.ticket import Ticket


def is_free(ticket: Ticket) -> bool:
    """Whether it waits for somebody to have it."""
    return ticket.is_open and ticket.ownership.assignee is None and ticket.waiting is None


def is_free_again(before: Ticket | None, after: Ticket) -> bool:
    """Whether a change is one after which somebody is looked for: the ticket is new, nobody has it any more, or what it
    is has changed while nobody had it. `before`: None of a new one."""
    return is_free(after) and (before is None or not is_free(before) or _sorted_as(before) != _sorted_as(after))


def _sorted_as(ticket: Ticket) -> object:
    return ticket.confirmed, ticket.severity, ticket.category, ticket.skills


def offer(ticket: Ticket, choosing: Choosing, now: datetime, *, named: bool = False) -> Change:
    """Find somebody for a ticket that nobody has. `named`: it is said in the channel at the same time whom it falls to,
    so that nothing else has to be said."""
    now, mode = whole_second(now), choosing.mode
    if mode is Mode.OFF or not is_free(ticket):
        return Change()
    chosen = _choose(ticket, choosing, now)
    if chosen is None:
        return _nobody(ticket, now, named=named)
    if mode is Mode.PROPOSE:
        known = ticket.ownership.offer
        if known is not None and (known.to, known.why) == (chosen.person, chosen.why):
            return Change()
        return Change((by_vigie(now, Offered(chosen.person, chosen.why)),), (CARD,))
    return _given(ticket, choosing, chosen, now, named=named)


def owed(ticket: Ticket, now: datetime) -> list[Due]:
    """What has fallen due of an assignment by Vigie: an answer that did not come, or another look for somebody."""
    if ticket.ownership.offer is None:
        return []
    return [due for due in agenda(ticket) if due.clock == OFFER and due.at <= now]


def hand_on(ticket: Ticket, choosing: Choosing, now: datetime, *, named: bool = False) -> Change:
    """Whoever was to answer did not: the next is asked. Where nobody is left, the ticket has no owner and the lead is
    told. What was only put off is looked at again. `named`: as for `offer`."""
    now = whole_second(now)
    due = owed(ticket, now)
    events = tuple(
        by_vigie(now, Unanswered(each.clock, each.step, each.cycle), at=each.at, said=each.key) for each in due
    )
    if all(each.step == "again" for each in due):
        found = offer(ticket, choosing, now, named=named)
        return Change((*events, *found.events), found.notices)
    if choosing.mode is not Mode.AUTOMATIC:  # it was, when they were given it: they keep it
        return Change(events)
    before, tried = ticket.ownership.assignee, ticket.ownership.tried
    chosen = _choose(ticket, choosing, now)
    if chosen is not None:
        given = _given(ticket, choosing, chosen, now, named=named)
        return Change((*events, *given.events), given.notices)
    free = by_vigie(now, Assigned(None, before))
    silent = (*tried, before) if before is not None and before not in tried else tried
    said = () if named else (Notice(NobodyContent(silent, before), Audience.DESK),)
    return Change((*events, free), (*said, CARD))


def _choose(ticket: Ticket, choosing: Choosing, now: datetime) -> Chosen | None:
    tried, choosing = ticket.ownership.tried, choosing.for_ticket(ticket, now)
    # A proposal disturbs nobody.
    awake = choosing.mode is Mode.AUTOMATIC and _waits_for_opening(ticket, now)
    found = choosing.choose(ticket.skills, now, tried=tried, only_on_shift=awake)
    if found is None and ticket.is_pressing:
        found = choosing.on_call(ticket.skills, now, tried=tried)
    return found


def _waits_for_opening(ticket: Ticket, now: datetime) -> bool:
    """Whether it can wait for opening, so that nobody is asked who is not at work anyway (policy: Targets)."""
    return ticket.confirmed and not ticket.is_pressing and not ticket.terms.working.is_open(now)


def _given(ticket: Ticket, choosing: Choosing, chosen: Chosen, now: datetime, *, named: bool = False) -> Change:
    within = timedelta(seconds=choosing.rules.answer_within[severity_to_answer_by(ticket)])
    before = ticket.ownership.assignee
    fact = Assigned(chosen.person, before, why=chosen.why, answer_by=now + within)
    said = Notice(OfferedContent(chosen.person, chosen.why, now + within, before), Audience.DESK)
    return Change((by_vigie(now, fact),), (CARD,) if named else (said, CARD))


def _nobody(ticket: Ticket, now: datetime, *, named: bool) -> Change:
    """Nobody who could have it is there: the lead is told once, unless the channel is told whom it falls to. What can
    wait for opening is looked at again then."""
    known = ticket.ownership.offer
    if known is not None and known.to is None and (known.again_at is None or known.again_at > now):
        return Change()
    again = ticket.terms.working.next_open(now) if _waits_for_opening(ticket, now) else None
    said = () if named or again is not None else (Notice(NobodyContent(ticket.ownership.tried), Audience.DESK),)
    return Change((by_vigie(now, Offered(again_at=again)),), (*said, CARD))


def acknowledged_by_group(ticket: Ticket, now: datetime, actor: str, platform: str = "") -> Change:
    """Somebody of the group that has the work in hand did something to the ticket: the group has answered."""
    if ticket.ownership.handed is None or not ticket.is_open:
        return Change()
    now = whole_second(now)
    return Change((Event(now, now, actor, Acknowledged(for_group=True), platform=platform),), (CARD,))
