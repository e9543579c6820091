"""People who are not to be disturbed: quiet hours, tickets that are snoozed, and forms that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tests.simulation.model import Ticket
from tests.simulation.people import AGENTS, LEADS, LEVELS, People
from tests.simulation.theme import Act, Do
from tests.simulation.world import World
from triage.snoozing import snooze

#: None of them ends in the half hour before a shift does.
HOURS = ((22, 7), (22, 7), (0, 6), (12, 14), (0, 0))


@dataclass
class Quiet:
    """Who wants it quiet."""

    world: World
    random: Random
    people: People

    def choices(self, ticket: Ticket) -> dict[str, Do]:
        if ticket.is_closed:
            return {}
        return {"snooze": self._snooze, "write": self._write}

    def _snooze(self, ticket: Ticket, now: datetime) -> Act:
        by = self.world.actor(self.random.choice(self.people.of((ticket.assignee or AGENTS[0], *LEADS, *AGENTS))))
        until = now + timedelta(minutes=self.random.choice((5, 20, 60, 300, 1500)))
        if ticket.snoozed_until is not None and self.random.random() < 0.5:
            ticket.snooze(None)
            return by, lambda real: snooze(real, by, now, None), f"unsnooze by {by.id}"
        ticket.snooze(until)
        return by, lambda real: snooze(real, by, now, until), f"snooze until {until:%d %b %H:%M} UTC by {by.id}"

    def _write(self, ticket: Ticket, now: datetime) -> Act:
        """Somebody opens the form of an update; nothing is recorded of that."""
        by = self.random.choice(self.people.of(AGENTS))
        ticket.written_at = now
        self.world.write(ticket.number, by, now)
        return self.world.actor(by), None, ""

    async def set_hours(self, now: datetime) -> bool:
        """Somebody says when they want it quiet. What they have in force at the moment they leave."""
        person = self.random.choice(self.people.of((*AGENTS, *LEADS, *LEVELS[0])))
        if self.people.is_quiet(person, now):
            return False
        self.people.quiet[person] = hours = self.random.choice(HOURS)
        self.people.quiet_since[person] = now
        await self.world.set_quiet(person, hours, now)
        return True
