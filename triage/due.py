"""What to do when something falls due: look again, put it on record, say what is worth saying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from triage.agenda import BREACH_STEPS, ESCALATION, IDLE, REQUESTED, WAITING, Due, agenda
from triage.change import Change
from triage.event import Event, Kind, stamp
from triage.fold import Said
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import VIGIE
from triage.terms import ClockKind
from triage.ticket import Ticket, fold

# Planned this much later than it could have been, there was an outage: what was missed is said in one notice.
OUTAGE = timedelta(minutes=2)
REMINDERS = (WAITING, REQUESTED, IDLE)
_TO = dict(zip(BREACH_STEPS, ("assignee", "lead", "level"), strict=True))


def decide_due(ticket: Ticket, now: datetime) -> Change:
    """Everything of the ticket's agenda that is due at `now`, put on record at the instant it fell due.

    Of each clock only the latest step is said, of proposals only the next level. After an outage the ticket gets one
    catch-up notice instead of several (what must always hold: 2).
    """
    now = whole_second(now)
    return _decide(ticket, [item for item in agenda(ticket) if item.at <= now], now)


def decide_overtaken(known: Sequence[Event], ticket: Ticket, deed: Sequence[Event], now: datetime) -> Change:
    """Everything that fell due before the `deed` which is about to be put on record: after it, nobody would look.

    Each event of the deed counts at its own time: what would have fallen due between an update that is logged late and
    its logging never was. `known` are the events that `ticket` is folded from.
    """
    deed = sorted((event for event in deed if event.said is None), key=lambda event: event.at)
    found: dict[Said, Due] = {}
    then = ticket
    for count, event in enumerate(deed):
        if count and event.at > deed[count - 1].at:
            then = fold([*known, *(replace(each, seq=ticket.version + n) for n, each in enumerate(deed[:count], 1))])
        for item in agenda(then):
            if item.at <= event.at and item.cycle <= ticket.version:
                found.setdefault(item.key, item)
    return _decide(ticket, sorted(found.values(), key=lambda due: (due.at, due.clock, due.step)), whole_second(now))


def worth_saying(overtaken: Change, ticket: Ticket, now: datetime) -> tuple[Notice, ...]:
    """What of it is still to be said now that the deed is on record. A breach that it answered is said to the assignee:
    nobody further up need hear of it."""
    return tuple(said for notice in overtaken.notices if (said := _still(notice, ticket, now)) is not None)


def _still(notice: Notice, ticket: Ticket, now: datetime) -> Notice | None:
    data = notice.data
    is_open = any("clock" not in data or (b.clock, b.cycle) == (data["clock"], data["cycle"]) for b in ticket.breaches)
    if data.get("to") in _TO.values() and not is_open:
        notice = replace(notice, data={**data, "to": _TO[BREACH_STEPS[0]]})
    return notice if still_true(ticket, notice.kind, notice.data, now) else None


def _decide(ticket: Ticket, due: list[Due], now: datetime) -> Change:
    if not due:
        return Change()
    last = {item.clock: item for item in due}
    # What is late comes before the proposal to escalate it.
    spoken = sorted(last.values(), key=lambda item: item.clock == ESCALATION)
    said = [notice for item in spoken if (notice := _say(ticket, item)) is not None]
    if len(said) > 1 and any(now - item.at > OUTAGE for item in due):
        missed = [[item.clock, item.step, stamp(item.at)] for item in due]
        said = [Notice(NoticeKind.CATCH_UP, Audience.DESK, {"missed": missed, "to": _loudest(said)}, broadcast=True)]
    events = tuple(_record(ticket, item, now) for item in due)
    # A warning or a reminder changes nothing that the card shows.
    shown = (CARD,) if any(event.kind is Kind.BREACHED for event in events) else ()
    return Change(events, (*said, *shown))


def _record(ticket: Ticket, item: Due, now: datetime) -> Event:
    data: dict[str, object] = {"clock": item.clock, "step": item.step, "cycle": item.cycle}
    if item.clock == ESCALATION:
        kind = Kind.PROPOSED
        data["level"] = ticket.level + 1
    elif item.clock in REMINDERS:
        kind = Kind.REMINDED
    elif item.step in _TO:
        kind = Kind.BREACHED
        data["severity"] = ticket.severity
    else:
        kind = Kind.WARNED
    return Event(item.at, now, VIGIE, kind, data, said=item.key)


def _say(ticket: Ticket, item: Due) -> Notice | None:
    data: dict[str, object] = {"step": item.step, "cycle": item.cycle}
    if item.clock == ESCALATION:
        level = ticket.level + 1
        if level > ticket.terms.levels:
            return None
        return Notice(NoticeKind.PROPOSAL, Audience.DESK, {**data, "level": level})
    if item.clock in REMINDERS:
        return Notice(NoticeKind.CHASE, Audience.DESK, {**data, "about": item.clock})
    clock = ticket.clocks[ClockKind(item.clock)]
    data |= {"clock": item.clock, "due": stamp(clock.due or item.at)}
    if item.step in _TO:
        # In the middle of the night the channel is spared (policy: Targets); people are named all the same.
        quiet = ticket.terms.quiet_nights and not ticket.terms.working.is_open(item.at)
        return Notice(NoticeKind.BREACH, Audience.DESK, {**data, "to": _TO[item.step]}, broadcast=not quiet)
    loud = ticket.assignee is None or ticket.severity == 1
    return Notice(NoticeKind.WARNING, Audience.DESK, data, broadcast=loud)


def _loudest(notices: list[Notice]) -> str:
    """Whom a catch-up names: whoever the furthest of the breaches in it would have."""
    order = tuple(_TO.values())
    return max((str(notice.data.get("to", order[0])) for notice in notices), key=order.index)


def still_true(ticket: Ticket, kind: NoticeKind, data: Mapping[str, Any], now: datetime) -> bool:
    """Whether a planned notice is still worth saying at `now`: the moment of sending, not of planning, decides.

    A warning is withheld once its deadline moved, was met or has passed; a repeated breach or a reminder once it was
    answered; of what turned out to be no ticket, everything.
    """
    if ticket.dismissed_at is not None and kind not in (NoticeKind.CARD, NoticeKind.ANSWER, NoticeKind.REFUSAL):
        return False
    if kind is NoticeKind.WARNING:
        clock = ticket.clocks.get(ClockKind(data["clock"]))
        return clock is not None and clock.cycle == data["cycle"] and clock.due is not None and now <= clock.due
    if kind is NoticeKind.BREACH and data["to"] != "assignee":
        return any(b.clock == data["clock"] and b.cycle == data["cycle"] for b in ticket.breaches)
    if kind is NoticeKind.PROPOSAL:
        return ticket.is_open and ticket.level < data["level"]
    if kind is NoticeKind.CHASE and data["about"] == WAITING:
        return ticket.waiting is not None and ticket.waiting.seq == data["cycle"]
    return True
