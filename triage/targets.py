"""How long each clock may take, when it is warned of, and which clocks a category has, unless a policy differs."""

from __future__ import annotations

from dataclasses import dataclass

from triage.terms import Category, ClockKind, LeadTime, Target

MINUTE, HOUR = 60, 3600

# (response, update, restore) by severity; restore of severity 3 counts in the desk's calendar (policy: Targets).
TARGETS: dict[int, dict[ClockKind, int]] = {
    1: {ClockKind.RESPONSE: 15 * MINUTE, ClockKind.UPDATE: 30 * MINUTE, ClockKind.RESTORE: 6 * HOUR},
    2: {ClockKind.RESPONSE: 15 * MINUTE, ClockKind.UPDATE: 60 * MINUTE, ClockKind.RESTORE: 24 * HOUR},
    3: {ClockKind.RESPONSE: 30 * MINUTE, ClockKind.UPDATE: 4 * HOUR, ClockKind.RESTORE: 48 * HOUR},
}
IN_CALENDAR = {(3, ClockKind.RESTORE)}

# Lead times by severity (policy: Warnings and breaches).
_SHARES = (LeadTime(share=0.75), LeadTime(share=0.9), LeadTime(seconds=15 * MINUTE))
LEADS: dict[int, dict[ClockKind, tuple[LeadTime, ...]]] = {
    severity: {
        ClockKind.RESPONSE: (LeadTime(seconds=5 * MINUTE),),
        ClockKind.UPDATE: (LeadTime(seconds=(10 if severity == 1 else 15) * MINUTE),),
        ClockKind.RESTORE: _SHARES if severity == 3 else (LeadTime(share=0.5), *_SHARES),
    }
    for severity in TARGETS
}


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """What tickets of a category are held to."""

    #: The clocks that they may have at all, as far as there is a target.
    clocks: frozenset[ClockKind] = frozenset(ClockKind)
    #: Seconds of opening hours without an update until somebody is nudged; None: nobody is.
    idle: int | None = None


CATEGORIES = {
    Category.INCIDENT: CategoryRules(),
    Category.PROVISIONING: CategoryRules(frozenset(), idle=4 * HOUR),
    Category.INQUIRY: CategoryRules(frozenset({ClockKind.RESPONSE, ClockKind.UPDATE})),
}

Targets = dict[int, dict[ClockKind, Target]]
"""By severity and clock; what is missing has no clock."""
