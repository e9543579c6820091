"""The pages, each read and rendered beside the loop, so that nobody who waits for chat waits for a page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from aiohttp import web
from sqlmodel import Session

from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.web import delivery_page, escalations_page, people_page, policy_page, queue_page, ticket_page
from bot.web.clockwork import Clockwork
from bot.web.door import FIELD, HEADERS, SESSION, is_our_form
from bot.web.kept import Kept
from bot.web.live import Watch
from bot.web.templates import render
from bot.web.viewer import AS, LANGUAGE, THEME, THEMES, Viewer, people_to_be
from bot.web.words import Html, iso, units
from storage.database import Database
from storage.errors import NoSuchTicketError

NO_STORE = {**HEADERS, "Cache-Control": "no-store"}
PART = "X-Part"  # a page's script asks for the part that changes, alone
YEAR = 365 * 86400
PLACES = (
    ("queue", "/"), ("escalations", "/escalations"), ("people", "/people"), ("delivery", "/delivery"),
    ("policy", "/policy"),
)  # fmt: skip


class PageModule(Protocol):
    """A page of its own: what it reads, and what its template shows of that."""

    def read_page(self, session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Any:
        """What the database says."""

    def page_of(self, viewer: Viewer, found: Any, now: datetime) -> dict[str, Any]:
        """What the template shows."""


class Head(NamedTuple):
    """What stands over a page."""

    #: Its name among the places that pages lead to; empty: it is none of them.
    place: str
    #: What the browser calls it.
    title: str
    #: The ticket that it is about; None: none.
    number: int | None = None


class Pages:
    """Everything that is shown, and what is remembered between two pages."""

    def __init__(self, database: Database, now: Now, local_page: Callable[[], str | None]) -> None:
        self._database = database
        self._local_page = local_page
        self._clockwork = Clockwork()
        self._kept = Kept()
        self.watch = Watch(database, now, self._kept.forget)

    async def stop(self) -> None:
        """Send home whoever looks."""
        await self.watch.stop()

    async def live(self, request: web.Request, viewer: Viewer) -> web.StreamResponse:
        """`/live`: what changes, as it changes."""
        if self.watch.is_full:
            return web.Response(status=503, headers={**NO_STORE, "Retry-After": "60"})
        return await self.watch.stream(request, viewer.desk.organisation_id)

    async def queue(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/`: the live queue, and what a search finds."""
        asked, now = queue_page.Asked.read(request.query), viewer.desk.now()

        async def make() -> str:
            read = partial(queue_page.read_page, viewer=viewer, asked=asked, clockwork=self._clockwork, now=now)
            found = await self._database.read(read)
            return await _rendered("queue.html", viewer, queue_page.page_of, asked, found, now)

        whose = viewer.actor.id if asked.is_mine else ""
        return await self._answer(
            request, viewer, Head("queue", viewer.speech.text("web.title.queue")), (asked, whose), make
        )

    async def ticket(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/tickets/NUMBER`."""
        wanted, now = ticket_page.Wanted.read(request.match_info["number"], request.query), viewer.desk.now()

        async def make() -> str:
            view = await self._database.read(partial(ticket_page.read_page, viewer=viewer, wanted=wanted, now=now))
            return await _rendered("ticket.html", viewer, lambda _viewer: ticket_page.page_of(view, wanted))

        try:
            return await self._answer(request, viewer, Head("", f"#{wanted.number}", wanted.number), (wanted,), make)
        except NoSuchTicketError:
            return await self.refused(request, viewer, "web.no_such_ticket", 404, number=wanted.number)

    async def people(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/people`."""
        return await self._simple(request, viewer, "people", people_page)

    async def escalations(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/escalations`."""
        return await self._simple(request, viewer, "escalations", escalations_page)

    async def delivery(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/delivery`."""
        return await self._simple(request, viewer, "delivery", delivery_page)

    async def policy(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/policy`, `/policy?version=NUMBER`."""
        return await self._simple(request, viewer, "policy", policy_page)

    async def _simple(self, request: web.Request, viewer: Viewer, name: str, page: PageModule) -> web.Response:
        now, query = viewer.desk.now(), dict(request.query)

        async def make() -> str:
            found = await self._database.read(partial(page.read_page, viewer=viewer, query=query, now=now))
            return await _rendered(f"{name}.html", viewer, page.page_of, found, now)

        key = (name, tuple(sorted(query.items())))
        return await self._answer(request, viewer, Head(name, viewer.speech.text(f"web.title.{name}")), key, make)

    async def refused(
        self, request: web.Request, viewer: Viewer, key: str, status: int, **gaps: object
    ) -> web.Response:
        """A page that says why there is nothing to see, and where to go instead."""
        main = await asyncio.to_thread(render, "refused.html", viewer, key=key, gaps=gaps)
        return self._page(request, viewer, Head("", viewer.speech.text("web.title.refused")), main, status=status)

    async def look(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`POST /look`: another language, another theme, somebody else to be."""
        form = await request.post()
        if not is_our_form(request, str(form.get(FIELD, ""))):
            return await self.refused(request, viewer, "web.stale_form", 403)
        answer = web.Response(status=303, headers={**NO_STORE, "Location": _back(str(form.get("back", "/")))})
        known = ((LANGUAGE, LANGUAGES), (THEME, ("", *THEMES)), (AS, people_to_be(viewer.desk)))
        for name, values in known:
            value = form.get(name.removeprefix("vigie_"))
            if isinstance(value, str) and value in values:
                self._remember(request, answer, name, value)
        return answer

    async def _answer(
        self, request: web.Request, viewer: Viewer, head: Head, key: tuple[Hashable, ...],
        make: Callable[[], Awaitable[str]],
    ) -> web.Response:  # fmt: skip
        """The page, or the part of it that changes."""
        speech, desk = viewer.speech, viewer.desk
        reader = (desk.organisation_id, desk.desk_id, speech.language, str(speech.zone))
        main = await self._kept.get((*reader, *key), make)
        if PART in request.headers:
            return web.Response(text=main, content_type="text/html", headers=NO_STORE)
        return self._page(request, viewer, head, main)

    def _page(self, request: web.Request, viewer: Viewer, head: Head, main: str, *, status: int = 200) -> web.Response:
        """The whole page around it."""
        speech, people = viewer.speech, people_to_be(viewer.desk)
        text = render(
            "frame.html", viewer, main=Html(main), head=head, places=PLACES, back=request.path_qs,
            now=iso(viewer.desk.now()), units=" ".join(units(speech)), due_in=speech.text("web.due_in", length="%"),
            late_by=speech.text("web.late_by", length="%"), local_page=self._local_page(),
            languages=[(each, speech.text(f"language.{each}")) for each in LANGUAGES],
            people=[(each, viewer.people.name(each)) for each in people],
        )  # fmt: skip
        answer = web.Response(text=text, status=status, content_type="text/html", headers=NO_STORE)
        if viewer.is_new:
            self._remember(request, answer, SESSION, viewer.session)
        return answer

    @staticmethod
    def _remember(request: web.Request, answer: web.Response, name: str, value: str) -> None:
        secure = request.scheme == "https"
        answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure, path="/")


async def _rendered(template: str, viewer: Viewer, page_of: Callable[..., dict[str, Any]], *of: object) -> str:
    return await asyncio.to_thread(lambda: render(template, viewer, **page_of(viewer, *of)))


def _back(address: str) -> str:
    """Where a form came from, if that is one of our pages."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours else "/"
