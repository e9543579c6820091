"""A policy names people by user group: whoever is in it may, from the moment they come into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import CHIEF, ENGINEER, FRENCH, HEAD, LEAD, MANAGER, Chat
from tests.scenarios.seen import everything
from tests.scenarios.test_home import open_home, seen
from tests.waiting import LONGEST_SECONDS

NETOPS = "S0NETOPSGR1"
POLICY = f"""
roles: {{agents: [slack:{NETOPS}], leads: [{LEAD}], managers: none}}
levels: [{{contacts: [slack:{NETOPS}, {MANAGER}]}}]
"""


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A desk whose agents, and level 1's contacts, are a user group."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yml").write_text(POLICY)
    policy = tmp_path / "policy.yml"
    running = Vigie(
        Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy, **sockets),
        answer_within=LONGEST_SECONDS,
        local_platforms=("slack",),
    )
    await running.start()
    yield running
    await running.stop()


async def test_who_comes_into_the_group_may_and_who_leaves_it_may_not(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    assert refused(await chat.command(FRENCH, "take 1"))
    assert (await chat.post("group", users=[ENGINEER, FRENCH]))["ok"]
    await until_may(chat, FRENCH, "take 1")
    assert (await chat.post("group", users=[ENGINEER]))["ok"]
    await until_may_not(chat, FRENCH, "resume 1")


async def test_a_level_whose_contact_is_a_group_names_the_group(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(ENGINEER, await chat.card(), "rotating_light")
    thread = await chat.thread(await chat.card())
    assert any(f"<!subteam^{NETOPS}>" in line for line in thread), thread
    await chat.post("group", disabled=True)
    await chat.command(ENGINEER, "new sev1 Link down again")
    await until_may_not(chat, ENGINEER, "note 2 Waiting for the group to go")
    assert not refused(await chat.command(LEAD, "escalate 2 not resolved fast enough"))
    assert any(f"<@{MANAGER}>" in line for line in await chat.thread(await chat.card(2)))


async def test_who_leaves_the_group_sees_the_desks_queue_no_more(chat: Chat) -> None:
    await chat.post("group", users=[ENGINEER, FRENCH])
    await until_may(chat, ENGINEER, "new sev2 Port flapping")
    await open_home(chat, FRENCH, "La file du support", "Port flapping")
    await chat.post("group", users=[ENGINEER])
    text = ""
    for _ in range(100):
        text = await seen(chat, FRENCH, "Vos tickets")
        if "La file du support" not in text:
            return
        await chat.advance(1 / 60)
    raise AssertionError(text)


async def test_a_refusal_names_those_who_may_where_they_are_few(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    await chat.react(HEAD, card, "rotating_light")
    said = "\n".join(everything(m) for m in await chat.messages(HEAD) if m.only_for == HEAD)
    assert "only managers escalate with one (Ana Reyes, Marcus Webb, and Priya Nair)" in said


@pytest.mark.parametrize(
    ("error", "says"), [("internal_error", ("@netops", "internal_error")), ("missing_scope", ("usergroups:read",))]
)
async def test_when_slack_does_not_say_who_is_in_it_they_keep_their_roles_and_one_admin_is_told_once(
    chat: Chat, error: str, says: tuple[str, ...]
) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.post("fault", method="usergroups.users.list", error=error, count=2)
    for users in ([CHIEF], [HEAD]):
        await chat.post("group", users=users)
    assert "yours" in await chat.command(ENGINEER, "take 1")
    await chat.post("group", users=[ENGINEER, FRENCH])
    await until_may(chat, FRENCH, "note 1 I am in it now")
    await chat.settled()
    told = [everything(m) for m in await chat.messages(MANAGER, f"D{MANAGER[1:]}")]
    assert len([text for text in told if "usergroups:read" in text]) == 1, told
    assert all(word in told[-1] for word in says)


async def until_may(chat: Chat, user: str, text: str) -> None:
    """The bot asks Slack after it has answered the event: a moment later the person may."""
    said = ""
    for _ in range(50):
        said = await chat.command(user, text)
        if not refused(said):
            return
    raise AssertionError(said)


async def until_may_not(chat: Chat, user: str, text: str) -> None:
    """The other way round."""
    said = ""
    for _ in range(50):
        said = await chat.command(user, text)
        if refused(said):
            return
    raise AssertionError(said)


def refused(said: str) -> bool:
    return any(word in said for word in ("Only", "Seules", "Seuls"))
