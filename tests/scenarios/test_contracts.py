"""A desk that starts with one of the contracts: its card says what the contract promises, and the clock is held."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path

import aiohttp
import pytest

from bot.desk.policy_file.example import CONTRACTS, example_policy
from bot.server.settings import Settings
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything
from tests.scenarios.test_new_terms import running

BREACHED = re.compile("is breached|dépassé sur")
#: When the first response is due of a severity 1 that is reported on a Tuesday in March at 12:00 UTC.
DUE = {
    "carrier": time(12, 15),
    "office-hours": time(13),
    "three-regions": time(12, 15),
    "managed-service": time(12, 15),
    "public-tender": time(13, 30),  # it is lunch time in Paris
}


@pytest.mark.parametrize("contract", CONTRACTS)
async def test_a_ticket_is_held_to_the_contract(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession, contract: str
) -> None:
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yaml"
    policy.write_text(example_policy(contract), encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy)
    async with running(settings) as vigie:
        chat = Chat(http, vigie.address)
        await chat.look_around()
        await chat.command(ENGINEER, "new sev1 Link down in Sydney")
        assert DUE[contract] in stamps(everything(await chat.card()))
        await chat.advance(95)
        said = await chat.thread(await chat.card())
        assert any(BREACHED.search(each) and DUE[contract] in stamps(each) for each in said), said


def stamps(text: str) -> set[time]:
    """The times of day that it names, to the minute."""
    found = (datetime.fromtimestamp(int(at), UTC) for at in re.findall(r"<!date\^(\d+)", text))
    return {time(each.hour, each.minute) for each in found}
