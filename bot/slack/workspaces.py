"""The workspaces that this process serves: each has a desk, people, a client and an app of its own, and no other's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.sender import SlackSender
from scheduler.sender import Drop, Result, Retry
from storage.database import Database
from storage.installations import REMOVED, Installation, is_removed
from storage.outbox import Outgoing

log = structlog.get_logger(__name__)
PLATFORM = "slack"
AGAIN = timedelta(minutes=1)


@dataclass
class Workspace:
    """An installation at work. Whatever comes in for it meets this desk alone."""

    installation: Installation
    client: SlackClient
    desk: Desk
    people: People
    sender: SlackSender
    listeners: Listeners
    app: AsyncApp

    @property
    def id(self) -> str:
        """The workspace's id, or the enterprise's."""
        return self.installation.workspace


async def _none(_: str) -> Workspace | None:
    return None


@dataclass
class Workspaces:
    """Found by id, never by name. `load` brings up one that is not known yet: installed a moment ago, perhaps through
    another replica; it answers None where there is none."""

    load: Callable[[str], Awaitable[Workspace | None]] = _none
    _known: dict[str, Workspace] = field(default_factory=dict)
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._known.values()))

    def put(self, workspace: Workspace) -> None:
        """Serve it from now on."""
        self._known[workspace.id] = workspace

    def drop(self, workspace_id: str) -> None:
        """Serve it no more."""
        self._known.pop(workspace_id, None)

    def known(self, request: AsyncBoltRequest) -> Workspace | None:
        """The workspace that a request is for, if it is served here."""
        return next((self._known[key] for key in (*addressees(request), "") if key in self._known), None)

    async def found(self, request: AsyncBoltRequest) -> Workspace | None:
        """The same, looked for on record too: only for a request that was verified."""
        for key in addressees(request):
            if (workspace := await self.get(key)) is not None:
                return workspace
        return None

    async def get(self, workspace_id: str) -> Workspace | None:
        """The workspace of that id."""
        if workspace_id in self._known:
            return self._known[workspace_id]
        async with self._loading:
            if workspace_id not in self._known and (loaded := await self.load(workspace_id)) is not None:
                self.put(loaded)
        return self._known.get(workspace_id)

    def of_organisation(self, organisation_id: int) -> Workspace | None:
        """The workspace of an organisation."""
        return next((w for w in self._known.values() if w.installation.organisation_id == organisation_id), None)


def addressees(request: AsyncBoltRequest) -> list[str]:
    """The ids under which the installation that a request is for may be found, the surest first.

    An enterprise's where it was installed for all of its workspaces: `team_id` is then any of them, or null. A button
    or form of a shared channel may come from somebody of another workspace: the message or form itself is ours.
    """
    context, body = request.context, request.body
    if context.is_enterprise_install:
        return [context.enterprise_id] if context.enterprise_id else []
    shown_by = [part.get("team") or part.get("team_id") for name in ("message", "view") if (part := _part(body, name))]
    found = [context.team_id, *(shown_by if body.get("type") in _ANSWERS else ())]
    return [str(key) for n, key in enumerate(found) if key and key not in found[:n]]


_ANSWERS = frozenset({"block_actions", "view_submission", "view_closed"})


def _part(body: dict[str, object], name: str) -> dict[str, object]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


@dataclass
class WorkspacesSender:
    """Delivers each notice with the installation of its organisation, and with no other."""

    workspaces: Workspaces
    database: Database
    find: Callable[[int], Awaitable[Workspace | None]] | None = None  # one that is not served here yet

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        workspace = self.workspaces.of_organisation(item.organisation_id)
        if workspace is None and self.find is not None:
            workspace = await self.find(item.organisation_id)
        if workspace is not None:
            return await workspace.sender.send(item, now)
        removed = await self.database.read(partial(is_removed, platform=PLATFORM, organisation_id=item.organisation_id))
        return Drop(REMOVED) if removed else Retry(now + AGAIN, "its workspace is not connected")
