"""The local workspace as the program sees it: put on our own application or joined where it runs by itself, once, by
the front ends of all the platforms that it imitates."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

from aiohttp import web

from bot.local_workspace.joining import Joined, add_link_routes, join, workspace_of
from bot.local_workspace.opening import embed, open_stands
from bot.outbound.front_end import Host

PAGE = "/local/"


class LocalWorkspace:
    """One of its own, unless SLACK_API_URL names one, which runs by itself and is joined. `answer_within`: the real
    seconds that it gives us to answer Slack, and to open a form. `platforms`: which it imitates. `role`: what this
    process does."""

    def __init__(self, host: Host, answer_within: float, platforms: Collection[str], role: str = "all") -> None:
        self.host = host
        self.role = role
        self.answer_within = answer_within
        #: Which platforms it imitates.
        self.platforms = platforms
        #: Whether it runs in this process.
        self.is_embedded = not host.settings.joins_local
        #: The path of its page; None: it has one elsewhere.
        self.page = PAGE if self.is_embedded else None
        self._joined: Joined | None = None
        self._joining = asyncio.Lock()
        self._is_open = False

    @property
    def address(self) -> str:
        """Where it is reached."""
        host = self.host
        return host.address() if self.is_embedded else workspace_of(host.settings.slack_api_url)

    def open(self, app: web.Application) -> None:
        """Put it on the application, and what it tells us there: once, whichever front end comes first."""
        from bot.stand_in.loopback import comes_from_here  # noqa: PLC0415  no real platform needs it

        if self._is_open:
            return
        self._is_open, host = True, self.host
        add_link_routes(app, host.now, host.runner, self._reset, comes_from_here)
        if self.is_embedded:
            embed(app, open_stands(host.database, host.settings.command, self.answer_within, self.platforms))

    async def joined(self) -> Joined:
        """What it told us when we joined it: once, for all that it imitates. From then on its time is ours. Raises
        LinkError."""
        host = self.host
        async with self._joining:
            if self._joined is None:
                self._joined = await join(host.session, self.address, host.address(), self.platforms, role=self.role)
                host.now.offset = timedelta(seconds=self._joined.offset)
        return self._joined

    async def listens(self) -> None:
        """Tell it that we listen. Raises LinkError."""
        await join(self.host.session, self.address, self.host.address(), self.platforms, listens=True, role=self.role)

    async def _reset(self) -> None:
        """Forget everything, what was set up in chat included: the local workspace starts again."""
        desk, runner = self.host.desks.only, self.host.runner()
        if desk is None:
            return
        if runner is not None:
            await runner.settle()  # what is being sent would be put on record of a ticket that is gone
        await desk.begin_again()
        if runner is not None:
            await runner.settle()
