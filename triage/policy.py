"""The support policy as values. The defaults here are the policy; a policy file changes what it names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from triage.agreement_rules import AgreementRules, agreements_under
from triage.alike import Many
from triage.assignment import Assignment
from triage.briefing import Briefings
from triage.desk import Desk, Roles
from triage.hours import ELAPSED, Hours
from triage.levels import LEVELS, ON_CALL, Level, Pages
from triage.rota import Rota
from triage.suggested import Suggestions
from triage.targets import CATEGORIES, HOUR, IN_CALENDAR, LEADS, MINUTE, TARGETS, CategoryRules, Targets
from triage.terms import (
    ACK_WITHIN,
    Category,
    Climbing,
    ClockKind,
    LeadTime,
    Shown,
    Target,
    Terms,
    Threshold,
    last_call_by_default,
    shown_by_default,
)

# How soon a customer's silence is worth asking about, and what follows it, in business days (policy: Waiting; Resolve).
CHASE_DAYS, CLOSE_DAYS, REOPEN_DAYS = (1, 3), 5, 5
RATE_AFTER = HOUR  # who is not satisfied at once reopens within it

# The order of work (policy: Categories): severities by their figure, and the categories beside them.
QUEUE = ("1", "2", "provisioning", "3", "inquiry")


@dataclass(frozen=True)
class Policy:
    """One version of a desk's policy. Terms are stamped from it at opening; people are read when a notice is sent."""

    #: Counts from 1 within the desk.
    version: int = 1
    #: Its name, language, zone, hours and channels.
    desk: Desk = field(default_factory=Desk)
    #: By severity and clock; None: the default ones, in the desk's calendar (policy: Targets).
    targets: Targets | None = None
    #: Customers' plans by name, each with all its targets (policy: Targets).
    plans: dict[str, Targets] = field(default_factory=dict)
    #: By plan ("" is no plan) and severity: what updates count from, where that is not the usual (policy: Targets).
    update_bases: dict[str, dict[int, str]] = field(default_factory=dict)
    #: By category: which clocks it has, and when somebody is nudged (policy: Categories).
    categories: dict[Category, CategoryRules] = field(default_factory=lambda: dict(CATEGORIES))
    #: By severity: the desk's own words for it (policy: Categories).
    meanings: dict[int, str] = field(default_factory=dict)
    #: By severity and clock: when to warn (policy: Warnings and breaches).
    leads: dict[int, dict[ClockKind, tuple[LeadTime, ...]]] = field(default_factory=lambda: LEADS)
    #: By severity: seconds before a response or an update is due (policy: Warnings and breaches).
    last_calls: dict[int, int] = field(default_factory=lambda: {n: last_call_by_default(n) for n in TARGETS})
    #: By severity and clock: when a warning is shown in the channel (policy: Warnings and breaches).
    shown: dict[int, dict[ClockKind, Shown]] = field(
        default_factory=lambda: {severity: shown_by_default(severity) for severity in TARGETS}
    )
    #: The clocks that stop while waiting for the customer (policy: Waiting).
    pauses: frozenset[ClockKind] = frozenset({ClockKind.RESTORE})
    #: By another kind of waiting: the clocks that stop meanwhile; none where it is not named (policy: Waiting).
    stops: dict[str, frozenset[ClockKind]] = field(default_factory=dict)
    #: By clock: what it starts at, where that is not the usual (policy: Clocks).
    starts: dict[ClockKind, str] = field(default_factory=dict)
    #: By name: what holds beside the customer's targets (policy: Agreements).
    agreements: dict[str, AgreementRules] = field(default_factory=dict)
    #: The levels of escalation, the first one first (policy: Escalation).
    levels: tuple[Level, ...] = LEVELS
    #: The other systems that are told beside people (policy: Escalation).
    pages: Pages = field(default_factory=Pages)
    #: What happens at their thresholds (policy: Escalation).
    climbing: Climbing = Climbing.PROPOSE
    #: Seconds until the next contact of a level joins while nobody has acknowledged it; None: nobody is waited for
    #: (policy: Escalation).
    ack_within: int | None = ACK_WITHIN
    #: Who is what (policy: Intake and people).
    roles: Roles = field(default_factory=Roles)
    #: By skill: who has it.
    skills: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Who is given what nobody has (policy: Assignment).
    assignment: Assignment = field(default_factory=Assignment)
    #: When a major incident is proposed.
    major: Many = field(default_factory=Many)
    #: When what a text suggests is shown, and when people are asked instead (policy: Suggestions).
    suggestions: Suggestions = field(default_factory=Suggestions)
    #: The working hours of whoever has some, by person (policy: On duty).
    shifts: dict[str, Hours] = field(default_factory=dict)
    #: Who is on call when (policy: On duty).
    rota: Rota = field(default_factory=Rota)
    #: The address or path of the calendar that the rota is kept in; empty: in none.
    rota_calendar: str = ""
    #: The zone of times in it that name none, by its IANA name.
    rota_zone: str = "UTC"
    #: By reaction: the verb that it means.
    reactions: dict[str, str] = field(default_factory=dict)
    #: Apps and workflows whose posts are taken in like a customer's (policy: Intake and people).
    bots: tuple[str, ...] = ()
    #: By kind of question: where it is sent (policy: Categories).
    redirects: dict[str, str] = field(default_factory=dict)
    #: By name and language: texts to choose from.
    replies: dict[str, dict[str, str]] = field(default_factory=dict)
    #: What the queue is ordered by, the most pressing first.
    queue: tuple[str, ...] = QUEUE
    #: How many update intervals ahead a promise may lie before a manager has to confirm it (policy: A promise).
    promise_intervals: int = 4
    #: Messages of one author within so many seconds of each other are one ticket (policy: Intake and people).
    intake_window: int = 2 * MINUTE
    #: Of what somebody outside asks for, so many become tickets (policy: Intake and people) ...
    flood_tickets: int = 5
    #: ... within so many seconds.
    flood_within: int = 5 * MINUTE
    #: Seconds of opening hours after which a wait is worth asking again; None: the default days (policy: Waiting).
    chase: tuple[int, ...] | None = None
    #: The same until closing is proposed; None: the default days, 0: never (policy: Waiting).
    close_after: int | None = None
    #: The same in which an answer reopens; None: the default days (policy: Resolve).
    reopen_within: int | None = None
    #: Seconds after the resolution until the customer is asked how it went; None: never (policy: Satisfaction).
    rate_after: int | None = RATE_AFTER
    #: What the desk is told at fixed times.
    briefings: Briefings = field(default_factory=Briefings)
    #: Until then Vigie listens and counts, and says nothing but to the lead (policy: Shadow mode); None: it speaks.
    shadow_until: datetime | None = None
    #: Terms that were resolved already, by what they were asked for with.
    _terms: dict[tuple[Any, ...], Terms] = field(default_factory=dict, init=False, compare=False, repr=False)

    def reply(self, name: str, language: str | None = None) -> str:
        """The text of a canned reply in that language (None: the desk's), else in the desk's, else in any that it has;
        empty where there is none."""
        texts = self.replies.get(name, {})
        return texts.get(language or "") or texts.get(self.desk.language) or next(iter(texts.values()), "")

    @property
    def patience(self) -> int | None:
        """Seconds of opening hours for which a customer may wait to answer, until the last time that it is worth asking
        them again; None: it never is."""
        chase = self.terms(None, None).chase
        return chase[-1] if chase else None

    def is_silent(self, at: datetime) -> bool:
        """Whether what is planned at that moment is never said (policy: Shadow mode)."""
        return self.shadow_until is not None and at < self.shadow_until

    @property
    def flood_window(self) -> timedelta:
        """How far back it is looked for what somebody outside has opened."""
        return timedelta(seconds=self.flood_within)

    @property
    def people(self) -> set[str]:
        """Everyone whom it names: keys of people and user groups, and emails."""
        roles = self.roles
        named = (
            roles.agents, roles.leads, roles.managers, roles.admins, roles.helpers,
            *(level.contacts for level in self.levels), *self.skills.values(), self.shifts, self.rota.people,
            *(region.leads for region in self.desk.regions.values()),
            [each.of for each in self.agreements.values() if each.begins == "assigned" and each.of is not None],
        )  # fmt: skip
        return {person for people in named for person in people or () if person != ON_CALL}

    def target(
        self, severity: int, kind: ClockKind, plan: str | None = None, region: str | None = None
    ) -> Target | None:
        """The target of one clock for a confirmed severity, under a customer's plan if the policy knows it. Business
        time is that of their region."""
        targets = self.plans.get(plan or "", self.targets)
        if targets is None:
            seconds = TARGETS[severity][kind]
            found = Target(seconds, self.desk.working if (severity, kind) in IN_CALENDAR else ELAPSED)
        elif (own := targets.get(severity, {}).get(kind)) is not None:
            found = own
        else:
            return None
        return found.counted_in(lambda hours: self.desk.hours_in(hours, region))

    def terms(
        self, category: Category | None, severity: int | None, *, plan: str | None = None,
        region: str | None = None, confirmed: bool = True,
    ) -> Terms:  # fmt: skip
        """The terms that a ticket of this category and severity is held to, for a customer on that plan, in that
        region.

        Until an agent confirms category and severity only response runs, at the strictest target of all.
        Provisioning has no clocks; an inquiry is severity 3 and has no restore clock (policy: Categories).
        """
        plan, region = plan if plan in self.plans else None, self.desk.region_called(region)
        key = (category, severity, plan, region, confirmed)
        known = self._terms.get(key)
        if known is None:
            known = self._terms[key] = self._with_agreements(
                self._make_terms(category, severity, plan, region, confirmed=confirmed), confirmed=confirmed
            )
        return known

    def _with_agreements(self, terms: Terms, *, confirmed: bool) -> Terms:
        if not self.agreements:
            return terms
        rules = self.categories[terms.category] if terms.category is not None and confirmed else CategoryRules()
        found = agreements_under(self.agreements, terms, rules.clocks, self.desk, confirmed=confirmed)
        return replace(terms, agreements=found)

    def _make_terms(
        self, category: Category | None, severity: int | None, plan: str | None, region: str | None, *, confirmed: bool
    ) -> Terms:
        rules = self.categories[category] if category is not None and confirmed else CategoryRules()
        working = self.desk.hours_in(self.desk.working, region)
        day = working.day_seconds
        common = Terms(
            category=category,
            severity=severity,
            plan=plan,
            region=region,
            pauses=self.pauses,
            stops=self.stops,
            starts=self.starts,
            levels=len(self.levels),
            climbing=self.climbing,
            ack_within=self.ack_within,
            working=working,
            last_call=self.last_calls.get(severity or 1, last_call_by_default(severity)),
            shown=self.shown.get(severity or 1) or shown_by_default(severity),
            idle=rules.idle,
            chase=tuple(days * day for days in CHASE_DAYS) if self.chase is None else self.chase,
            close_after=CLOSE_DAYS * day if self.close_after is None else self.close_after or None,
            reopen_within=REOPEN_DAYS * day if self.reopen_within is None else self.reopen_within,
            rate_after=self.rate_after,
            policy_version=self.version,
        )
        if confirmed and category is Category.PROVISIONING:
            # Its promises are warned of like the least urgent updates.
            return replace(common, leads=self._leads(max(self.leads), ClockKind.UPDATE))
        if not confirmed or severity is None:
            strictest, first = self._strictest_response(plan, region), min(self.leads)
            return replace(
                common,
                targets={ClockKind.RESPONSE: strictest} if strictest else {},
                leads=self._leads(first, ClockKind.RESPONSE, ClockKind.UPDATE),
            )
        found = {kind: self.target(severity, kind, plan, region) for kind in ClockKind if kind in rules.clocks}
        targets = {kind: target for kind, target in found.items() if target is not None}
        update = targets.get(ClockKind.UPDATE)
        return replace(
            common,
            targets=targets,
            update_base=self.update_bases.get(plan or "", {}).get(severity, common.update_base),
            leads=self._leads(severity, *ClockKind),
            quiet_nights=severity == max(TARGETS) and any(t.hours is ELAPSED for t in targets.values()),
            thresholds=self._thresholds(severity) if category is Category.INCIDENT else (),
            promise_limit=update.seconds * self.promise_intervals if update else None,
        )

    def _thresholds(self, severity: int) -> tuple[Threshold, ...]:
        levels = enumerate(self.levels, 1)
        return tuple(Threshold(number, each.after[severity]) for number, each in levels if severity in each.after)

    def _leads(self, severity: int, *kinds: ClockKind) -> dict[ClockKind, tuple[LeadTime, ...]]:
        known = self.leads.get(severity, {})
        return {kind: known.get(kind, ()) for kind in kinds}

    def _strictest_response(self, plan: str | None, region: str | None) -> Target | None:
        each = [self.target(severity, ClockKind.RESPONSE, plan, region) for severity in TARGETS]
        found = [target for target in each if target is not None]
        return min(found, key=lambda target: target.seconds, default=None)
