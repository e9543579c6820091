"""When the customer is asked how it went (policy: Satisfaction)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.ticket import Ticket


def ask_at(ticket: Ticket) -> datetime | None:
    """When the customer of a resolved ticket is asked: after a while, so that a quick reopening prevents it, and in the
    desk's opening hours, since nothing presses. None: they are not. Whoever has answered is not asked again; nor is
    asked of what another ticket goes on for, nor of what a flood of messages was added to."""
    rating, after = ticket.rating, ticket.terms.rate_after
    if after is None or rating.cycle is None or rating.good is not None or ticket.resolved_at is None:
        return None
    if ticket.merged_into is not None or ticket.continued_as is not None or ticket.heard.beyond:
        return None
    return ticket.terms.working.next_open(ticket.resolved_at + timedelta(seconds=after))
