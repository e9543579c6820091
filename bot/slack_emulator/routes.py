"""Makes a workspace reachable on an aiohttp application, from this machine only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from aiohttp import web

from bot.slack_emulator import control, messages, web_api
from bot.slack_emulator import response_urls as responses
from bot.slack_emulator.ids import BOT_USER_ID, PLATFORM
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in import routes
from bot.stand_in.routes import guarded
from bot.stand_in.shapes import Json, loads_object
from bot.stand_in.stand import Call, Somebody


class SlackStand:
    """See `bot.stand_in.stand.Stand`."""

    platform = PLATFORM
    kept = ("identity", "joined")

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.ground = workspace.ground
        self.calls: Mapping[str, Call] = {name: partial(call, workspace) for name, call in control.CALLS.items()}

    def owns(self, name: str) -> bool:
        """See Stand."""
        return name in PEOPLE or name == BOT_USER_ID or self.workspace.channels.get(name) is not None

    def people(self) -> list[Somebody]:
        """See Stand."""
        return [
            Somebody(one.id, one.email, one.roles, one.level, one.skills, one.shift, one.tz, one.on_call)
            for one in PEOPLE.values()
        ]

    def join(self, body: Json, _base: str, people: list[Somebody]) -> Json:
        """See Stand."""
        return control.join(self.workspace, body, people)

    def state(self, _base: str) -> Json:
        """See Stand."""
        return control.state(self.workspace)

    def listed(self, channel: str, user: str | None, after: str, limit: int | None) -> str | None:
        """See Stand."""
        if self.workspace.channels.get(channel) is None:
            return None
        return messages.listed(self.workspace.record, channel, user, after, limit)

    def reset(self) -> None:
        """See Stand."""
        self.workspace.reset()

    def add_routes(self, app: web.Application) -> None:
        """See Stand."""
        held = self.workspace
        app.router.add_route("*", "/local/api/{method}", guarded(partial(web_api.handle, held)))
        app.router.add_route("POST", "/local/response/{kind}/{team}/{token}", guarded(partial(_respond, held)))
        app.router.add_route("POST", "/local/upload/{file}", guarded(held.files.receive))
        app.router.add_route("GET", "/local/files/{file}", guarded(held.files.show))
        app.router.add_route("GET", "/local/socket/", guarded(held.sockets.serve))

    async def start(self) -> None:
        """See Stand."""
        await self.workspace.start()

    async def let_go(self) -> None:
        """See Stand."""
        await self.workspace.sockets.disconnect()

    async def stop(self) -> None:
        """See Stand."""
        await self.workspace.stop()


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Adds `/local/...` and `/_control/...` of this workspace alone; see `bot.stand_in.routes.add_routes`."""
    routes.add_routes(app, [SlackStand(workspace)], workspace.page)


async def _respond(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    text = await request.text()
    answer = loads_object(text)
    entry = workspace.log.begin(
        workspace.now.iso(), "from_bot", "response_url", None, text if answer is None else answer
    )
    status, body = responses.respond(workspace, request.match_info["token"], answer)
    entry.end(status, loads_object(body) or body)
    return web.Response(status=status, text=body, content_type="application/json" if body != "ok" else "text/html")
