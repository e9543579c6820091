"""A Bot Connector at the edge of the network: it takes what is sent, and answers what a test says next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
CUT = "cut"  # the connection is cut, once everything was taken
TENANT = "tenant-one"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    token: str

    @property
    def words(self) -> str:
        """What a message says, in a line."""
        return str(self.body.get("summary"))


@dataclass(frozen=True, slots=True)
class Says:
    """An answer."""

    status: int
    code: str = ""
    headers: Json = field(default_factory=dict)
    body: Json | str | None = None


def error(status: int, code: str = "", **headers: str) -> Says:
    """An error, as the Connector words it."""
    body = {"error": {"code": code, "message": f"{code}, as was asked"}} if code else "<html>Bad gateway</html>"
    return Says(status, code, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def member(user: str, name: str = "", **other: Any) -> Json:
    """Somebody in a roster, inside unless something `other` is said."""
    login = f"{name.split(maxsplit=1)[0].lower() if name else 'x'}@contoso.example"
    usual = {
        "id": user, "name": name, "aadObjectId": f"object-of-{user.removeprefix('29:')}", "email": login,
        "userPrincipalName": login, "tenantId": TENANT, "userRole": "user",
    }  # fmt: skip
    return {key: value for key, value in (usual | other).items() if value is not None}


@dataclass
class BotConnector:
    """`next` are the answers to the next calls, `refused_in` to all whose path has that in it; else all is well. It
    answers as long as `answers` is set."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    next: list[Says | str] = field(default_factory=list)
    refused_in: dict[str, Says | str] = field(default_factory=dict)
    people: dict[str, list[Json]] = field(default_factory=dict)
    channels: list[Json] = field(default_factory=list)
    page: int = 200
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def said(self, method: str = "POST", where: str = "") -> list[Asked]:
        """The calls of that kind, in order."""
        return [each for each in self.asked if each.method == method and where in each.path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Any call."""
        path = request.path
        await self.answers.wait()
        body = await request.json() if request.can_read_body else {}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append(Asked(request.method, path, dict(request.query), body, token))
        says: Says | str | None = next((each for part, each in self.refused_in.items() if part in path), None)
        if says is None and self.next:
            says = self.next.pop(0)
        if says is None:
            says = self._usual(request.method, path, dict(request.query), body)
        if says == CUT or isinstance(says, str):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(says.body, str):
            return web.Response(status=says.status, text=says.body, headers=says.headers)
        return web.json_response(says.body if says.body is not None else {}, status=says.status, headers=says.headers)

    def _usual(self, method: str, path: str, query: dict[str, str], body: Json) -> Says:
        if path.endswith("/pagedMembers"):
            return self._page(path.split("/")[-2], int(query.get("continuationToken") or 0))
        if "/members/" in path:
            *_, conversation, _, user = path.split("/")
            there: Iterable[Json] = self.people.get(conversation.partition(";")[0], ())
            found = next((each for each in there if each["id"] == user), None)
            return error(404, "MemberNotFoundInConversation") if found is None else Says(200, body=found)
        if path.endswith("/conversations"):
            if method == "POST":
                return Says(201, body={"id": f"a:{body['members'][0]['id']}"})
            return Says(200, body={"conversations": self.channels})
        if "/v3/teams/" in path:
            return Says(200, body={"id": path.rpartition("/")[2], "name": "Contoso IT"})
        return Says(201, body={"id": str(1_700_000_000_000 + len(self.asked))})

    def _page(self, conversation: str, start: int) -> Says:
        everybody = self.people.get(conversation, [])
        found: Json = {"members": everybody[start : start + self.page]}
        if start + self.page < len(everybody):
            found["continuationToken"] = str(start + self.page)
        return Says(200, body=found)


@asynccontextmanager
async def bot_connector() -> AsyncIterator[BotConnector]:
    """One that runs."""
    fake, app = BotConnector(), web.Application()
    fake.answers.set()
    app.router.add_route("*", "/{rest:.*}", fake.answer)
    server = TestServer(app)
    await server.start_server()
    fake.url = str(server.make_url("/emea/"))
    yield fake
    fake.answers.set()
    await server.close()


@dataclass
class SomeTokens:
    """Tokens, each as good as the other; `fails`: why there is none."""

    had: list[bool] = field(default_factory=list)
    fails: Exception | None = None

    async def token(self, *, fresh: bool = False) -> str:
        """See `bot.teams.client.Tokens`."""
        if self.fails is not None:
            raise self.fails
        self.had.append(fresh)
        return f"token-{sum(self.had)}"
