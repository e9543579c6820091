"""Snooze: the warnings and reminders of a ticket are held back for a while; a breach never is."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import event, future, must_be_open
from triage.errors import Refusal
from triage.facts.state import Snoozed
from triage.notice import CARD
from triage.people import Actor
from triage.ticket import Ticket


def snooze(ticket: Ticket, actor: Actor, now: datetime, until: datetime | None) -> Change:
    """Hold warnings and reminders back until that instant; None ends it. A warning whose deadline comes first is said
    all the same. A snooze ends early when the ticket gets another assignee or a higher severity."""
    rights.require(actor, "snooze")
    must_be_open(ticket)
    if until is None:
        if ticket.snoozed_until is None:
            raise Refusal("not_snoozed")
        return Change((event(actor, now, Snoozed(None)),), (CARD,))
    until = future(now, until, "snooze")
    if ticket.snoozed_until == until:
        return Change()
    return Change((event(actor, now, Snoozed(until)),), (CARD,))
