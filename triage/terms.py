"""The terms of a ticket: resolved from the policy when it opens, stored with it (a snapshot), changed only on
purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import Any

from triage.hours import ELAPSED, Hours, hours_from_data
from triage.target import Target, target_from_data

__all__ = [
    "ACK_WITHIN", "CREATED", "CUSTOMER", "PRESSING", "REPORTED", "RESPONDED", "STARTS", "UPDATE_BASES", "USUAL_STARTS",
    "Agreement", "Category", "Climbing", "ClockKind", "LeadTime", "Shown", "Target", "Terms", "Threshold",
    "clocks_data", "clocks_from_data", "last_call_by_default", "lead_from_data", "shown_by_default", "terms_from_data",
]  # fmt: skip


UPDATE_BASES = ("last_update", "last_contact", "unanswered_customer")
"""What an update clock may count from: the desk's last word, the last of either side, or the first of the customer that
is unanswered."""


class Category(StrEnum):
    """What kind of request a ticket is (policy: Categories)."""

    INCIDENT = "incident"  # a service that worked has stopped or degraded
    PROVISIONING = "provisioning"  # activating something new, or trouble while activating it
    INQUIRY = "inquiry"  # a request for information not tied to an incident


class ClockKind(StrEnum):
    """The three service clocks (policy: Clocks)."""

    RESPONSE = "response"  # until the first reply the customer can see
    UPDATE = "update"  # until the next update the customer can see; repeats
    RESTORE = "restore"  # until service is restored; incidents only


CREATED, REPORTED = "created", "reported"
RESPONDED = "responded"
STARTS = (CREATED, REPORTED, "confirmed", "assigned", RESPONDED, "waiting", "restored")
"""What a clock may start at: the opening, the customer's report, or when this is so for the first time."""
USUAL_STARTS = {ClockKind.RESPONSE: CREATED, ClockKind.UPDATE: CREATED, ClockKind.RESTORE: REPORTED}


@dataclass(frozen=True, slots=True)
class LeadTime:
    """When to warn: `seconds` before the due instant, or once `share` (0 to 1) of the target is used up."""

    #: Seconds before the due instant (policy: Warnings and breaches); None: `share` says when.
    seconds: int | None = None
    #: The part of the target that is used up then, 0 to 1; None: `seconds` says when.
    share: float | None = None

    #: The name of this warning in events and deadlines.
    step: str = field(init=False)

    def __post_init__(self) -> None:
        """Name it: its name is asked for each time that somebody looks what falls due."""
        object.__setattr__(self, "step", f"left-{self.seconds}" if self.share is None else f"used-{self.share:g}")

    def to_data(self) -> float:
        """As JSON, the inverse of `lead_from_data`."""
        return self.share if self.share is not None else self.seconds or 0


class Shown(StrEnum):
    """When a warning in the ticket's thread is shown in the channel as well. Last calls and breaches always are."""

    ALWAYS = "always"
    UNOWNED = "unowned"  # while the ticket has no owner on duty who has accepted it
    NEVER = "never"


class Climbing(StrEnum):
    """What happens at the threshold of a level (policy: Escalation)."""

    PROPOSE = "propose"  # the level is offered with a button
    AUTOMATIC = "automatic"  # the ticket climbs by itself
    OFF = "off"  # nothing: people climb by themselves


PRESSING = (1, 2)  # the severities that are said to somebody at once
CUSTOMER = "customer"  # what is waited for where nobody says otherwise
_NOTHING: frozenset[ClockKind] = frozenset()
ACK_WITHIN = 900
"""Seconds that a level's contact has to acknowledge it before the next one joins, where nobody says otherwise."""


def shown_by_default(severity: int | None) -> dict[ClockKind, Shown]:
    """By clock: the time to restore a severity 1 or 2 is everybody's business."""
    restore = Shown.ALWAYS if severity in PRESSING else Shown.UNOWNED
    return {ClockKind.RESPONSE: Shown.UNOWNED, ClockKind.UPDATE: Shown.UNOWNED, ClockKind.RESTORE: restore}


def last_call_by_default(severity: int | None) -> int:
    """How many seconds before a response or an update is due the channel hears of it at the latest."""
    return 300 if severity == 3 else 180


@dataclass(frozen=True, slots=True)
class Threshold:
    """Vigie proposes `level` once `seconds` have passed since the report (policy: Escalation)."""

    #: 1 is the first.
    level: int
    #: Seconds since the report, or since the severity rose, waiting left out.
    seconds: int


