"""How long until the card of a severity 1 stands in the channel while somebody outside hammers at the door."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from benchmarks.commands import Request
from benchmarks.desk import Site, joined
from benchmarks.figure import Figure, at_most, spread, without_bar
from benchmarks.load import Answers, client, send_at

RATE = 30.0  # unsigned requests a second
APART, HARDLY_APART = 4.0, 0.5  # seconds between two tickets: what else is said of one is said by then
QUIET, ATTACKED = 3, 16  # tickets: more than a minute of attack, so that a line a minute would show
LATEST_SECONDS = 20.0
BAR = 1.0


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """First in peace, then under attack: requests whose signature is none, which ask to have an address called that
    never answers."""
    quiet, attacked, apart = (2, 3, HARDLY_APART) if quick else (QUIET, ATTACKED, APART)
    with tempfile.TemporaryDirectory() as made:
        async with joined(Path(made)) as site, client() as session, _black_hole() as trap:
            await _cards(site, session, "warm", 1, apart)
            peace = await _cards(site, session, "peace", quiet, apart)
            before = len(site.bot.said)
            requests = _forged(site, trap.address, int(attacked * apart * RATE))
            hammering = asyncio.create_task(send_at(session, requests, RATE))
            war = await _cards(site, session, "war", attacked, apart)
            answers = await hammering
            said = len(site.bot.said) - before
    refused = Counter(error.split()[0] for error in answers.errors)
    valid = len(peace) == quiet and len(war) == attacked and not answers.acknowledged and not trap.called
    detail: dict[str, Any] = {"without": spread(peace), "with": spread(war), "answers": dict(refused)}
    yield at_most("attack.card", max(war) - max(peace) if war and peace else None, "s", BAR, valid=valid, **detail)
    yield at_most(
        "attack.log_lines", said / (answers.seconds / 60), "lines a minute", BAR, valid=valid, lines=said,
        seconds=round(answers.seconds, 1), called=trap.called,
    )  # fmt: skip
    yield without_bar("attack.answer", spread(answers.latencies).get("p99"), "ms", all=spread(answers.latencies))


class _Trap:
    """An address that takes whatever comes and never answers."""

    def __init__(self) -> None:
        self.called = 0
        self.address = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.called += 1
        with contextlib.suppress(ConnectionError):
            while await reader.read(65536):
                pass
        writer.close()


@asynccontextmanager
async def _black_hole() -> AsyncIterator[_Trap]:
    trap = _Trap()
    server = await asyncio.start_server(trap.take, "127.0.0.1", 0)
    trap.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/inside"
    try:
        yield trap
    finally:
        server.close()


def _forged(site: Site, address: str, number: int) -> list[Request]:
    """Commands, buttons, forms and events, each with a signature that no check expects."""
    who = {"team": {"id": site.team}, "user": {"id": site.user}, "response_url": address, "trigger_id": "1.1"}
    view = {"id": "V1", "callback_id": "ticket.new", "state": {"values": {}}, "blocks": []}
    bodies = [
        urlencode({"command": "/ticket", "text": "new sev1 Forged", "team_id": site.team, "user_id": site.user,
                   "channel_id": site.channel, "response_url": address}),
        urlencode({"payload": json.dumps({**who, "type": "block_actions", "actions": [{"action_id": "ticket.take"}]})}),
        urlencode({"payload": json.dumps({**who, "type": "view_submission", "view": view})}),
        json.dumps({"type": "event_callback", "team_id": site.team, "event_id": "E1", "event": {"type": "message"}}),
        '{"a":' * 50_000,
    ]  # fmt: skip
    now = str(int(time.time()))
    seals = [("x", "v0=0"), ("9" * 5000, "v0=0"), (now, "v0=" + "0" * 64), ("\u00b2", "v0=0"), (now, "v0=\u00e9" * 9)]
    headers = [{"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature} for at, signature in seals]
    kinds, url = cycle((body, header) for header in headers for body in bodies), f"{site.bot.address}/slack/events"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return [Request("forged", url, body, {**form, **header}) for body, header in (next(kinds) for _ in range(number))]


async def _cards(site: Site, session: aiohttp.ClientSession, name: str, number: int, apart: float) -> list[float]:
    """Open so many tickets, one after another; after how many seconds each card stood in the channel."""
    found = []
    for each in range(number):
        words = f"{name} {each} is down"
        began = time.time()
        answers: Answers = await send_at(session, [site.typist.types(f"new sev1 {words}")], 1)
        posted = await _posted(site, session, words)
        if posted is not None and not answers.errors:
            found.append(posted - began)
        await asyncio.sleep(max(0.0, began + apart - time.time()))
    return found


async def _posted(site: Site, session: aiohttp.ClientSession, words: str) -> float | None:
    """When the card with these words was posted, by the workspace's own clock; None if it was not."""
    url = f"{site.workspace.address}/_control/messages/{site.channel}"
    until = time.monotonic() + LATEST_SECONDS
    while time.monotonic() < until:
        async with session.get(url) as answer:
            messages = (await answer.json())["messages"]
        for message in messages:
            if words in json.dumps(message["blocks"]) and message.get("thread_ts") in (None, message["ts"]):
                return float(message["ts"])
        await asyncio.sleep(0.1)
    return None
