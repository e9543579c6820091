"""Pages: what other systems are told beside people, when a severity 1 is in force and when a level is reached (policy:
Escalation)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from triage.ticket import Ticket


class PageEvent(StrEnum):
    """What a pager is told."""

    TRIGGER = "trigger"  # somebody is needed
    ACKNOWLEDGE = "acknowledge"  # somebody is on it
    RESOLVE = "resolve"  # nobody is needed any more
    TEST = "test"  # whether it can be reached


@dataclass(frozen=True, slots=True)
class Page:
    """Something that pagers are to be told."""

    #: What.
    event: PageEvent
    #: What it is about, unique in the ticket: `severity`, or the climb to a level.
    subject: str
    #: The level that was reached; 0: it is about severity 1.
    level: int


def pages_between(before: Ticket | None, after: Ticket) -> list[Page]:
    """What pagers are to be told because a ticket is no longer as it was `before`; None: it is new."""
    was, now = {} if before is None else standing(before), standing(after)
    found = []
    for subject in dict.fromkeys((*was, *now)):
        level, old = was.get(subject, (0, None))
        level, new = now.get(subject, (level, PageEvent.RESOLVE if old is not None else None))
        event = _told(old, new)
        if event is not None:
            found.append(Page(event, subject, level))
    return found


def standing(ticket: Ticket) -> dict[str, tuple[int, PageEvent]]:
    """How each thing stands that a pager may know of: its level, and what it was told last."""
    over = not ticket.is_open or ticket.outage.restored_at is not None
    found: dict[str, tuple[int, PageEvent]] = {}
    if ticket.severity == 1:
        taken = PageEvent.ACKNOWLEDGE if ticket.ownership.is_accepted else PageEvent.TRIGGER
        found["severity"] = 0, PageEvent.RESOLVE if over else taken
    for climb in ticket.escalation.climbs:
        answered = PageEvent.TRIGGER if climb.acknowledged_by is None else PageEvent.ACKNOWLEDGE
        found[f"level-{climb.seq}"] = climb.level, PageEvent.RESOLVE if over else answered
    return found


def _told(old: PageEvent | None, new: PageEvent | None) -> PageEvent | None:
    """What a pager is told where that changes; what it never heard of, it does not hear the end of."""
    if old == new or new is None:
        return None
    if new is PageEvent.TRIGGER:
        return new
    if new is PageEvent.ACKNOWLEDGE:
        return new if old is PageEvent.TRIGGER else None
    return new if old is not None else None
