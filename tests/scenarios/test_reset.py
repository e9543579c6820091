"""Reset everything means everything: tickets, what was set up in chat, imported customers, who is away."""

from __future__ import annotations

from functools import partial

import pytest

from bot.app import Vigie
from storage.customers import Customer, load_customers, save_customers
from storage.policies import list_versions
from tests.scenarios.chat import ENGINEER, MANAGER, Chat
from tests.scenarios.seen import everything
from tests.scenarios.test_setup import open_part

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_after_a_reset_nothing_of_what_was_done_is_left(chat: Chat, vigie: Vigie) -> None:
    desk = vigie.desk
    assert desk is not None
    whose = desk.organisation_id
    first = desk.policy
    await open_part(chat, MANAGER, "desk")
    assert (await chat.submit(MANAGER, language="fr", timezone="Asia/Tokyo"))["ok"]
    keep = partial(save_customers, organisation_id=whose, customers=[Customer("Globex", plan=None)])
    await desk.database.write(keep)
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.command(ENGINEER, "away")
    assert (desk.policy.desk.language, desk.policy.version) == ("fr", 2)

    assert (await chat.post("reset"))["ok"]
    assert desk.policy == first
    assert await desk.database.read(partial(load_customers, organisation_id=whose)) == []
    versions = await desk.database.read(partial(list_versions, organisation_id=whose, desk_id=desk.desk_id))
    assert [(each.version, each.by) for each in versions] == [(1, None)]
    assert desk.directory.absences == {}
    assert await chat.messages(ENGINEER) == []

    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = everything(await chat.card())
    assert "#1 Link down in Sydney" in card
    assert "Severity 1" in card
