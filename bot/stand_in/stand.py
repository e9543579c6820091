"""A stand-in for one chat platform, seen from what all of them share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.stand_in.ground import Ground
from bot.stand_in.shapes import Json

Call = Callable[[Json, str], Awaitable[Json]]
"""A control call: what was posted, and the address it came in at; its answer."""


@dataclass(frozen=True)
class Somebody:
    """Who a person is to the desk, in the policy that comes with the workspace."""

    #: The platform's id.
    id: str
    #: Their address: one person may have accounts on several platforms.
    email: str
    #: `agent`, `lead`, `manager`, `admin`, `customer`.
    roles: tuple[str, ...]
    #: Which level of escalation they are a contact of; None: of none.
    level: int | None
    #: What they know, by the policy's words.
    skills: tuple[str, ...]
    #: When they work, every day, as a policy file writes it; empty: that is not on record.
    shift: str
    #: The zone that this is in, by its IANA name.
    tz: str
    #: Whom to call first, from 1 up; 0: they are not on call.
    on_call: int


class Stand(Protocol):
    """One stand-in. `ground` is what it shares with others."""

    @property
    def platform(self) -> str:
        """Its platform's name: `slack`."""
        ...

    @property
    def ground(self) -> Ground:
        """What it stands on."""
        ...

    @property
    def kept(self) -> tuple[str, ...]:
        """What of the record outlives a reset, besides the ground's own."""
        ...

    @property
    def calls(self) -> Mapping[str, Call]:
        """What its people can do: `/_control/NAME`, each for the channels and users that it `owns`."""
        ...

    def owns(self, name: str) -> bool:
        """Whether this is how its channels and users are called."""
        ...

    def people(self) -> list[Somebody]:
        """Everybody who has an account on it."""
        ...

    def join(self, body: Json, base: str, people: list[Somebody]) -> Json:
        """A bot has come up; what it needs to know. `people` are those whom no stand-in before this one has told of.
        Raises RefusedCallError."""
        ...

    def state(self, base: str) -> Json:
        """What there is: `users`, `channels`, `views`, and whatever else it adds to the state of the workspace."""
        ...

    def listed(self, channel: str, user: str | None, after: str, limit: int | None) -> str | None:
        """A JSON list of what `user` sees in that channel; None: there is no such channel."""
        ...

    def reset(self) -> None:
        """Back to the seed, once the record is empty."""
        ...

    def add_routes(self, app: web.Application) -> None:
        """Add what the platform itself serves over HTTP."""
        ...

    async def start(self) -> None:
        """Start inside a running loop."""
        ...

    async def let_go(self) -> None:
        """Send home whoever listens, so that a shutdown waits for nobody."""
        ...

    async def stop(self) -> None:
        """Stop; it cannot be started again."""
        ...


def roles_of(people: list[Somebody]) -> Json:
    """Who has which role, who is a contact of which level, what each knows, when they work, and who is on call."""
    named = {role: [one.id for one in people if role in one.roles] for role in ("agent", "lead", "manager", "admin")}
    return {
        "agents": named["agent"], "leads": named["lead"], "managers": named["manager"], "admins": named["admin"],
        "levels": [[one.id for one in people if one.level == level] for level in (1, 2, 3)],
        "skills": {one.id: list(one.skills) for one in people if one.skills},
        "shifts": {one.id: {"hours": {"mon-sun": one.shift}, "timezone": one.tz} for one in people if one.shift},
        "on_call": [one.id for one in sorted(people, key=lambda one: one.on_call or 0) if one.on_call],
    }  # fmt: skip
