"""The web desk as the program runs it: its addresses, and who is let in. The rest is loaded with the first page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from storage.database import Database
from storage.errors import DatabaseBusyError

if TYPE_CHECKING:
    from bot.web.pages import Pages
    from bot.web.viewer import Viewer

log = structlog.get_logger(__name__)
CLOSED = (
    "Vigie is running. Its pages of the desk are served in local mode alone (make run), since nobody can sign in yet.\n"
)
Handler = Callable[["Pages", web.Request, "Viewer"], Awaitable[web.StreamResponse]]


class WebDesk:
    """`/` and the pages that it leads to. `desks` answers the desks that are served here; `local_page` the path of the
    local workspace's own page. Unless it `is_open`, whoever comes is told why there is nothing to see."""

    def __init__(
        self, database: Database, now: Now, refusals: Refusals, desks: Callable[[], Sequence[DeskRuntime]], *,
        is_open: bool, local_page: Callable[[], str | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._database = database
        self._now = now
        self._refusals = refusals
        self._desks = desks
        self._is_open = is_open
        self._local_page = local_page
        self._pages: Pages | None = None

    def add_routes(self, app: web.Application) -> None:
        """Add what it serves."""
        router = app.router
        router.add_get("/", self._guarded(lambda pages, request, viewer: pages.queue(request, viewer)))
        if not self._is_open:
            return
        router.add_get("/assets/{sign}/{name}", self._asset)
        router.add_get("/live", self._guarded(lambda pages, request, viewer: pages.live(request, viewer)))
        router.add_get("/new", self._guarded(lambda pages, request, viewer: pages.acts.ask_new(request, viewer)))
        router.add_post("/new", self._guarded(lambda pages, request, viewer: pages.acts.do_new(request, viewer)))
        router.add_post("/look", self._guarded(lambda pages, request, viewer: pages.look(request, viewer)))
        router.add_get("/people", self._guarded(lambda pages, request, viewer: pages.people(request, viewer)))
        router.add_get("/escalations", self._guarded(lambda pages, request, viewer: pages.escalations(request, viewer)))
        router.add_get("/delivery", self._guarded(lambda pages, request, viewer: pages.delivery(request, viewer)))
        router.add_get("/policy", self._guarded(lambda pages, request, viewer: pages.policy(request, viewer)))
        number = "/tickets/{number:[0-9]{1,9}}"
        verb = number + "/{verb:[a-z-]{2,20}}"
        router.add_get(verb, self._guarded(lambda pages, request, viewer: pages.acts.ask(request, viewer)))
        router.add_post(verb, self._guarded(lambda pages, request, viewer: pages.acts.do(request, viewer)))
        router.add_get(number, self._guarded(lambda pages, request, viewer: pages.ticket(request, viewer)))

    async def stop(self) -> None:
        """Send home whoever looks."""
        if self._pages is not None:
            await self._pages.stop()

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._is_open:
                return web.Response(text=CLOSED)
            from bot.web.door import HEADERS, is_on_this_machine  # noqa: PLC0415  a desk that nobody looks at loads none
            from bot.web.viewer import viewer_of  # noqa: PLC0415  as above

            if not is_on_this_machine(request):
                return self._refusals.refuse("not_on_this_machine", 403)
            desk = next(iter(self._desks()), None)
            viewer = None if desk is None else viewer_of(request, desk)
            if viewer is None:
                return web.Response(text="The desk is not up yet, or has no people.\n", status=503, headers=HEADERS)
            try:
                return await handler(self._loaded(), request, viewer)
            except DatabaseBusyError:
                return web.Response(
                    text="The database does not answer. Reload in a minute.\n", status=503, headers=HEADERS
                )
            except (web.HTTPException, ConnectionError):
                raise
            except Exception:
                log.exception("a page failed", path=request.path)
                return web.Response(text="This page failed; the log says why.\n", status=500, headers=HEADERS)

        return guarded

    def _loaded(self) -> Pages:
        if self._pages is None:
            from bot.web.pages import Pages  # noqa: PLC0415  with it come the templates

            self._pages = Pages(self._database, self._now, self._local_page)
        return self._pages

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        from bot.web.assets import assets  # noqa: PLC0415  as above
        from bot.web.door import HEADERS, KEPT, is_on_this_machine  # noqa: PLC0415  as above

        if not is_on_this_machine(request):
            return self._refusals.refuse("not_on_this_machine", 403)
        found = assets().get(request.path)
        if found is None:
            return web.Response(status=404, headers=HEADERS)
        headers = {**HEADERS, "Cache-Control": KEPT}
        return web.Response(body=found.body, content_type=found.content_type, charset="utf-8", headers=headers)
