"""Whatever Teams sends, whole or in pieces, to a whole Vigie: no failure, nobody is left waiting, no ticket lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.server.settings import Settings
from storage.dead_letters import Which, find_entries
from storage.tables.tickets import TicketRow
from tests.bot.teams.shapes import ANA, APP, BENOIT, CHANNEL, CHAT, CUSTOMERS, DANA, GROUP, SERVICE, TENANT
from tests.bot.teams.test_unsound import NOT_MEANT, SHAPES
from tests.bot.unsound import unsound
from tests.examples import examples
from tests.scenarios.test_teams_doors import Connector
from tests.waiting import LONGEST_SECONDS

Json = dict[str, Any]
# Who of the local tenant stands for whom of the shapes, and which of its channels for which.
PEOPLE = {ANA: "Ana Reyes", BENOIT: "Benoît Girard", DANA: "Dana Fox"}
PLACES = {CHANNEL: "desk", CUSTOMERS: "customer", GROUP: "group", CHAT: "dm"}


class Desk:
    """A desk in Teams, and everything that is sent to it."""

    def __init__(self, vigie: Vigie, session: aiohttp.ClientSession, state: Json) -> None:
        self.vigie, self.session, self.state = vigie, session, state
        self.connector = Connector(vigie, session, state)
        teams = state["teams"]
        mine = [each for each in state["users"] if each["platform"] == "teams"]
        channels = [each for each in state["channels"] if each["platform"] == "teams"]
        self.names = {
            APP: teams["bot_id"], TENANT: teams["tenant_id"], SERVICE: teams["service_url"],
            **{who: next(each["id"] for each in mine if each["name"] == name) for who, name in PEOPLE.items()},
            **{place: next(each["id"] for each in channels if each["kind"] == kind) for place, kind in PLACES.items()},
        }  # fmt: skip

    def here(self, shape: Json) -> Json:
        """A shape, of this tenant."""
        written = json.dumps(shape)
        for ours, theirs in self.names.items():
            written = written.replace(ours, theirs)
        return dict(json.loads(written))

    async def send(self, body: Json) -> tuple[int, str]:
        """With a good signature, whatever is in it."""
        headers = {"Authorization": f"Bearer {self.connector.token()}"}
        url = f"{self.vigie.address}/teams/messages"
        async with self.session.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def read(self, look: Any) -> Any:
        assert self.vigie.desk is not None
        return await self.vigie.desk.database.read(look)

    async def tickets(self) -> int:
        count = select(func.count()).select_from(TicketRow)
        found: int = await self.read(lambda session: session.exec(count).one())
        return found

    @property
    def most(self) -> int:
        """How many examples it is tried with: what PostgreSQL takes differently is found by fewer."""
        assert self.vigie.desk is not None
        return 400 if self.vigie.desk.database.is_sqlite else 100

    async def settle(self) -> None:
        assert self.vigie.runner is not None
        await self.vigie.runner.settle()


@pytest.fixture
async def desk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> AsyncIterator[Desk]:
    monkeypatch.chdir(tmp_path)
    running = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0)
    vigie = Vigie(running, answer_within=LONGEST_SECONDS, local_platforms=("teams",))
    await vigie.start()
    async with http.get(f"{vigie.address}/_control/state") as answer:
        found = Desk(vigie, http, await answer.json())
    yield found
    await vigie.stop()


@pytest.mark.slow
async def test_every_sound_activity_is_answered_with_200(desk: Desk) -> None:
    for number, (name, shape) in enumerate((SHAPES | NOT_MEANT).items()):
        status, said = await desk.send({**desk.here(shape), "id": f"17000000000{number:02}"})
        assert status == 200, (name, said)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.hypothesis
async def test_no_activity_fails_tells_a_traceback_or_loses_a_ticket(desk: Desk) -> None:
    loop, ids = asyncio.get_running_loop(), iter(range(1_700_000_000_000, 1_800_000_000_000))
    sound = {name: desk.here(shape) for name, shape in (SHAPES | NOT_MEANT).items()}
    assert (await desk.send(desk.connector.says("new sev1 Before all that")))[0] == 200

    @settings(max_examples=examples(desk.most), suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.data())
    def every_one_is_answered(data: st.DataObject) -> None:
        whole = sound[data.draw(st.sampled_from(sorted(sound)))]
        body = unsound(data, {**whole, "id": str(next(ids))})
        status, said = asyncio.run_coroutine_threadsafe(desk.send(body), loop).result(20)
        assert status in (200, 401, 403), said  # it may come to name another tenant, or another address
        assert "Traceback" not in said

    with capture_logs() as logs:
        await asyncio.to_thread(every_one_is_answered)
        await desk.settle()
    assert [line for line in logs if line.get("exc_info")] == []
    entries = await desk.read(lambda session: find_entries(session, Which(states=("failed", "pending"))))
    assert [entry.reason for entry in entries if "defect" in (entry.reason or "")] == []
    before = await desk.tickets()
    assert before
    # And it goes on working.
    assert (await desk.send(desk.connector.says("new sev1 After all that", "1699999999999")))[0] == 200
    assert await desk.tickets() == before + 1
