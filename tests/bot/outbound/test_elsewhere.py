"""What somebody has to be told reaches them on the platform that they are on."""

from __future__ import annotations

import pytest

from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime
from bot.outbound.compose import compose
from bot.outbound.message import Message
from bot.outbound.port import ForOne
from scheduler.sender import Drop
from storage.announcements.to_admins import Undelivered
from storage.announcing import announce
from storage.outbox import claim
from tests.factories import AGENT, NOW


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_whoever_wrote_what_was_not_delivered_is_told_where_they_are(desk: DeskRuntime, platform: str) -> None:
    seen_from = {"slack": desk, "teams": desk.on(Binding("teams", "@Vigie"))}
    said = Undelivered(1, "teams:19:acme", "customer", AGENT.id)
    await desk.write(
        lambda session: announce(session, desk.organisation_id, said, platform=platform, key="undelivered.1", now=NOW)
    )
    told = []
    while items := await desk.write(lambda session: claim(session, NOW, limit=9)):
        for item in items:
            composed = await compose(seen_from[item.platform], item, NOW)
            told.append((item.platform, composed))
    *passed_on, (where, message) = told
    assert [(name, type(each)) for name, each in passed_on] == ([] if platform == "slack" else [("teams", Drop)])
    assert where == "slack", "where their only account is"
    assert isinstance(message, Message)
    assert message.where == ForOne(AGENT.id)
