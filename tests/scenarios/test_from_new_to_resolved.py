"""The main job, end to end: a ticket is opened, warned about, breached, escalated and resolved."""

from __future__ import annotations

import asyncio

from tests.scenarios.chat import BOTH_WAYS, CUSTOMER, ENGINEER, HEAD, MANAGER, Chat
from tests.scenarios.seen import everything

pytestmark = BOTH_WAYS


async def test_a_ticket_opened_by_text_gets_a_card_with_its_number_severity_and_three_deadlines(chat: Chat) -> None:
    said = await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    assert "#1" in said
    card = await chat.card()
    text = everything(card)
    assert "#1 Link down in Sydney" in text
    assert "Severity" in text
    assert len(card.times) >= 3
    for clock in ("Response", "Update", "Restore"):
        assert clock in text


async def test_the_channel_is_warned_before_a_deadline_passes_and_told_when_it_has(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await chat.advance(11)
    thread = await chat.thread(card)
    assert any("Response" in line and "left" in line for line in thread), thread
    assert not any("breached" in line for line in thread)
    await chat.advance(5)
    thread = await chat.thread(card)
    assert any("Response" in line and "breached" in line for line in thread), thread
    broadcast = [m for m in await chat.messages(ENGINEER) if m.is_shown_above_too]
    assert any("breached" in everything(m) for m in broadcast)
    assert "breached" in everything(await chat.card())


async def test_escalation_by_reaction_is_refused_to_an_engineer_and_accepted_from_a_manager(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await chat.react(ENGINEER, card, "rotating_light")
    assert "Level" not in everything(await chat.card())
    refusals = [m for m in await chat.messages(ENGINEER) if m.only_for == ENGINEER]
    assert any("managers" in everything(m) for m in refusals), [everything(m) for m in refusals]
    await chat.react(MANAGER, card, "rotating_light")
    assert "Level 1" in everything(await chat.card())
    thread = await chat.thread(card)
    assert sum("escalated to Level 1" in line for line in thread) == 1


async def test_two_managers_who_react_at_once_climb_one_level_and_the_other_is_told_why(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await asyncio.gather(*(chat.react(who, card, "rotating_light", settle=False) for who in (MANAGER, HEAD)))
    said = everything(await chat.card())
    assert "Level 1" in said
    assert "Level 2" not in said
    assert sum("escalated to Level" in line for line in await chat.thread(card)) == 1
    told = {
        who: " ".join(everything(m) for m in await chat.messages(who) if m.only_for == who) for who in (MANAGER, HEAD)
    }
    assert sum("endorsement was noted" in each for each in told.values()) == 1, told
    assert sum("You escalated #1 to level 1" in each for each in told.values()) == 1, told


async def test_the_whole_story_of_a_ticket(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss towards Frankfurt", chat.customer)
    card = await chat.card()
    root = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m) and not m.only_for)

    await chat.react(ENGINEER, card, "eyes")
    assert any("Ana Reyes" in line for line in await chat.thread(root, chat.customer, CUSTOMER))
    await chat.command(ENGINEER, "update 1 We see loss on one port & are moving you")
    assert any("one port & are" in line for line in await chat.thread(root, chat.customer, CUSTOMER))
    assert "Promised on #1" in await chat.command(ENGINEER, "promise 1 in 3h")
    assert "promised" in everything(await chat.card())
    assert "waiting" in await chat.command(ENGINEER, "wait 1 need the customer's traceroute")
    assert "waiting" in everything(await chat.card())
    assert "paused" in everything(await chat.card())
    await chat.advance(30)

    done = await chat.post("message", channel=chat.customer, user=CUSTOMER, text="Here it is", thread_ts=root["ts"])
    assert done["ok"], done
    text = everything(await chat.card())
    assert "paused" not in text
    assert any("Here it is" in line for line in await chat.thread(card))

    await chat.advance(60 * 4)
    assert any("breached" in line for line in await chat.thread(card))
    await chat.react(MANAGER, card, "rotating_light")
    assert "Level 1" in everything(await chat.card())
    assert "resolved" in await chat.command(ENGINEER, "resolve 1 moved to the other port")
    assert "resolved" in everything(await chat.card())
    assert any("resolved" in line for line in await chat.thread(root, chat.customer, CUSTOMER))


async def test_a_ticket_opened_by_the_form_is_the_same_as_one_opened_by_text(chat: Chat) -> None:
    await chat.open_form(ENGINEER, "new")
    done = await chat.submit(
        ENGINEER, category="incident", severity="1", summary="Paris is down", description="Since noon"
    )
    assert done["ok"], done
    text = everything(await chat.card())
    assert "#1 Paris is down" in text
    assert "Since noon" in text


async def test_a_form_without_a_summary_or_with_a_severity_on_provisioning_says_so_under_the_field(chat: Chat) -> None:
    await chat.open_form(ENGINEER, "new")
    done = await chat.submit(ENGINEER, category="provisioning", severity="1", summary="New port")
    assert "severity" in done.get("errors", {}), done
    done = await chat.submit(ENGINEER, category="provisioning", severity=None, summary="")
    assert "summary" in done.get("errors", {}), done


async def test_a_summary_may_hold_any_word(chat: Chat) -> None:
    """Slack's own framework trips over this one."""
    assert "#1" in await chat.command(ENGINEER, "new sev3 payload too large")
    assert "payload too large" in everything(await chat.card())


async def test_an_engineer_who_asks_and_does_the_work_pings_nobody_by_it(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 Port flapping")
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "update 1 Replacing the optic")
    await chat.command(ENGINEER, "resolve 1 Done")
    await chat.settled()
    assert [everything(m) for m in await chat.messages(ENGINEER) if m.get("pings")] == []


async def test_a_number_alone_shows_its_ticket(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    assert "Port flapping" in await chat.command(ENGINEER, "#1")
