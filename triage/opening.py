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
from triage.pressing import falls_to
from triage.sorting import check_severity, severity_of
from triage.suggested import kept, skills_of
from triage.suggesting.suggestion import Suggestion
from triage.terms import PRESSING, Category
from triage.text import checked, one_line


def open_ticket(
    policy: Policy, actor: Actor, now: datetime, *,
    summary: str, category: Category | None = None, severity: int | None = None, description: str | None = None,
    reported_at: datetime | None = None, requester: str | None = None, customer: str | None = None,
    plan: str | None = None, region: str | None = None, skills: tuple[str, ...] | None = None,
    requested_date: datetime | None = None, automatic: bool = False, suggestion: Suggestion | None = None,
) -> Change:  # fmt: skip
    """Open a ticket. What staff say is in force; what a requester or customer says is claimed (policy: Categories).
    `plan` and `region` are the customer's. `automatic`: nobody asked for it, so that it may turn out to be none.
    `skills`: what was chosen; None: nobody chose. `suggestion`: what its text suggests; kept where staff have not said
    what it is."""
    rights.require(actor, "new")
    text = _text(summary, description)
    category = _category(category, severity)
    check_severity(category, severity)
    now = whole_second(now)
    reported = whole_second(reported_at) if reported_at else now
    if reported > now:
        raise Refusal("reported_in_future", at=reported)
    confirmed = is_confirmed(actor, category, severity)
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
        skills=_skills(policy, skills, suggestion),
        claimed=None if confirmed else severity,
        falls_to=pressing if named else None,
        automatic=automatic,
        requested_date=_requested(category, now, requested_date),
        suggested=None if suggestion is None or confirmed else kept(suggestion, policy.suggestions, text),
    )
    opened = event(actor, now, fact, text=text)
    return Change((opened,), _said(actor, severity, named))


def is_suggestion_kept(
    policy: Policy, actor: Actor, category: Category | None, severity: int | None, skills: tuple[str, ...] | None
) -> bool:
    """Whether a suggestion makes a difference to a ticket that is opened with these: finding one takes its time."""
    return not is_confirmed(actor, category, severity) or (skills is None and bool(policy.skills))


def is_confirmed(actor: Actor, category: Category | None, severity: int | None) -> bool:
    """Whether these are in force from the opening on: staff have said what it is, and nobody is shown what it seems to
    be."""
    category = _category(category, severity)
    return actor.is_staff and category is not None and (severity is not None or category is not Category.INCIDENT)


def _category(category: Category | None, severity: int | None) -> Category | None:
    """Only a severity of an incident is spoken of without its category."""
    return Category.INCIDENT if category is None and severity is not None else category


def _text(summary: str, description: str | None) -> str:
    """What the ticket is opened with: the summary on a line of its own, then the rest."""
    summary, description = one_line(summary), checked(description)
    if not summary:
        raise Refusal("no_summary")
    return f"{summary}\n{description}" if description else summary


def _skills(policy: Policy, chosen: tuple[str, ...] | None, suggestion: Suggestion | None) -> tuple[str, ...]:
    """What was chosen, else what is suggested of what the desk knows."""
    if chosen is not None or suggestion is None:
        return chosen or ()
    return skills_of(suggestion, policy.suggestions, policy.skills)


def _requested(category: Category | None, now: datetime, at: datetime | None) -> datetime | None:
    """By when it is wanted: only a provisioning is wanted by a date (policy: Categories)."""
    if at is None:
        return None
    if category is not Category.PROVISIONING:
        raise Refusal("requested_needs_provisioning")
    return future(now, at, "requested", 5 * FURTHEST)


def _said(actor: Actor, severity: int | None, named: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """The notices of an opening. One that nobody at the desk has seen must not delay what concerns tickets that
    somebody has. The card of severity 1 or 2 goes first, and whom it falls to under it."""
    how = Urgency.USUAL if actor.is_staff else Urgency.AFTER if severity in PRESSING else Urgency.LAST
    card = replace(CARD, urgency=Urgency.FIRST) if named or severity in PRESSING else CARD
    said = (card, *named, Notice(ReceiptContent(), Audience.CUSTOMER))
    return said if how is Urgency.USUAL else tuple(replace(each, urgency=how) for each in said)
