"""Whoever looks is told when something changes: one look for all of them, and none while nobody looks."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.runtime import DeskRuntime
from bot.web import kept, live
from tests.bot.web.seen import Client, words
from tests.bot.web.test_queue_page import opened
from tests.statements import statements


async def _next(content: Any) -> dict[str, Any]:
    """The next event of a stream that tells something."""
    async with asyncio.timeout(20):
        while True:
            line = (await content.readline()).decode()
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(live, "REST_SECONDS", 0.1)


async def test_everybody_is_told_of_a_change_and_sees_it(
    client: Client, desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 60.0)
    async with client.get("/live") as one, client.get("/live") as other:
        assert one.content_type == "text/event-stream"
        assert "Fibre down" not in await words(client, "/")
        for stream in (one, other):
            assert (await _next(stream.content))["numbers"] == [], "what changed before is taken anew, once"
        await opened(desk, "Fibre down")
        for stream in (one, other):
            assert (await _next(stream.content))["numbers"] == [1]
        assert "Fibre down" in await words(client, "/"), "nobody gets what was before"


async def test_what_changes_between_the_page_and_the_first_look_is_seen(
    client: Client, desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by who comes later, when others have long been told of it; and by who was cut off for a while."""
    monkeypatch.setattr(kept, "SECONDS", 60.0)
    async with client.get("/live") as other:
        await _next(other.content)
        assert "Fibre down" not in await words(client, "/")
        await opened(desk, "Fibre down")
        assert (await _next(other.content))["numbers"] == [1]
        async with client.get("/live") as one:
            await opened(desk, "The printer is slow")
            await _next(one.content)
            page = await words(client, "/")
            assert "Fibre down" in page
            assert "The printer is slow" in page


async def test_time_that_is_moved_is_told_too(client: Client, desk: DeskRuntime) -> None:
    async with client.get("/live") as stream:
        await _next(stream.content)
        desk.now.move(timedelta(days=2))
        said = await _next(stream.content)
        assert said["numbers"] == []
        assert said["now"][:10] == desk.now().isoformat()[:10]


@pytest.mark.slow
async def test_many_who_look_cost_the_database_no_more_than_one(client: Client, desk: DeskRuntime) -> None:
    async def asked(viewers: int) -> float:
        streams = [await client.get("/live") for _ in range(viewers)]
        await asyncio.sleep(0.1)
        with statements(desk.database) as found:
            await asyncio.sleep(0.5)
        for each in streams:
            each.close()
        await asyncio.sleep(0.2)
        return len(found)

    alone, together = await asked(1), await asked(20)
    assert alone >= 1
    assert together <= alone * 3
    with statements(desk.database) as found:
        await asyncio.sleep(0.1)
    assert found == [], "nobody looks, so nothing is looked for"


async def test_what_several_ask_for_at_once_is_made_once_and_never_shows_what_was_before() -> None:
    store, made = kept.Kept(), 0

    async def make() -> str:
        nonlocal made
        made += 1
        number = made
        await asyncio.sleep(0.01)
        return f"{number}"

    assert await asyncio.gather(*(store.get("queue", make) for _ in range(20))) == ["1"] * 20
    before = asyncio.create_task(store.get("ticket", make))
    await asyncio.sleep(0)
    store.forget()
    assert [await before, await store.get("ticket", make)] == ["2", "3"], "what changed meanwhile is seen"
