"""A policy changes while tickets are open: they keep their terms until somebody moves them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import Vigie
from bot.cli import main
from bot.server.settings import Settings
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS

OFFICE = """
version: 1
calendars: {{office: {{timezone: UTC, hours: {{mon-sun: 09:00-17:00}}, holidays: [{holidays}]}}}}
desks: {{support: {{calendar: office}}}}
"""


async def test_a_holiday_is_offered_to_open_tickets_and_moves_them_on_purpose(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    policy = tmp_path / "policy.yml"
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy)

    policy.write_text(OFFICE.format(holidays=""))
    async with running(settings) as vigie:
        chat = Chat(http, vigie.address)
        await chat.look_around()
        await chat.command(ENGINEER, "new sev3 Link down in Sydney")
        before = await restore_line(chat)
        in_two_days = (vigie.now() + timedelta(days=2)).date()
        assert vigie.on_other_terms == 0

    policy.write_text(OFFICE.format(holidays=in_two_days))
    async with running(settings) as vigie:
        assert vigie.on_other_terms == 1, "it is offered"
    assert main(["policy", "move", "--yes"]) == 0

    async with running(settings) as vigie:
        chat = Chat(http, vigie.address)
        await chat.look_around()
        assert vigie.on_other_terms == 0
        said = await chat.command(ENGINEER, "why 1 restore")
        assert "saved version 2 of the policy" in said
        assert "holiday" in said
        assert before not in said


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Vigie]:
    vigie = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack",))
    await vigie.start()
    try:
        yield vigie
    finally:
        await vigie.stop()


async def restore_line(chat: Chat) -> str:
    """When restore is due, as the desk's card says."""
    card = everything(await chat.card())
    return next(line for line in card.splitlines() if "*Restore*" in line)
