"""A theme of a simulated desk: what people may do, beside what `tests.simulation.play` knows by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from tests.simulation.model import Ticket
from triage.change import Change
from triage.people import Actor
from triage.ticket import Ticket as RealTicket

Decide = Callable[[RealTicket], Change]
#: Who does something, what the engine decides of it (None: after all nothing is done), and both in words.
Act = tuple[Actor, Decide | None, str]
#: Does something to the ticket of the model, and says how it is done to the engine's.
Do = Callable[[Ticket, datetime], Act]
#: Of a ticket: whether it waits for somebody to have it, what it is known to be, and who has it.
Before = tuple[bool, object, str | None]


class Theme(Protocol):
    """One part of what a desk is like."""

    def choices(self, ticket: Ticket) -> dict[str, Do]:
        """What may be done to a ticket as it is, by a name for each."""
        ...
