"""Whatever one person is told in private appears where they acted: Slack shows it nowhere else, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bot.local_workspace.joining import join
from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, HEAD, LEAD, MANAGER, Chat, say
from tests.scenarios.seen import Message, everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Json = dict[str, Any]


@dataclass
class Ear:
    """Hears what is said to one person alone in a channel, from now on."""

    chat: Chat
    user: str
    channel: str
    known: set[str]

    @classmethod
    async def of(cls, chat: Chat, user: str, channel: str) -> Ear:
        """An ear that knows what was said so far."""
        return cls(chat, user, channel, {m["ts"] for m in await chat.messages(user, channel)})

    async def heard(self) -> Message:
        """The one thing that was said since; it may come after what it answers."""
        for _ in range(60):
            await self.chat.settled()
            found = [
                m for m in await self.chat.messages(self.user, self.channel)
                if m["ts"] not in self.known and m.only_for == self.user and m["user"] != self.user
            ]  # fmt: skip
            if found:
                assert len(found) == 1, [everything(m) for m in found]
                return found[0]
        raise AssertionError(f"silence in {self.channel}")


async def below(chat: Chat, root: Message, words: str, channel: str | None = None) -> Message:
    """The message in a thread with these words in it."""
    return next(m for m in await chat.below(root) if words in everything(m))


@SQLITE
@pytest.mark.parametrize("name", ["rotating_light", "eyes", "white_check_mark", "ticket"])
async def test_a_reaction_is_answered_where_it_was_put(chat: Chat, name: str) -> None:
    """In the channel on the card, fresh or not, and on a reply that is shown there; in the thread on a reply alone."""
    await chat.command(ENGINEER, "new sev1 Link down")
    fresh = await chat.card()
    await chat.command(ENGINEER, "resolve 1 done")
    places: list[tuple[Message, str | None]] = [(fresh, None)]
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.react(ENGINEER, fresh, name)
    assert (await ear.heard()).below is None
    # On another ticket, which has a talk by now: its card, what was shown in the channel, replies of us and of people.
    await chat.command(ENGINEER, "new sev1 Switch down")
    card = await chat.card(2)
    await chat.command(ENGINEER, "note 2 a note of ours")
    await say(chat, LEAD, "a note of hers", chat.desk, below=card)
    await chat.react(MANAGER, card, "rotating_light")
    await chat.command(ENGINEER, "resolve 2 done")
    shown = await below(chat, card, "was escalated to Level 1")
    assert shown.is_shown_above_too
    places = [
        (card, None),
        (shown, None),
        (await below(chat, card, "a note of ours"), card["ts"]),
        (await below(chat, card, "a note of hers"), card["ts"]),
    ]
    for message, thread in places:
        if not (message.is_ours or chat.hears_every_reaction):
            continue
        ear = await Ear.of(chat, FRENCH, chat.desk)
        await chat.react(FRENCH, message, name, settle=False)
        await chat.advance(1)  # past the channel's rest, which is of real seconds otherwise
        assert (await ear.heard()).below == thread, everything(message)


@SQLITE
async def test_the_reasons_to_pick_are_offered_where_the_manager_reacted(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    ear = await Ear.of(chat, MANAGER, chat.desk)
    await chat.react(MANAGER, card, "rotating_light")
    offered = await ear.heard()
    assert offered.below is None
    ear = await Ear.of(chat, MANAGER, chat.desk)
    done = await chat.press(MANAGER, offered, "reason")
    assert done["status"] == 200
    assert any("Reason of Marcus Webb" in line for line in await chat.thread(card))


@SQLITE
async def test_in_the_customers_channel_it_is_no_different(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.card()
    receipt = await below(chat, root, "We have it", chat.customer)
    theirs = await say(chat, CUSTOMER, "It got worse", chat.customer, below=root)
    for message, thread in ((root, None), (receipt, root["ts"]), (theirs, root["ts"])):
        if not (message.is_ours or chat.hears_every_reaction):
            continue
        ear = await Ear.of(chat, CUSTOMER, chat.customer)
        await chat.react(CUSTOMER, message, "rotating_light", channel=chat.customer)
        assert (await ear.heard()).below == thread, everything(message)


@SQLITE
async def test_a_button_is_answered_where_it_was_pressed(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    stale = await chat.card()
    await chat.react(HEAD, stale, "rotating_light")
    shown = await below(chat, stale, "was escalated to Level 1")
    await chat.command(ENGINEER, "assign 1 @Benoît Girard")
    reply = await below(chat, stale, "assigned this ticket to you")
    for message, verb, thread in ((shown, "show", None), (reply, "promise", stale["ts"])):
        ear = await Ear.of(chat, LEAD, chat.desk)
        await chat.press(LEAD, message, verb)
        if verb == "promise":  # the form that it opens is of that thread too: who it is refused to learns it there
            assert (await chat.view(LEAD)).knows(stale.id)
        else:
            assert (await ear.heard()).below == thread


@SQLITE
async def test_whoever_is_not_there_any_more_is_told_in_a_direct_message(chat: Chat) -> None:
    """A message for one person alone is shown to those who are looking, or never."""
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    await chat.post("fault", method="chat.postEphemeral", error="http_500", count=1)
    done = await chat.post("reaction", channel=chat.desk, ts=card["ts"], user=FRENCH, name="rotating_light")
    assert done["ok"]
    await chat.advance(6, jump=True)
    await chat.settled()
    assert await chat.alone(FRENCH)


@SQLITE
async def test_a_reaction_on_a_stray_copy_is_answered_with_the_way_to_the_card(chat: Chat) -> None:
    """Slack posted a message of ours twice, say, and only one of them is on record."""
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    await stray(chat, "A stray message of mine")
    copy = next(m for m in await chat.messages(MANAGER) if "A stray message of mine" in everything(m))
    for user, name in (
        (MANAGER, "rotating_light"),
        (ENGINEER, "eyes"),
        (ENGINEER, "ticket"),
        (LEAD, "white_check_mark"),
    ):
        ear = await Ear.of(chat, user, chat.desk)
        await chat.react(user, copy, name, settle=False)
        await chat.advance(1)
        said = await ear.heard()
        assert "did nothing" in everything(said) or "no ticket was opened" in everything(said)
        assert said.below is None
    assert "Level 1" not in everything(await chat.card())
    assert card["ts"] != copy["ts"]


@SQLITE
async def test_a_stray_copy_of_the_card_leads_to_the_card_that_counts(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    span = {"channel": chat.desk, "latest": card["ts"], "oldest": card["ts"]}
    found = await as_bot(chat, "conversations.history", **span, inclusive=True, include_all_metadata=True)
    await stray(chat, "A second card", metadata=found["messages"][0]["metadata"])
    copy = next(m for m in await chat.messages(MANAGER) if "A second card" in everything(m))
    ear = await Ear.of(chat, MANAGER, chat.desk)
    await chat.react(MANAGER, copy, "rotating_light", settle=False)
    await chat.advance(1)
    said = everything(await ear.heard())
    assert "stray copy" in said
    assert f"p{card['ts'].replace('.', '')}|#1>" in said


async def stray(chat: Chat, text: str, **more: Any) -> None:
    """Post something in the bot's name that the bot knows nothing of."""
    await as_bot(chat, "chat.postMessage", channel=chat.desk, text=text, **more)


async def as_bot(chat: Chat, method: str, **args: Any) -> Json:
    """Call a method of the Web API with the bot's own token."""
    joined = await join(chat.session, chat.address, chat.address, ("slack",))
    token = joined.platforms["slack"]["bot_token"]
    async with chat.session.post(
        f"{chat.address}/local/api/{method}", json=args, headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        found: Json = await answer.json()
        assert found["ok"], found
        return found
