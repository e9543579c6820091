"""The shapes of commands and interactions: what Slack posts when a person types a command, presses or submits."""

from __future__ import annotations

from bot.slack_emulator import messages
from bot.slack_emulator.ids import APP_ID, TEAM_DOMAIN, TEAM_ID
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import Person
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json

TOKEN = "local-verification-token"  # noqa: S105 - deprecated in Slack and ignored by every verifier


def command(person: Person, channel: Channel, name: str, text: str, *, trigger: str, response_url: str) -> Json:
    """The form fields of a slash command; every value is a string."""
    return {
        "token": TOKEN, "team_id": TEAM_ID, "team_domain": TEAM_DOMAIN, "channel_id": channel.id,
        "channel_name": channel.name_in_payloads, "user_id": person.id, "user_name": person.handle, "command": name,
        "text": text, "api_app_id": APP_ID, "is_enterprise_install": "false", "response_url": response_url,
        "trigger_id": trigger,
    }  # fmt: skip


def block_actions_in_message(
    record: Record, person: Person, channel: Channel, message: Json, *, actions: list[Json], trigger: str,
    response_url: str,
) -> Json:  # fmt: skip
    """A button or menu of a message was used. Of an ephemeral message only the container tells."""
    container: Json = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id,
                       "is_ephemeral": message["ephemeral_for"] is not None}  # fmt: skip
    if message["thread_ts"]:
        container["thread_ts"] = message["thread_ts"]
    payload = {
        "type": "block_actions", **_common(person), "container": container, "trigger_id": trigger,
        "channel": {"id": channel.id, "name": channel.name_in_payloads}, "state": {"values": {}},
        "response_url": response_url, "actions": actions,
    }  # fmt: skip
    if message["ephemeral_for"] is None:
        payload["message"] = messages.as_slack(record, channel.id, message)
    return payload


def block_actions_in_view(person: Person, view: Json, actions: list[Json], trigger: str) -> Json:
    """A button or menu of a form or home tab was used."""
    return {
        "type": "block_actions", **_common(person), "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": trigger, "view": view, "actions": actions,
    }  # fmt: skip


def view_submission(person: Person, view: Json, trigger: str) -> Json:
    """A form was submitted; its values are in the view's state."""
    return {"type": "view_submission", **_common(person), "trigger_id": trigger, "view": view, "response_urls": []}


def view_closed(person: Person, view: Json, *, cleared: bool) -> Json:
    """A form was closed without submitting; `cleared` when the whole stack went."""
    return {"type": "view_closed", **_common(person), "view": view, "is_cleared": cleared}


def global_shortcut(person: Person, callback_id: str, trigger: str, action_ts: str) -> Json:
    """A shortcut that hangs on no message."""
    return {"type": "shortcut", **_common(person), "callback_id": callback_id, "trigger_id": trigger,
            "action_ts": action_ts}  # fmt: skip


def message_shortcut(
    record: Record, person: Person, channel: Channel, message: Json, *, callback_id: str, trigger: str,
    action_ts: str, response_url: str,
) -> Json:  # fmt: skip
    """A shortcut from the menu of one message."""
    return {
        "type": "message_action", **_common(person), "callback_id": callback_id, "trigger_id": trigger,
        "action_ts": action_ts, "message_ts": message["ts"], "response_url": response_url,
        "channel": {"id": channel.id, "name": channel.name_in_payloads},
        "message": messages.as_slack(record, channel.id, message),
    }  # fmt: skip


def _common(person: Person) -> Json:
    return {
        "token": TOKEN, "api_app_id": APP_ID, "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN}, "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": person.team_id},
    }  # fmt: skip
