"""Vigie runs beside another help desk: it hears everything, and only the lead hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, MANAGER, SQLITE, Chat, say
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS


@pytest.fixture
async def vigie(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vigie]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yml").write_text("shadow: {until: 2026-03-12}", encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=tmp_path / "policy.yml")
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack",))
    await running.start()
    yield running
    await running.stop()


@pytest.mark.slow
@SQLITE
async def test_until_its_day_comes_the_lead_alone_hears_of_it_and_then_it_speaks_from_now_on(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    await say(chat, CUSTOMER, "Our line in Lyon is down", chat.customer)
    await chat.command(ENGINEER, "new sev1 Fibre cut")
    await chat.command(ENGINEER, "take 1")
    await chat.settled()
    for _ in range(3):
        await chat.advance(60)
    assert "Fibre cut" in await chat.command(ENGINEER, "queue"), "whoever asks is answered"
    assert '"shadow_until": "2026-03-1' in await shown(chat, "/readyz")
    assert "Shadow mode until Thu, Mar 12" in await shown(chat, "/")
    assert await told(chat, MANAGER, chat.desk) == []
    assert await told(chat, CUSTOMER, chat.customer) == []
    await chat.advance(18 * 60)
    assert await told(chat, MANAGER, chat.desk) == []
    assert await chat.written_to(ENGINEER) == []
    [day] = await chat.written_to(LEAD)
    assert "Shadow mode, until" in everything(day)
    assert "#2" in everything(day), "what it missed"

    await chat.advance(16 * 60)
    [first] = await told(chat, MANAGER, chat.desk)
    assert "Vigie speaks from now on" in first
    await chat.command(ENGINEER, "update 1 It is spliced")
    await chat.settled()
    assert any("Fibre cut" in each or "Lyon" in each for each in await told(chat, MANAGER, chat.desk)), "with its card"
    assert "shadow" not in await shown(chat, "/readyz")
    assert "Shadow mode" not in await shown(chat, "/")


async def shown(chat: Chat, path: str) -> str:
    """What is answered there."""
    async with chat.session.get(f"{chat.address}{path}", headers={"Accept-Language": "en"}) as answer:
        return await answer.text()


async def told(chat: Chat, person: str, channel: str) -> list[str]:
    """What stands there of Vigie, as somebody sees it who has asked nothing there."""
    found = await chat.messages(person, channel)
    return [everything(each) for each in found if each.get("bot_id")]
