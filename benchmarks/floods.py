"""How much later the card of a severity 1 stands in the desk's channel while one customer floods it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.desk import Site, joined
from benchmarks.figure import Figure, at_most, spread, without_bar
from benchmarks.load import client, send_at

MESSAGES, TRIES = 300, 3
RATE = 50.0  # a second: many times what the platform lets one person write
LATEST_SECONDS = 60.0  # what has not come by then is counted as never
LOOKS = 0.02
APART, HARDLY_APART = 5.0, 0.5  # a severity 1 makes two posts, and a channel takes one a second
BAR = 1.0
KINDS = {"unconfirmed": "new trouble", "claimed": "new sev1 trouble"}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """First on a quiet desk; then, on desks of their own, while a customer's 300 requests are taken in, and once they
    have been; with and without a severity that the customer claims. The worst of each is held against the quiet one."""
    messages, tries, apart = (12, 1, HARDLY_APART) if quick else (MESSAGES, TRIES, APART)
    _, quiet = await _cards(tries, apart)
    yield without_bar("floods.quiet", max(quiet, default=None), "s", valid=len(quiet) == tries, **spread(quiet))
    for kind, words in KINDS.items():
        found = await _cards(tries, apart, words=words, messages=messages)
        for when, came, number in (("during", found[0], 1), ("after", found[1], tries)):
            valid = len(came) == number and len(quiet) == tries
            later = max(came) - max(quiet) if valid else None
            detail = {"messages": messages, "quiet": spread(quiet), **spread(came)}
            yield at_most(f"floods.{kind}_{when}", later, "s", BAR, valid=valid, **detail)


async def _cards(tries: int, apart: float, *, words: str = "", messages: int = 0) -> tuple[list[float], list[float]]:
    """Seconds from typing `new sev1` to its card: once while a customer sends so many messages, if any, and so many
    times after that, each a while after the one before."""
    with tempfile.TemporaryDirectory() as made:
        async with joined(Path(made)) as site, client() as session:
            flood = [replace(site.typist, channel=site.customers, user=site.customer).types(f"{words} {n}")
                     for n in range(messages)]  # fmt: skip
            sending = asyncio.create_task(send_at(session, flood, RATE))
            await asyncio.sleep(messages / RATE / 2)
            during = [await _card(session, site, "The real outage")] if messages else []
            answers = await sending
            after = []
            for number in range(tries):
                await asyncio.sleep(apart)
                after.append(await _card(session, site, f"The real outage {number}"))
    if answers.errors:
        return [], []
    return [each for each in during if each is not None], [each for each in after if each is not None]


async def _card(session: aiohttp.ClientSession, site: Site, summary: str) -> float | None:
    """How long it takes until the card of that ticket stands in the channel; None where it does not come."""
    request = site.typist.types(f"new sev1 {summary}")
    began = time.perf_counter()
    async with session.post(request.url, data=request.body, headers=request.headers) as answer:
        if answer.status != 200:
            return None
    url = f"{site.workspace.address}/_control/messages/{site.channel}"
    while time.perf_counter() - began < LATEST_SECONDS:
        async with session.get(url) as answer:
            if any(_is_card(message, summary) for message in (await answer.json())["messages"]):
                return time.perf_counter() - began
        await asyncio.sleep(LOOKS)
    return None


def _is_card(message: dict[str, Any], summary: str) -> bool:
    is_root = message.get("thread_ts") in (None, message["ts"])
    return is_root and not message.get("ephemeral_for") and summary in str(message.get("blocks"))
