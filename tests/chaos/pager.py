"""Another system that is told beside people, and what it was told: it is never killed. What it was told is counted."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from tests.chaos.posts import SLACK

SECRET = "VIGIE_PAGE_NOC"
TOLD_OF_SEVERITY = """\
page:
  targets:
    noc: {{url: "{address}/", secret: $VIGIE_PAGE_NOC}}
  severity_1: noc
"""
TOLD_OF_LEVELS = """\
levels:
  - {contacts: [U0MARCUSWE1], page: noc}
  - {contacts: [U0INGRIDDA1]}
  - {contacts: [U0KENJISAT1]}
"""


class Told(NamedTuple):
    """Something that it was told."""

    #: The same for all that it is told of one thing.
    key: str
    #: `trigger`, `acknowledge` or `resolve`.
    event: str
    #: The ticket's number.
    number: int
    #: The level that was reached; None: it is about severity 1.
    level: int | None


@dataclass
class Pager:
    """What it was told: for each thing the ids of the messages that told it, as often as they came."""

    environment: dict[str, str]
    knows_levels: bool
    told: defaultdict[Told, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def hear(self, request: web.Request) -> web.Response:
        said = await request.json()
        told = Told(said["key"], said["event"], said.get("number") or 0, said["level"])
        self.told[told].append(request.headers["webhook-id"])
        return web.Response()


@contextlib.asynccontextmanager
async def pager_of(folder: Path, platforms: Sequence[str]) -> AsyncIterator[Pager]:
    """A pager at work, and a policy in that folder by which it is told of every severity 1; and of the first level
    where the desk's people are known by their accounts in Slack alone."""
    knows_levels = tuple(platforms) == (SLACK,)
    policy = folder / "policy.yaml"
    pager = Pager({"VIGIE_POLICY": str(policy), SECRET: "a-secret-for-a-test"}, knows_levels)
    app = web.Application()
    app.router.add_post("/", pager.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        policy.write_text(TOLD_OF_SEVERITY.format(address=address) + (TOLD_OF_LEVELS if knows_levels else ""))
        yield pager
    finally:
        await runner.cleanup()
