"""What Teams has and Slack has not, or has otherwise: chats without threads, an app that is opened, an extension, and
owners who think better of what they allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.teams_emulator.workspace_channels import GROUP_ID
from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, HEAD, LEAD, MANAGER, Chat, say
from tests.scenarios.platforms import TEAMS
from tests.scenarios.seen import Message, everything
from tests.scenarios.seen_in_teams import action_of, actions
from tests.scenarios.teams_chat import TeamsChat

pytestmark = [
    pytest.mark.parametrize("platform", [TEAMS], indirect=True),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def teams(chat: Chat) -> TeamsChat:
    """The workspace, with what Teams alone has."""
    assert isinstance(chat, TeamsChat)
    return chat


async def in_chat(teams: TeamsChat, user: str) -> list[Message]:
    """What the bot wrote to somebody directly."""
    await teams.settled()
    return [m for m in await teams.messages(user, teams.anywhere(user)) if m.is_ours]


@pytest.mark.slow
async def test_in_a_chat_with_the_bot_every_word_is_for_it(teams: TeamsChat) -> None:
    assert "#1" in await teams.command(ENGINEER, "new sev1 Link down in Sydney", teams.anywhere(ENGINEER))
    assert await teams.card()
    told = await say(teams, ENGINEER, "list open", teams.anywhere(ENGINEER))
    await teams.settled()
    after = [m for m in await in_chat(teams, ENGINEER) if m.id > told.id]
    assert any("Link down in Sydney" in everything(m) for m in after)


@pytest.mark.slow
async def test_in_a_group_chat_a_slash_is_answered_to_its_author_alone(teams: TeamsChat) -> None:
    said = await teams.command(ENGINEER, "new sev2 Port flapping", GROUP_ID)
    assert "#1" in said
    assert not [m for m in await teams.messages(FRENCH, GROUP_ID) if "Ticket #1 is open" in everything(m)]
    assert "Port flapping" in everything(await teams.card())


async def test_the_extension_makes_a_ticket_that_is_as_old_as_its_message(teams: TeamsChat) -> None:
    message = await say(teams, CUSTOMER, "BGP is down\nSince 08:15 <here> & *there*", teams.customer)
    await teams.advance(20)
    await teams.open_from(ENGINEER, message)
    card = await teams.card()
    assert "#1 BGP is down" in everything(card)
    assert teams.name(CUSTOMER) in everything(card)
    assert any(abs(at - message.at - timedelta(hours=24)) < timedelta(minutes=1) for at in card.times), "of severity 2"
    await teams.command(ENGINEER, "update 1 We see it")
    assert any("We see it" in line for line in await teams.thread(message, teams.customer, CUSTOMER))
    await say(teams, CUSTOMER, "Any news?", teams.customer, below=message)
    assert any("Any news?" in line for line in await teams.thread(card))
    await teams.open_from(FRENCH, message)
    assert "#1 BGP is down" in (await teams.view(FRENCH)).text, "its ticket is shown, and no other made"
    assert "#2" not in await teams.command(ENGINEER, "list open")


@pytest.mark.slow
async def test_a_ticket_from_nowhere_is_opened_beside_the_composer(teams: TeamsChat) -> None:
    done = await teams.post("shortcut", user=HEAD, callback_id="ticket.new", channel=teams.anywhere(HEAD))
    assert done["ok"], done
    assert (await teams.submit(HEAD, category="inquiry", summary="How do I order a port?"))["ok"]
    assert "How do I order a port?" in everything(await teams.card())
    assert any("Ticket #1 is open" in everything(m) for m in await teams.written_to(HEAD))


@pytest.mark.slow
async def test_whoever_opens_the_app_sees_what_waits_for_them_and_works_from_there(teams: TeamsChat) -> None:
    await teams.command(ENGINEER, "new sev2 Port flapping")
    await teams.command(ENGINEER, "take 1")
    done = await teams.post("open-home", user=ENGINEER)
    assert done["ok"], done
    home = (await in_chat(teams, ENGINEER))[-1]
    assert "Port flapping" in everything(home)
    await teams.press(ENGINEER, home, "update", teams.anywhere(ENGINEER))
    assert (await teams.submit(ENGINEER, text="We are on it"))["ok"]
    assert any("We are on it" in line for line in await teams.thread(await teams.card()))


@pytest.mark.slow
async def test_an_admin_sets_the_desk_up_by_card(teams: TeamsChat) -> None:
    await teams.command(MANAGER, "setup")
    message = [m for m in await teams.messages(MANAGER) if m.only_for == MANAGER][-1]
    await teams.press(MANAGER, message, "setup.desk")
    done = await teams.submit(MANAGER, hours="mon-fri 09:00-18:00", timezone="Europe/Paris")
    assert done["ok"], done
    await teams.settled()
    said = [text for m in await teams.messages(ENGINEER) if "Marcus Webb changed" in (text := everything(m))]
    assert len(said) == 1
    assert "Europe/Paris" in said[0]


async def test_without_consent_to_read_all_a_customer_answers_by_button(teams: TeamsChat) -> None:
    await teams.post("consent", platform=TEAMS, reads_all=False)
    await teams.command(ENGINEER, "new sev2 Packet loss", teams.customer)
    card = await teams.card()
    await teams.command(ENGINEER, "update 1 Which floor is it?")
    root = next(m for m in await teams.messages(CUSTOMER, teams.customer) if "#1" in everything(m) and not m.only_for)
    await say(teams, CUSTOMER, "The second", teams.customer, below=root)
    assert not any("The second" in line for line in await teams.thread(card)), "it does not arrive"
    told = next(m for m in await teams.below(root, CUSTOMER) if "Which floor" in everything(m))
    (answer,) = [one for one in actions(told["card"]) if action_of(one) == "ticket.update"] or actions(told["card"])[:1]
    await teams.press(CUSTOMER, told, action_of(answer).removeprefix("ticket."), teams.customer)
    done = await teams.submit(CUSTOMER, text="It is the second floor")
    assert done["ok"], done
    assert any("second floor" in line for line in await teams.thread(card))


@pytest.mark.slow
async def test_where_nothing_private_can_be_said_it_comes_into_the_persons_own_chat(teams: TeamsChat) -> None:
    await teams.post("consent", platform=TEAMS, targeted=False)
    await say(teams, ENGINEER, "@Vigie new sev2 Port flapping", teams.desk)
    assert "Port flapping" in everything(await teams.card())
    told = "\n".join(everything(m) for m in await in_chat(teams, ENGINEER))
    assert "#1" in told
    assert "support" in told, "it says where it came from"
    await say(teams, ENGINEER, "@Vigie show 1", GROUP_ID)
    told = everything((await in_chat(teams, ENGINEER))[-1])
    assert "what you did in a group chat" in told
    assert GROUP_ID not in told, "Teams tells no name of it"


@pytest.mark.slow
async def test_what_is_taken_out_of_a_chat_is_out_and_back_is_back(teams: TeamsChat) -> None:
    bot = teams.bot_of(await teams.look_around())
    await teams.post("invite", channel=GROUP_ID, user=bot, present=False)
    refused = await teams.post("command", channel=GROUP_ID, user=ENGINEER, command="/ticket", text="list")
    assert not refused["ok"]
    await teams.post("invite", channel=GROUP_ID, user=bot)
    assert "no open tickets" in await teams.command(ENGINEER, "list open", GROUP_ID)


@pytest.mark.slow
async def test_who_lets_every_message_become_a_ticket_is_told_where_they_arrive(teams: TeamsChat) -> None:
    told = await teams.command(LEAD, "channel auto", teams.customer)
    assert "From now on every message" in told
    assert "In Teams I hear what does not mention me only where my app was allowed" in told
    assert "I hear" not in await teams.command(LEAD, "channel manual", teams.customer)
