"""Which workspace a request is for: told by the installation's own id, wherever Slack puts it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.workspaces import addressees

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
