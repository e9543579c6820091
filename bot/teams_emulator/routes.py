"""Makes a tenant reachable on an aiohttp application, from this machine only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from aiohttp import web

from bot.stand_in.shapes import Json
from bot.stand_in.stand import Call, Somebody
from bot.teams_emulator import connector, control, messages
from bot.teams_emulator.ids import PLATFORM, is_ours
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_people import PEOPLE


class TeamsStand:
    """See `bot.stand_in.stand.Stand`."""

    platform = PLATFORM
    kept = ("teams_identity", "teams_joined", "teams_told")

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.ground = workspace.ground
        self.calls: Mapping[str, Call] = {name: partial(call, workspace) for name, call in control.CALLS.items()}

    def owns(self, name: str) -> bool:
        """See Stand."""
        return is_ours(name)

    def people(self) -> list[Somebody]:
        """See Stand."""
        return [
            Somebody(one.id, one.email, one.roles, one.level, one.skills, one.shift, one.tz, one.on_call)
            for one in PEOPLE.values()
        ]

    def join(self, body: Json, base: str, people: list[Somebody]) -> Json:
        """See Stand."""
        return control.join(self.workspace, body, base, people)

    def state(self, base: str) -> Json:
        """See Stand."""
        return control.state(self.workspace, base)

    def listed(self, channel: str, user: str | None, after: str, limit: int | None) -> str | None:
        """See Stand."""
        if self.workspace.channels.get(channel) is None:
            return None
        now = self.workspace.now.seconds()
        return messages.listed(self.workspace.record, channel, user, now=now, after=after, limit=limit)

    def reset(self) -> None:
        """See Stand."""
        self.workspace.reset()

    def add_routes(self, app: web.Application) -> None:
        """See Stand."""
        connector.add_routes(app, self.workspace)

    async def start(self) -> None:
        """See Stand."""
        await self.workspace.start()

    async def let_go(self) -> None:
        """See Stand: nobody listens here."""

    async def stop(self) -> None:
        """See Stand."""
        await self.workspace.stop()
