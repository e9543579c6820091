"""A policy changes while tickets are open: they keep their terms until somebody moves them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import Vigie
from bot.cli import main
from bot.config import Settings
from tests.scenarios.chat import ENGINEER, Chat, everything

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

    async def due() -> str:
        """When restore is due, in words, as the desk's card says."""
        card = everything(await chat.card())
        return next(line for line in card.splitlines() if line.startswith("*Restore*"))

    policy.write_text(OFFICE.format(holidays=""))
    running = Vigie(settings)
    await running.start()
    chat = Chat(http, running.address)
    await chat.look_around()
    await chat.command(ENGINEER, "new sev3 Link down in Sydney")
    before = await due()
    in_two_days = (running.now() + timedelta(days=2)).date()
    assert running.on_other_terms == 0
    await running.stop()

    policy.write_text(OFFICE.format(holidays=in_two_days))
    running = Vigie(settings)
    await running.start()
    assert running.on_other_terms == 1, "it is offered"
    await running.stop()
    assert main(["policy", "move", "--yes"]) == 0

    running = Vigie(settings)
    await running.start()
    chat = Chat(http, running.address)
    await chat.look_around()
    assert running.on_other_terms == 0
    said = await chat.command(ENGINEER, "why 1 restore")
    assert "subject to version 2 of the policy" in said
    assert "holiday" in said
    assert before not in said
    await running.stop()
