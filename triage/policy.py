"""The support policy as values. The defaults here are the policy; a policy file changes what it names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from triage.hours import ELAPSED, Hours, business_week
from triage.terms import Category, ClockKind, Lead, Target, Terms, Threshold

MINUTE, HOUR, DAY = 60, 3600, 86400

# (response, update, restore) by severity; restore of severity 3 counts in the desk's calendar (policy: Targets).
TARGETS: dict[int, dict[ClockKind, int]] = {
    1: {ClockKind.RESPONSE: 15 * MINUTE, ClockKind.UPDATE: 30 * MINUTE, ClockKind.RESTORE: 6 * HOUR},
    2: {ClockKind.RESPONSE: 15 * MINUTE, ClockKind.UPDATE: 60 * MINUTE, ClockKind.RESTORE: 24 * HOUR},
    3: {ClockKind.RESPONSE: 30 * MINUTE, ClockKind.UPDATE: 4 * HOUR, ClockKind.RESTORE: 48 * HOUR},
}
IN_CALENDAR = {(3, ClockKind.RESTORE)}

# Lead times by severity (policy: Warnings and breaches).
_SHARES = (Lead(share=0.75), Lead(share=0.9), Lead(seconds=15 * MINUTE))
LEADS: dict[int, dict[ClockKind, tuple[Lead, ...]]] = {
    severity: {
        ClockKind.RESPONSE: (Lead(seconds=5 * MINUTE),),
        ClockKind.UPDATE: (Lead(seconds=(10 if severity == 1 else 15) * MINUTE),),
        ClockKind.RESTORE: _SHARES if severity == 3 else (Lead(share=0.5), *_SHARES),
    }
    for severity in TARGETS
}


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the escalation chain: `role` as it is called, its ordered `contacts`, and after how many seconds
    it is proposed, by severity."""

    role: str
    contacts: tuple[str, ...] = ()
    after: dict[int, int] = field(default_factory=dict)


LEVELS = (
    Level("customer support and operations manager", after={1: 2 * HOUR, 2: 12 * HOUR}),
    Level("head of customer and network services", after={1: 6 * HOUR, 2: 24 * HOUR}),
    Level("chief operating officer", after={1: 12 * HOUR, 2: 48 * HOUR}),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A support group: its channel, its customers' channels (id to customer name), language, zone and hours."""

    name: str = "support"
    channel: str | None = None
    customer_channels: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    timezone: str = "UTC"
    hours: Hours | None = None

    @property
    def working(self) -> Hours:
        """The desk's calendar: Monday to Friday 09:00-17:00 in its zone unless the policy names another."""
        return self.hours or business_week(self.timezone)


@dataclass(frozen=True, slots=True)
class Roles:
    """People by role, as keys (`slack:U0123`). None: nobody was configured, the platform's own roles decide."""

    agents: tuple[str, ...] | None = None
    leads: tuple[str, ...] | None = None
    managers: tuple[str, ...] | None = None
    admins: tuple[str, ...] | None = None
    helpers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Policy:
    """One version of a desk's policy. Terms are stamped from it at opening; people are read when a notice is sent."""

    version: int = 1
    desk: Desk = field(default_factory=Desk)
    targets: dict[int, dict[ClockKind, Target]] | None = None
    leads: dict[int, dict[ClockKind, tuple[Lead, ...]]] = field(default_factory=lambda: LEADS)
    pauses: frozenset[ClockKind] = frozenset({ClockKind.RESTORE})
    levels: tuple[Level, ...] = LEVELS
    roles: Roles = field(default_factory=Roles)
    skills: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reactions: dict[str, str] = field(
        default_factory=lambda: {"eyes": "take", "rotating_light": "escalate", "white_check_mark": "resolve"}
    )
    promise_intervals: int = 4
    idle: int = 4 * HOUR  # of opening hours, after which a ticket without an update frequency is nudged

    def target(self, severity: int, kind: ClockKind) -> Target | None:
        """The target of one clock for a confirmed severity."""
        if self.targets is not None and severity in self.targets:
            return self.targets[severity].get(kind)
        seconds = TARGETS[severity][kind]
        return Target(seconds, self.desk.working if (severity, kind) in IN_CALENDAR else ELAPSED)

    def terms(self, category: Category | None, severity: int | None, *, confirmed: bool = True) -> Terms:
        """The terms that a ticket of this category and severity is held to.

        Until an agent confirms category and severity only response runs, at the strictest target of all.
        Provisioning has no clocks; an inquiry is severity 3 and has no restore clock (policy: Categories).
        """
        common = Terms(
            category=category,
            severity=severity,
            pauses=self.pauses,
            levels=len(self.levels),
            working=self.desk.working,
            policy_version=self.version,
        )
        if confirmed and category is Category.PROVISIONING:
            # Its promises are warned of like the least urgent updates.
            return replace(common, leads=self._leads(max(self.leads), ClockKind.UPDATE), idle=self.idle)
        if not confirmed or severity is None:
            strictest, first = self._strictest_response(), min(self.leads)
            return replace(
                common,
                targets={ClockKind.RESPONSE: strictest} if strictest else {},
                leads=self._leads(first, ClockKind.RESPONSE, ClockKind.UPDATE),
            )
        kinds = [k for k in ClockKind if k is not ClockKind.RESTORE or category is Category.INCIDENT]
        targets = {k: t for k in kinds if (t := self.target(severity, k)) is not None}
        update = targets.get(ClockKind.UPDATE)
        return replace(
            common,
            targets=targets,
            leads=self._leads(severity, *ClockKind),
            quiet_nights=severity == max(TARGETS) and any(t.hours is ELAPSED for t in targets.values()),
            thresholds=tuple(
                Threshold(number, level.after[severity])
                for number, level in enumerate(self.levels, 1)
                if severity in level.after
            )
            if category is Category.INCIDENT
            else (),
            promise_limit=update.seconds * self.promise_intervals if update else None,
        )

    def _leads(self, severity: int, *kinds: ClockKind) -> dict[ClockKind, tuple[Lead, ...]]:
        known = self.leads.get(severity, {})
        return {kind: known.get(kind, ()) for kind in kinds}

    def _strictest_response(self) -> Target | None:
        found = [t for severity in TARGETS if (t := self.target(severity, ClockKind.RESPONSE)) is not None]
        return min(found, key=lambda target: target.seconds, default=None)
