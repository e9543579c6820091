"""A desk that only proposes who should have a ticket: the proposal is accepted by a press, or left alone. And, whatever
the desk does, people who give up what they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.simulation.assigning import Assigning
from tests.simulation.model import Ticket
from tests.simulation.people import ADMIN, LEADS
from tests.simulation.theme import Act, Do
from tests.simulation.world import World
from triage.assignment import Mode
from triage.owning import assign


@dataclass
class Proposing:
    """Who presses what the card proposes."""

    world: World
    random: Random
    assigning: Assigning

    def choices(self, ticket: Ticket) -> dict[str, Do]:
        found: dict[str, Do] = {}
        if ticket.is_closed:
            return found
        if ticket.assignee is not None:
            found["give up"] = self._give_up
        elif self.assigning.mode is Mode.PROPOSE and ticket.given is not None and ticket.given.to is not None:
            found["accept"] = found["accept at once"] = self._accept
        return found

    def _accept(self, ticket: Ticket, now: datetime) -> Act:
        assert ticket.given is not None
        assert ticket.given.to is not None
        to, shown = ticket.given.to, self.world.shown.get(ticket.number)
        by = self.random.choice([to, *ticket.people.of(LEADS)])
        if shown is None:  # they were not there when the card was written
            return self.world.actor(by), None, ""
        assert shown == to, f"ticket {ticket.number} proposes {shown}, not {to}"
        if by == to:
            ticket.take(by, now)
        else:
            ticket.assign(to, by, now)
        return self.world.actor(by), lambda real: assign(real, self.world.actor(by), now, self.world.actor(to)), (
            f"accept {to}, who was proposed, by {by}"
        )  # fmt: skip

    def _give_up(self, ticket: Ticket, now: datetime) -> Act:
        assert ticket.assignee is not None
        by = self.random.choice(ticket.people.of([ticket.assignee, ticket.assignee, *LEADS]) or [ADMIN])
        ticket.give_up(by)
        return self.world.actor(by), lambda real: assign(real, self.world.actor(by), now, None), f"give-up by {by}"
