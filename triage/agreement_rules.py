"""The agreements of a policy beside the customer's, as values; and what a ticket is held to by them (policy:
Agreements)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from triage.desk import Desk
from triage.targets import Targets
from triage.terms import CREATED, Agreement, ClockKind, LeadTime, Target, Terms

Leads = Mapping[int, Mapping[ClockKind, tuple[LeadTime, ...]]]
"""By severity and clock: when to warn."""


@dataclass(frozen=True)
class AgreementRules:
    """One of them. What is None is as for the customer."""

    #: By severity and clock; what is missing has no clock.
    targets: Targets
    #: When it begins: `created`, `assigned` or `waiting`.
    begins: str = CREATED
    #: Which group, by key, or what is waited for.
    of: str | None = None
    #: The clocks that stop while waiting for the customer.
    pauses: frozenset[ClockKind] | None = None
    #: By another kind of waiting: the clocks that stop meanwhile.
    stops: Mapping[str, frozenset[ClockKind]] | None = None
    #: By clock: what it starts at, where that is not the usual.
    starts: Mapping[ClockKind, str] = field(default_factory=dict)
    #: When to warn, by severity; of a clock that is missing there, as for the customer.
    leads: Leads | None = None


def agreements_under(
    rules: Mapping[str, AgreementRules], main: Terms, clocks: Collection[ClockKind], desk: Desk, *, confirmed: bool
) -> tuple[Agreement, ...]:
    """Those that a ticket with such terms is held to, with the `clocks` that its category has. Until somebody of the
    desk has said what it is, only the strictest response of each runs, as for the customer."""
    found: list[Agreement] = []
    for name, rule in rules.items():
        targets = _targets(rule, main.severity if confirmed else None, clocks, desk, main.region)
        if targets:
            found.append(Agreement(name, _terms(rule, main, targets), rule.begins, rule.of))
    return tuple(found)


def _targets(
    rule: AgreementRules, severity: int | None, clocks: Collection[ClockKind], desk: Desk, region: str | None
) -> dict[ClockKind, Target]:
    if severity is None:
        kind = ClockKind.RESPONSE
        each = [by_clock[kind] for by_clock in rule.targets.values() if kind in by_clock]
        chosen = {kind: min(each, key=lambda target: target.seconds)} if each and kind in clocks else {}
    else:
        chosen = {kind: target for kind, target in rule.targets.get(severity, {}).items() if kind in clocks}
    return {kind: target.counted_in(lambda hours: desk.hours_in(hours, region)) for kind, target in chosen.items()}


def _terms(rule: AgreementRules, main: Terms, targets: dict[ClockKind, Target]) -> Terms:
    """Of the ticket's terms, only what clocks and warnings need."""
    own = {} if rule.leads is None else rule.leads.get(main.severity or min(rule.leads, default=1), {})
    leads = {**main.leads, **own}
    return Terms(
        category=main.category,
        severity=main.severity,
        region=main.region,
        targets=targets,
        pauses=main.pauses if rule.pauses is None else rule.pauses,
        stops=main.stops if rule.stops is None else dict(rule.stops),
        starts=dict(rule.starts),
        leads={kind: tuple(leads.get(kind, ())) for kind in targets},
        working=main.working,
        policy_version=main.policy_version,
    )
