"""A desk with programs that hold keys, and a client that speaks HTTP to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.api.door import add_api_route
from bot.api.house import House
from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from storage.api_keys import add_key
from tests.bot.api.described import disagreements
from tests.factories import NOW
from triage.scopes import Scope

BODY_LIMIT = 1_000_000


@dataclass
class Program:
    """A program with a key."""

    #: Speaks HTTP to the API.
    client: TestClient[Any, Any]
    #: Its key; empty: none.
    key: str
    #: What it sends besides.
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> ClientResponse:
        """Send a request below `/api/v1`. What is answered has to be as the document has it."""
        given = {**({"Authorization": f"Bearer {self.key}"} if self.key else {}), **self.headers, **headers}
        sent: dict[str, Any] = {} if body is None else {"json": body}
        answer = await self.client.request(method, f"/api/v1{path}", headers=given, **sent)
        if method != "HEAD":
            body = await answer.json(content_type=None)
            assert disagreements(method, answer.url.path, answer.status, answer.content_type, body) == []
        return answer

    async def get(self, path: str, **headers: str) -> Any:
        """What is read there; it has to be there."""
        answer = await self.ask("GET", path, **headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def post(self, path: str, body: object, status: int = 200, **headers: str) -> Any:
        """What comes of a request that has to be answered with that status."""
        answer = await self.ask("POST", path, body, **headers)
        assert answer.status == status, await answer.text()
        return await answer.json(content_type=None)


def key_for(desk: DeskRuntime, *scopes: Scope, name: str = "Monitoring") -> str:
    """A key for that desk."""
    make = partial(
        add_key, organisation_id=desk.organisation_id, desk_id=desk.desk_id, name=name, scopes=scopes, by="ada", now=NOW
    )
    return desk.database.write_now(make)[1]


@asynccontextmanager
async def served(*desks: DeskRuntime) -> AsyncIterator[TestClient[Any, Any]]:
    """A client of a program that serves these desks."""
    app, refusals = web.Application(client_max_size=BODY_LIMIT), Refusals()
    add_api_route(app, House(desks[0].database, partial(_find, desks), refusals))
    server = TestServer(app)
    await server.start_server(auto_decompress=False)  # as the program's own server is
    async with TestClient(server) as client:
        yield client
    for desk in desks:
        await desk.drain()
    refusals.close()


def _find(desks: Sequence[DeskRuntime], organisation_id: int, desk_id: int) -> DeskRuntime | None:
    wanted = (organisation_id, desk_id)
    return next((each for each in desks if (each.organisation_id, each.desk_id) == wanted), None)
