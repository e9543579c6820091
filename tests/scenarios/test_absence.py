"""Whoever is away keeps their tickets; what is said about them goes to the lead meanwhile."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, FRENCH, LEAD, Chat
from tests.scenarios.seen import everything


async def test_a_warning_about_the_ticket_of_somebody_who_is_away_goes_to_the_lead(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    told = await chat.command(ENGINEER, "away until tomorrow 9am dentist")
    assert "You are away until" in told
    assert "Your open ticket stays yours" in told
    assert "Priya Nair" in told
    await chat.advance(28)
    warning = (await chat.thread(card))[-1]
    assert f"<@{LEAD}>" in warning
    assert f"<@{ENGINEER}>" not in warning
    assert "Ana Reyes" in everything(await chat.card())
    assert "Ana Reyes (en absence jusqu'à" in await chat.command(FRENCH, "liste ouverts")


async def test_whoever_is_back_is_told_again(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    assert "until you type /ticket back" in await chat.command(ENGINEER, "away")
    assert "You are back" in await chat.command(ENGINEER, "back")
    assert "not away" in await chat.command(ENGINEER, "back")
    await chat.advance(28)
    assert f"<@{ENGINEER}>" in (await chat.thread(card))[-1]


async def test_an_absence_ends_by_itself(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Link flapping")
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "away 5 min")
    assert "(away until" in await chat.command(ENGINEER, "list")
    await chat.advance(6)
    assert "away" not in await chat.command(ENGINEER, "list")


async def test_whoever_gives_a_ticket_to_somebody_who_is_away_is_told(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Link flapping")
    assert "away" not in await chat.command(ENGINEER, f"assign 1 {chat.at(FRENCH)}")
    await chat.command(ENGINEER, "take 1")
    await chat.command(FRENCH, "absent")
    assert "Benoît Girard is away: what is said about it goes to the lead" in await chat.command(
        ENGINEER, f"assign 1 {chat.at(FRENCH)}"
    )
