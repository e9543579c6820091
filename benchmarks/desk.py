"""A Vigie at work on a local workspace, in one process or in two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.activities import Talker
from benchmarks.commands import Typist
from benchmarks.processes import VIGIE, Running, running

DATABASE = "vigie.db"
POLICY = "policy.yml"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the bot and its workspace are, and what a request needs to come from that workspace."""

    bot: Running
    workspace: Running
    secret: str
    team: str
    app: str
    channel: str
    user: str
    customers: str
    customer: str
    users: tuple[str, ...]  # the agents, `user` among them

    @property
    def typist(self) -> Typist:
        """An agent of the desk, who types in its channel."""
        url = f"{self.bot.address}/slack/events"
        return Typist(url, self.secret, self.team, self.app, self.channel, self.user)


@dataclass(frozen=True, slots=True)
class TeamsSite:
    """The same, and somebody who writes to the bot in Teams."""

    site: Site
    talker: Talker


def database_url(folder: Path) -> str:
    """The database of the Vigie that runs in `folder`."""
    return f"sqlite:///{folder / DATABASE}"


@asynccontextmanager
async def joined(folder: Path, database: str = "") -> AsyncIterator[Site]:
    """The workspace as its own process, so that none of its cost is counted as the bot's. `database`: its URL; else a
    file in `folder`."""
    own = _environment(folder)
    own["VIGIE_DATABASE_URL"] = database or own["VIGIE_DATABASE_URL"]
    async with running((*VIGIE, "local"), folder, **own) as workspace:
        api = f"{workspace.address}/local/api/"
        async with running((*VIGIE, "run"), folder, **own, SLACK_API_URL=api) as bot:
            yield await _site(bot, workspace)


@asynccontextmanager
async def joined_by_both(folder: Path) -> AsyncIterator[TeamsSite]:
    """The same, with Teams beside Slack."""
    own = _environment(folder, "slack,teams")
    async with running((*VIGIE, "local"), folder, **own) as workspace:
        api = f"{workspace.address}/local/api/"
        async with running((*VIGIE, "run"), folder, **own, SLACK_API_URL=api) as bot:
            yield await _teams_site(bot, workspace)


@asynccontextmanager
async def embedded(folder: Path) -> AsyncIterator[Site]:
    """Both in one process, as `make run` starts them."""
    async with running((*VIGIE, "run"), folder, **_environment(folder)) as bot:
        yield await _site(bot, bot)


@asynccontextmanager
async def split(folder: Path) -> AsyncIterator[Site]:
    """The bot in two processes, one that listens and one that works, beside the workspace."""
    own = _environment(folder)
    async with running((*VIGIE, "local"), folder, **own) as workspace:
        own["SLACK_API_URL"] = f"{workspace.address}/local/api/"
        # The one that listens comes last: the workspace speaks to whoever joined it last.
        async with (
            running((*VIGIE, "run", "--role", "worker"), folder, **own),
            running((*VIGIE, "run", "--role", "web"), folder, **own) as web,
        ):
            yield await _site(web, workspace)


def _environment(folder: Path, platforms: str = "slack") -> dict[str, str]:
    environment = {"VIGIE_PORT": "0", "VIGIE_DATABASE_URL": database_url(folder), "VIGIE_LOCAL": platforms}
    if (folder / POLICY).exists():
        environment["VIGIE_POLICY"] = str(folder / POLICY)
    return environment


async def _state(workspace: Running) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{workspace.address}/_control/state") as answer:
        state: dict[str, Any] = await answer.json()
        return state


async def _teams_site(bot: Running, workspace: Running) -> TeamsSite:
    state = await _state(workspace)
    teams = state["teams"]
    users = [user for user in state["users"] if user["platform"] == "teams"]
    channels = [channel for channel in state["channels"] if channel["platform"] == "teams"]
    talker = Talker(
        url=f"{bot.address}/teams/messages", issuer=teams["issuer"], key=teams["signing_key"], key_id=teams["key_id"],
        app=teams["app_id"], tenant=teams["tenant_id"], service_url=teams["service_url"],
        channel=next(channel["id"] for channel in channels if channel["kind"] == "desk"), team=teams["team_id"],
        user=next(user["id"] for user in users if "agent" in user["roles"]),
    )  # fmt: skip
    return TeamsSite(await _site(bot, workspace), talker)


async def _site(bot: Running, workspace: Running) -> Site:
    state = await _state(workspace)
    return Site(
        bot=bot,
        workspace=workspace,
        secret=state["slack"]["signing_secret"],
        team=state["slack"]["team_id"],
        app=state["slack"]["app_id"],
        channel=next(channel["id"] for channel in state["channels"] if channel["kind"] == "desk"),
        user=next(user["id"] for user in state["users"] if "agent" in user["roles"]),
        users=tuple(user["id"] for user in state["users"] if "agent" in user["roles"]),
        customers=next(channel["id"] for channel in state["channels"] if channel["kind"] == "customer"),
        customer=next(user["id"] for user in state["users"] if "customer" in user["roles"]),
    )
