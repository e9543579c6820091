"""The pages, each read and rendered beside the loop, so that nobody who waits for chat waits for a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from aiohttp import web
from sqlmodel import Session

from bot.commands.acting import asked
from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.web import (
    acting,
    delivery_page,
    escalations_page,
    people_page,
    policy_page,
    proof_page,
    queue_page,
    report_page,
    ticket_page,
)
from bot.web.act_pages import ActPages
from bot.web.clockwork import Clockwork
from bot.web.door import FIELD, is_our_form, our_path
from bot.web.fields import sent_form
from bot.web.frame import NO_STORE, Frame, Head
from bot.web.live import Watch
from bot.web.templates import render
from bot.web.viewer import AS, LANGUAGE, THEME, THEMES, Viewer, people_to_be
from bot.wording.proof_of_month import proof_csv
from bot.wording.refusals import explain
from bot.wording.sentences import Sentence
from storage.database import Database
from storage.errors import NoSuchTicketError
from storage.search import find_newest
from triage import rights
from triage.errors import Refusal


class PageModule(Protocol):
    """A page of its own: what it reads, and what its template shows of that."""

    def read_page(self, session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Any:
        """What the database says."""

    def page_of(self, viewer: Viewer, found: Any, now: datetime) -> dict[str, Any]:
        """What the template shows."""


class Pages:
    """Everything that is shown, and what is remembered between two pages."""

    def __init__(self, database: Database, now: Now, local_page: Callable[[], str | None]) -> None:
        self._database = database
        self._frame = Frame(local_page)
        self._clockwork = Clockwork()
        self.acts = ActPages(database, self._frame)
        self.watch = Watch(database, now, self._frame.forget)

    async def stop(self) -> None:
        """Send home whoever looks."""
        await self.watch.stop()

    async def live(self, request: web.Request, viewer: Viewer) -> web.StreamResponse:
        """`/live`: what changes, as it changes."""
        if self.watch.is_full:
            return web.Response(status=503, headers={**NO_STORE, "Retry-After": "60"})
        return await self.watch.stream(request, viewer.desk.organisation_id, viewer.holds)

    async def queue(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/`: the live queue, and what a search finds."""
        asked, now = queue_page.Asked.read(request.query), viewer.desk.now()

        async def make() -> str:
            if asked.text:
                await find_newest(self._database, viewer.desk.organisation_id)
            read = partial(queue_page.read_page, viewer=viewer, asked=asked, clockwork=self._clockwork, now=now)
            found = await self._database.read(read)
            return await _rendered("queue.html", viewer, queue_page.page_of, asked, found, now)

        whose = viewer.actor.id if asked.is_mine else ""
        return await self._frame.answer(
            request, viewer, Head("queue", viewer.speech.text("web.title.queue")), (asked, whose), make
        )

    async def ticket(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/tickets/NUMBER`."""
        wanted, now = ticket_page.Wanted.read(request.match_info["number"], request.query), viewer.desk.now()

        async def make() -> str:
            view = await self._database.read(partial(ticket_page.read_page, viewer=viewer, wanted=wanted, now=now))
            supposed = await acting.suppose(viewer, wanted.number, wanted.supposed) if wanted.supposed else None
            return await _rendered("ticket.html", viewer, lambda _viewer: ticket_page.page_of(view, wanted, supposed))

        whose = viewer.actor.id if wanted.supposed else ""  # by whose rights
        try:
            return await self._frame.answer(
                request, viewer, Head("", f"#{wanted.number}", wanted.number), (wanted, whose), make
            )
        except NoSuchTicketError:
            why = viewer.speech("web.no_such_ticket", number=wanted.number)
            return await self._frame.refused(request, viewer, why, 404)

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

    async def reports(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/reports`, `/reports?days=month&customer=NAME`."""
        return await self._told(request, viewer, "reports", report_page)

    async def proof(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/proof?customer=NAME&month=2026-11`."""
        return await self._told(request, viewer, "proof", proof_page)

    async def proof_csv(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/proof.csv`: the same, for spreadsheets."""
        if (why_not := _may_not(viewer)) is not None:
            return await self._frame.refused(request, viewer, why_not, 403)
        read = partial(proof_page.read_page, viewer=viewer, query=dict(request.query), now=viewer.desk.now())
        found = await self._database.read(read)
        if found.proof is None:
            why = found.refused or viewer.speech("web.proof.choose")
            return await self._frame.refused(request, viewer, why, 404, back="/proof")
        # With a mark at its beginning by which spreadsheets know the encoding.
        body = (await asyncio.to_thread(proof_csv, found.proof)).encode("utf-8-sig")
        named = {"Content-Disposition": f'attachment; filename="proof-{found.month}.csv"'}
        return web.Response(body=body, content_type="text/csv", charset="utf-8", headers={**NO_STORE, **named})

    async def _told(self, request: web.Request, viewer: Viewer, name: str, page: PageModule) -> web.Response:
        """A page that is for whoever may see reports; whether people stand in it is their right as well."""
        if (why_not := _may_not(viewer)) is not None:
            return await self._frame.refused(request, viewer, why_not, 403)
        head = Head("reports", viewer.speech.text(f"web.title.{name}"), follows=False)
        return await self._simple(request, viewer, name, page, head, rights.may(viewer.actor, "overview"))

    async def _simple(
        self, request: web.Request, viewer: Viewer, name: str, page: PageModule, head: Head | None = None,
        *more: Hashable,
    ) -> web.Response:  # fmt: skip
        """`more`: what the page differs by besides its address and its reader's language."""
        now, query = viewer.desk.now(), dict(request.query)

        async def make() -> str:
            found = await self._database.read(partial(page.read_page, viewer=viewer, query=query, now=now))
            return await _rendered(f"{name}.html", viewer, page.page_of, found, now)

        key = (name, tuple(sorted(query.items())), *more)
        head = head or Head(name, viewer.speech.text(f"web.title.{name}"))
        return await self._frame.answer(request, viewer, head, key, make)

    async def look(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`POST /look`: another language, another theme, somebody else to be."""
        form = await sent_form(request)
        if form is None:
            return await self._frame.refused(request, viewer, viewer.speech("web.stale_form"), 400)
        if not is_our_form(request, str(form.get(FIELD, "")), viewer.session, viewer.origin):
            return await self._frame.refused(request, viewer, viewer.speech("web.stale_form"), 403)
        answer = web.Response(status=303, headers={**NO_STORE, "Location": our_path(str(form.get("back", "/")))})
        others = () if viewer.is_signed_in else people_to_be(viewer.desk)
        known = ((LANGUAGE, LANGUAGES), (THEME, ("", *THEMES)), (AS, others))
        for name, values in known:
            value = form.get(name.removeprefix("vigie_"))
            if isinstance(value, str) and value in values:
                self._frame.remember(viewer, answer, name, value)
        return answer


def _may_not(viewer: Viewer) -> Sentence | None:
    """Why they may not see what tickets came to; None: they may."""
    try:
        rights.require(viewer.actor, "report")
    except Refusal as refusal:
        return explain(refusal, asked(viewer.desk, viewer.actor, viewer.speech).stand)
    return None


async def _rendered(template: str, viewer: Viewer, page_of: Callable[..., dict[str, Any]], *of: object) -> str:
    return await asyncio.to_thread(lambda: render(template, viewer, **page_of(viewer, *of)))
