"""Reads from Slack whom it does not disturb now and who is active: a hint, of the desk's agents alone, beside all else
(policy: Assignment)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.desk.runtime import DeskRuntime
from bot.slack.client import SlackClient
from bot.slack.errors import UNANSWERED
from storage.presences import Span, save_presences

log = structlog.get_logger(__name__)
BATCH = 50  # people whom `dnd.teamInfo` takes at once
MOST_BATCHES = 10  # at a time: Slack answers twenty a minute
MOST_ASKED = 25  # people at a time, each by a `users.getPresence` of their own: Slack answers fifty a minute
NOT_SOONER = timedelta(minutes=5)


class Presences:
    """Keeps what Slack says of whether people can be disturbed. Where it does not say, nothing is known; nobody waits
    for it and nobody is told."""

    def __init__(self, desk: DeskRuntime, client: SlackClient, agents: Callable[[], Collection[str]]) -> None:
        self.desk = desk
        self.client = client
        self._agents = agents
        self._read_at: datetime | None = None
        self._turn = 0

    def refresh_soon(self) -> None:
        """Ask Slack in the background, unless it was asked a moment ago."""
        now = self.desk.now()
        if self._read_at is None or abs(now - self._read_at) >= NOT_SOONER:
            self._read_at = now
            self.desk.spawn(self.refresh())

    async def refresh(self) -> None:
        """Ask Slack about the agents: some at a time, where they are many."""
        agents = sorted(self._agents())
        if not agents:
            self._read_at = None
            return
        start = self._turn % len(agents)
        agents = [*agents[start:], *agents[:start]]
        self._turn = (start + MOST_ASKED) % len(agents)
        undisturbed = await self._undisturbed(agents[: BATCH * MOST_BATCHES])
        active = await self._active(agents[:MOST_ASKED])
        if undisturbed or active:
            desk = self.desk
            save = partial(
                save_presences, organisation_id=desk.organisation_id, undisturbed=undisturbed, active=active,
                now=desk.now(),
            )  # fmt: skip
            await desk.database.write(save)
            await desk.refresh_people()

    async def _undisturbed(self, users: list[str]) -> dict[str, Span | None]:
        found: dict[str, Span | None] = {}
        try:
            for first in range(0, len(users), BATCH):
                answer = await self.client.dnd_teamInfo(users=users[first : first + BATCH])
                said = answer.get("users")
                for user, each in said.items() if isinstance(said, dict) else ():
                    found[self.desk.key(str(user))] = span_of(each)
        except UNANSWERED as error:
            log.info("do not disturb not read", error=str(error)[:200])
        return found

    async def _active(self, users: list[str]) -> dict[str, bool]:
        found: dict[str, bool] = {}
        try:
            for user in users:
                said = (await self.client.users_getPresence(user=user)).get("presence")
                if said in ("active", "away"):
                    found[self.desk.key(user)] = said == "active"
        except UNANSWERED as error:
            log.info("presence not read", error=str(error)[:200])
        return found


def span_of(said: Any) -> Span | None:
    """From when to when notifications are kept from somebody, as Slack says; None: never, or it cannot be read."""
    if not isinstance(said, dict) or said.get("dnd_enabled") is not True:
        return None
    try:
        start, end = (datetime.fromtimestamp(int(said[f"next_dnd_{which}_ts"]), UTC) for which in ("start", "end"))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return (start, end) if start < end else None
