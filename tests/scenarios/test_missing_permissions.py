"""Without a permission its feature does without, the ticket does not, and an admin is told once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from bot.slack.scopes import METHODS, SCOPES
from bot.slack_emulator.workspace_people import PEOPLE
from bot.wording.speech import speech
from tests.scenarios.chat import ENGINEER, FRENCH, LEAD, Chat
from tests.scenarios.inside import slack_of
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS

OPTIONAL = {scope.name for scope in SCOPES if scope.optional}
ADMINS = [person.id for person in PEOPLE.values() if "admin" in person.roles]
# The methods that only optional permissions allow, each with what makes the bot call it.
DEPENDENT = sorted(method for method, scopes in METHODS.items() if scopes and set(scopes) <= OPTIONAL)


async def told(chat: Chat, user: str) -> list[str]:
    """What that person was told by direct message."""
    state = await chat.get("state")
    mine = [c["id"] for c in state["channels"] if c["kind"] == "dm" and user in c["members"]]
    return [everything(message) for channel in mine for message in await chat.messages(user, channel)]


async def lose(chat: Chat, method: str) -> None:
    done = await chat.post("fault", method=method, error="missing_scope", count=50)
    assert done["ok"], done


async def doubt(chat: Chat, text: str) -> None:
    """Make the bot wonder whether an update has arrived: it then looks through the channel's history."""
    await chat.post("fault", method="chat.postMessage", error="disconnect", count=1, after_posting=True)
    await chat.command(ENGINEER, text)
    await chat.advance(1)


async def refusals(chat: Chat) -> list[str]:
    """What the admins were told of missing permissions."""
    return [line for admin in ADMINS for line in await told(chat, admin) if "refuses me the permission" in line]


def test_every_optional_method_is_tried_here() -> None:
    assert DEPENDENT == [
        "conversations.history", "conversations.replies", "dnd.teamInfo",
        "files.completeUploadExternal", "files.getUploadURLExternal",  # in `test_pictures`
        "usergroups.list", "usergroups.users.list",
    ]  # fmt: skip


async def test_without_history_updates_still_arrive_and_an_admin_is_told_once(chat: Chat) -> None:
    for method in DEPENDENT:
        await lose(chat, method)
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    for n in (1, 2):
        await doubt(chat, f"update 1 We are on it {n}")
        assert any(f"We are on it {n}" in line for line in await chat.thread(card))
    lines = await refusals(chat)
    assert len(lines) == 1
    assert "channels:history" in lines[0]
    assert "threads in public channels are not read" in lines[0]


@pytest.mark.parametrize("method", ["users.info", "conversations.members"])
async def test_a_required_permission_that_is_gone_never_costs_a_ticket(vigie: Vigie, chat: Chat, method: str) -> None:
    await lose(chat, method)
    for workspace in slack_of(vigie).workspaces:
        await workspace.people.refresh()
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.card()
    lines = await refusals(chat)
    assert len(lines) == 1


async def test_without_user_groups_nobody_is_lost_and_an_admin_is_told_once(vigie: Vigie, chat: Chat) -> None:
    for method in DEPENDENT:
        await lose(chat, method)
    for _ in range(2):
        for workspace in slack_of(vigie).workspaces:
            await workspace.people.refresh()
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.card()
    lines = await refusals(chat)
    assert len(lines) == 1
    assert "usergroups:read" in lines[0]
    assert "the policy must name people one by one" in lines[0]


async def ask_who_can_be_disturbed(vigie: Vigie) -> None:
    for workspace in slack_of(vigie).workspaces:
        await workspace.people.presences.refresh()


async def test_of_equals_it_is_not_the_one_whom_slack_does_not_disturb_and_the_reason_says_where_it_is(
    vigie: Vigie, chat: Chat
) -> None:
    await chat.post("presence", user=ENGINEER, minutes=60)
    await ask_who_can_be_disturbed(vigie)
    await chat.command(LEAD, "new sev3 A minor thing")
    assert "Benoît Girard" in everything(await chat.card(1))
    for user in (FRENCH, LEAD):
        await chat.command(user, "away")
    await chat.command(LEAD, "new sev3 A minor thing")
    card = everything(await chat.card(2))
    assert "Ana Reyes" in card
    assert "do not disturb until" in card


async def test_without_the_permission_nothing_is_known_of_it_and_nobody_is_told(vigie: Vigie, chat: Chat) -> None:
    await chat.post("presence", user=ENGINEER, minutes=60)
    await lose(chat, "dnd.teamInfo")
    await ask_who_can_be_disturbed(vigie)
    await chat.command(LEAD, "new sev3 A minor thing")
    card = everything(await chat.card())
    assert "Ana Reyes" in card
    assert "do not disturb" not in card
    assert not await refusals(chat)


async def test_a_restart_does_not_tell_it_again(
    database_url: str, sockets: dict[str, Any], vigie: Vigie, chat: Chat
) -> None:
    await lose(chat, "conversations.replies")
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.card()
    await doubt(chat, "update 1 We are on it")
    await vigie.stop()
    again = Vigie(
        Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, **sockets),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await again.start()
    if not sockets:
        chat.address = again.address
    await lose(chat, "conversations.replies")
    await doubt(chat, "update 1 We still are")
    lines = await refusals(chat)
    assert len(lines) == 1
    await again.stop()


def test_what_is_lost_is_said_in_both_languages_as_the_table_has_it() -> None:
    for scope in SCOPES:
        key = "lost." + re.sub(r"\W", "-", scope.name)
        assert speech("en").text(key) == scope.lost
        assert speech("fr").text(key)
