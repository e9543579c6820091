"""Somebody unknown is asked about before they are answered; until it is known who they are, they are outside."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.desk.runtime import DeskRuntime
from bot.slack.app_home import Homes
from bot.slack.listeners import Listeners
from bot.slack.people import People
from storage.accounts import Account
from tests.bot.asking import typed
from tests.factories import AGENT

NEW = "slack:UNEW"


class Asking:
    """What finds out who somebody is: it takes its time, and says `found`, or fails."""

    def __init__(self, desk: DeskRuntime, found: Account | None, seconds: float) -> None:
        self.desk, self.found, self.seconds, self.asked = desk, found, seconds, 0
        self.client = SimpleNamespace(organisation=None)

    def knows(self, user: str, channel: str = "") -> bool:
        return f"slack:{user}" in self.desk.directory.accounts

    async def meet(self, user: str, channel: str = "") -> None:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.found is None:
            raise OSError("missing_scope")
        people = self.desk.directory
        self.desk.directory = replace(people, accounts={**people.accounts, self.found.key: self.found})


class Acks:
    """What is answered to a command."""

    said: str = ""

    async def __call__(self, **values: Any) -> None:
        self.said = str(values)


@pytest.mark.parametrize(
    ("found", "seconds", "sees"),
    [
        (Account(NEW, "Colleague"), 0.0, True),
        (Account(NEW, "Guest", is_external=True), 0.0, False),
        (None, 0.0, False),
        (Account(NEW, "Colleague"), 30.0, False),
    ],
)
async def test_whoever_is_unknown_is_asked_about_first(
    desk: DeskRuntime, found: Account | None, seconds: float, *, sees: bool
) -> None:
    asking = Asking(desk, found, seconds)
    listeners = Listeners(desk, cast("People", asking), cast("Homes", None), cast("Any", None), who_seconds=0.2)
    await typed(desk, "new sev1 The secret")
    ack = Acks()
    body = {"user_id": "UNEW", "channel_id": "CDESK", "text": "list open", "trigger_id": "1.1"}
    began = time.monotonic()
    await listeners.asked.command(cast("Any", ack), body, cast("Any", None))
    assert time.monotonic() - began < 3, "Slack waits no longer"
    assert ("The secret" in ack.said) is sees
    assert desk.roster.actor(NEW).is_outside is not sees
    await listeners.drain()


async def test_what_one_person_outside_asks_for_is_handled_one_after_another_and_holds_up_nobody(
    desk: DeskRuntime,
) -> None:
    people = desk.directory
    desk.directory = replace(people, accounts={**people.accounts, NEW: Account(NEW, "Carla", is_external=True)})
    listeners = Listeners(desk, cast("People", Asking(desk, None, 0)), cast("Homes", None), cast("Any", None))

    def command(user: str, number: int) -> Any:
        body = {
            "user_id": user,
            "channel_id": "slack:CACME",
            "text": f"new trouble {number}",
            "trigger_id": f"{number}.{user}",
        }
        return asyncio.create_task(listeners.asked.command(cast("Any", Acks()), body, cast("Any", None)))

    flood = [command("UNEW", number) for number in range(30)]
    await asyncio.sleep(0)
    await command(AGENT.id.removeprefix("slack:"), 0)
    assert sum(task.done() for task in flood) < 10
    await asyncio.gather(*flood)
