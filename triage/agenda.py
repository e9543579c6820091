"""The agenda of a ticket: everything that will fall due if nothing else happens. The deadline table is only a
projection of it.

Each item has an idempotency key (clock, step, cycle), unique among the ticket's events: so it is planned exactly once,
whatever the number of processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from triage.agenda_handover import HANDOVER, unaccepted
from triage.agreements import clock_of
from triage.asking import ask_at
from triage.clock import Clock, ClockState
from triage.hours import ELAPSED
from triage.instants import Span
from triage.terms import ACK_WITHIN, Climbing, ClockKind
from triage.ticket import Ticket
from triage.warnings import HALF_LEFT, LAST_CALL, is_shown, last_call, warnings

# Exactly at the due instant is in time, and every clock counts in whole seconds: late begins one second after.
JUST_AFTER = timedelta(seconds=1)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
BREACH_STEPS = ("breach", "breach-lead", "breach-level")
BETWEEN_BREACHES = 3600  # where the terms know no update interval
IDLE_STEPS = ("nudge", "nudge-lead")
ESCALATION, WAITING, REQUESTED, IDLE = "escalation", "waiting", "requested", "idle"
OFFER, GROUP = "offer", "group"
RATING = "rating"
# While nobody has acknowledged a level: when the next of its contacts joins, and when the level above is proposed.
ACK_STEPS, UNANSWERED = ("ack-1", "ack-2", "ack-3"), "unanswered"


class Due(NamedTuple):
    """One item of the agenda. Its key (clock, step, cycle) is unique among the ticket's events, so that it is planned
    exactly once. Items are in order as they compare: the earliest first."""

    #: When.
    at: datetime
    #: A clock, one of an agreement (`restore/network`), or `escalation`, `waiting`, `requested`, `idle`, `offer`,
    #: `group`, `rating`, `handover`.
    clock: str
    #: Which of its steps.
    step: str
    #: The `seq` of the event that last set the deadline.
    cycle: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What is unique in the ticket."""
        return self[1:]


def _held_back(ticket: Ticket, at: datetime, before: datetime | None = None) -> datetime:
    """When a warning or a reminder due `at` is said: at the end of a snooze, unless its deadline, `before`, comes
    first."""
    until = ticket.snoozed_until
    if until is None or (before is not None and before <= until):
        return at
    return max(at, until)


def agenda(ticket: Ticket, *, there: bool = True, until: datetime = LATEST) -> list[Due]:
    """The items of the ticket, earliest first, without those that are on record already. `there`: its assignee is on
    duty. `until`: what comes later matters only for the first of it of each clock, and most of the rest is not worked
    out."""
    if not ticket.is_open:
        return [due for due in _rating(ticket) if due.key not in ticket.said]
    reminders = (*_reminders(ticket), *_nudges(ticket), *_answers(ticket))
    handover = (Due(at, HANDOVER, step, cycle) for at, step, cycle in unaccepted(ticket))
    return sorted(
        [
            *_clocks(ticket, there=there, until=until),
            *_agreements(ticket, until),
            *_first(ticket, _proposals(ticket), until),
            *_first(ticket, _acknowledgements(ticket), until),
            *(due._replace(at=_held_back(ticket, due.at)) for due in reminders if due.key not in ticket.said),
            *(due for due in handover if due.key not in ticket.said),
        ]
    )


def _first(ticket: Ticket, ordered: Iterable[Due], until: datetime) -> Iterator[Due]:
    """Of items in order of time, those that are not on record, up to the first that comes after `until`."""
    for due in ordered:
        if due.key not in ticket.said:
            yield due
            if due.at > until:
                return


def upcoming(ticket: Ticket) -> dict[str, Due]:
    """The next item of each clock, as the deadline table holds them. Later ones follow once these are on record."""
    return next_of_each(agenda(ticket, until=EARLIEST))


def next_of_each(items: Iterable[Due]) -> dict[str, Due]:
    """The same of an agenda that is known."""
    first: dict[str, Due] = {}
    for due in items:
        first.setdefault(due.clock, due)
    return first


def _clocks(ticket: Ticket, *, there: bool, until: datetime) -> Iterator[Due]:
    for kind, clock in ticket.clocks.items():
        if clock.due is None:
            continue
        if (kind, "breach", clock.cycle) not in ticket.said:  # nobody is warned of what is late already
            late = _breach(ticket, kind, clock.cycle, max(clock.due + JUST_AFTER, clock.set_at))
            yield from _first(ticket, chain(sorted(_warnings(ticket, clock, there=there)), late), until)
    for breach in ticket.breaches:
        yield from _first(ticket, _breach(ticket, breach.clock, breach.cycle, breach.at), until)


