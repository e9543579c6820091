"""The levels of escalation, who is told at each, and which other systems are (policy: Escalation)."""

from __future__ import annotations

from dataclasses import dataclass, field

from triage.targets import HOUR

ON_CALL = "oncall"
"""Among the contacts of a level: whoever is on call, by the rota."""


@dataclass(frozen=True, slots=True)
class PageTarget:
    """Another system that is told beside people. Its secrets are in the environment alone, and only named here."""

    #: Where a signed webhook is sent; of PagerDuty, its address where it is not the usual one.
    url: str = ""
    #: The environment variable with the secret that a webhook is signed with.
    secret: str = ""
    #: The environment variable with PagerDuty's routing key; empty: it is a webhook.
    pagerduty: str = ""
    #: Whether it is told what the ticket is called, in the customer's words.
    title: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Which other systems are told (policy: Escalation)."""

    #: By name.
    targets: dict[str, PageTarget] = field(default_factory=dict)
    #: Those that are told of every severity 1, by name.
    severity_1: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the escalation chain (policy: Escalation)."""

    #: As the role is called.
    role: str
    #: Who is told, in order: people, groups, and `ON_CALL`.
    contacts: tuple[str, ...] = ()
    #: By severity: after how many seconds since the report it is proposed.
    after: dict[int, int] = field(default_factory=dict)
    #: Which other systems are told when it is reached, by name.
    page: tuple[str, ...] = ()


LEVELS = (
    Level("customer support and operations manager", after={1: 2 * HOUR, 2: 12 * HOUR}),
    Level("head of customer and network services", after={1: 6 * HOUR, 2: 24 * HOUR}),
    Level("chief operating officer", after={1: 12 * HOUR, 2: 48 * HOUR}),
)
