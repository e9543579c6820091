"""What falls due of a ticket that is handed over: if nobody accepts it, the lead is asked (policy: Handing over)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from triage.ticket import Ticket

HANDOVER = "handover"  # the name of its clock
LEAD = "handover-lead"  # its one step
ANSWER_WITHIN = timedelta(minutes=10)


def unaccepted(ticket: Ticket) -> Iterator[tuple[datetime, str, int]]:
    """When the lead is asked, with the step and the cycle: at once where whoever is asked cannot take it."""
    asked = ticket.ownership.handover
    if asked is not None:
        yield asked.declined_at or asked.at + ANSWER_WITHIN, LEAD, asked.seq