def _agreements(ticket: Ticket, until: datetime) -> Iterator[Due]:
    """Warnings and breaches of the agreements beside the customer's (policy: Agreements)."""
    for name, clocks in ticket.agreements.items():
        agreement = ticket.terms.agreement(name)
        leads = {} if agreement is None else agreement.terms.leads
        for kind, clock in clocks.items():
            called = clock_of(kind, name)
            if clock.due is None or (called, BREACH_STEPS[0], clock.cycle) in ticket.said:
                continue
            near = warnings(clock, leads.get(kind, ()))
            late = Due(max(clock.due + JUST_AFTER, clock.set_at), called, BREACH_STEPS[0], clock.cycle)
            planned = [Due(_held_back(ticket, at, clock.due), called, step, clock.cycle) for at, step in near]
            yield from _first(ticket, [*sorted(planned), late], until)


def _warnings(ticket: Ticket, clock: Clock, *, there: bool) -> Iterator[Due]:
    """The warnings of a running clock. A snooze may hold them back, but never the last call; a warning that would only
    come after the last call because it was held back is left out. Where the channel hears of a warning anyway, no extra
    last call is planned."""
    kind, cycle, due, snoozed = clock.kind, clock.cycle, clock.due, ticket.snoozed_until is not None
    planned = warnings(clock, ticket.terms.leads.get(kind, ()))
    final = last_call(clock, ticket.terms, planned)
    # Whether a last call of its own is to come, unless the channel hears of a warning before it.
    extra = final is not None and final[1] == LAST_CALL and (kind, cycle) not in ticket.announced.shown
    for at, step in planned:
        if (at, step) == final:
            yield Due(at, kind, step, cycle)
            continue
        held = _held_back(ticket, at, due) if snoozed else at
        if final is None or held < final[0] or (held == at and step != HALF_LEFT):
            yield Due(held, kind, step, cycle)
            if extra and final is not None and held <= final[0] and (kind, step, cycle) not in ticket.said:
                extra = not is_shown(ticket, kind, held, there=there)
    if extra and final is not None:
        yield Due(final[0], kind, LAST_CALL, cycle)


def _breach(ticket: Ticket, clock: ClockKind, cycle: int, at: datetime | None) -> Iterator[Due]:
    """The breach of a clock: to the assignee at once, to the lead one update interval later, to level 1's contact
    another interval later, unless somebody updates or acknowledges. What is quiet at night is repeated after opening,
    one step at a time. While the clock is paused nothing is repeated, and that time does not count in between."""
    terms, running = ticket.terms, ticket.clocks.get(clock)
    pauses = () if running is None or not running.paused else running.pauses
    update = terms.targets.get(ClockKind.UPDATE)
    hours, seconds = (ELAPSED, BETWEEN_BREACHES) if update is None else (update.hours, update.seconds)
    for count, step in enumerate(BREACH_STEPS):
        if count and at is not None:
            at = hours.add(at, seconds, pauses)
            if at is not None and terms.quiet_nights:
                at = terms.working.next_open(at)
        if at is None:
            return
        yield Due(at, clock, step, cycle)


def _proposals(ticket: Ticket) -> Iterator[Due]:
    """Proposals of the next level: at each threshold, counted from the report, from when severity rose or from when a
    level was left again, without paused time; and at once where a change has moved the restore deadline into the past.
    Where the terms let the ticket climb by itself, it does so instead, one level at a time."""
    restore, level, mark = ticket.clocks.get(ClockKind.RESTORE), ticket.level, ticket.escalation.mark
    climbing = ticket.terms.climbing
    if climbing is Climbing.OFF or ticket.outage.restored_at is not None:
        return
    if (restore is not None and restore.state is ClockState.PAUSED) or any(end is None for _, end in ticket.waits):
        return
    known = mark.recorded_at
    idle: list[Span] = [*ticket.waits]
    if restore is not None:
        known = max(known, restore.set_at)
        idle += restore.pauses
        if restore.due is not None and restore.due < restore.set_at and level < ticket.terms.levels:
            yield Due(restore.set_at, ESCALATION, "overdue", restore.cycle)
    above = [threshold for threshold in ticket.terms.thresholds if threshold.level > level]
    if climbing is Climbing.AUTOMATIC:
        above = [each for each in above if (ESCALATION, f"propose-{each.level}", mark.seq) not in ticket.said][:1]
        known = max(known, _may_climb_from(ticket, known))
    for threshold in above:
        at = ELAPSED.add(ticket.escalation.since, threshold.seconds, idle)
        if at is not None:
            yield Due(max(at, known), ESCALATION, f"propose-{threshold.level}", mark.seq)