@dataclass(frozen=True)
class Terms:
    """Everything the clocks of one ticket need to know, so that the fold needs nothing else."""

    #: What kind of request it is; None: nobody has said (policy: Categories).
    category: Category | None = None
    #: 1, 2 or 3, in force; None: none is (policy: Categories).
    severity: int | None = None
    #: The name of the customer's plan that the targets come from; None: the standard targets.
    plan: str | None = None
    #: The name of the customer's region, whose business time counts and whose lead is told; None: the desk's own.
    region: str | None = None
    #: How long each clock may take; one that is missing does not run (policy: Targets).
    targets: dict[ClockKind, Target] = field(default_factory=dict)
    #: The clocks that stop while waiting for the customer (policy: Waiting).
    pauses: frozenset[ClockKind] = frozenset({ClockKind.RESTORE})
    #: By another kind of waiting: the clocks that stop meanwhile; none where it is not named (policy: Waiting).
    stops: dict[str, frozenset[ClockKind]] = field(default_factory=dict)
    #: By clock: what it starts at, one of `STARTS`; a clock that is not named starts as usual (policy: Clocks).
    starts: dict[ClockKind, str] = field(default_factory=dict)
    #: By clock: when to warn (policy: Warnings and breaches).
    leads: dict[ClockKind, tuple[LeadTime, ...]] = field(default_factory=dict)
    #: How many seconds before a response or an update is due the channel hears of it at the latest (policy: Warnings
    #: and breaches).
    last_call: int = field(default_factory=lambda: last_call_by_default(None))
    #: By clock: when the channel hears of a warning before that (policy: Warnings and breaches).
    shown: dict[ClockKind, Shown] = field(default_factory=lambda: shown_by_default(None))
    #: When which level is proposed (policy: Escalation).
    thresholds: tuple[Threshold, ...] = ()
    #: How many levels there are (policy: Escalation).
    levels: int = 0
    #: What happens when a threshold is reached (policy: Escalation).
    climbing: Climbing = Climbing.PROPOSE
    #: Seconds until the next contact of a level joins while nobody has acknowledged it; None: nobody is waited for
    #: (policy: Escalation).
    ack_within: int | None = ACK_WITHIN
    #: How many seconds ahead a promise may lie before a manager has to confirm it; None: any (policy: A promise).
    promise_limit: int | None = None
    #: The desk's opening hours, for reminders in business days (policy: Waiting).
    working: Hours = ELAPSED
    #: Outside them a breach is said once in the thread, and its repeats wait for opening (policy: Targets).
    quiet_nights: bool = False
    #: Seconds of them without an update before somebody is nudged; None: nobody is (policy: Categories).
    idle: int | None = None
    #: Seconds of them after each of which a wait for the customer is worth asking again (policy: Waiting).
    chase: tuple[int, ...] = ()
    #: Seconds of them after which closing is proposed; None: never (policy: Waiting).
    close_after: int | None = None
    #: Seconds of them within which the customer's answer to a resolved ticket reopens it (policy: Resolve).
    reopen_within: int = 0
    #: Seconds after the resolution until the customer is asked how it went; None: they are not (policy: Satisfaction).
    rate_after: int | None = None
    #: What the update clock counts from: another desk's policy may say otherwise (see `triage.clocks`).
    update_base: str = "last_update"
    #: What a change of targets does to a deadline that would pass by it; likewise.
    retarget: str = "no_past"
    #: Those that hold beside the customer's (policy: Agreements).
    agreements: tuple[Agreement, ...] = ()
    #: The version of the policy that they were resolved from.
    policy_version: int = 1

    def agreement(self, name: str) -> Agreement | None:
        """The agreement of that name."""
        return next((each for each in self.agreements if each.name == name), None)

    @cached_property
    def unrated(self) -> Terms:
        """The same for a ticket whose customer is never asked how it went."""
        return self if self.rate_after is None else replace(self, rate_after=None)

    def starts_at(self, kind: ClockKind) -> str:
        """What that clock starts at (policy: Clocks)."""
        return self.starts.get(kind) or USUAL_STARTS[kind]

    def stopped_by(self, kind: str) -> frozenset[ClockKind]:
        """The clocks that stop while waiting of that kind goes on (policy: Waiting)."""
        return self.pauses if kind == CUSTOMER else self.stops.get(kind, _NOTHING)

    def to_data(self) -> Mapping[str, Any]:
        """The terms as plain JSON, for the event that stamps them. `key` tells equal terms without reading them."""
        return self._data

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        hours = list(dict.fromkeys([self.working, *chain.from_iterable(t.all_hours for t in self.targets.values())]))
        data: dict[str, Any] = {
            "category": None if self.category is None else self.category.value,
            "severity": self.severity,
            "plan": self.plan,
            # Each calendar once: it carries years of holidays.
            "hours": [each.to_data() for each in hours],
            "working": hours.index(self.working),
            "targets": {kind.value: target.to_data(hours) for kind, target in self.targets.items()},
            "pauses": sorted(kind.value for kind in self.pauses),
            "leads": {k.value: [lead.to_data() for lead in leads] for k, leads in self.leads.items()},
            "last_call": self.last_call,
            "shown": {kind.value: shown.value for kind, shown in self.shown.items()},
            "thresholds": [[t.level, t.seconds] for t in self.thresholds],
            "levels": self.levels,
            "climbing": self.climbing.value,
            "ack_within": self.ack_within,
            "promise_limit": self.promise_limit,
            "quiet_nights": self.quiet_nights,
            "idle": self.idle,
            "chase": list(self.chase),
            "close_after": self.close_after,
            "reopen_within": self.reopen_within,
            "update_base": self.update_base,
            "retarget": self.retarget,
            "policy_version": self.policy_version,
        }
        if self.rate_after is not None:
            data["rate_after"] = self.rate_after
        if self.region is not None:
            data["region"] = self.region
        if self.agreements:
            data["agreements"] = [each.to_data() for each in self.agreements]
        if self.starts:
            data["starts"] = {kind.value: start for kind, start in self.starts.items()}
        if self.stops:
            data["stops"] = clocks_data(self.stops)
        return {"key": blake2b(json.dumps(data).encode(), digest_size=16).hexdigest(), **data}


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that a ticket is held to beside the customer's: with a group, a supplier, or whom else."""

    #: What the desk calls it.
    name: str
    #: What it is held to; of these terms only what clocks and warnings need counts.
    terms: Terms
    #: When it begins: `created`, `assigned` (a group has the work in hand) or `waiting`.
    begins: str = CREATED
    #: Which group, or what is waited for; None: it begins with the ticket.
    of: str | None = None

    def to_data(self) -> list[Any]:
        """As JSON, the inverse of `agreement_from_data`."""
        return [self.name, self.begins, self.of, self.terms.to_data()]


