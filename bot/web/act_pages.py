"""The pages from which something is done to a ticket: a form, what else there is, and what became of it."""

from __future__ import annotations

import asyncio
from functools import partial
from urllib.parse import quote

from aiohttp import web
from sqlmodel import Session

from bot.web import acting
from bot.web.door import FIELD, is_our_form
from bot.web.fields import Given, cleaned, sent_form
from bot.web.frame import LONGEST_SAID, NO_STORE, SAID, SAID_SECONDS, Frame, Head
from bot.web.templates import render
from bot.web.viewer import Viewer
from bot.web.words import Html, typed
from storage.database import Database
from storage.errors import NoSuchTicketError
from storage.texts import load_texts
from storage.tickets import get_ticket
from triage.errors import Refusal


class ActPages:
    """`/tickets/NUMBER/VERB`."""

    def __init__(self, database: Database, frame: Frame) -> None:
        self._database = database
        self._frame = frame

    async def ask(self, request: web.Request, viewer: Viewer) -> web.Response:
        """The form of a verb, or what else can be done."""
        name, number = request.match_info["verb"], int(request.match_info["number"])
        verb = acting.verb_called(name)
        if name == "more":
            return await self._more(request, viewer, number)
        if verb is None:
            return await self._frame.refused(request, viewer, viewer.speech("web.no_such_page"), 404)
        value = cleaned(request.query.get("value", ""))[:200]
        return await self._shown(request, viewer, number, await acting.ask(viewer, verb, number, value), 200)

    async def do(self, request: web.Request, viewer: Viewer) -> web.Response:
        """What was filled in, or a button that asks nothing."""
        verb, number = acting.verb_called(request.match_info["verb"]), int(request.match_info["number"])
        given = await self._given(request, viewer)
        if given is None:
            return await self._frame.refused(request, viewer, viewer.speech("web.stale_form"), 403)
        if verb is None:
            return await self._frame.refused(request, viewer, viewer.speech("web.no_such_page"), 404)
        return await self._answered(request, viewer, number, await acting.do(viewer, verb, number, given))

    async def ask_new(self, request: web.Request, viewer: Viewer) -> web.Response:
        """`/new`: the form by which a ticket is opened."""
        return await self._shown(request, viewer, None, await acting.ask_new(viewer), 200)

    async def do_new(self, request: web.Request, viewer: Viewer) -> web.Response:
        """The same, filled in."""
        given = await self._given(request, viewer)
        if given is None:
            return await self._frame.refused(request, viewer, viewer.speech("web.stale_form"), 403)
        return await self._answered(request, viewer, None, await acting.do_new(viewer, given))

    @staticmethod
    async def _given(request: web.Request, viewer: Viewer) -> Given | None:
        """What a page of ours sent; None: no page of ours did."""
        form = await sent_form(request)
        if form is None:
            return None
        given = {name: [each for each in form.getall(name) if isinstance(each, str)] for name in form}
        token = next(iter(given.get(FIELD, ())), "")
        return given if is_our_form(request, token, viewer.session, viewer.origin) else None

    async def _answered(
        self, request: web.Request, viewer: Viewer, number: int | None, done: acting.Done
    ) -> web.Response:
        """What became of it: the ticket's page, which says so, or the form once more."""
        self._frame.forget()
        if done.number is None:
            return await self._shown(request, viewer, number, done, 422)
        answer = web.Response(status=303, headers={**NO_STORE, "Location": f"/tickets/{done.number}"})
        self._frame.remember(viewer, answer, SAID, quote(done.said[:LONGEST_SAID]), SAID_SECONDS)
        return answer

    async def _more(self, request: web.Request, viewer: Viewer, number: int) -> web.Response:
        try:
            verbs = await acting.offered(viewer, number)
        except Refusal as refusal:
            return await self._shown(request, viewer, number, acting.refused(viewer, refusal, number), 409)
        main = await asyncio.to_thread(partial(render, "act_more.html", viewer, number=number, verbs=verbs))
        return self._frame.page(request, viewer, Head("", f"#{number}"), main)

    async def _shown(
        self, request: web.Request, viewer: Viewer, number: int | None, done: acting.Done, status: int
    ) -> web.Response:
        """The form, or why there is none."""
        if done.form is None:
            return await self._frame.refused(request, viewer, done.refused, 409, back=f"/tickets/{number}")
        title = Html() if number is None else await self._title(viewer, number)
        main = await asyncio.to_thread(
            partial(render, "act_form.html", viewer, form=done.form, number=number, title=title)
        )
        return self._frame.page(request, viewer, Head("", done.form["title"] or f"#{number}"), main, status=status)

    async def _title(self, viewer: Viewer, number: int) -> Html:
        """What the ticket is about."""

        def read(session: Session) -> str:
            stored = get_ticket(session, viewer.desk.organisation_id, number)
            body = stored.events[0].body_id
            return load_texts(session, stored.organisation_id, [body] if body is not None else []).get(body or 0, "")

        try:
            text = await self._database.read(read)
        except NoSuchTicketError:
            return Html()
        return typed(text.split("\n", 1)[0][:160])
