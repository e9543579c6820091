"""Who gets what nobody has, by hand (policy: Assignment)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.simulation.hours import is_open, next_open
from tests.simulation.model import PRESSING, Given, Ticket
from tests.simulation.people import AGENTS, SHIFTS, SKILLS, People
from triage.assignment import Mode

WEIGHTS = {1: 3, 2: 2, 3: 1, None: 1}
AT_A_TIME = 5
LOOKED_AT = 100


@dataclass
class Assigning:
    """The desk, as far as it gives tickets to people by itself."""

    people: People
    #: All tickets by number.
    tickets: dict[int, Ticket]
    mode: Mode = Mode.AUTOMATIC
    #: When people came to a ticket last.
    came: dict[str, datetime] = field(default_factory=dict)

    def _load(self, person: str) -> int:
        mine = (each for each in self.tickets.values() if each.assignee == person and not each.is_closed)
        return sum(WEIGHTS[each.severity] for each in mine)

    def _rank(self, person: str, ticket: Ticket) -> tuple[int, int, float, str]:
        came = self.came.get(person)
        has = sum(person in SKILLS[skill] for skill in ticket.skills)
        return -has, self._load(person), came.timestamp() if came else 0, person

    def choose(self, ticket: Ticket, now: datetime) -> str | None:
        """Whoever is at work and was not tried; for a pressing one whoever is on call, where nobody is left."""
        sorted_now = ticket.severity if ticket.is_confirmed else ticket.claimed
        # A proposal disturbs nobody.
        can_wait = self.mode is Mode.AUTOMATIC and self._can_wait(ticket, now)
        there = [
            person
            for person in self.people.of(AGENTS)
            if person not in ticket.tried
            and not ticket.people.is_away(person, now)
            and self.people.on_shift(person, now)
            and (person in SHIFTS or not can_wait)
        ]
        if there:
            return min(there, key=lambda person: self._rank(person, ticket))
        if sorted_now in PRESSING:
            return next((person for person in ticket.people.on_call(now) if person not in ticket.tried), None)
        return None

    @staticmethod
    def _can_wait(ticket: Ticket, now: datetime) -> bool:
        return ticket.is_confirmed and ticket.severity not in PRESSING and not is_open(now)

    def find(self, ticket: Ticket, now: datetime) -> None:
        """Somebody is looked for, for a ticket that nobody has."""
        if self.mode is Mode.OFF or not ticket.is_free:
            return
        chosen = self.choose(ticket, now)
        if chosen is not None:
            (self._give if self.mode is Mode.AUTOMATIC else self._propose)(ticket, chosen, now)
            return
        known = ticket.given
        if known is not None and known.to is None and (known.again_at is None or known.again_at > now):
            return
        again = next_open(now) if self._can_wait(ticket, now) else None
        ticket.given = Given(None, now, None, again)
        if again is None and not ticket.is_naming:
            ticket.say(now, "nobody", "", lambda: ticket.people.lead(now))

    def _give(self, ticket: Ticket, person: str, now: datetime) -> None:
        severity = ticket.severity or (3 if ticket.is_confirmed else 1)
        within = timedelta(minutes=10 if severity == 3 else 5)
        ticket.tried = [*ticket.tried, *([ticket.assignee] if ticket.assignee else []), person]
        ticket.given = Given(person, now, now + within, None)
        ticket.assignee, ticket.is_accepted = person, False
        self.came[person] = now
        if not ticket.is_naming:
            ticket.say(now, "offered", "", lambda: [person])

    @staticmethod
    def _propose(ticket: Ticket, person: str, now: datetime) -> None:
        if ticket.given is None or ticket.given.to != person:
            ticket.say(now, "proposed", "", lambda: [person])
        ticket.given = Given(person, now, None, None)

    def hand_on(self, ticket: Ticket, now: datetime) -> None:
        """Whoever was given it has not answered; or it is to be looked again for somebody."""
        assert ticket.given is not None
        if ticket.given.to is None:
            self.find(ticket, now)
            return
        chosen = self.choose(ticket, now)
        if chosen is not None:
            self._give(ticket, chosen, now)
            return
        ticket.assignee, ticket.is_accepted, ticket.given = None, False, Given(None, now, None, None)
        if not ticket.is_naming:
            ticket.say(now, "nobody", "", lambda: ticket.people.lead(now))

    def look_at_queue(self, now: datetime) -> None:
        """Somebody has come: what nobody was there for is given, the most pressing first."""
        given, queue = 0, [n for n, each in self.tickets.items() if each.assignee is None and not each.is_closed]
        for number in sorted(queue, key=self._pressing)[:LOOKED_AT]:
            ticket = self.tickets[number]
            if self.mode is Mode.OFF or not ticket.is_free or ticket.given is None or ticket.given.to is not None:
                continue
            if self.mode is Mode.PROPOSE or given < AT_A_TIME:
                self.find(ticket, now)
                given += ticket.assignee is not None

    def _pressing(self, number: int) -> tuple[int, bool, float, int]:
        ticket = self.tickets[number]
        due = min((each.due for each in ticket.running()), default=None)
        return ticket.severity or 9, due is None, due.timestamp() if due else 0, number

    def comings(self, since: datetime, until: datetime) -> list[datetime]:
        """When somebody comes: a shift begins, or an absence ends."""
        found = {at for at in self.people.away.values() if at is not None and since < at <= until}
        found |= set(self.people.shift_begins(since, until))
        return sorted(found)
