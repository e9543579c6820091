"""What stands around every page: places to go, who looks, what was just done; and the answers that pages are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

from aiohttp import web

from bot.desk.languages import LANGUAGES
from bot.web.door import HEADERS, SESSION, new_session
from bot.web.kept import Kept
from bot.web.templates import render
from bot.web.viewer import Viewer, people_to_be
from bot.web.words import Html, html_of, iso, units
from bot.wording.health import shadow_line
from bot.wording.sentences import Sentence

NO_STORE = {**HEADERS, "Cache-Control": "no-store"}
PART = "X-Part"  # a page's script asks for the part that changes, alone
YEAR = 365 * 86400
SAID, SAID_SECONDS, LONGEST_SAID = "vigie_said", 30, 600  # the cookie that carries what was just done to the next page
PLACES = (
    ("queue", "/"), ("escalations", "/escalations"), ("people", "/people"), ("reports", "/reports"),
    ("delivery", "/delivery"), ("policy", "/policy"),
)  # fmt: skip


class Head(NamedTuple):
    """What stands over a page."""

    #: Its name among the places that pages lead to; empty: it is none of them.
    place: str
    #: What the browser calls it.
    title: str
    #: The ticket that it shows as it changes; None: none.
    number: int | None = None
    #: Whether it shows what changes by itself, and is taken anew then.
    follows: bool = True


class Frame:
    """Makes answers of what the pages show, and keeps those that several look at for a moment."""

    def __init__(self, local_page: Callable[[], str | None]) -> None:
        self._local_page = local_page
        self._kept = Kept()

    def forget(self) -> None:
        """Something changed: nobody gets what was before."""
        self._kept.forget()

    async def answer(
        self, request: web.Request, viewer: Viewer, head: Head, key: tuple[Hashable, ...],
        make: Callable[[], Coroutine[Any, Any, str]],
    ) -> web.Response:  # fmt: skip
        """The page, or the part of it that changes; `key`: by which it is the same for all who read as this one."""
        speech, desk = viewer.speech, viewer.desk
        reader = (desk.organisation_id, desk.desk_id, speech.language, str(speech.zone))
        main = await self._kept.get((*reader, *key), make)
        if PART in request.headers:
            return web.Response(text=main, content_type="text/html", headers=NO_STORE)
        return self.page(request, viewer, head, main)

    async def refused(
        self, request: web.Request, viewer: Viewer, why: Sentence, status: int, *, back: str = "/"
    ) -> web.Response:
        """A page that says why there is nothing to see, and where to go instead."""
        main = await asyncio.to_thread(partial(render, "refused.html", viewer, why=html_of(why), back=back))
        return self.page(request, viewer, Head("", viewer.speech.text("web.title.refused")), main, status=status)

    def page(self, request: web.Request, viewer: Viewer, head: Head, main: str, *, status: int = 200) -> web.Response:
        """The whole page around `main`."""
        speech = viewer.speech
        people = () if viewer.is_signed_in else people_to_be(viewer.desk)
        now = viewer.desk.now()
        silent = shadow_line(speech, viewer.desk.policy, now)
        said = unquote(request.cookies.get(SAID, ""))[:LONGEST_SAID]
        text = render(
            "frame.html", viewer, main=Html(main), head=head, places=PLACES, said=said, once=new_session(),
            back=request.path_qs if request.method in ("GET", "HEAD") else "/",
            silent=None if silent is None else html_of(silent), now=iso(now),
            units=" ".join(units(speech)), due_in=speech.text("web.due_in", length="%"),
            late_by=speech.text("web.late_by", length="%"), local_page=self._local_page(),
            languages=[(each, speech.text(f"language.{each}")) for each in LANGUAGES],
            people=[(each, viewer.people.name(each)) for each in people],
        )  # fmt: skip
        answer = web.Response(text=text, status=status, content_type="text/html", headers=NO_STORE)
        if viewer.is_new:
            self.remember(viewer, answer, SESSION, viewer.session)
        if said:
            answer.del_cookie(SAID, path="/")
        return answer

    @staticmethod
    def remember(viewer: Viewer, answer: web.Response, name: str, value: str, seconds: int = YEAR) -> None:
        """Have the browser keep that."""
        secure = viewer.origin.startswith("https:")
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure, path="/")
