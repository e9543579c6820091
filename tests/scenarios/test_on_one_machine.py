"""Two web and two worker processes, PostgreSQL and a proxy on one machine, as docs/deploy.md sets them up."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest

from tests.chaos.stage import Program
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack
from tests.nginx import nginx, nginx_folder
from tests.postgres import PostgresServer
from tests.waiting import becomes

TEAM, DESK = "T0ACME", "CDESK0001"
PROXY = Path(__file__).parents[2] / "deploy" / "proxy"

pytestmark = pytest.mark.slow


@contextmanager
def proxy(folder: Path, web: list[int]) -> Iterator[int]:
    """Nginx with the files of `deploy/`, in front of these ports; its own, for TLS."""
    found = (PROXY / "upstream-one-machine.conf").read_text(encoding="utf-8")
    main = nginx_folder(folder, found.replace("8081", str(web[0])).replace("8082", str(web[1])))
    plain, tls = free_ports(2)
    ours = folder / "conf.d" / "vigie.conf"
    text = re.sub(r"^ *listen \[::\].*\n", "", ours.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ", f"listen 127.0.0.1:{tls} ")
    ours.write_text(text.replace("/dev/stdout", "access.log"), encoding="utf-8")
    process = subprocess.Popen([nginx(), "-p", folder, "-c", main, "-g", "daemon off;"])
    try:
        yield tls
    finally:
        process.terminate()
        process.wait(30)


@asynccontextmanager
async def processes(folder: Path, **environment: str) -> AsyncIterator[dict[str, Program]]:
    """Two of each role, by name."""
    ports = dict(zip(("web-1", "web-2", "worker-1", "worker-2"), free_ports(4), strict=True))
    found = {
        name: Program(folder, name, "run", "--role", name.partition("-")[0], **environment, VIGIE_PORT=str(port))
        for name, port in ports.items()
    }
    try:
        await asyncio.gather(*(each.start() for each in found.values()))
        yield found
    finally:
        await asyncio.gather(*(each.end() for each in found.values()))


async def test_one_of_each_is_killed_and_nobody_outside_notices(tmp_path: Path) -> None:
    nginx()  # or there is nothing to try
    (tmp_path / "nginx").mkdir()
    with PostgresServer() as server:
        async with other_slack(USUAL) as slack:
            slack.add(Team(TEAM, "xoxb-1"))
            settings = {
                "VIGIE_DATABASE_URL": server.url, "VIGIE_CHANNEL": DESK, "SLACK_API_URL": f"{slack.url}api/",
                "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET,
            }  # fmt: skip
            async with processes(tmp_path, **settings) as running:
                ports = [int(running[name].environment["VIGIE_PORT"]) for name in ("web-1", "web-2")]
                with proxy(tmp_path / "nginx", ports) as port:
                    await becomes(lambda: is_open(port), True)
                    slack.events_url = f"https://127.0.0.1:{port}/slack/events"
                    answers = await work(slack, running)
                    assert [answer for answer in answers if answer[0] != 200] == []
                    with psycopg.connect(server.url, autocommit=True) as asking:
                        tickets = asking.execute("SELECT number FROM ticket ORDER BY number").fetchall()
                    assert len(tickets) == len(answers)
                    await becomes(lambda: sorted(cards(slack)), [number for (number,) in tickets])
                    assert {number for number, shown in cards(slack).items() if shown > 1} == set()


async def work(slack: OtherSlack, running: dict[str, Program]) -> list[tuple[int, str]]:
    """Open tickets, all at once, without one of the workers, and while a web process is killed; what came of each."""
    await running["worker-1"].end()
    connector = aiohttp.TCPConnector(ssl=False, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        slack.session = session

        async def command(number: int) -> tuple[int, str]:
            status, answer = await slack.command(TEAM, "UANA", f"new sev3 Trouble {number}", DESK)
            return status, str(answer)

        asked = [asyncio.create_task(command(number)) for number in range(4)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        await running["web-1"].end()
        asked += [asyncio.create_task(command(number)) for number in range(4, 5)]
        return list(await asyncio.gather(*asked))


def cards(slack: OtherSlack) -> Counter[int]:
    """How many cards stand in the desk's channel, by ticket."""
    heads = (str(message["blocks"][0]) for message in slack.posted.values() if message["blocks"])
    return Counter(int(found[1]) for head in heads if "'header'" in head and (found := re.search(r"#(\d+)", head)))


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(count: int) -> list[int]:
    """So many that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    for each in probes:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in probes]
    for each in probes:
        each.close()
    return ports
