"""A small server that speaks some of Slack: several workspaces, HTTP or sockets, and only the methods it is told to.

It shares nothing with the local workspace, so that what works with both works with Slack's contract and not with ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.waiting import LONGEST_SECONDS

SECRET = "5" * 32
APP_TOKEN = "xapp-1-other"
MINIMAL = frozenset({"auth.test", "apps.connections.open", "chat.postMessage", "chat.update", "views.open"})
USUAL = MINIMAL | {
    "oauth.v2.access", "users.info", "conversations.members", "conversations.info", "conversations.open",
    "chat.postEphemeral",
}  # fmt: skip
Json = dict[str, Any]


@dataclass
class Team:
    """A workspace. Everyone in `members` is in each of its channels."""

    id: str
    token: str
    name: str = "Acme"
    bot_user: str = "UBOT"
    bot_id: str = "BBOT"
    members: tuple[str, ...] = ("UANA", "UBEN")
    enterprise: str | None = None  # installed for all of an enterprise


@dataclass
class OtherSlack:
    """`posted` is what stands in its channels; `calls` what it was asked: method, arguments, team."""

    url: str = ""
    events_url: str = ""
    knows: frozenset[str] = MINIMAL
    teams: dict[str, Team] = field(default_factory=dict)  # by token
    codes: dict[str, Json] = field(default_factory=dict)  # what oauth.v2.access answers to a code or refresh token
    calls: list[tuple[str, Json, str]] = field(default_factory=list)
    posted: dict[tuple[str, str, str], Json] = field(default_factory=dict)  # by team, channel, ts
    views: list[tuple[str, Json]] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)  # method to the error it answers
    channels: list[Json] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)  # channels that it does not show, with its error
    people: dict[str, Json] = field(default_factory=dict)  # what is special about somebody, by id
    slow: float = 0.0
    patience: float = LONGEST_SECONDS  # in which an envelope is to be acknowledged; three in Slack
    stands_still: asyncio.Event | None = None  # until it is set nothing is answered but views.open
    session: aiohttp.ClientSession | None = None
    _something_came: asyncio.Event = field(default_factory=asyncio.Event)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _acks: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, team: Team) -> Team:
        """A workspace whose token is good from now on."""
        self.teams[team.token] = team
        return team

    # -- what the bot asks ------------------------------------------------------------------------------------------

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args: Json = dict(request.query)
        if request.content_type == "application/json":
            args |= await request.json()
        else:
            args |= dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
        team = self.teams.get(token)
        self.calls.append((method, args, team.id if team else ""))
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.stands_still is not None and method != "views.open":
            await self.stands_still.wait()
        answer = self._answer(method, args, token, team, request.host)
        self._something_came.set()
        return web.json_response(answer)

    def _answer(self, method: str, args: Json, token: str, team: Team | None, host: str) -> Json:
        if method not in self.knows:
            return {"ok": False, "error": "unknown_method"}
        if method in self.refusing:
            return {"ok": False, "error": self.refusing[method]}
        if method == "oauth.v2.access":
            return self.codes.pop(
                args.get("code") or args.get("refresh_token") or "", {"ok": False, "error": "invalid_code"}
            )
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                return {"ok": False, "error": "invalid_auth"}
            return {"ok": True, "url": f"ws://{host}/socket?n={next(self._numbers)}"}
        if team is None:
            return {"ok": False, "error": "invalid_auth"}
        return {"ok": True, **getattr(self, "_" + method.replace(".", "_").lower())(team, args)}

    def _auth_test(self, team: Team, _: Json) -> Json:
        found: Json = {"team": team.name, "user_id": team.bot_user, "bot_id": team.bot_id, "team_id": team.id}
        if team.enterprise:
            found |= {"enterprise_id": team.enterprise, "is_enterprise_install": True}
        return found

    def _chat_postmessage(self, team: Team, args: Json) -> Json:
        ts = f"{int(time.time())}.{next(self._numbers):06d}"
        self.posted[team.id, args["channel"], ts] = {**args, "ts": ts, "blocks": _list(args.get("blocks"))}
        return {"channel": args["channel"], "ts": ts, "message": {"text": args.get("text")}}

    def _chat_update(self, team: Team, args: Json) -> Json:
        self.posted[team.id, args["channel"], args["ts"]] |= {**args, "blocks": _list(args.get("blocks"))}
        return {"channel": args["channel"], "ts": args["ts"]}

    def _chat_postephemeral(self, team: Team, args: Json) -> Json:
        return {"message_ts": f"{time.time():.6f}"}

    def _views_open(self, team: Team, args: Json) -> Json:
        view = args["view"] if isinstance(args["view"], dict) else json.loads(args["view"])
        view = {**view, "id": f"V{next(self._numbers)}"}
        self.views.append((team.id, view))
        return {"view": view}

    def _views_publish(self, team: Team, args: Json) -> Json:
        return {"view": {"id": "VH", "hash": f"{next(self._numbers)}.h"}}

    def _conversations_history(self, team: Team, args: Json) -> Json:
        return {"messages": [{"type": "message", "user": "UBEN", "text": "It is down", "ts": args.get("latest")}]}

    def _users_info(self, team: Team, args: Json) -> Json:
        user = args["user"]
        return {"user": {"id": user, "team_id": team.id, "tz": "Europe/London", "locale": "en-GB", "name": user.lower(),
                         "profile": {"real_name": f"{user} of {team.name}"}, **self.people.get(user, {})}}  # fmt: skip

    def _conversations_members(self, team: Team, _: Json) -> Json:
        return {"members": list(team.members)}

    def _conversations_info(self, team: Team, args: Json) -> Json:
        if args["channel"] in self.hidden:
            return {"ok": False, "error": self.hidden[args["channel"]]}
        return {"channel": {"id": args["channel"], "name": "support", "is_member": True}}

    def _conversations_list(self, team: Team, _: Json) -> Json:
        return {"channels": self.channels}

    def _conversations_open(self, team: Team, args: Json) -> Json:
        return {"channel": {"id": "D" + str(args["users"])}}

    # -- what people do ---------------------------------------------------------------------------------------------

    async def command(self, team: str, user: str, text: str, channel: str = "CDESK", **more: Any) -> tuple[int, Json]:
        """Types `/ticket TEXT`; answers the status and what that person is answered."""
        fields = {
            "command": "/ticket", "text": text, "team_id": team, "team_domain": "any", "channel_id": channel,
            "channel_name": "support", "user_id": user, "user_name": user.lower(), "api_app_id": "A1",
            "is_enterprise_install": "false", "trigger_id": f"{next(self._numbers)}.1",
            "response_url": f"{self.url}respond", **more,
        }  # fmt: skip
        fields = {name: value for name, value in fields.items() if value is not None}
        return await self._send("slash_commands", fields, urlencode(fields))

    async def payload(self, kind: str, team: str | None, who: str, **more: Any) -> tuple[int, Json]:
        """Presses or submits something."""
        body = {
            "type": kind, "team": {"id": team} if team else None, "user": {"id": who, "team_id": team},
            "api_app_id": "A1", "is_enterprise_install": False, "trigger_id": f"{next(self._numbers)}.1", **more,
        }  # fmt: skip
        return await self._send("interactive", body, urlencode({"payload": json.dumps(body)}))

    async def press(
        self, team: str, user: str, channel: str, action: Json, ts: str = "1.1", **more: Any
    ) -> tuple[int, Json]:
        """Presses a button."""
        return await self.payload(
            "block_actions", team, user, actions=[{"block_id": "b", "type": "button", **action}],
            channel={"id": channel}, container={"message_ts": ts}, message={"ts": ts, "team": team},
            response_url=f"{self.url}respond", **more,
        )  # fmt: skip

    async def event(self, team: str | None, event: Json, event_id: str = "", **more: Any) -> tuple[int, Json]:
        """Something happens."""
        body = {
            "type": "event_callback", "team_id": team, "api_app_id": "A1", "event": event,
            "event_id": event_id or f"Ev{next(self._numbers)}", "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "UBOT", "is_bot": True,
                                "is_enterprise_install": False}], **more,
        }  # fmt: skip
        return await self._send("events_api", body, json.dumps(body), "application/json")

    async def _send(
        self, kind: str, payload: Json, body: str, content: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, Json]:
        if self._sockets:
            return await self.envelope(kind, payload)
        assert self.session is not None
        async with self.session.post(
            self.events_url, data=body.encode(), headers=self.signed(body, content)
        ) as answer:  # fmt: skip
            return answer.status, _object(await answer.text())

    def signed(self, body: str | bytes, content: str) -> dict[str, str]:
        """The headers of a request with that body."""
        timestamp = str(int(time.time()))
        raw = body.encode() if isinstance(body, str) else body
        made = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
        return {"Content-Type": content, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={made}"}

    async def envelope(self, kind: str, payload: Json, envelope_id: str = "") -> tuple[int, Json]:
        """The same through one of the sockets, in turn."""
        envelope_id = envelope_id or f"env{next(self._numbers)}"
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = waiting
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        socket = self._sockets[next(self._numbers) % len(self._sockets)]
        await socket.send_json(envelope)
        try:
            async with asyncio.timeout(self.patience):
                return 200, await waiting
        except TimeoutError:
            return 504, {}

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    async def hang_up(self) -> None:
        """Closes one of the sockets, as Slack does every few hours."""
        socket = self._sockets[0]
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await socket.close()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets) + 1})
        self._sockets.append(socket)
        self._something_came.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    waiting = self._acks.pop(answer.get("envelope_id", ""), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(answer.get("payload") or {})
        finally:
            self._sockets.remove(socket)
        return socket

    async def _respond(self, request: web.Request) -> web.Response:
        self.calls.append(("response_url", await request.json(), ""))
        self._something_came.set()
        return web.Response(text="ok")

    async def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until what the bot asks for has made that true."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._something_came.clear()
                await self._something_came.wait()

    # -- looking ----------------------------------------------------------------------------------------------------

    def texts(self, team: str, channel: str | None = None) -> list[str]:
        """All that was said in a workspace, or in one of its channels, fallback and blocks."""
        return [
            json.dumps(message, ensure_ascii=False)
            for (at, where, _), message in self.posted.items()
            if at == team and channel in (None, where)
        ]

    def card(self, team: str, number: int, channel: str | None = None) -> Json:
        """The card of a ticket."""
        (found,) = [
            {**message, "channel": where}
            for (at, where, _), message in self.posted.items()
            if at == team and channel in (None, where) and message["blocks"]
            and message["blocks"][0]["type"] == "header" and f"#{number} " in json.dumps(message["blocks"][0])
        ]  # fmt: skip
        return found

    def asked(self, method: str) -> list[Json]:
        """The arguments of every call of a method."""
        return [args for name, args, _ in self.calls if name == method]


def button(message: Json, verb: str) -> Json:
    """The action of a message's button."""
    return next(
        {"action_id": element["action_id"], "value": element.get("value")}
        for block in message["blocks"]
        for element in block.get("elements", [])
        if str(element.get("action_id", "")).startswith(f"ticket.{verb}")
    )


def _list(blocks: Any) -> list[Json]:
    found = json.loads(blocks) if isinstance(blocks, str) else blocks or []
    return list(found)


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
    return found if isinstance(found, dict) else {}


@asynccontextmanager
async def other_slack(knows: frozenset[str] = MINIMAL) -> AsyncIterator[OtherSlack]:
    """A running one."""
    slack = OtherSlack(knows=knows)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack._method)  # noqa: SLF001  its own
    app.router.add_get("/socket", slack._socket)  # noqa: SLF001
    app.router.add_post("/respond", slack._respond)  # noqa: SLF001
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            slack.session = session
            yield slack
    finally:
        await runner.cleanup()
