"""What a ticket is, whose it is, and its terms: how they come about (policy: Categories)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.event import Event
from triage.facts.sorting import (
    CategoryChanged,
    Confirmed,
    CustomerCorrected,
    Dismissed,
    Linked,
    Merged,
    Opened,
    ReportCorrected,
    Retargeted,
    SeverityChanged,
    TermsMoved,
    Unlinked,
)
from triage.folding.handler import Handlers
from triage.folding.running import Fold
from triage.terms import Terms


def _retargeted(state: Fold, event: Event, fact: Retargeted) -> None:
    state.act(event)
    _retarget(state, event, fact.terms, falls_to=fact.falls_to, reported_at=fact.reported_at)


def _terms_moved(state: Fold, event: Event, fact: TermsMoved) -> None:
    _retarget(state, event, fact.terms)


def _confirmed(state: Fold, event: Event, fact: Confirmed) -> None:
    state.confirmed = True
    for clocks in state.every:
        clocks.begin("confirmed", event.at, event)
    _retargeted(state, event, fact)


def _retarget(
    state: Fold, event: Event, terms: Terms, *, falls_to: int | None = None, reported_at: datetime | None = None
) -> None:
    before, state.terms = state.terms.severity, terms
    severity, announced, escalation = terms.severity, state.announced, state.escalation
    if severity not in (1, 2):
        announced.named_for = None
    if falls_to is not None:
        announced.named_for = falls_to
    if announced.named_for is not None:
        state.say_aloud(event)
    raised = severity is not None and before is not None and severity < before
    if severity != before:
        escalation.mark = event
    if raised:
        state.snoozed_until = None
    if reported_at is not None:  # this is another trouble than the one the ticket was opened for
        report = state.report
        report.at, report.limit, report.corrections = reported_at, event.at, 0
        escalation.since, escalation.mark = reported_at, event
        state.clocks.correct_report(reported_at, event)
        state.agreements.correct_report(reported_at, event)
    elif raised:
        escalation.since = event.at
    end = raised or (before is None and _promised_beyond_terms(state, event.at))
    state.clocks.retarget(event.at, terms, event, end_promise=end)
    if terms.agreements or state.agreements.running:
        state.agreements.retarget(terms, event.at, event, end_promise=end)


def _promised_beyond_terms(state: Fold, at: datetime) -> bool:
    """Whether the open promise lies further ahead than the severity that is now in force lets anyone promise."""
    promise, limit = state.clocks.promise, state.terms.promise_limit
    return promise is not None and limit is not None and promise - at > timedelta(seconds=limit)


def _report_corrected(state: Fold, event: Event, fact: ReportCorrected) -> None:
    report, escalation = state.report, state.escalation
    if escalation.since == report.at:
        escalation.since = fact.reported_at
    report.at = fact.reported_at
    report.corrections += 1
    state.clocks.correct_report(fact.reported_at, event)
    state.agreements.correct_report(fact.reported_at, event)


def _customer_corrected(state: Fold, _: Event, fact: CustomerCorrected) -> None:
    state.customer = fact.customer


def _dismissed(state: Fold, event: Event, _: Dismissed) -> None:
    state.waited = None
    state.dismissed_at = event.at
    state.close(event)


def _linked(state: Fold, _: Event, fact: Linked) -> None:
    state.links[fact.number] = None
    if fact.continued:
        state.continued_as = fact.number


def _unlinked(state: Fold, _: Event, fact: Unlinked) -> None:
    state.links.pop(fact.number, None)


def _merged(state: Fold, event: Event, fact: Merged) -> None:
    state.merged_into = fact.number
    state.links[fact.number] = None
    state.waited = None
    state.resolved_at = event.at
    state.undo.undoable.clear()
    state.close(event, restored=False)


HANDLERS: Handlers = {
    Opened: None,
    Confirmed: _confirmed,
    SeverityChanged: _retargeted,
    CategoryChanged: _retargeted,
    TermsMoved: _terms_moved,
    ReportCorrected: _report_corrected,
    CustomerCorrected: _customer_corrected,
    Dismissed: _dismissed,
    Linked: _linked,
    Unlinked: _unlinked,
    Merged: _merged,
}
