"""`/oncall/TOKEN.ics`: a desk's rota as a calendar, for whoever knows the address. Calendars send no password, so that
the address itself is the secret: it cannot be guessed, and a new one ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from aiohttp import web

from bot.desk.rota_published import rota_calendar
from bot.desk.runtime import DeskRuntime
from bot.server.bucket import Bucket
from bot.server.refused_requests import Refusals
from bot.server.strangers import Networks, Strangers
from storage.database import Database
from storage.rota_feed import desk_of_feed

MOST, WITHIN = 60, 60.0  # requests, in so many seconds; a calendar asks every few minutes at most
LONGEST_TOKEN = 64
HEADERS = {
    "Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip


def add_rota_route(
    app: web.Application, database: Database, find: Callable[[int, int], DeskRuntime | None], refusals: Refusals,
    *, proxies: Networks = (),
) -> None:  # fmt: skip
    """`find` answers the desk that is served here, by organisation and desk; `proxies` are believed when they say for
    whom they ask."""
    strangers = Strangers(proxies)
    # By token that was right: whoever guesses holds up none of those who know it.
    known: dict[str, Bucket] = {}

    async def rota(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        own, at = known.get(token), time.monotonic()
        if not (own.take(at) if own is not None else strangers.let_in(request, at)):
            refusals.count("too_many_for_a_rota")
            return web.Response(status=429, headers={"Retry-After": "60"})
        whose = None
        if len(token) <= LONGEST_TOKEN:
            whose = await database.read(partial(desk_of_feed, token=token))
        desk = find(*whose) if whose is not None else None
        if desk is None:
            known.pop(token, None)
            refusals.count("no_such_rota")
            return web.Response(status=404)
        known.setdefault(token, Bucket(MOST, WITHIN))
        name = f"Vigie {desk.policy.desk.name}"
        text = rota_calendar(desk.directory, f"{desk.organisation_id}.{desk.desk_id}", desk.now(), name)
        return web.Response(text=text, content_type="text/calendar", charset="utf-8", headers=HEADERS)

    app.router.add_get("/oncall/{token:[A-Za-z0-9_-]+}.ics", rota)
