"""Who asks: the key in the request's head, the desk that it is for, and whether it has asked too often."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from bot.api.house import House
from bot.api.problem import Problem
from bot.desk.runtime import DeskRuntime
from bot.server.bucket import Bucket
from bot.server.strangers import Strangers
from storage.api_keys import ApiKey, find_key, note_used
from triage.keys import PROGRAM
from triage.people import Actor
from triage.scopes import Scope, all_of, roles_of

LONGEST_KEY = 200  # characters that are looked at
MOST, WITHIN = 240, 2.0  # requests of one key, in so many seconds
OPENED, OPENED_WITHIN = 60, 60.0  # tickets that one key opens: what a loop gone wild makes of a desk is bounded
USED_EVERY = timedelta(minutes=1)
KNOWN_AT_MOST = 1000


@dataclass(frozen=True)
class Caller:
    """A program that has shown its key."""

    #: The desk that the key is for.
    desk: DeskRuntime
    #: The key.
    key: ApiKey
    #: Whoever acts, with the roles that its scopes give.
    actor: Actor
    #: What it may be used for.
    scopes: frozenset[Scope]


@dataclass
class Gate:
    """Lets in whoever has a key, as often as they may."""

    #: What the program gives.
    house: House
    _strangers: Strangers = field(init=False)
    # By key that was right, so that whoever guesses holds up none of those who have one.
    _known: dict[str, Bucket] = field(default_factory=dict)
    _opening: dict[int, Bucket] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._strangers = Strangers(self.house.proxies)

    async def caller(self, request: web.Request) -> Caller:
        """Who asks. Raises Problem."""
        said = _said(request)
        bucket, at = self._known.get(said), time.monotonic()
        if not (bucket.take(at) if bucket is not None else self._strangers.let_in(request, at)):
            self.house.refusals.count("too_many_for_a_program")
            raise Problem(429, "too_many", headers={"Retry-After": "1" if bucket else "60"})
        key = await self.house.database.read(partial(find_key, whole=said)) if said else None
        if key is None:
            self._known.pop(said, None)
            self.house.refusals.count("no_such_program")
            raise Problem(401, "key" if said else "no_key", headers={"WWW-Authenticate": 'Bearer realm="vigie"'})
        if bucket is None:
            if len(self._known) >= KNOWN_AT_MOST:
                self._known.clear()
            self._known[said] = Bucket(MOST, WITHIN)
        desk = self.house.find(key.organisation_id, key.desk_id)
        if desk is None:
            raise Problem(503, "not_here", headers={"Retry-After": "5"})
        if key.actor not in self._met:
            self._met.add(key.actor)
            if key.actor not in desk.directory.accounts:
                await desk.refresh_people()  # made while this process ran: it is called by its name from now on
        self._note(desk, key, desk.now())
        roles = roles_of(key.scopes)
        return Caller(desk, key, Actor(key.actor, roles, PROGRAM), all_of(key.scopes))

    def opens(self, caller: Caller) -> None:
        """One more ticket is to be opened by that caller. Raises Problem where these are too many."""
        bucket = self._opening.setdefault(caller.key.id, Bucket(OPENED, OPENED_WITHIN))
        if not bucket.take(time.monotonic()):
            self.house.refusals.count("too_many_tickets_of_a_program")
            raise Problem(429, "too_many_tickets", headers={"Retry-After": "10"}, most=OPENED)

    def _note(self, desk: DeskRuntime, key: ApiKey, now: datetime) -> None:
        if key.used_at is None or not timedelta(0) <= now - key.used_at < USED_EVERY:
            desk.spawn(desk.database.write(partial(note_used, key_id=key.id, now=now)))


def _said(request: web.Request) -> str:
    """The key in the request's head; empty where there is none."""
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    return said.strip()[:LONGEST_KEY] if scheme.lower() == "bearer" else ""
