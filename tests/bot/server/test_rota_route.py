"""A desk's rota is a calendar for whoever knows its address, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.rota_route import MOST, add_rota_route
from storage.rota_feed import end_feed, give_feed, new_token
from tests.factories import AGENT, NOW
from triage.rota import Rota, Turns


async def test_it_is_served_under_its_token_alone_and_guessing_is_held_up(desk: DeskRuntime) -> None:
    desk.now.offset = NOW - datetime.now(UTC)
    desk.policy = replace(desk.policy, rota=Rota((Turns((AGENT.id,), date(2026, 3, 2), time(9)),)))
    await desk.refresh_people()
    token, of = new_token(), {"organisation_id": desk.organisation_id, "desk_id": desk.desk_id}
    await desk.database.write(partial(give_feed, **of, token=token, by=AGENT.id, now=NOW))  # type: ignore[arg-type]
    app, refusals = web.Application(), Refusals()
    add_rota_route(app, desk.database, lambda *_: desk, refusals)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(f"/oncall/{token}.ics")
        assert (answer.status, answer.content_type) == (200, "text/calendar")
        assert "SUMMARY:On call: Ana" in await answer.text()
        assert "Set-Cookie" not in answer.headers
        for wrong in (f"{token}x", "x" * 500, token[:-1]):
            assert (await client.get(f"/oncall/{wrong}.ics")).status == 404
        guesses = [(await client.get(f"/oncall/{n}.ics")).status for n in range(MOST)]
        assert guesses[-1] == 429
        assert (await client.get(f"/oncall/{token}.ics")).status == 200, "whoever guesses holds up nobody who knows it"
        await desk.database.write(partial(end_feed, **of))  # type: ignore[arg-type]
        assert (await client.get(f"/oncall/{token}.ics")).status == 404
        assert (await client.get(f"/oncall/{token}.ics")).status == 429, "it is a guess like any other"
    assert refusals.counts["no_such_rota"] > 3
    assert all(why.isidentifier() for why in refusals.counts), "a line of the log takes no others"
    refusals.close()
