"""What was taken in by itself may turn out to be no ticket: then nothing of it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import AGENT, NOW, REQUESTER
from triage import awaiting, escalation, owning, resolving, restoring, sorting, updating
from triage.agenda import agenda
from triage.change import Change
from triage.contents.to_customer import ReceiptContent
from triage.due import decide_due
from triage.errors import Refusal
from triage.event import Event, Kind
from triage.fold import fold
from triage.notice import CARD, Audience, Notice
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.still_true import still_true
from triage.ticket import Status

CUSTOMER = Actor("slack:UCUSTOMER", frozenset({Role.CUSTOMER}))
POLICY = Policy()


def told(*changes: Change) -> tuple[Event, ...]:
    events = [event for change in changes for event in change.events]
    return tuple(replace(event, seq=seq) for seq, event in enumerate(events, 1))


def taken_in(actor: Actor = CUSTOMER, *, automatic: bool = True) -> Change:
    return open_ticket(POLICY, actor, NOW, summary="Happy new year", automatic=automatic)


def test_no_clock_runs_and_nothing_falls_due_any_more() -> None:
    opened = taken_in()
    late = NOW + timedelta(hours=1)
    breached = decide_due(fold(told(opened)), late)
    dismissed = resolving.dismiss(fold(told(opened, breached)), AGENT, late)
    assert [event.kind for event in dismissed.events] == [Kind.DISMISSED]
    ticket = fold(told(opened, breached, dismissed))
    assert (ticket.status, ticket.is_open, ticket.next_due) == (Status.DISMISSED, False, None)
    assert (ticket.clocks, ticket.breaches, ticket.promise, agenda(ticket)) == ({}, (), None, [])


def test_a_second_time_changes_nothing() -> None:
    opened = taken_in()
    dismissed = resolving.dismiss(fold(told(opened)), AGENT, NOW)
    assert not resolving.dismiss(fold(told(opened, dismissed)), AGENT, NOW)


@pytest.mark.parametrize("actor", [REQUESTER, CUSTOMER, Actor("slack:UHELPER", frozenset({Role.HELPER}))])
def test_only_the_desk_says_so(actor: Actor) -> None:
    with pytest.raises(Refusal, match="not_allowed"):
        resolving.dismiss(fold(told(taken_in())), actor, NOW)


def test_what_somebody_asked_for_or_sorted_is_a_ticket() -> None:
    asked_for = taken_in(automatic=False)
    with pytest.raises(Refusal, match="not_automatic"):
        resolving.dismiss(fold(told(asked_for)), AGENT, NOW)
    opened = taken_in()
    sorted_ = sorting.change_severity(fold(told(opened)), AGENT, NOW, POLICY, 2)
    with pytest.raises(Refusal, match="not_automatic"):
        resolving.dismiss(fold(told(opened, sorted_)), AGENT, NOW)


VERBS = {
    "take": lambda t: owning.take(t, AGENT, NOW),
    "update": lambda t: updating.update(t, AGENT, NOW, "x"),
    "wait": lambda t: awaiting.wait(t, AGENT, NOW, "x"),
    "restored": lambda t: restoring.restored(t, AGENT, NOW),
    "reopen": lambda t: resolving.reopen(t, AGENT, NOW, counts=False),
    "severity": lambda t: sorting.change_severity(t, AGENT, NOW, POLICY, 1),
    "escalate": lambda t: escalation.escalate(t, AGENT, NOW, "x"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_more_is_done_to_it(verb: str) -> None:
    opened = taken_in()
    ticket = fold(told(opened, resolving.dismiss(fold(told(opened)), AGENT, NOW)))
    with pytest.raises(Refusal, match="dismissed"):
        VERBS[verb](ticket)


def test_what_was_still_to_be_said_of_it_is_not_said() -> None:
    opened = taken_in()
    ticket = fold(told(opened, resolving.dismiss(fold(told(opened)), AGENT, NOW)))
    receipt = Notice(ReceiptContent(), Audience.CUSTOMER)
    assert not still_true(ticket, receipt.content, NOW)
    assert still_true(ticket, CARD.content, NOW)
