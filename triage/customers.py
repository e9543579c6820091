"""Whose ticket it is: corrected, and, only on purpose, held to that customer's plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event
from triage.contents.changes import CustomerContent, What
from triage.event import Event
from triage.facts.sorting import CustomerCorrected, Opened
from triage.moving import move_terms
from triage.notice import CARD
from triage.people import Actor
from triage.policy import Policy
from triage.text import one_line
from triage.ticket import Ticket


def correct_customer(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket, actor: Actor, now: datetime, policy: Policy, customer: str | None, plan: str | None,
    *, region: str | None = None, on_plan: bool = False,
) -> Change:  # fmt: skip
    """The ticket is that customer's (None: nobody's). Its terms stay what they are, and those of their `plan` and
    `region` are offered, for terms move only on purpose; `on_plan` is that purpose. `policy` is the version that the
    ticket runs under."""
    rights.require(actor, "customer")
    customer = one_line(customer) or None
    would_move = move_terms(ticket, actor, now, policy, plan, region)
    fact = CustomerCorrected(customer, ticket.customer)
    events = [] if customer == ticket.customer else [event(actor, now, fact)]
    said = []
    if events:
        offered = bool(would_move) and not on_plan
        said.append(changed(CustomerContent(actor.id, What.CUSTOMER, plan, offered=offered)))
    if on_plan and would_move:
        events += would_move.events
        said.append(changed(CustomerContent(actor.id, What.PLAN, plan)))
    return Change(tuple(events), (*said, CARD)) if events else Change()


def customer_at(events: Iterable[Event], seq: int | None) -> str | None:
    """The name of the customer whose ticket it was after the event of that `seq`; None: nobody's. Without `seq`, whose
    it is now."""
    name = None
    for each in events:
        if isinstance(each.fact, Opened | CustomerCorrected) and (seq is None or each.seq <= seq):
            name = each.fact.customer
    return name