def agreement_from_data(data: Sequence[Any]) -> Agreement:
    """An agreement, as terms keep it."""
    name, begins, of, terms = data
    return Agreement(name, terms_from_data(terms), begins, of)


_known: dict[str, Terms] = {}


def terms_from_data(data: Mapping[str, Any]) -> Terms:
    """The inverse of `Terms.to_data`. Equal data give the same object: thousands of tickets share their terms."""
    terms = _known.get(data["key"])
    if terms is None:
        if len(_known) >= 4096:
            _known.clear()
        terms = _known[data["key"]] = _read(data)
    return terms


def _read(data: Mapping[str, Any]) -> Terms:
    hours = [hours_from_data(each) for each in data["hours"]]
    severity = data["severity"]
    shown = {ClockKind(k): Shown(value) for k, value in data["shown"].items()} if "shown" in data else None
    return Terms(
        category=Category(data["category"]) if data["category"] else None,
        severity=severity,
        plan=data["plan"],
        # Only a customer's region is written down.
        region=data.get("region"),
        targets={ClockKind(k): target_from_data(t, hours) for k, t in data["targets"].items()},
        pauses=frozenset(ClockKind(k) for k in data["pauses"]),
        leads={ClockKind(k): tuple(lead_from_data(v) for v in leads) for k, leads in data["leads"].items()},
        # What was stamped before there were last calls has the usual ones.
        last_call=data.get("last_call", last_call_by_default(severity)),
        shown=shown_by_default(severity) if shown is None else shown,
        thresholds=tuple(Threshold(level, seconds) for level, seconds in data["thresholds"]),
        levels=data["levels"],
        # What was stamped before levels had to be acknowledged in time is held to what is usual.
        climbing=Climbing(data.get("climbing", Climbing.PROPOSE)),
        ack_within=data.get("ack_within", ACK_WITHIN),
        promise_limit=data["promise_limit"],
        working=hours[data["working"]],
        quiet_nights=data["quiet_nights"],
        idle=data["idle"],
        chase=tuple(data["chase"]),
        close_after=data["close_after"],
        reopen_within=data["reopen_within"],
        stops=clocks_from_data(data.get("stops", {})),
        agreements=tuple(map(agreement_from_data, data.get("agreements", ()))),
        starts={ClockKind(kind): start for kind, start in data.get("starts", {}).items()},
        # Whoever was promised no question is not asked one.
        rate_after=data.get("rate_after"),
        update_base=data["update_base"],
        retarget=data["retarget"],
        policy_version=data["policy_version"],
    )


def clocks_data(by_name: Mapping[str, frozenset[ClockKind]]) -> dict[str, list[str]]:
    """Clocks by name as JSON, the inverse of `clocks_from_data`; names without any are left out."""
    return {name: sorted(kind.value for kind in kinds) for name, kinds in sorted(by_name.items()) if kinds}


def clocks_from_data(data: Mapping[str, Any]) -> dict[str, frozenset[ClockKind]]:
    """Clocks by name, as they are stored."""
    return {name: frozenset(map(ClockKind, kinds)) for name, kinds in data.items()}


def lead_from_data(value: float) -> LeadTime:
    """A lead time as JSON: whole seconds before the due instant, or a share of the target below 1."""
    return LeadTime(share=value) if 0 < value < 1 else LeadTime(seconds=int(value))