def _may_climb_from(ticket: Ticket, known: datetime) -> datetime:
    """From when a ticket may climb further by itself: whoever was called last has had time to acknowledge."""
    last = ticket.escalation.last
    return known if last is None else last.at + timedelta(seconds=ticket.terms.ack_within or ACK_WITHIN)


def _acknowledgements(ticket: Ticket) -> Iterator[Due]:
    """While nobody has acknowledged the level that was reached: the next contacts, one after another, then the level
    above. Nobody is called out of bed for a service that is back."""
    climb, within = ticket.escalation.owed, ticket.terms.ack_within
    if climb is None or within is None or ticket.outage.restored_at is not None:
        return
    if (ESCALATION, UNANSWERED, climb.seq) in ticket.said:
        return  # there was nobody else to call
    since = max(climb.at, ticket.outage.again_at or climb.at)
    for count, step in enumerate((*ACK_STEPS, UNANSWERED), 1):
        yield Due(since + timedelta(seconds=count * within), ESCALATION, step, climb.seq)


def _reminders(ticket: Ticket) -> Iterator[Due]:
    """Reminders of a wait: to chase the customer, after a while to propose closing, and at the time that the agent
    asked for. A requested date is reminded of a day before and when it comes."""
    waiting, terms = ticket.waiting, ticket.terms
    if waiting is not None and waiting.what == "customer":
        steps = [(seconds, f"chase-{count}") for count, seconds in enumerate(terms.chase, 1)]
        if terms.close_after is not None:
            steps.append((terms.close_after, "close"))
        for seconds, step in steps:
            at = terms.working.add(waiting.since, seconds)
            if at is not None:
                yield Due(at, WAITING, step, waiting.seq)
    if waiting is not None and waiting.until is not None:
        yield Due(waiting.until, WAITING, "until", waiting.seq)
    if ticket.requested_date is not None:
        for ahead, step in ((timedelta(days=1), "day-before"), (timedelta(0), "come")):
            date = ticket.requested_date - ahead
            if date > ticket.opened_at:
                yield Due(date, REQUESTED, step, 1)


def _rating(ticket: Ticket) -> Iterator[Due]:
    """The question how it went, once the ticket is resolved."""
    at = ask_at(ticket)
    if at is not None and ticket.rating.cycle is not None:
        yield Due(at, RATING, "ask", ticket.rating.cycle)


def _nudges(ticket: Ticket) -> Iterator[Due]:
    """Two nudges for a ticket that has no update clock and where nothing happens; the second names the lead."""
    terms = ticket.terms
    if terms.idle is None or ticket.waiting is not None or ticket.promise is not None:
        return
    ends = [end for _, end in ticket.waits if end is not None]
    since, cycle = max([ticket.updates.last_at or ticket.opened_at, *ends]), ticket.updates.last_seq or 1
    for count, step in enumerate(IDLE_STEPS, 1):
        at = terms.working.add(since, count * terms.idle)
        if at is not None:
            yield Due(at, IDLE, step, cycle)


def _answers(ticket: Ticket) -> Iterator[Due]:
    """What is owed by whoever was given the ticket by Vigie, and by a group that was handed it; and when it is looked
    for somebody again. What can wait for opening does, and so does everything while the ticket waits."""
    if ticket.waiting is not None:
        return
    offer, handed = ticket.ownership.offer, ticket.ownership.handed
    owed: list[tuple[datetime | None, str, str, int]] = []
    if offer is not None:
        owed += [(offer.answer_by, OFFER, "answer", offer.seq), (offer.again_at, OFFER, "again", offer.seq)]
    if handed is not None:
        owed.append((handed.answer_by, GROUP, "ack", handed.seq))
    for by, clock, step, cycle in owed:
        at = ticket.terms.working.next_open(by) if by is not None and ticket.terms.quiet_nights else by
        if at is not None:
            yield Due(at, clock, step, cycle)
