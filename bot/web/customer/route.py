"""`/c/TOKEN`: a customer's own page, for whoever knows the address. The address itself is the secret: it cannot be
guessed, it is revoked at once, and no page that it leads to learns it."""

from __future__ import annotations

import asyncio
import hashlib
import time
from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial

import structlog
from aiohttp import web

from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.server.bucket import Bucket
from bot.server.refused_requests import Refusals
from bot.server.strangers import Networks, Strangers
from bot.web.customer import PATH
from storage.customer_links import LONGEST_TOKEN, USED_EVERY, find_link, note_link_used
from storage.database import Database
from storage.errors import DatabaseBusyError

log = structlog.get_logger(__name__)
MOST, WITHIN = 60, 60.0  # requests, in so many seconds
HEADERS = {
    "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}  # fmt: skip
NOTHING = "This link opens nothing, or nothing any more. Ask whoever gave it to you.\nCe lien n'ouvre rien, ou plus rien. Demandez à qui vous l'a donné.\n"  # noqa: E501  two lines to read
BUSY = "Please reload in a minute.\nVeuillez recharger dans une minute.\n"


def add_customer_route(
    app: web.Application, database: Database, now: Now, find: Callable[[int, int], DeskRuntime | None],
    refusals: Refusals, *, proxies: Networks = (),
) -> None:  # fmt: skip
    """`find` answers the desk that is served here, by organisation and desk; `proxies` are believed when they say for
    whom they ask."""
    door = _Door(database, now, find, refusals, Strangers(proxies))
    app.router.add_get(PATH + "{token:[A-Za-z0-9_-]+}", door.page)
    app.router.add_post(PATH + "{token:[A-Za-z0-9_-]+}", door.page)


class _Door:
    def __init__(
        self, database: Database, now: Now, find: Callable[[int, int], DeskRuntime | None], refusals: Refusals,
        strangers: Strangers,
    ) -> None:  # fmt: skip
        self._database = database
        self._now = now
        self._find = find
        self._refusals = refusals
        self._strangers = strangers
        # By token that was right: whoever guesses holds up none of those who know one.
        self._known: dict[str, Bucket] = {}

    async def page(self, request: web.Request) -> web.Response:
        """The page of the customer whose link it is."""
        token = request.match_info["token"]
        known, at = self._known.get(token), time.monotonic()
        if not (known.take(at) if known is not None else self._strangers.let_in(request, at)):
            self._refusals.count("too_many_for_a_customer_link")
            return _plain(BUSY, 429)
        try:
            return await self._answer(request, token)
        except DatabaseBusyError:
            return _plain(BUSY, 503)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("a customer's page failed")  # without its address, which is secret
            return _plain(BUSY, 500)

    async def _answer(self, request: web.Request, token: str) -> web.Response:
        now, link = self._now(), None
        if len(token) <= LONGEST_TOKEN:
            link = await self._database.read(partial(find_link, token=token, now=now))
        desk = self._find(link.organisation_id, link.desk_id) if link is not None else None
        if link is None or desk is None:
            self._known.pop(token, None)
            self._refusals.count("no_such_customer_link")
            return _plain(NOTHING, 404)
        self._known.setdefault(token, Bucket(MOST, WITHIN))
        if link.used_at is None or now - link.used_at >= USED_EVERY:  # to the minute, and nobody waits for it
            desk.spawn(self._database.write(partial(note_link_used, link_id=link.id, now=now)))
        from bot.web.customer.page import Form, read_page, render_page  # noqa: PLC0415  with it come the templates

        form: Form | None = None
        shown = await self._database.read(partial(read_page, desk=desk, link=link, now=desk.now()))
        if request.method == "POST":
            if _is_of_another_site(request) or not shown.opens:
                self._refusals.count("no_form_of_a_customers_page")
                return _plain(BUSY, 403)
            from bot.web.customer.opening import open_by_form  # noqa: PLC0415  with it come the verbs

            done = await open_by_form(request, desk, link, shown)
            if isinstance(done, int):
                return web.Response(status=303, headers={**HEADERS, "Location": f"{PATH}{token}?opened={done}"})
            form = done
        text = await asyncio.to_thread(render_page, shown, form, request.query.get("opened", ""))
        status = 200 if form is None else 422
        return web.Response(text=text, status=status, content_type="text/html", headers={**HEADERS, **_policy()})


def _is_of_another_site(request: web.Request) -> bool:
    """Whether a page of another site has it sent. That one would have to know the address; browsers say so besides.
    Of a page that tells nobody its address they name no origin."""
    site, origin = request.headers.get("Sec-Fetch-Site", "same-origin"), request.headers.get("Origin", "null")
    own = {f"{scheme}://{request.host}".lower() for scheme in ("http", "https")}
    return site != "same-origin" or origin.lower() not in {"null", *own}


def _plain(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, headers={**HEADERS, "Content-Security-Policy": "default-src 'none'"})


@cache
def _policy() -> dict[str, str]:
    """The page loads nothing: its one style stands in it, by its digest."""
    from bot.web.customer.page import STYLE  # noqa: PLC0415  as above

    style = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    rules = (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": rules}
