"""When to warn before a clock is due, and whether the channel hears of it (policy: Warnings and breaches)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.agreements import parted
from triage.clocks import Clock
from triage.hours import ELAPSED, Hours
from triage.instants import Seconds, epoch, instant
from triage.terms import ClockKind, LeadTime, Shown, Terms
from triage.ticket import Ticket

LAST_CALL, HALF_LEFT = "last-call", "half-left"


def warnings(clock: Clock, leads: tuple[LeadTime, ...]) -> list[tuple[datetime, str]]:
    """The instants at which to warn of a running clock, each with the name of its step.

    Walked back in the clock's own hours. A lead time already past when the deadline was set is not said; if none is
    left there is one warning at half the time left, and none at all once the deadline itself is past.
    """
    due = clock.due
    if due is None or not leads:
        return []
    end, counted, since = epoch(due), _counted(clock), clock.set_at
    found = [
        (at, lead.step)
        for lead in leads
        if (seconds := _at(clock, end, lead, *counted)) is not None and since < (at := instant(seconds)) < due
    ]
    if not found:
        at = _half(clock, due)
        if since < at < due:
            found.append((at, HALF_LEFT))
    return found


def last_call(
    clock: Clock, terms: Terms, planned: list[tuple[datetime, str]] | None = None
) -> tuple[datetime, str] | None:
    """The instant of the last word before a running clock is due, and the name of its step: of the time to restore its
    last warning; of the others one of its own, so long before, or at half the time left where there is less. `planned`:
    its `warnings`, where the caller knows them."""
    due = clock.due
    if due is None:
        return None
    if clock.kind is ClockKind.RESTORE:
        return max(warnings(clock, terms.leads.get(clock.kind, ())) if planned is None else planned, default=None)
    hours, pauses = _counted(clock)
    at = instant(hours.back_seconds(epoch(due), terms.last_call, pauses))
    if at <= clock.set_at:
        at = _half(clock, due)
    return (at, LAST_CALL) if clock.set_at < at < due else None


def all_warnings(ticket: Ticket, called: str) -> list[tuple[datetime, str]]:
    """The instants and names of all warnings of the clock that the agenda calls so, as it runs now, in order, the last
    call among them. An agreement beside the customer's has no last call."""
    clock, of = ticket.clock(called), parted(called)
    if clock is None:
        return []
    if of is not None:
        agreement = ticket.terms.agreement(of[1])
        return [] if agreement is None else sorted(warnings(clock, agreement.terms.leads.get(clock.kind, ())))
    planned = warnings(clock, ticket.terms.leads.get(clock.kind, ()))
    final = last_call(clock, ticket.terms, planned)
    return sorted({*planned, *([] if final is None else [final])})


def is_last_call(ticket: Ticket, kind: ClockKind, step: str) -> bool:
    """Whether that step of that clock is the last word before it is due."""
    if kind is not ClockKind.RESTORE:
        return step == LAST_CALL
    clock = ticket.clocks.get(kind)
    final = None if clock is None else last_call(clock, ticket.terms)
    return final is not None and final[1] == step


def is_shown(ticket: Ticket, kind: ClockKind, at: datetime, *, there: bool) -> bool:
    """Whether the channel hears of a warning at that time. `there`: its assignee is on duty."""
    rule = ticket.terms.shown.get(kind, Shown.UNOWNED)
    if rule is Shown.UNOWNED:
        return not (ticket.ownership.is_accepted and there) and not is_quiet(ticket, at)
    return rule is Shown.ALWAYS


def is_quiet(ticket: Ticket, at: datetime) -> bool:
    """Whether nobody is named at that time, because severity 3 can wait for opening."""
    return ticket.terms.quiet_nights and not ticket.terms.working.is_open(at)


def _counted(clock: Clock) -> tuple[Hours, tuple[Seconds, ...]]:
    """What the time before the deadline is counted in. A promise is an instant somebody named: all of it counts."""
    return (ELAPSED, ()) if clock.promised else (clock.target.hours, clock.paused)


def _half(clock: Clock, due: datetime) -> datetime:
    """Half of the time that was left when the deadline was set."""
    (hours, pauses), end = _counted(clock), epoch(due)
    left = hours.seconds_between(epoch(clock.set_at), end, pauses)
    return instant(hours.back_seconds(end, left - left // 2, pauses))


def _at(clock: Clock, due: int, lead: LeadTime, hours: Hours, pauses: Sequence[Seconds]) -> int | None:
    if lead.seconds is not None:
        return hours.back_seconds(due, lead.seconds, pauses)
    if clock.promised or lead.share is None:
        return None
    allowance = clock.allowance
    return allowance.hours.add_seconds(epoch(clock.base), round(allowance.seconds * lead.share), clock.paused)
