"""The agenda of a desk: what falls due for its people and for no one ticket. What belongs to a ticket is in
`triage.agenda`.

Each item has an idempotency key (kind, key, at), unique in the desk: so it is done exactly once, whatever the number of
processes. What is done when it falls due stands in `scheduler.desk_duties`, a handler for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.briefing import MORNING as EACH_MORNING
from triage.briefing import WEEKLY, mornings, weeklies
from triage.hours import Hours
from triage.policy import Policy
from triage.roster import Roster
from triage.zones import zone

# So long before somebody's shift ends they are told what they have to hand over (policy: Handing over).
BEFORE_SHIFT_ENDS = timedelta(minutes=30)
SHIFT_ENDS, SHIFT_OVER = "shift-ends", "shift-over"
QUIET_ENDS = "quiet-ends"
SOMEBODY_COMES, QUEUE = "somebody-comes", "queue"
MORNING, CORRECTIONS = "morning", "corrections"
BRIEFING = "briefing"
SHADOW, SHADOW_DAY, SHADOW_ENDS = "shadow", "day", "ends"
NINE = 9  # o'clock in the desk's zone: what presses nobody is told then, or when the desk opens next


@dataclass(frozen=True, slots=True, order=True)
class DeskDue:
    """One item of a desk's agenda."""

    #: When.
    at: datetime
    #: What kind of thing.
    kind: str
    #: Whom or what it is about, such as a person's key. Of several items of one kind and key that fell due while nobody
    #: looked, the last alone is done.
    key: str


def upcoming(roster: Roster, policy: Policy, since: datetime, until: datetime) -> list[DeskDue]:
    """What falls due after `since` and not after `until`, earliest first, whether it was done or not."""
    return sorted({due for part in PARTS for due in part(roster, policy, since, until) if since < due.at <= until})


def _shift_ends(roster: Roster, _policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """The end of each shift, and half an hour before."""
    same: dict[Hours, list[str]] = {}
    for person, hours in roster.shifts.items():
        same.setdefault(hours, []).append(person)
    for hours, people in same.items():
        at: datetime | None = since
        while at is not None and at <= until + BEFORE_SHIFT_ENDS:
            _, at = next(iter(hours.open_intervals(at, 1)), (at, None))
            if at is not None:
                yield from (DeskDue(at - BEFORE_SHIFT_ENDS, SHIFT_ENDS, person) for person in people)
                yield from (DeskDue(at, SHIFT_OVER, person) for person in people)


def _somebody_comes(roster: Roster, _policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """The beginning of each shift, and the end of each absence that has one and of quiet hours in which somebody works:
    the queue is looked at then."""
    for hours in set(roster.shifts.values()):
        at: datetime | None = since
        while at is not None and at <= until:
            begins, at = next(iter(hours.open_intervals(at, 1)), (None, None))
            if begins is not None and begins > since:
                yield DeskDue(begins, SOMEBODY_COMES, QUEUE)
    for back in roster.away.values():
        if back is not None:
            yield DeskDue(back, SOMEBODY_COMES, QUEUE)
    for person, quiet in roster.quiet.items():
        for over in quiet.ends_between(since, until) if roster.is_staff(person) else ():
            if roster.is_available(person, over):
                yield DeskDue(over, SOMEBODY_COMES, QUEUE)


def _quiet_ends(roster: Roster, _policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """When somebody's quiet hours end."""
    for person, hours in roster.quiet.items():
        yield from (DeskDue(at, QUIET_ENDS, person) for at in hours.ends_between(since, until))


def _morning(_roster: Roster, policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """Once on each day on which the desk is open."""
    day = (since - timedelta(days=1)).astimezone(zone(policy.desk.timezone))
    while (nine := day.replace(hour=NINE, minute=0, second=0, microsecond=0).astimezone(UTC)) <= until:
        at = policy.desk.working.next_open(nine)
        if at is not None:
            yield DeskDue(at, MORNING, CORRECTIONS)
        day += timedelta(days=1)


def _briefings(_roster: Roster, policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """When the desk is told how it stands, and its managers how the week went."""
    wanted, desk = policy.briefings, policy.desk
    yield from (DeskDue(at, BRIEFING, EACH_MORNING) for at in mornings(wanted, desk, since, until))
    yield from (DeskDue(at, BRIEFING, WEEKLY) for at in weeklies(wanted, desk, since, until))


def _shadow(_roster: Roster, policy: Policy, since: datetime, until: datetime) -> Iterator[DeskDue]:
    """In shadow mode: each day what was not said, the last time on the day on which it ends; and that it ends."""
    ends = policy.shadow_until
    if ends is None:
        return
    yield DeskDue(ends, SHADOW, SHADOW_ENDS)
    day = (since - timedelta(days=1)).astimezone(zone(policy.desk.timezone))
    last = min(until, ends + timedelta(days=1))
    while (nine := day.replace(hour=NINE, minute=0, second=0, microsecond=0).astimezone(UTC)) <= last:
        yield DeskDue(nine, SHADOW, SHADOW_DAY)
        day += timedelta(days=1)


PARTS: tuple[Callable[[Roster, Policy, datetime, datetime], Iterator[DeskDue]], ...] = (
    _shift_ends,
    _somebody_comes,
    _quiet_ends,
    _morning,
    _briefings,
    _shadow,
)
"""What can fall due, a generator for each kind. They may answer more than was asked for, but never an instant that
depends on when they are asked."""
