"""The end of a shift: what is open is handed over, what presses once somebody accepts it."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, FRENCH, LEAD, Chat
from tests.scenarios.seen import everything


async def test_before_a_shift_ends_what_is_open_is_handed_over_and_what_presses_is_accepted(chat: Chat) -> None:
    """Ana's shift ends at 16:00 UTC, four hours after the story begins."""
    for words in ("new sev1 Link down in Sydney", "take 1", "new sev3 Odd lamp", "take 2"):
        await chat.command(ENGINEER, words)
    await chat.advance(209)
    before = len(await chat.written_to(ENGINEER))
    await chat.advance(2)
    *_, digest = await chat.written_to(ENGINEER)
    assert len(await chat.written_to(ENGINEER)) == before + 1
    assert all(words in everything(digest) for words in ("Your shift ends", "#1", "#2", "Next in line: "))
    await chat.advance(60)
    assert [m for m in await chat.written_to(ENGINEER) if "Your shift ends" in everything(m)] == [digest], "said once"
    (left,) = [m for m in await chat.written_to(LEAD) if "has ended. #1 is still theirs" in everything(m)]
    assert "#2" not in everything(left), "it can wait"
    assert "take" in " ".join(left.verbs)
    await chat.command(ENGINEER, f"handover {chat.at(FRENCH)}")
    await chat.settled()
    *_, handed = await chat.written_to(FRENCH)
    # Teams says in which language somebody reads once they act.
    assert ("vous passe la main" if chat.platform == "slack" else "hands over to you") in everything(handed)
    assert "Benoît Girard" in everything(await chat.card(2))
    assert "Ana Reyes" in everything(await chat.card(1))
    await chat.press(FRENCH, handed, "take", handed.channel)
    await chat.settled()
    assert "Benoît Girard" in everything(await chat.card(1))
    (seen_to,) = [m for m in await chat.written_to(FRENCH) if m.id == handed.id]
    assert "take" in " ".join(handed.verbs)
    assert "take" not in " ".join(seen_to.verbs), "nobody is asked what they have accepted"
    thread = await chat.thread(await chat.card(2))
    assert not any(f"<@{FRENCH}>" in said for said in thread), "told in one message, not one a ticket"


async def test_if_nobody_accepts_it_the_lead_is_asked(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Link flapping")
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    await chat.command(ENGINEER, f"handover {chat.at(FRENCH)}")
    await chat.advance(11)
    asked = [said for said in await chat.thread(card) if "nobody has accepted" in said]
    assert len(asked) == 1
    assert chat.at(LEAD) in asked[0] or f"<@{LEAD}>" in asked[0]


async def test_a_lead_says_who_is_on_call_for_somebody_else_and_takes_it_back(chat: Chat) -> None:
    assert "On call now: Priya Nair" in await chat.command(ENGINEER, "oncall")
    assert "is on call instead of" in await chat.command(LEAD, f"oncall swap {chat.at(LEAD)} {chat.at(FRENCH)} today")
    assert "On call now: Benoît Girard" in await chat.command(ENGINEER, "oncall")
    await chat.command(LEAD, "oncall undo")
    assert "D'astreinte maintenant : Priya Nair" in await chat.command(FRENCH, "astreinte")
