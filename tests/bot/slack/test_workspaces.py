"""Which workspace a request is for: told by the installation's own id, wherever Slack puts it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.workspaces import Workspaces, addressees, named, shared_channel

OURS = {"authorizations": [{"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False}]}
GRID = {"authorizations": [{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}]}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        # a command
        ({"command": "/ticket", "team_id": "T1", "is_enterprise_install": "false"}, ["T1"]),
        ({"command": "/ticket", "team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"}, ["T1"]),
        ({"command": "/ticket", "team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, ["E1"]),
        ({"command": "/ticket", "team_domain": "acme"}, []),
        # an event: of a shared channel it names the workspace where it happened, and whose installation hears of it
        ({"type": "event_callback", "team_id": "T1"}, ["T1"]),
        ({"type": "event_callback", "team_id": "T9", "event": {"team": "T9"}, **OURS}, ["T1"]),
        ({"type": "event_callback", "team_id": "T9", "event": {}, **GRID}, ["E1"]),
        # a button
        ({"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}}, ["T1"]),
        ({"type": "block_actions", "team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, ["E1"]),
        ({"type": "block_actions", "team": {"id": "T9"}, "message": {"team": "T1"}}, ["T1", "T9"]),
        # a form that was opened in another workspace of a shared channel
        ({"type": "view_submission", "team": {"id": "T9"}, "view": {"app_installed_team_id": "T1"}}, ["T1"]),
        ({"type": "view_submission", "team": {"id": "T9"}, "view": {"team_id": "T1"}}, ["T9", "T1"]),
        # a shortcut on a message that somebody else's bot has posted tells nothing about whose it is
        ({"type": "message_action", "team": {"id": "T9"}, "message": {"team": "T1"}}, ["T9"]),
        ({"type": "url_verification", "challenge": "c"}, []),
    ],
)
def test_a_request_is_for_the_installation_that_it_names(body: dict[str, Any], found: list[str]) -> None:
    assert addressees(AsyncBoltRequest(mode="socket_mode", body=body)) == found


BOTH = {"authorizations": [{"team_id": "T1"}, {"team_id": "T2"}, {"team_id": "T1"}]}
MESSAGE = {"type": "event_callback", "event": {"type": "message", "channel": "C1"}}


@pytest.mark.parametrize(
    ("body", "channel"),
    [
        ({**MESSAGE, **OURS}, ""),
        ({**MESSAGE, **OURS, "is_ext_shared_channel": False}, ""),
        ({**MESSAGE, **OURS, "is_ext_shared_channel": True}, "C1"),
        ({**MESSAGE, **BOTH}, "C1"),
        ({**MESSAGE, **BOTH, "event": {"type": "reaction_added", "item": {"channel": "C2"}}}, "C2"),
        ({**MESSAGE, **BOTH, "event": {"type": "app_uninstalled"}}, ""),
        ({**MESSAGE, "event": {"type": "message", "channel": {"id": "C1"}}, "is_ext_shared_channel": True}, ""),
        ({**MESSAGE, "authorizations": [None, 3, {"team_id": ["T1"]}, {}]}, ""),
        ({"type": "block_actions", "is_ext_shared_channel": True, "channel": {"id": "C1"}}, ""),
    ],
)
def test_only_an_event_in_a_channel_of_several_is_for_more_than_one(body: dict[str, Any], channel: str) -> None:
    assert shared_channel(body) == channel


def test_an_event_names_each_of_its_installations_once() -> None:
    assert named(BOTH) == ["T1", "T2"]
    assert named(GRID) == ["E1"]


class Served:
    """A workspace that is served."""

    def __init__(self, name: str, organisation: int) -> None:
        self.id = name
        self.installation = SimpleNamespace(organisation_id=organisation)


async def test_the_only_workspace_hears_what_happens_in_shared_channels_whatever_it_is_called() -> None:
    """A server of its own may have no id for its workspace."""
    only: Any = Served("", 1)
    workspaces = Workspaces(single=only)
    workspaces.put(only)
    request = AsyncBoltRequest(body={**MESSAGE, **OURS, "is_ext_shared_channel": True}, mode="socket_mode")
    assert await workspaces.hearing(request, "C1") == [only]


async def test_those_who_have_to_do_with_the_channel_hear_of_it_beside_those_it_names() -> None:
    served: list[Any] = [Served(f"T{n}", n) for n in (1, 2, 3)]
    asked: list[Any] = []

    async def in_channel(channel: str, organisations: Any) -> list[int]:
        asked.append((channel, list(organisations)))
        return [2]

    workspaces = Workspaces(in_channel=in_channel)
    for each in served:
        workspaces.put(each)
    request = AsyncBoltRequest(body={**MESSAGE, **OURS, "is_ext_shared_channel": True}, mode="socket_mode")
    assert await workspaces.hearing(request, "C1") == served[:2]
    assert asked == [("slack:C1", [1, 2, 3])]
