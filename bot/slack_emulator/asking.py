"""Reading what a control call says: who, where, what; with an error that names what is missing or unknown."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator import messages
from bot.slack_emulator.delivery import Outcome
from bot.slack_emulator.shapes import Json
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import PEOPLE, Person


class RefusedCallError(Exception):
    """The control call cannot be carried out; the message is its `error`."""


def text(body: Json, name: str, default: str | None = None) -> str:
    """A string; required unless there is a default."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise RefusedCallError(f"{name} is missing" if value is None else f"{name} must be a string")
    return value


def number(body: Json, name: str, default: float | None = None) -> float:
    """A finite number; required unless there is a default."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e9:  # noqa: PLR0124 - not a number
        raise RefusedCallError(f"{name} must be a number")
    return float(value)


def person(body: Json, name: str = "user") -> Person:
    """A person by id."""
    user = text(body, name)
    if user not in PEOPLE:
        raise RefusedCallError(f"no such user: {user}")
    return PEOPLE[user]


def channel(workspace: Workspace, body: Json, user: str | None = None) -> Channel:
    """A channel by id; with `user`, one that this person is a member of and that is still open."""
    channel_id = text(body, "channel")
    found = workspace.channels.get(channel_id)
    if found is None:
        raise RefusedCallError(f"no such channel: {channel_id}")
    if user is not None and user not in found.members:
        raise RefusedCallError(f"{user} is not in {channel_id}")
    if user is not None and found.archived:
        raise RefusedCallError(f"{channel_id} is archived")
    return found


def message(workspace: Workspace, channel_id: str, ts: str, user: str) -> Json:
    """A message that `user` can see."""
    found = messages.get(workspace.record, channel_id, ts)
    if found is None or found["ephemeral_for"] not in (None, user):
        raise RefusedCallError(f"no such message in {channel_id}: {ts}")
    return found


def joined(workspace: Workspace) -> None:
    """Refuses while no bot is there to hear what a person does."""
    if not workspace.joined:
        raise RefusedCallError("no bot has joined")


def heard(outcomes: list[Outcome], **extra: Any) -> Json:
    """The answer after events were sent: the bot's worst status and longest time; an error where it did not answer."""
    if not outcomes:
        return {"ok": True, "status": None, "ms": 0.0, **extra}
    ms = max(outcome.ms for outcome in outcomes)
    silent = next((outcome for outcome in outcomes if outcome.status is None), None)
    if silent is not None:
        return {"ok": False, "error": silent.error, "status": None, "ms": ms, **extra}
    return {"ok": True, "status": max(outcome.status or 0 for outcome in outcomes), "ms": ms, **extra}
