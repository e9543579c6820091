"""The workspaces that this process serves: each has a desk, people, a client and an app of its own, and no other's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.slack.client import SlackClient
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.platform import PLATFORM
from bot.slack.sender import SlackSender
from scheduler.sender import Drop, Result, Retry
from storage.database import Database
from storage.installations import REMOVED, Installation, is_removed
from storage.outbox import Outgoing
from triage.keys import key_of

log = structlog.get_logger(__name__)
TRY_LATER = timedelta(minutes=1)


@dataclass
class Workspace:
    """An installation at work. Whatever comes in for it meets this desk alone."""

    #: What is on record of it.
    installation: Installation
    #: Its Web API, with its token.
    client: SlackClient
    #: The desk that serves it.
    desk: DeskRuntime
    #: Asks Slack who people are.
    people: People
    #: Its way out.
    sender: SlackSender
    #: Does what was put off there.
    work: DeskWork
    #: Hears what is done there.
    listeners: Listeners
    #: The Bolt app that tells them apart.
    app: AsyncApp

    @property
    def id(self) -> str:
        """The workspace's id, or the enterprise's."""
        return self.installation.workspace


async def _none(_: str) -> Workspace | None:
    return None


async def _nobody(_channel: str, _organisations: Sequence[int]) -> list[int]:
    return []


@dataclass
class Workspaces:
    """Found by id, never by name."""

    #: The only one there is, where a token says so: what names no workspace at all is for it.
    single: Workspace | None = None
    #: Brings up one that is not known yet, installed a moment ago, perhaps through another replica; answers None where
    #: there is none.
    load: Callable[[str], Awaitable[Workspace | None]] = _none
    #: Which of several organisations have to do with a channel.
    in_channel: Callable[[str, Sequence[int]], Awaitable[list[int]]] = _nobody
    _known: dict[str, Workspace] = field(default_factory=dict)
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._known.values()))

    def put(self, workspace: Workspace) -> None:
        """Serve it from now on."""
        self._known[workspace.id] = workspace

    def drop(self, workspace_id: str) -> None:
        """Serve it no more."""
        gone = self._known.pop(workspace_id, None)
        if gone is self.single:
            self.single = None

    def known(self, request: AsyncBoltRequest) -> Workspace | None:
        """The workspace that a request is for, if that is sure without a look on record."""
        named = addressees(request)
        if self.single is not None and not (named and self.single.id):
            return self.single
        return self._known.get(named[0]) if named else None

    async def found(self, request: AsyncBoltRequest) -> Workspace | None:
        """The workspace that a request is for, looked for on record too: only for a request that was verified."""
        for key in addressees(request):
            if (workspace := await self.get(key)) is not None:
                return workspace
        return None

    async def hearing(self, request: AsyncBoltRequest, channel: str) -> list[Workspace]:
        """Every workspace that an event in this channel is for: those it names, and those whose desks have to do with
        the channel."""
        keys = [*addressees(request), *named(request.body)]
        found = [self.known(request), *[await self.get(key) for key in dict.fromkeys(keys)]]
        served = {workspace.installation.organisation_id: workspace for workspace in self}
        found += [
            served[organisation] for organisation in await self.in_channel(key_of(PLATFORM, channel), list(served))
        ]
        return list({workspace.id: workspace for workspace in found if workspace is not None}.values())

    async def get(self, workspace_id: str) -> Workspace | None:
        """The workspace of that id."""
        if workspace_id in self._known:
            return self._known[workspace_id]
        async with self._loading:
            if workspace_id not in self._known and (loaded := await self.load(workspace_id)) is not None:
                self.put(loaded)
        return self._known.get(workspace_id)

    async def each(self, work: Callable[[Workspace], Awaitable[None]]) -> None:
        """Do that for every workspace: one where it fails keeps no other from it."""
        for workspace in self:
            try:
                await work(workspace)
            except Exception:
                log.exception("not done for a workspace", workspace=workspace.id)

    def of_organisation(self, organisation_id: int) -> Workspace | None:
        """The workspace of an organisation."""
        return next((w for w in self._known.values() if w.installation.organisation_id == organisation_id), None)


def addressees(request: AsyncBoltRequest) -> list[str]:
    """The ids under which the installation that a request is for may be found, the surest first.

    An enterprise's where it was installed for all of its workspaces: `team_id` is then any of them, or null. In a
    shared channel somebody of another workspace may press a button: the message that it is on is always ours.
    """
    context, body = request.context, request.body
    if context.is_enterprise_install:
        return [context.enterprise_id] if context.enterprise_id else []
    found = [context.team_id]
    if body.get("type") == "block_actions":
        found = [_part(body, "message").get("team"), *found]
    if body.get("type") in ("view_submission", "view_closed"):
        found = [*found, _part(body, "view").get("team_id")]
    return [str(key) for n, key in enumerate(found) if key and key not in found[:n]]


def shared_channel(body: dict[str, Any]) -> str:
    """The channel of an event that several installations may have to hear of: Slack sends it once, and names one of
    them, or some. Empty for every other event."""
    event = _part(body, "event")
    if body.get("type") != "event_callback" or not (body.get("is_ext_shared_channel") is True or len(named(body)) > 1):
        return ""
    channel = event.get("channel") or _part(event, "item").get("channel")
    return channel if isinstance(channel, str) else ""


def named(body: dict[str, Any]) -> list[str]:
    """The workspaces, or enterprises, that an event says it is for."""
    given = body.get("authorizations")
    found = [
        each.get("enterprise_id" if each.get("is_enterprise_install") is True else "team_id")
        for each in (given if isinstance(given, list) else [])
        if isinstance(each, dict)
    ]
    return [key for n, key in enumerate(found) if isinstance(key, str) and key and key not in found[:n]]


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


@dataclass
class WorkspacesSender:
    """Delivers each notice, and does what was put off, with the installation of its organisation and with no other."""

    #: Those that are at work here.
    workspaces: Workspaces
    #: Where it is recorded that a notice has nowhere to go.
    database: Database
    find: Callable[[int], Awaitable[Workspace | None]] | None = None  # one that is not served here yet

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        workspace = await self._of(item)
        return await self._nowhere(item, now) if workspace is None else await workspace.sender.send(item, now)

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        workspace = await self._of(item)
        return await self._nowhere(item, now) if workspace is None else await workspace.work.perform(item, now)

    async def _of(self, item: Outgoing) -> Workspace | None:
        workspace = self.workspaces.of_organisation(item.organisation_id)
        if workspace is None and self.find is not None:
            workspace = await self.find(item.organisation_id)
        return workspace

    async def _nowhere(self, item: Outgoing, now: datetime) -> Result:
        removed = await self.database.read(partial(is_removed, platform=PLATFORM, organisation_id=item.organisation_id))
        return Drop(REMOVED) if removed else Retry(now + TRY_LATER, "its workspace is not connected")
