"""A major incident at a desk that speaks French: a promise is shown with its recipients, and given to all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, Chat, say
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS

POLICY = "version: 1\ndesks: {support: {language: fr, timezone: UTC}}\n"


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A desk that speaks French."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yml").write_text(POLICY, encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=tmp_path / "policy.yml", **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=(platform,))
    await running.start()
    yield running
    await running.stop()


@pytest.mark.slow
async def test_in_french_a_promise_reaches_every_customer_once_it_was_seen_to_whom_it_goes(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Core router in Sydney is down")
    trouble = await say(chat, CUSTOMER, "Plus rien ne marche au bureau de Sydney", chat.customer)
    await chat.open_from(ENGINEER, trouble)
    await chat.settled()
    await chat.command(LEAD, "majeur 1 2")
    await chat.settled()
    assert "Incident majeur" in everything(await chat.card(1))
    assert "Fait partie de l'incident majeur" in everything(await chat.card(2))
    await chat.command(ENGINEER, "promets 1 dans 20 min On change le routeur")
    await chat.settled()
    preview = next(
        m for m in reversed(await chat.messages(ENGINEER)) if m.only_for == ENGINEER and "(#1)" in everything(m)
    )
    assert "(#2)" in everything(preview)

    async def read() -> list[str]:
        found = [everything(m) for m in await chat.messages(CUSTOMER, chat.customer)]
        return [each for each in found if "On change le routeur" in each]

    assert await read() == []
    await chat.press(ENGINEER, preview, "promise")
    await chat.settled()
    assert len(await read()) == 1
    await chat.command(ENGINEER, "résoudre 1 Le routeur est changé")
    await chat.settled()
    asked = [everything(m) for m in await chat.messages(CUSTOMER, chat.customer)]
    assert [each for each in asked if "Est-ce revenu chez vous ?" in each]
