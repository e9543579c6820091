"""Any JSON that arrives becomes an activity; what is odd in it is absent there."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.payload import activity_of
from tests.bot.teams.shapes import ANA, APP, BENOIT, CHANNEL, CHAT, SERVICE, TENANT, activity, invoke, said_to_us, slash
from tests.bot.unsound import paths, unsound

Json = dict[str, Any]
SHAPES: dict[str, Json] = {
    "mention": said_to_us("assign 1", BENOIT, root="1772442300000"),
    "slash": slash("new sev1 down"),
    "press": invoke("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"action": "ticket.take"}}}),
    "no data": invoke("adaptiveCard/action", {"action": {"type": "Action.Execute"}, "trigger": "automatic"}),
    "reaction": activity("messageReaction", reactionsAdded=[{"type": "like"}], replyToId="1772442300000"),
    "upgrade": activity("installationUpdate", action="add-upgrade", where=CHAT),
    "nobody": {"type": "event", "name": "application/vnd.microsoft.unheardOf"},
    "nothing": {},
}  # fmt: skip


def test_a_message_in_a_thread_is_read_part_by_part() -> None:
    found = activity_of(SHAPES["mention"])
    assert (found.kind, found.conversation, found.root) == ("message", CHANNEL, "1772442300000")
    assert (found.conversation_kind, found.channel, found.team) == ("channel", CHANNEL, "19:team@thread.tacv2")
    assert (found.from_id, found.recipient_id, found.tenant, found.service_url) == (ANA, APP, TENANT, SERVICE)
    assert [each.id for each in found.mentions] == [APP, BENOIT]
    assert found.at == datetime(2026, 3, 2, 9, 5, 4, 123000, tzinfo=UTC)
    assert not found.is_targeted
    assert activity_of(SHAPES["slash"]).is_targeted


def test_tenants_that_contradict_each_other_are_nobodys() -> None:
    odd = copy.deepcopy(SHAPES["mention"])
    odd["channelData"]["tenant"]["id"] = "another"
    assert activity_of(odd).tenant not in (TENANT, "another", "")


@pytest.mark.parametrize("raw", [None, [], "x", 3, True, [[]]])
def test_what_is_no_object_is_an_empty_activity(raw: object) -> None:
    assert not activity_of(raw).kind


@given(st.data())
def test_whatever_is_missing_or_of_another_kind_is_absent(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(sorted(SHAPES)))
    body = unsound(data, SHAPES[shape]) if list(paths(SHAPES[shape])) else {}
    assert activity_of(body).raw is body
