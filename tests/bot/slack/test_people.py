"""What Slack says of people is kept in the order in which it was said, whichever way it was heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from bot.desk.runtime import DeskRuntime
from bot.slack.client import SlackClient
from bot.slack.order import Order
from bot.slack.people import People
from storage.accounts import load_accounts, load_members

Json = dict[str, Any]
DESK = "slack:CDESK"
ADAM = "slack:UADM"


class SlowSlack:
    """A Slack that answers at once with what is true then, and whose answers can be kept on their way."""

    def __init__(self) -> None:
        self.people: dict[str, Json] = {"UADM": {"is_admin": True}}
        self.members = ["UADM"]
        self.held: set[str] = set()
        self.is_read, self.arrives = asyncio.Event(), asyncio.Event()

    def said_of(self, user: str) -> Json:
        return {"id": user, "team_id": "T1", "profile": {"real_name": "Adam"}, **self.people.get(user, {})}

    async def _arrive(self, method: str) -> None:
        if method in self.held:
            self.held.discard(method)
            self.is_read.set()
            await self.arrives.wait()

    async def users_info(self, user: str, **_: object) -> Json:
        answer = {"user": self.said_of(user)}
        await self._arrive("users_info")
        return answer

    async def conversations_members(self, **_: object) -> Json:
        answer = {"members": list(self.members)}
        await self._arrive("conversations_members")
        return answer

    async def usergroups_list(self, **_: object) -> Json:
        return {"usergroups": []}

    async def dnd_teamInfo(self, **_: object) -> Json:  # noqa: N802  as it is called in the SDK
        return {"users": {}}

    async def users_getPresence(self, **_: object) -> Json:  # noqa: N802  as it is called in the SDK
        return {"presence": "active"}


@pytest.fixture
def slack() -> SlowSlack:
    return SlowSlack()


@pytest.fixture
def people(desk: DeskRuntime, slack: SlowSlack, monkeypatch: pytest.MonkeyPatch) -> People:
    people = People(desk, cast("SlackClient", slack), "T1")

    async def channels() -> list[str]:
        return [DESK]

    monkeypatch.setattr(people, "_channels", channels)
    return people


WAYS: dict[str, Callable[[People], Awaitable[None]]] = {
    "everybody": People.refresh,
    "whoever holds a role": People.refresh_roles,
    "whoever moved": lambda people: people.moved("UADM", DESK),
}


async def is_admin(people: People) -> tuple[bool, bool]:
    """As the desk has it, and as it is stored."""
    desk = people.desk
    stored = await desk.database.read(lambda session: load_accounts(session, desk.organisation_id))
    return desk.directory.accounts[ADAM].is_admin, stored[ADAM].is_admin


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_an_answer_from_before_an_event_never_replaces_what_the_event_said(
    people: People, slack: SlowSlack, way: Callable[[People], Awaitable[None]]
) -> None:
    await people.meet("UADM")
    assert await is_admin(people) == (True, True)
    slack.held = {"users_info"}
    asking = asyncio.ensure_future(way(people))
    await slack.is_read.wait()
    slack.people["UADM"] = {"is_admin": False}
    await people.changed(slack.said_of("UADM"))
    assert await is_admin(people) == (False, False)
    slack.arrives.set()
    await asking
    assert await is_admin(people) == (False, False)


async def test_an_event_of_somebody_being_met_is_kept_after_what_was_asked(people: People, slack: SlowSlack) -> None:
    slack.held = {"users_info"}
    meeting = asyncio.create_task(people.meet("UADM"))
    await slack.is_read.wait()
    slack.people["UADM"] = {"is_admin": False}
    hearing = asyncio.create_task(people.changed(slack.said_of("UADM")))
    await asyncio.sleep(0)
    slack.arrives.set()
    await asyncio.gather(meeting, hearing)
    assert await is_admin(people) == (False, False)


async def test_an_answer_from_before_an_event_of_somebody_unknown_makes_nobody_an_admin(
    people: People, slack: SlowSlack
) -> None:
    slack.held = {"users_info"}
    asking = asyncio.create_task(people.refresh())
    await slack.is_read.wait()
    slack.people["UADM"] = {"is_admin": False}
    await people.changed(slack.said_of("UADM"))
    slack.arrives.set()
    await asking
    assert ADAM not in people.desk.directory.accounts
    assert ADAM not in people.desk.roster.roles
    await people.meet("UADM")
    assert await is_admin(people) == (False, False)


async def test_of_two_answers_the_one_asked_for_later_stands(people: People, slack: SlowSlack) -> None:
    await people.meet("UADM")
    slack.held = {"users_info"}
    asking = asyncio.create_task(people.refresh())
    await slack.is_read.wait()
    slack.people["UADM"] = {"is_admin": False}
    await people.refresh_roles()
    slack.arrives.set()
    await asking
    assert await is_admin(people) == (False, False)


async def test_who_is_in_a_channel_is_what_was_asked_last(people: People, slack: SlowSlack) -> None:
    slack.held = {"conversations_members"}
    asking = asyncio.create_task(people.refresh())
    await slack.is_read.wait()
    slack.members = []
    await people.moved("UADM", DESK)
    slack.arrives.set()
    await asking
    desk = people.desk
    assert (await desk.database.read(lambda session: load_members(session, desk.organisation_id))).get(DESK) is None
    assert not desk.directory.members.get(DESK)


async def test_an_event_that_says_nothing_new_counts_all_the_same(people: People, slack: SlowSlack) -> None:
    slack.people["UADM"] = {"is_admin": False}
    await people.meet("UADM")
    slack.people["UADM"] = {"is_admin": True}
    slack.held = {"users_info"}
    asking = asyncio.create_task(people.refresh())
    await slack.is_read.wait()
    slack.people["UADM"] = {"is_admin": False}
    await people.changed(slack.said_of("UADM"))
    slack.arrives.set()
    await asking
    assert await is_admin(people) == (False, False)


def test_nothing_is_remembered_of_the_order_once_nothing_is_underway() -> None:
    order = Order()
    with order.underway():
        early, late = order.number(), order.number()
        assert order.takes("slack:U1", late)
        assert not order.takes("slack:U1", early)
        assert order.takes("slack:U2", early)
    with order.underway():
        assert order.takes("slack:U1", order.number())
