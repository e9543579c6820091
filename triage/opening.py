"""A ticket is opened: what staff say is in force, what anybody else says is claimed (policy: Categories)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import FURTHEST, event, future, past
from triage.contents.to_customer import ReceiptContent
from triage.errors import Refusal
from triage.facts.sorting import Opened
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, Urgency
from triage.people import Actor
from triage.policy import Policy
from triage.pressing import PRESSING, falls_to
from triage.sorting import check_severity, severity_of
from triage.terms import Category
from triage.text import checked, one_line


def open_ticket(
    policy: Policy, actor: Actor, now: datetime, *,
    summary: str, category: Category | None = None, severity: int | None = None, description: str | None = None,
    reported_at: datetime | None = None, requester: str | None = None, customer: str | None = None,
    plan: str | None = None, region: str | None = None, skills: tuple[str, ...] = (),
    requested_date: datetime | None = None, automatic: bool = False,
) -> Change:  # fmt: skip
    """Open a ticket. What staff say is in force; what a requester or customer says is claimed (policy: Categories).
    `plan` and `region` are the customer's. `automatic`: nobody asked for it, so that it may turn out to be none."""
    rights.require(actor, "new")
    summary, description = one_line(summary), checked(description)
    if not summary:
        raise Refusal("no_summary")
    if severity is not None and category is None:
        category = Category.INCIDENT
    check_severity(category, severity)
    now = whole_second(now)
    reported = whole_second(reported_at) if reported_at else now
    if reported > now:
        raise Refusal("reported_in_future", at=reported)
    known = severity is not None if category is Category.INCIDENT else category is not None
    confirmed = actor.is_staff and known
    in_force = severity_of(category, severity) if confirmed else None
    terms = policy.terms(category, in_force, plan=plan, region=region, confirmed=confirmed)
    pressing = in_force if confirmed else severity
    named = falls_to(actor, pressing)
    fact = Opened(
        terms=terms,
        confirmed=confirmed,
        reported_at=past(None, now, reported, "reported"),
        requester=requester or actor.id,
        customer=customer,
        skills=skills,
        claimed=None if confirmed else severity,
        falls_to=pressing if named else None,
        automatic=automatic,
        requested_date=_requested(category, now, requested_date),
    )
    opened = event(actor, now, fact, text=f"{summary}\n{description}" if description else summary)
    return Change((opened,), _said(actor, severity, named))


def _requested(category: Category | None, now: datetime, at: datetime | None) -> datetime | None:
    """By when it is wanted: only a provisioning is wanted by a date (policy: Categories)."""
    if at is None:
        return None
    if category is not Category.PROVISIONING:
        raise Refusal("requested_needs_provisioning")
    return future(now, at, "requested", 5 * FURTHEST)


def _said(actor: Actor, severity: int | None, named: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """The notices of an opening. One that nobody at the desk has seen must not delay what concerns tickets that
    somebody has. A card under which somebody is to be named goes before others, though after any warning."""
    how = Urgency.USUAL if actor.is_staff else Urgency.AFTER if severity in PRESSING else Urgency.LAST
    card = replace(CARD, urgency=Urgency.LATE) if named else CARD
    said = (card, *named, Notice(ReceiptContent(), Audience.CUSTOMER))
    return said if how is Urgency.USUAL else tuple(replace(each, urgency=how) for each in said)
