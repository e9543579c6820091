"""Category and severity are put in force, and with them the terms (policy: Change of severity)."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_be_open, past
from triage.contents.changes import TermsContent, What
from triage.data import Graded
from triage.errors import Refusal
from triage.facts.sorting import CategoryChanged, Confirmed, Retargeted, SeverityChanged
from triage.notice import CARD
from triage.people import Actor
from triage.policy import Policy
from triage.pressing import falls_to
from triage.terms import Category
from triage.text import checked
from triage.ticket import Ticket


def check_severity(category: Category | None, severity: int | None) -> None:
    """Severity is 1, 2 or 3, only incidents have one to choose (policy: Categories)."""
    if severity is not None and severity not in (1, 2, 3):
        raise Refusal("no_such_severity", severity=severity)
    if severity is not None and category is Category.PROVISIONING:
        raise Refusal("severity_on_provisioning")
    if severity not in (None, 3) and category is Category.INQUIRY:
        raise Refusal("severity_on_inquiry")


def severity_of(category: Category | None, severity: int | None) -> int | None:
    """An inquiry is severity 3 by itself, provisioning has none."""
    if category is Category.INQUIRY:
        return 3
    return None if category is Category.PROVISIONING else severity


def change_severity(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket, actor: Actor, now: datetime, policy: Policy, severity: int, reason: str | None = None
) -> Change:
    """Put a severity in force: confirms what was only claimed; any later change needs a reason."""
    rights.require(actor, "severity")
    must_be_open(ticket)
    category = ticket.category or Category.INCIDENT
    check_severity(category, severity)
    if category is Category.INQUIRY:
        raise Refusal("severity_on_inquiry")
    if ticket.confirmed and ticket.severity == severity:
        raise Refusal("same_severity", severity=severity)
    reason = checked(reason)
    if ticket.confirmed and not reason:
        raise Refusal("severity_needs_reason", severity=severity)
    return _retarget(ticket, actor, now, policy, category, severity, reason=reason)


def change_category(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    policy: Policy,
    category: Category,
    severity: int | None = None,
    reported_at: datetime | None = None,
    reason: str | None = None,
) -> Change:
    """Put a category in force. What becomes an incident needs its severity, and restore counts from when *this*
    trouble was reported: by default in the customer's last message, or now where there is none since the opening."""
    rights.require(actor, "category")
    must_be_open(ticket)
    check_severity(category, severity)
    if category is Category.INCIDENT and severity is None:
        severity = ticket.severity if ticket.category is Category.INCIDENT else None
        if severity is None:
            raise Refusal("incident_needs_severity")
    severity = severity_of(category, severity)
    if ticket.confirmed and ticket.category is category:
        if ticket.severity == severity:
            raise Refusal("same_category", category=category)
        raise Refusal("severity_needs_reason", severity=severity)
    another: datetime | None = None
    becomes_incident = category is Category.INCIDENT and ticket.confirmed
    if category is Category.INCIDENT and (becomes_incident or reported_at is not None):
        another = past(None, now, reported_at or ticket.heard.asked_at, "reported")
    return _retarget(ticket, actor, now, policy, category, severity, reason=checked(reason), reported_at=another)


def confirm(ticket: Ticket, actor: Actor, now: datetime, policy: Policy) -> Change:
    """Put in force what the ticket's text suggests. What a person has put in force meanwhile stays as it is."""
    rights.require(actor, "confirm")
    must_be_open(ticket)
    if ticket.confirmed:
        return Change()
    found = ticket.suggestion
    if found is None or found.category is None or not found.can_be_confirmed:
        raise Refusal("nothing_suggested")
    return _retarget(ticket, actor, now, policy, found.category, found.severity)


def _retarget(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    policy: Policy,
    category: Category,
    severity: int | None,
    *,
    reason: str = "",
    reported_at: datetime | None = None,
) -> Change:
    terms = policy.terms(category, severity, plan=ticket.terms.plan, region=ticket.terms.region)
    before = Graded(ticket.category, ticket.severity_said)
    if not ticket.confirmed:
        kind: type[Retargeted] = Confirmed
    else:
        kind = SeverityChanged if category is ticket.category else CategoryChanged
    said = TermsContent(actor.id, What.TERMS, category, severity, not ticket.confirmed, before)
    worse = ticket.announced.named_for is None or severity is None or severity < ticket.announced.named_for
    named = falls_to(actor, severity) if worse and not ticket.ownership.is_accepted else ()
    fact = kind(terms, before, reported_at, severity if named else None)
    return Change(
        (event(actor, now, fact, text=reason or None),),
        (*named, changed(said, reason or None), CARD),
    )
