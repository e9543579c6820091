"""What falls due for people and for no one ticket, by hand (policy: Quiet hours; Handing over; Assignment)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from tests.simulation.assigning import Assigning
from tests.simulation.hours import ZONE
from tests.simulation.model import Said, Ticket
from tests.simulation.people import ADMIN, LEADS, LEVELS, SHIFTS, People

BEFORE_SHIFT_ENDS = timedelta(minutes=30)


class Duty(NamedTuple):
    """Something that falls due, in the order in which it is done."""

    at: datetime
    #: `quiet_over`, `shift_ends`, `shift_over`, `somebody_comes`.
    what: str
    who: str = ""


@dataclass
class Duties:
    """The desk, as far as it tells people what is about no one ticket."""

    people: People
    tickets: dict[int, Ticket]
    assigning: Assigning
    said: list[Said] = field(default_factory=list)
    #: The times at which somebody came, of those for which the queue was looked at.
    seen: set[datetime] = field(default_factory=set)

    def ahead(self, since: datetime, until: datetime) -> list[Duty]:
        """What falls due after that time."""
        found = {Duty(at, "quiet_over", who) for at, who in self.people.quiet_ends(since, until)}
        found |= {Duty(at - BEFORE_SHIFT_ENDS, "shift_ends", who) for at, who in self._shift_ends(since, until)}
        found |= {Duty(at, "shift_over", who) for at, who in self._shift_ends(since, until)}
        found = {each for each in found if since < each.at <= until}
        # Somebody who has just said that they are back comes at this moment.
        comings = self.assigning.comings(since - timedelta(seconds=1), until)
        found |= {Duty(at, "somebody_comes") for at in comings}
        quiet = [each for each in found if each.what == "quiet_over" and each.at > self.people.quiet_since[each.who]]
        found |= {Duty(each.at, "somebody_comes") for each in quiet if self._works(each)}
        return sorted(found)

    def _works(self, duty: Duty) -> bool:
        is_there = duty.who not in self.people.gone and not self.people.is_away(duty.who, duty.at)
        return is_there and self.people.on_shift(duty.who, duty.at)

    @staticmethod
    def _shift_ends(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        day = since.astimezone(ZONE).date()
        while day <= until.astimezone(ZONE).date():
            for who, (_, end, days) in SHIFTS.items():
                if day.weekday() < days:
                    yield datetime.combine(day, time(end), ZONE).astimezone(UTC), who
            day += timedelta(days=1)

    def look(self, due: list[Duty], now: datetime) -> None:
        """That has fallen due; of several of a kind for one person, the last counts."""
        last = {(each.what, each.who): each for each in due}
        for each in sorted(last.values()):
            if each.what == "quiet_over":
                self._quiet_over(each, now)
            elif each.what == "shift_ends":
                self._shift_ends_soon(each, now)
            elif each.what == "shift_over":
                self._shift_is_over(each.who, now)
            else:
                self.assigning.look_at_queue(now)
        self.seen.update(each.at for each in due if each.what == "somebody_comes")

    def is_back(self, now: datetime) -> None:
        """Somebody who had left is there again: what they would have come for within the last day is made up for."""
        late = [each for each in self.ahead(now - timedelta(days=1), now) if each.what == "somebody_comes"]
        if any(each.at not in self.seen for each in late):
            self.assigning.look_at_queue(now)
        self.seen.update(each.at for each in late)

    def _quiet_over(self, duty: Duty, now: datetime) -> None:
        """Of which of their tickets something was said meanwhile that still stands."""
        begin, end = self.people.quiet[duty.who]
        since = max(duty.at - timedelta(hours=(end - begin) % 24), self.people.quiet_since[duty.who])
        if self.people.is_quiet(duty.who, now) or self.people.is_away(duty.who, now):
            return
        found = [
            number
            for number, ticket in sorted(self.tickets.items())
            if ticket.assignee == duty.who
            and not ticket.is_closed
            and ticket.can_wait
            and any(since <= each.at <= duty.at and each.stands() for each in ticket.heard)
        ]
        if found:
            self.said.append(Said(now, "quiet_over", " ".join(map(str, found)), (duty.who,)))

    def _shift_ends_soon(self, duty: Duty, now: datetime) -> None:
        """What they have to hand over, unless they are away, or gone by now."""
        has = any(each.assignee == duty.who and not each.is_closed for each in self.tickets.values())
        if has and now < duty.at + BEFORE_SHIFT_ENDS and not self.people.is_away(duty.who, now):
            self.said.append(Said(now, "shift_ends", "", (duty.who,)))

    def _shift_is_over(self, who: str, now: datetime) -> None:
        """Somebody is asked which severity 1 and 2 they still have."""
        if self.people.is_there(who, now) or self.people.is_away(who, now):
            return
        left = [
            number
            for number, ticket in sorted(self.tickets.items())
            if ticket.assignee == who and not ticket.is_closed and not ticket.can_wait
        ]
        if left:
            self.said.append(Said(now, "left_open", " ".join(map(str, left)), (self._asked_about(who, now),)))

    def _asked_about(self, who: str, now: datetime) -> str:
        """The lead on duty, whoever is on call, the lead, an admin: the first who is not `who`."""
        line = self.people.of((*LEADS, *LEVELS[0])) or [ADMIN]
        awake = [each for each in line if each != who and not self.people.is_away(each, now)]
        there = [each for each in awake if self.people.is_there(each, now)]
        found = [*there[:1], *self.people.on_call(now), *(awake or line)[:1], ADMIN]
        return next(each for each in found if each != who)
