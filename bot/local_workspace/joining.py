"""The bot's end of the local workspace: it joins by HTTP, is told the time, and runs what is due when asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.outbound.front_end import CannotStartError
from bot.verbs.suggestions import suggestions
from bot.wording.speech import speech
from scheduler.runner import Runner
from storage import outbox
from triage.keys import key_of

SLACK, TEAMS = "slack", "teams"
UNSENT_WITHIN = timedelta(seconds=15)  # what is kept for longer than the workspace waits is no reason to wait for it
FURTHEST = 3.2e9  # seconds: a hundred years
JOIN_TIMEOUT = aiohttp.ClientTimeout(total=10)


class LinkError(CannotStartError):
    """The local workspace could not be joined."""


@dataclass(frozen=True)
class Told:
    """What one platform's part of the workspace says of the desk's people and channels."""

    #: The id of the desk's channel.
    desk_channel: str
    #: The customers' channels by id, each with the customer's name.
    customer_channels: dict[str, str]
    #: Who has which role (`agents`, `leads`, ...), who is a contact of which level, what each knows, when each
    #: works, and who is on call.
    people: dict[str, Any]


@dataclass(frozen=True)
class Joined:
    """What the workspace tells a bot that joins it."""

    #: How far the desk's time is ahead of the machine's, in seconds.
    offset: float
    #: What each platform's bot has to know, as that platform's part says it; without those that it does not imitate.
    platforms: dict[str, dict[str, Any]]

    def overlay(self) -> dict[str, Any]:
        """Its people and channels in the shape of a policy file, to lie under the real one."""
        own: list[str] = []
        customers: dict[str, str] = {}
        roles: dict[str, list[str]] = {name: [] for name in ("agents", "leads", "managers", "admins")}
        levels: list[list[str]] = [[], [], []]
        skills: dict[str, list[str]] = {}
        shifts: dict[str, dict[str, Any]] = {}
        on_call: list[str] = []
        for platform, said in self.platforms.items():
            told = Told(**{name: said[name] for name in Told.__dataclass_fields__})
            own.append(key_of(platform, told.desk_channel))
            customers |= {key_of(platform, channel): name for channel, name in told.customer_channels.items()}
            for name, people in roles.items():
                people += [key_of(platform, person) for person in told.people[name]]
            for level, contacts in zip(levels, told.people["levels"], strict=True):
                level += [key_of(platform, person) for person in contacts]
            for person, known in told.people["skills"].items():
                for skill in known:
                    skills.setdefault(skill, []).append(key_of(platform, person))
            shifts |= {key_of(platform, person): own for person, own in told.people["shifts"].items()}
            on_call += [key_of(platform, person) for person in told.people["on_call"]]
        return {
            "desks": {"support": {"channels": {"desk": own, "customers": customers}}},
            "roles": roles,
            "levels": [{"contacts": contacts} for contacts in levels],
            "skills": skills,
            "people": shifts,
            "oncall": {"layers": [{"people": [person]} for person in on_call]},
            # Nobody is given anything by itself: whoever tries it out chooses.
            "assignment": "propose",
            "redirects": {"billing": "billing@example.com", "sales": "https://sales.example.com"},
        }


async def join(
    session: aiohttp.ClientSession,
    workspace_url: str,
    own_url: str,
    platforms: Collection[str],
    *,
    listens: bool = False,
    role: str = "all",
) -> Joined:
    """Join the workspace at `workspace_url`, as the bot of these platforms; it will talk to us at `own_url`, and
    suggest our verbs on its page. Whatever Teams has to say is said once the bot `listens`. A process that is not `all`
    of it joins beside others; a worker is told the time alone."""
    events_url = f"{own_url}/slack/events" if SLACK in platforms else None
    body = ({} if role == "worker" else {"events_url": events_url}) | {
        "messages_url": f"{own_url}/teams/messages" if TEAMS in platforms and listens else None,
        "bot_url": f"{own_url}/_control/bot", "suggestions": _suggested(),
        "beside": role != "all",
    }  # fmt: skip
    try:
        async with session.post(f"{workspace_url}/_control/join", json=body, timeout=JOIN_TIMEOUT) as answer:
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise LinkError(
            f"no local workspace answers at {workspace_url} ({type(error).__name__}): start it with vigie local"
        ) from error
    if not found.get("ok"):
        raise LinkError(f"the local workspace at {workspace_url} refuses to be joined: {found.get('error')}")
    said = {SLACK: found if "bot_token" in found else None, TEAMS: found.get(TEAMS)}
    return Joined(found["offset"], {name: each for name in platforms if (each := said.get(name)) is not None})


@cache
def _suggested() -> dict[str, list[dict[str, str]]]:
    return {each: [asdict(one) for one in suggestions(speech(each))] for each in LANGUAGES}


def workspace_of(api_url: str) -> str:
    """The workspace behind its Web API address."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}"


def add_link_routes(
    app: web.Application,
    now: Now,
    runner: Callable[[], Runner | None],
    reset: Callable[[], Awaitable[None]],
    comes_from_here: Callable[[web.Request], bool],
) -> None:
    """`/_control/bot/...`: only in local mode, only for this machine, which `comes_from_here` tells."""
    stepping = asyncio.Lock()

    def only_local(request: web.Request) -> None:
        if request.content_type != "application/json" or not comes_from_here(request):
            raise web.HTTPForbidden

    async def move(request: web.Request) -> web.Response:
        only_local(request)
        offset = await _offset(request)
        now.move(offset)  # at once: whoever asked before may still wait for what is due
        async with stepping:
            held = runner()
            if held is None:
                return web.json_response({"ok": True, "next_due": None, "idle": True})
            due = await held.settle()
            unsent = await held.database.read(outbox.next_at)
            if unsent is not None:  # what a channel that rests keeps waiting is as if put off
                unsent = held.delivery.next_at(now(), unsent)
        idle = unsent is None or unsent > now() + UNSENT_WITHIN
        return web.json_response({"ok": True, "next_due": _told(due), "idle": idle})

    async def forget(request: web.Request) -> web.Response:
        only_local(request)
        async with stepping:
            now.offset = timedelta(0)
            await reset()
        return web.json_response({"ok": True})

    app.router.add_post("/_control/bot/now", move)
    app.router.add_post("/_control/bot/reset", forget)


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


async def _offset(request: web.Request) -> timedelta:
    """How far our time is ahead; a bad request where that is no such length."""
    try:
        seconds = float((await request.json())["offset"])
        if abs(seconds) > FURTHEST:
            raise ValueError("too far away")
        return timedelta(seconds=seconds)  # which refuses NaN
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise web.HTTPBadRequest(text="offset must be a number of seconds") from None
