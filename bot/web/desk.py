"""The web desk as the program runs it: its addresses, and who is let in. The rest is loaded with the first page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
import structlog
from aiohttp import web

from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from storage.database import Database
from storage.errors import DatabaseBusyError

if TYPE_CHECKING:
    from bot.web.gate import Gate
    from bot.web.pages import Pages
    from bot.web.sign_in.gate import SignedIn
    from bot.web.viewer import Viewer

log = structlog.get_logger(__name__)
CLOSED = (
    "Vigie is running. Its pages of the desk are closed until people can sign in to them: VIGIE_SIGN_IN, as "
    "docs/deploy.md says.\n"
)
BUSY = "The database does not answer. Reload in a minute.\n"
FAILED = "This page failed; the log says why.\n"
Handler = Callable[["Pages", web.Request, "Viewer"], Awaitable[web.StreamResponse]]


class SignIn(NamedTuple):
    """How people sign in, where they have to."""

    #: With whom, and at which address.
    settings: Settings
    #: With what these are asked.
    http: aiohttp.ClientSession


class WebDesk:
    """`/` and the pages that it leads to. `desks` answers the desks that are served here; `local_page` the path of the
    local workspace's own page. Where it is not local, and there is no way to sign in, whoever comes is told why there
    is nothing to see."""

    def __init__(
        self, database: Database, now: Now, refusals: Refusals, desks: Callable[[], Sequence[DeskRuntime]], *,
        is_local: bool, sign_in: SignIn | None = None, local_page: Callable[[], str | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._database = database
        self._now = now
        self._refusals = refusals
        self._desks = desks
        self._is_local = is_local
        self._sign_in = None if is_local else sign_in
        self._local_page = local_page
        self._pages: Pages | None = None
        self._gate: Gate | None = None

    def add_routes(self, app: web.Application) -> None:
        """Add what it serves."""
        router = app.router
        if not self._is_local and self._sign_in is None:
            router.add_get("/", _closed)
            return
        router.add_get("/assets/{sign}/{name}", self._asset)
        if self._sign_in is not None:
            self._add_sign_in_routes(router)
        for path, handler in _PAGES.items():
            router.add_get(path, self._guarded(handler))
        for path, handler in _FORMS.items():
            router.add_post(path, self._guarded(handler))

    async def stop(self) -> None:
        """Send home whoever looks."""
        if self._pages is not None:
            await self._pages.stop()

    def _add_sign_in_routes(self, router: web.UrlDispatcher) -> None:
        platform = "/sign-in/{platform:[a-z]{2,20}}"
        router.add_get("/sign-in", self._sign_in_step(lambda gate, request: gate.ask(request)))
        router.add_get(platform, self._sign_in_step(lambda gate, request: gate.leave(request)))
        router.add_get(platform + "/back", self._sign_in_step(lambda gate, request: gate.come_back(request)))
        router.add_post("/sign-out", self._sign_in_step(lambda gate, request: gate.go_out(request)))

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            admitted = await self._loaded_gate().admit(request)
            if isinstance(admitted, web.StreamResponse):
                return admitted
            return await handler(self._loaded(), request, admitted)

        return _told_what_failed(answer)

    def _sign_in_step(
        self, step: Callable[[SignedIn, web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            from bot.web.sign_in.gate import SignedIn  # noqa: PLC0415  as below

            gate = self._loaded_gate()
            return await step(gate, request) if isinstance(gate, SignedIn) else web.Response(status=404)

        return _told_what_failed(answer)

    def _loaded(self) -> Pages:
        if self._pages is None:
            from bot.web.pages import Pages  # noqa: PLC0415  with it come the templates

            self._pages = Pages(self._database, self._now, self._local_page)
        return self._pages

    def _loaded_gate(self) -> Gate:
        if self._gate is None and self._sign_in is not None:
            from bot.web.sign_in.gate import SignedIn  # noqa: PLC0415  a desk that nobody looks at loads none

            settings, http = self._sign_in
            self._gate = SignedIn(settings, self._database, http, self._refusals, self._desks)
        elif self._gate is None:
            from bot.web.gate import LocalGate  # noqa: PLC0415  as above

            self._gate = LocalGate(self._refusals, self._desks)
        return self._gate

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        from bot.web.assets import assets  # noqa: PLC0415  as above
        from bot.web.door import HEADERS, KEPT  # noqa: PLC0415  as above

        if (refused := self._loaded_gate().refusal(request)) is not None:
            return refused
        found = assets().get(request.path)
        if found is None:
            return web.Response(status=404, headers=HEADERS)
        headers = {**HEADERS, "Cache-Control": KEPT}
        return web.Response(body=found.body, content_type=found.content_type, charset="utf-8", headers=headers)


_NUMBER = "/tickets/{number:[0-9]{1,9}}"
_VERB = _NUMBER + "/{verb:[a-z-]{2,20}}"
_PAGES: dict[str, Handler] = {
    "/": lambda pages, request, viewer: pages.queue(request, viewer),
    "/live": lambda pages, request, viewer: pages.live(request, viewer),
    "/new": lambda pages, request, viewer: pages.acts.ask_new(request, viewer),
    "/people": lambda pages, request, viewer: pages.people(request, viewer),
    "/escalations": lambda pages, request, viewer: pages.escalations(request, viewer),
    "/delivery": lambda pages, request, viewer: pages.delivery(request, viewer),
    "/reports": lambda pages, request, viewer: pages.reports(request, viewer),
    "/proof": lambda pages, request, viewer: pages.proof(request, viewer),
    "/proof.csv": lambda pages, request, viewer: pages.proof_csv(request, viewer),
    "/policy": lambda pages, request, viewer: pages.policy(request, viewer),
    _VERB: lambda pages, request, viewer: pages.acts.ask(request, viewer),
    _NUMBER: lambda pages, request, viewer: pages.ticket(request, viewer),
}
_FORMS: dict[str, Handler] = {
    "/new": lambda pages, request, viewer: pages.acts.do_new(request, viewer),
    "/look": lambda pages, request, viewer: pages.look(request, viewer),
    _VERB: lambda pages, request, viewer: pages.acts.do(request, viewer),
}


async def _closed(_: web.Request) -> web.Response:
    return web.Response(text=CLOSED)


def _told_what_failed(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The same, where whatever goes wrong is one sentence."""

    async def told(request: web.Request) -> web.StreamResponse:
        from bot.web.door import HEADERS  # noqa: PLC0415  as above

        try:
            return await answer(request)
        except DatabaseBusyError:
            return web.Response(text=BUSY, status=503, headers=HEADERS)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:
            log.exception("a page failed", path=request.path)
            return web.Response(text=FAILED, status=500, headers=HEADERS)

    return told
