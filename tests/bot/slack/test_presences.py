"""What Slack says of whether people can be disturbed is a hint: read in few requests, and missed by nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.desk.runtime import DeskRuntime
from bot.slack.client import SlackClient
from bot.slack.presences import Presences, span_of
from tests.factories import AGENT

Json = dict[str, Any]
START = datetime(2026, 1, 5, 22, tzinfo=UTC)
NIGHT = (START, START + timedelta(hours=9))
SAID = {"dnd_enabled": True, "next_dnd_start_ts": NIGHT[0].timestamp(), "next_dnd_end_ts": NIGHT[1].timestamp()}


class Slack:
    """A Slack with any number of people, which counts what it is asked."""

    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.batches: list[int] = []
        self.asked: list[str] = []

    def _refuse(self, method: str) -> None:
        if method == self.refusal:
            raise SlackApiError("refused", {"ok": False, "error": "missing_scope"})  # type: ignore[no-untyped-call]

    async def dnd_teamInfo(self, users: list[str]) -> Json:  # noqa: N802  as it is called in the SDK
        self._refuse("dnd.teamInfo")
        self.batches.append(len(users))
        return {"users": dict.fromkeys(users, SAID)}

    async def users_getPresence(self, user: str) -> Json:  # noqa: N802  as it is called in the SDK
        self._refuse("users.getPresence")
        self.asked.append(user)
        return {"presence": "away"}


def presences(desk: DeskRuntime, slack: Slack, *users: str) -> Presences:
    return Presences(desk, cast("SlackClient", slack), lambda: users)


@pytest.mark.parametrize(
    ("said", "span"),
    [
        (SAID, NIGHT),
        ({**SAID, "dnd_enabled": False}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": 9e99, "next_dnd_end_ts": 9e99}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": None, "next_dnd_end_ts": "soon"}, None),
        ({"dnd_enabled": True}, None),
        ("on", None),
        (None, None),
    ],
)
def test_when_somebody_is_not_to_be_disturbed_is_read_or_not_known(said: object, span: object) -> None:
    assert span_of(said) == span


async def test_hundreds_are_asked_about_in_few_requests_and_in_turn(desk: DeskRuntime) -> None:
    slack, users = Slack(), [f"U{number:03}" for number in range(120)]
    asking = presences(desk, slack, *users)
    for _ in range(5):
        await asking.refresh()
    assert slack.batches == [50, 50, 20] * 5
    assert len(slack.asked) == 125
    assert set(slack.asked) == set(users)


async def test_what_is_read_stands_in_the_roster(desk: DeskRuntime) -> None:
    await presences(desk, Slack(), AGENT.id.partition(":")[2]).refresh()
    assert desk.roster.undisturbed_until(AGENT.id, NIGHT[0]) == NIGHT[1]
    assert desk.roster.hint_against(AGENT.id, desk.now()) == 1


@pytest.mark.parametrize("refusal", ["dnd.teamInfo", "users.getPresence"])
async def test_without_the_one_permission_the_other_is_used_all_the_same(desk: DeskRuntime, refusal: str) -> None:
    user = AGENT.id.partition(":")[2]
    await presences(desk, Slack(refusal), user).refresh()
    assert (AGENT.id in desk.roster.undisturbed) == (refusal != "dnd.teamInfo")
    assert (AGENT.id in desk.roster.inactive) == (refusal != "users.getPresence")


async def test_it_is_asked_in_the_background_and_not_at_every_turn(desk: DeskRuntime) -> None:
    slack = Slack()
    asking = presences(desk, slack, "U1")
    for _ in range(3):
        asking.refresh_soon()
    assert slack.asked == [], "nobody waits for it"
    await desk_done(desk)
    assert slack.asked == ["U1"]


async def desk_done(desk: DeskRuntime) -> None:
    """Until nothing goes on beside."""
    while desk.state.spawned:
        await next(iter(desk.state.spawned))
