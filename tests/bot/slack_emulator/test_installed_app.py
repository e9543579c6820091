"""Only what the app's manifest declares reaches it."""

from __future__ import annotations

import pytest

from bot.slack_emulator.installed_app import Manifest
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA
from tests.bot.slack_emulator.fake_bot import Json, Place

WRITTEN: Json = {
    "display_information": {"name": "Vigie"},
    "features": {
        "app_home": {"home_tab_enabled": False, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
        "slash_commands": [
            {"command": "/ticket", "description": "x", "should_escape": True},
            {"command": "/raw", "description": "x"},
        ],
        "shortcuts": [{"name": "Open", "type": "message", "callback_id": "open", "description": "x"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"], "bot_optional": ["im:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["reaction_added", "app_home_opened"]}},
}


@pytest.fixture
async def declared(place: Place) -> Place:
    """A workspace whose app declared little."""
    place.workspace.manifest = Manifest.from_mapping(WRITTEN)
    return place


def test_slacks_own_format_is_read() -> None:
    manifest = Manifest.from_mapping(WRITTEN)
    assert manifest.commands == {"/ticket": True, "/raw": False}
    assert manifest.scopes == {"commands", "chat:write", "im:write"}
    assert manifest.events == {"reaction_added", "app_home_opened"}
    assert Manifest.from_mapping({}).commands == {}


async def test_events_nobody_subscribed_to_are_not_sent(declared: Place) -> None:
    said = await declared.control("message", channel=DESK_ID, user=ANA.id, text="@vigie hello")
    assert (said["ok"], said["status"]) == (True, None)
    await declared.control("reaction", channel=DESK_ID, ts=said["ts"], user=ANA.id, name="eyes")
    assert [event["event"]["type"] for event in declared.bot.events] == ["reaction_added"]


async def test_a_command_is_escaped_only_where_that_was_declared(declared: Place) -> None:
    for command in ("/ticket", "/raw"):
        await declared.control("command", channel=DESK_ID, user=ANA.id, command=command, text="ask @ana & co")
    assert [fields["text"] for fields in declared.bot.commands] == [f"ask <@{ANA.id}> &amp; co", "ask @ana & co"]
    await declared.control("channel", name="unused")
    unknown = await declared.control("command", channel=DESK_ID, user=ANA.id, command="/other", text="x")
    assert "not a valid command" in unknown["error"]


async def test_only_declared_shortcuts_of_the_right_kind_exist(declared: Place) -> None:
    card = await declared.posted(DESK_ID)
    calls: list[tuple[Json, bool]] = [
        ({"callback_id": "open", "channel": DESK_ID, "ts": card}, True),
        ({"callback_id": "open"}, False),
        ({"callback_id": "close", "channel": DESK_ID, "ts": card}, False),
    ]
    for body, exists in calls:
        assert (await declared.control("shortcut", user=ANA.id, **body))["ok"] is exists


async def test_a_home_tab_that_was_not_declared_cannot_be_published(declared: Place) -> None:
    answer = await declared.api("views.publish", user_id=ANA.id, view={"type": "home", "blocks": []})
    assert answer["error"] == "not_enabled"
    opened = await declared.control("open-home", user=ANA.id)
    [event] = declared.bot.heard("app_home_opened")
    assert (event["tab"], event["channel"]) == ("messages", opened["channel"])


async def test_direct_messages_go_only_the_declared_way(declared: Place) -> None:
    opened = await declared.api("conversations.open", users=ANA.id)
    where = opened["channel"]["id"]
    await declared.posted(where, "psst")
    answer = await declared.control("message", channel=where, user=ANA.id, text="thanks")
    assert "turned off" in answer["error"]
    declared.workspace.manifest = Manifest(messages_tab=False)
    refused = await declared.api("chat.postMessage", channel=where, text="psst")
    assert refused["error"] == "messages_tab_disabled"
    assert (await declared.api("chat.postMessage", channel=CUSTOMER_ID, text="x"))["ok"] is True
