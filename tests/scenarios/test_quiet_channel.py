"""What the desk's channel hears of a ticket: enough that no breach surprises it, and nothing that could stay in the
thread; and what it need not heed any more says so."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, MANAGER, Chat, say
from tests.scenarios.seen import Message, everything


async def heard(chat: Chat) -> list[Message]:
    """What whoever looks at the desk's channel sees there, threads closed."""
    await chat.settled()
    return [
        m for m in await chat.messages(MANAGER)
        if not m.only_for
        and (not m.below or m.is_shown_above_too)
    ]  # fmt: skip


async def run_well(chat: Chat, minutes: int) -> None:
    """A severity 1 that is taken within ten minutes and updated every 24, until so long after its opening."""
    await chat.command(LEAD, "new sev1 Link down in Sydney")
    await chat.advance(9)
    await chat.command(ENGINEER, "take 1")
    passed = 9
    for update in range(24, minutes + 1, 24):
        await chat.advance(update - passed)
        passed = update
        await chat.command(ENGINEER, f"update 1 Still on it after {passed} minutes")
    await chat.advance(minutes - passed)


@pytest.mark.parametrize(("minutes", "count"), [(355, 7), (362, 8)])
async def test_a_well_run_severity_1_of_six_hours_makes_seven_messages_in_the_channel_and_eight_with_the_breach(
    chat: Chat, minutes: int, count: int
) -> None:
    """Card, naming, four warnings of the time to restore, closing line."""
    await run_well(chat, minutes)
    pings = [m["pings"] for m in await heard(chat) if m.get("pings")]
    await chat.command(ENGINEER, "restored 1 Moved to the other port")
    await chat.command(ENGINEER, "resolve 1 The port is replaced")
    said = [everything(m) for m in await heard(chat)]
    assert len(said) == count, said
    assert LEAD not in pings[0], "whoever acted is named without a mention"
    assert "Over:" in said[-1]
    assert "restored" in said[-1]
    assert all("Settled:" in line for line in said[1:-1]), "nothing is left that looks as if it waited for somebody"
    for message in (await heard(chat))[1:]:
        assert message.buttons == [], message
    thread = [m for m in await chat.messages(MANAGER) if m.below]
    assert sum("Settled:" in everything(m) and not m.is_shown_above_too for m in thread) >= 14


async def test_what_is_said_in_the_channel_names_whom_it_falls_to_at_once_and_closes_once_it_is_taken(
    chat: Chat,
) -> None:
    await chat.command(ENGINEER, "new sev2 Loss towards Frankfurt")
    _, naming = await heard(chat)
    assert naming["pings"] == [LEAD]
    assert "severity 2" in everything(naming)
    assert "Ana Reyes" in everything(naming)
    await chat.press(ENGINEER, naming, "take")
    card, closed = await heard(chat)
    assert "Settled: Ana Reyes took it at" in everything(closed)
    assert "#1" in everything(closed)
    await chat.react(ENGINEER, card, "eyes")
    await chat.react(ENGINEER, card, "eyes", present=False)


async def test_a_severity_that_comes_into_force_later_names_somebody_then(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Our VPN is unreachable", chat.customer)
    await chat.open_from(ENGINEER, root)
    assert not [m for m in await heard(chat) if "is waiting" in everything(m)], "nothing pressing was claimed"
    await chat.command(LEAD, "severity 1 1")
    card, naming = (await heard(chat))[-2:]
    assert "severity 1 is waiting" in everything(naming)
    replies = [m for m in await chat.messages(LEAD) if m.below == card["ts"]]
    assert replies[0] == naming, "before what the desk did"


async def test_the_owner_hears_of_the_last_minutes_in_the_channel_and_of_nothing_before(chat: Chat) -> None:
    await chat.command(LEAD, "new sev2 Loss towards Frankfurt")
    await chat.command(ENGINEER, "take 1")
    before = len(await heard(chat))
    await chat.advance(46)
    assert len(await heard(chat)) == before, "the warning is in the thread"
    await chat.advance(12)
    call = (await heard(chat))[-1]
    assert "Last call" in everything(call)
    assert call["pings"] == [ENGINEER]
    await chat.command(ENGINEER, "update 1 Nearly there")
    assert "Settled: Ana Reyes gave an update at" in everything((await heard(chat))[-1])


async def test_the_desk_reads_under_the_card_what_the_customer_reads_and_what_becomes_of_it(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 Portal is slow", chat.customer)
    card = await chat.card()
    root = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m) and not m.only_for)
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "update 1 We found the rooter")
    await chat.command(ENGINEER, "edit 1 We found the router")
    own = await say(chat, ENGINEER, "One more minute please", chat.customer, below=root)
    await chat.settled()
    thread = "\n".join(await chat.thread(card))
    for words in ("We found the router", "One more minute please", "Ana Reyes told the customer", "has this ticket"):
        assert words in thread
    assert "rooter" not in thread
    done = await chat.post("edit", channel=chat.customer, ts=own["ts"], user=ENGINEER, text="Two more minutes please")
    assert done["ok"], done
    assert "Two more minutes" in "\n".join(await chat.thread(card))
    done = await chat.post("delete", channel=chat.customer, ts=own["ts"], user=ENGINEER)
    assert done["ok"], done
    assert "more minute" not in "\n".join(await chat.thread(card))
    await chat.command(ENGINEER, "resolve 1 Replaced the router")
    assert "Replaced the router" in "\n".join(await chat.thread(card))
    assert not [m["pings"] for m in await chat.messages(MANAGER) if m.get("pings")], "and nobody was pinged by it"


@pytest.mark.parametrize(("severity", "shown"), [(2, True), (3, False)])
async def test_a_customers_answer_is_one_message_that_names_the_owner(chat: Chat, severity: int, shown: bool) -> None:
    await chat.command(ENGINEER, f"new sev{severity} Loss towards Frankfurt", chat.customer)
    card = await chat.card()
    root = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m) and not m.only_for)
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "resolve 1 Moved")
    before, count = len(await chat.thread(card)), len(await heard(chat))
    await say(chat, CUSTOMER, "It is down again", chat.customer, below=root)
    thread = await chat.thread(card)
    assert len(thread) == before + 1
    assert "open again" in thread[-1]
    assert len(await heard(chat)) == count + shown
    last = (await chat.below(card, MANAGER))[-1]
    assert last["pings"] == [ENGINEER]
    await say(chat, CUSTOMER, "And the phones too", chat.customer, below=root)
    await chat.settled()
    last = (await chat.below(card, MANAGER))[-1]
    assert "And the phones too" in everything(last)
    assert not last.get("pings"), "not again within five minutes"
    assert f"Ana Reyes: {chat.name(CUSTOMER)} wrote" in everything(last), "but whose it is is said"
