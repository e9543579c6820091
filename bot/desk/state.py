"""What a desk that runs knows at present, shared by all the platforms that it is on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.hearing import Hearing
from bot.desk.policy_layers import PolicyLayers
from triage.policy import Policy
from triage.suggesting import NOTHING_LEARNED, Learned


@dataclass
class DeskState:
    """The present policy and people of a desk: snapshots, replaced as a whole. All platforms share it, so that a change
    takes effect on each at once."""

    #: The policy in force.
    policy: Policy
    #: Who people are, and the roster that the policy makes of it.
    directory: Directory
    #: Where the policy comes from.
    policy_layers: PolicyLayers = field(default_factory=PolicyLayers)
    #: Whom it is told to that another policy has come into force.
    on_change: list[Callable[[], None]] = field(default_factory=list)
    #: The desk on each platform that it is on, by the platform's name.
    bindings: dict[str, Binding] = field(default_factory=dict)
    #: The desk's channels in which open tickets have been given cards.
    carded: frozenset[str] = frozenset()
    #: The platforms of which it has turned out whether they have tables.
    tables: dict[str, bool] = field(default_factory=dict)
    #: Which platforms are heard from and reached.
    hearing: Hearing = field(default_factory=Hearing)
    #: Earlier versions of the policy, by their number.
    earlier: dict[int, Policy] = field(default_factory=dict)
    #: What it has learned of suggestions, and by what to tell whether that is still all.
    learned: tuple[str, Learned] = ("", NOTHING_LEARNED)
    #: What goes on beside everything else.
    spawned: set[asyncio.Task[None]] = field(default_factory=set)
    #: What was on record when it was last looked at; None: never.
    seen: tuple[Any, ...] | None = None
    #: Why the calendar that the rota is kept in cannot be read, in words; empty: it can, or there is none.
    rota_problem: str = ""
    #: Where this program is reached, without a slash at its end.
    address: Callable[[], str] = lambda: ""
    #: Who left, and has no tickets any more.
    returned: set[str] = field(default_factory=set)
    #: How often people began to be read ...
    readings: int = 0
    #: ... and which of these readings the directory is of: an older one never replaces a newer.
    last_reading: int = 0
