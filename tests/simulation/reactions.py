"""What reactions do to a ticket, and what is undone where they are taken off, by hand (policy: Escalation)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.deadlines import RESTORE, Deadline
from tests.simulation.model import Ticket
from tests.simulation.people import ADMIN, AGENTS, LEADS, LEVELS, MANAGERS

STAFF = (*AGENTS, *LEADS, *MANAGERS, ADMIN)
#: Somebody's reaction so soon after a climb is for the same climb.
ENDORSES = timedelta(seconds=60)
UNDOES = timedelta(minutes=2)
OF_TAKE = ("assignee", "is_accepted", "given", "tried", "answered_at")
OF_RESOLVE = ("up_since", "is_closed", "closed_at", "asked", "waiting", "waits_since", "reminded", "given")


@dataclass
class Done:
    """What a reaction did, and how the ticket was before."""

    by: str
    at: datetime
    before: dict[str, Any]
    #: Which deadlines were missed before, and since when.
    missed: list[tuple[Deadline, datetime]]
    restore: Deadline | None
    waits: list[tuple[datetime, datetime]]


def _before(ticket: Ticket, by: str, now: datetime, names: tuple[str, ...]) -> Done:
    missed = [(each, each.missed_at) for each in ticket.deadlines.values() if each.missed_at is not None]
    before = {name: getattr(ticket, name) for name in names}
    return Done(by, now, before, missed, ticket.deadlines.get(RESTORE), [*ticket.waits])


def _answer(ticket: Ticket, kind: str, what: str, to: str, now: datetime) -> None:
    ticket.say(now, kind, what, lambda: [to])


def is_soon(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket has just climbed."""
    return bool(ticket.climbs) and now - ticket.climbs[-1].at <= ENDORSES


def siren(ticket: Ticket, by: str, now: datetime) -> bool:
    """A manager climbs a level, or endorses that it was climbed. Whether it did anything."""
    if by not in ticket.people.managers or ticket.is_closed:
        _answer(ticket, "refusal", "", by, now)
        return False
    if ticket.climbs and (ticket.standing[by] or is_soon(ticket, now)):
        last = ticket.climbs[-1]
        ticket.standing[by] += 1
        if by not in (last.by, *last.endorsed_by):
            last.endorsed_by.append(by)
        _answer(ticket, "endorsed", f"level {last.level}", by, now)
        return True
    if ticket.level == len(LEVELS):
        _answer(ticket, "refusal", "", by, now)
        return False
    asked = ticket.asked
    ticket.climb(by, now)
    ticket.standing[by] += 1
    climb = ticket.climbs[-1]
    climb.stands, climb.was_asked = True, asked
    _answer(ticket, "pick_reason", f"level {climb.level}", by, now)
    return True


def siren_off(ticket: Ticket, by: str, now: datetime) -> None:
    """The last reaction that carries a climb is taken off: it is undone, or they are told why not."""
    if not ticket.standing[by] or not ticket.climbs:
        left = ticket.left
        if left is not None and left.stands and now - left.at <= UNDOES and by in (left.by, *left.endorsed_by):
            _answer(ticket, "stands", "escalate left", by, now)
        return
    climb = ticket.climbs[-1]
    why = ""
    if climb.by != by or not climb.stands:
        why = "others"
    elif ticket.standing[by] > 1:
        why = "more"
    elif climb.endorsed_by:
        why = "endorsed"
    elif now - climb.at > UNDOES:
        why = "late"
    ticket.standing[by] -= 1
    if not why:
        ticket.climbs.pop()
        ticket.asked = climb.was_asked
        ticket.say(now, "escalation_undone", f"level {climb.level}", list)
        return
    _answer(ticket, "stands", f"escalate {why}", by, now)
    if not ticket.standing[by]:
        for each in ticket.climbs:
            each.stands = each.stands and each.by != by
            each.endorsed_by = [other for other in each.endorsed_by if other != by]


def eyes(ticket: Ticket, by: str, now: datetime) -> Done | None:
    """Somebody takes what nobody else has. What was done, if anything was."""
    if by not in ticket.people.of(STAFF) or ticket.is_closed or ticket.assignee not in (None, by):
        _answer(ticket, "refusal", "", by, now)
        return None
    if ticket.assignee == by and ticket.is_accepted:
        _answer(ticket, "answer", "", by, now)
        return None
    done = _before(ticket, by, now, OF_TAKE)
    ticket.take(by, now)
    return done


def check_mark(ticket: Ticket, by: str, now: datetime) -> Done | None:
    """The work is done. What was done, if anything was."""
    if by not in ticket.people.of(STAFF):
        _answer(ticket, "refusal", "", by, now)
        return None
    if ticket.is_closed:
        _answer(ticket, "answer", "", by, now)
        return None
    done = _before(ticket, by, now, OF_RESOLVE)
    ticket.resolve(by, now)
    return done


def off(ticket: Ticket, done: Done, verb: str, now: datetime) -> None:
    """The reaction that did that is taken off, and nobody has done anything meanwhile."""
    if now - done.at > UNDOES:
        _answer(ticket, "stands", f"{verb} late", done.by, now)
        return
    for name, value in done.before.items():
        setattr(ticket, name, value)
    if verb == "take":
        for each, since in done.missed:
            each.missed_at = each.missed_at or since
        return
    ticket.waits = done.waits
    if done.restore is not None:
        ticket.deadlines[RESTORE] = done.restore
    if ticket.assignee in ticket.people.left:
        ticket.back_to_queue(now)
        ticket.name_for(ticket.severity, now, done.by)
