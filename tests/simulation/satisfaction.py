"""Customers who say how it went: once, when they are asked, or when they think again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.simulation.model import Ticket
from tests.simulation.people import CUSTOMER
from tests.simulation.theme import Act, Do
from triage.people import Actor, Role
from triage.rating import rate


@dataclass
class Satisfaction:
    """Who answers that question."""

    random: Random

    def choices(self, ticket: Ticket) -> dict[str, Do]:
        if not ticket.is_closed or not (ticket.rated is not None or ticket.closed_at in ticket.asked_for):
            return {}
        return {"rate": self._rate, "rate again": self._rate}

    def _rate(self, ticket: Ticket, now: datetime) -> Act:
        by, good = Actor(CUSTOMER, frozenset({Role.CUSTOMER})), self.random.random() < 0.5
        ticket.rate(good, now)
        return by, lambda real: rate(real, by, now, good=good), f"rate {'good' if good else 'bad'}: the customer"
