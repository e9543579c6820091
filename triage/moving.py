"""Other terms for tickets on record: moved to on purpose, or only looked at as if they had always held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from triage.change import Change
from triage.checks import event
from triage.event import Event
from triage.facts.sorting import Confirmed, Opened, Retargeted, TermsMoved
from triage.notice import CARD_IN_TIME
from triage.people import Actor
from triage.policy import Policy
from triage.targets import TARGETS
from triage.terms import Category, Terms
from triage.ticket import Ticket

STAMPED = (Opened, Retargeted, TermsMoved)
"""The facts that carry terms."""


def terms_under(policy: Policy, terms: Terms, *, confirmed: bool, plan: str | None, region: str | None = None) -> Terms:
    """What a ticket that was held to `terms` is held to under another policy, for a customer on `plan`, in
    `region`."""
    return policy.terms(terms.category, terms.severity, plan=plan, region=region, confirmed=confirmed)


def move_terms(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket, actor: Actor, now: datetime, policy: Policy, plan: str | None, region: str | None = None
) -> Change:
    """Put an open ticket on the terms of another version of the policy, or of another customer's plan and region
    (policy: Change of severity).

    Empty where it is resolved or on those terms already. The card is shown again only where it looks different.
    """
    terms = terms_under(policy, ticket.terms, confirmed=ticket.confirmed, plan=plan, region=region)
    if not ticket.is_open or terms == ticket.terms:
        return Change()
    fact = TermsMoved(terms, ticket.terms.policy_version)
    moved = unversioned(terms) != unversioned(ticket.terms)
    return Change((event(actor, now, fact),), (CARD_IN_TIME,) if moved else ())


def unversioned(terms: Terms) -> Terms:
    """What the terms ask for, whichever version of a policy they come from: its own, and those of its agreements."""
    agreements = tuple(replace(each, terms=replace(each.terms, policy_version=0)) for each in terms.agreements)
    return replace(terms, policy_version=0, agreements=agreements)


def asks_the_same(one: Policy, other: Policy) -> bool:
    """Whether two policies hold every ticket to the same terms, whatever else they say of people and channels."""
    plans = (None, *one.plans, *other.plans)
    regions = (None, *one.desk.regions, *other.desk.regions)
    kinds = [(category, severity) for category in (None, *Category) for severity in (None, *TARGETS)]
    return all(
        unversioned(one.terms(*kind, plan=plan, region=region, confirmed=confirmed))
        == unversioned(other.terms(*kind, plan=plan, region=region, confirmed=confirmed))
        for kind in kinds
        for plan in plans
        for region in regions
        for confirmed in (True, False)
    )


def as_if(events: Sequence[Event], policy: Policy, plan: str | None, region: str | None = None) -> list[Event]:
    """The events as they would be had `policy` always been in force, for a customer on `plan`, in `region`."""
    found, confirmed = [], False
    for each in sorted(events, key=attrgetter("seq")):
        confirmed = (
            confirmed or isinstance(each.fact, Confirmed) or (isinstance(each.fact, Opened) and each.fact.confirmed)
        )
        if isinstance(each.fact, STAMPED):
            terms = terms_under(policy, each.fact.terms, confirmed=confirmed, plan=plan, region=region)
            found.append(replace(each, fact=replace(each.fact, terms=terms)))
        else:
            found.append(each)
    return found
