"""The ticket waits for the customer, a vendor or a maintenance, and goes on (policy: Clocks)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, future, must_be_open, needed
from triage.contents.changes import AwaitsContent, ChangedContent, What
from triage.contents.to_customer import WaitingContent
from triage.errors import Refusal
from triage.facts.state import Resumed, Waited
from triage.facts.telling import Edited, Updated
from triage.notice import CARD, Audience, Notice
from triage.people import Actor
from triage.stale import Stale
from triage.text import checked
from triage.ticket import Ticket
from triage.updating import promise, promised

WAITING_FOR = ("customer", "vendor", "maintenance")


def wait(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    reason: str,
    *,
    question: str = "",
    what: str = "customer",
    until: datetime | None = None,
    next_update: datetime | None = None,
) -> Change:
    """Wait for the customer (pauses the clocks that the terms list), a vendor or a maintenance (pauses nothing).

    The `reason` is the desk's own; the `question` is sent to the customer, who is told nothing without one. `until`:
    when the agent wants to be reminded; `next_update`: by when the customer is promised to hear again."""
    rights.require(actor, "wait")
    must_be_open(ticket)
    if what not in WAITING_FOR:
        raise Refusal("no_such_waiting", what=what)
    question = checked(question)
    if question and what != "customer":
        raise Refusal("question_to_others")
    reason = checked(reason) if question else needed(reason, "wait")
    if until is not None:
        until = future(now, until, "wait")
    events, notices = [], []
    # Said anew, a wait goes on, and so do the agreements that began with it.
    same = ticket.waiting if ticket.waiting is not None and ticket.waiting.what == what else None
    goes_on = same is not None and same.until == until
    if goes_on and not question:
        raise Refusal("already_waiting")
    if not goes_on or reason:
        if ticket.waiting is not None and same is None:
            events.append(event(actor, now, Resumed()))
        events.append(event(actor, now, Waited(what, until, None if same is None else same.asked), text=reason or None))
        if reason or what != "customer":
            notices.append(changed(AwaitsContent(actor.id, What.WAITING, what, until), reason))
    if question:
        told = ask(ticket, actor, now, question, next_update, again=same is not None)
    else:
        told = Change() if next_update is None else promise(ticket, actor, now, next_update)
    return Change((*events, *told.events), (*told.notices, *notices, CARD), told.stale)


def ask(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    question: str,
    next_update: datetime | None = None,
    *,
    again: bool = True,
) -> Change:
    """Ask the customer for what is waited for. That is an update, and may promise the next one. `again`: if
    they were asked before in this wait and have not answered, the earlier question is reworded in place of
    asking a second time."""
    rights.require(actor, "wait")
    must_be_open(ticket)
    question = needed(question, "wait")
    stands = ticket.waiting.asked if again and ticket.waiting is not None else None
    if stands is not None:
        told = Change() if next_update is None else promise(ticket, actor, now, next_update)
        edited = event(actor, now, Edited(stands), text=question)
        return Change((edited, *told.events), (*told.notices, CARD), (Stale(stands),))
    fact, said = Updated(question=True), WaitingContent(actor.id)
    if next_update is not None and (given := promised(ticket, actor, now, next_update, question)) is not None:
        fact = replace(given, question=True)
        said = replace(said, until=given.promise)
    return Change(
        (event(actor, now, fact, text=question),),
        (Notice(said, Audience.CUSTOMER, body=question), CARD),
    )


def resume(ticket: Ticket, actor: Actor, now: datetime, reason: str | None = None) -> Change:
    """Waiting is over; the `reason` is the desk's own."""
    rights.require(actor, "resume")
    must_be_open(ticket)
    if ticket.waiting is None:
        raise Refusal("not_waiting")
    reason = checked(reason) or None
    return Change(
        (event(actor, now, Resumed(), text=reason),), (changed(ChangedContent(actor.id, What.RESUMED), reason), CARD)
    )
