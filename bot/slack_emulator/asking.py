"""Reading of whom and what a control call speaks; with an error that names what is missing or unknown."""

from __future__ import annotations

from bot.slack_emulator import messages
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import PEOPLE, Person
from bot.stand_in.asking import RefusedCallError, can_be_seen, channel_of, one_of
from bot.stand_in.shapes import Json


def person(body: Json, name: str = "user") -> Person:
    """A person by id."""
    return one_of(PEOPLE, body, name)


def channel(workspace: Workspace, body: Json, user: str | None = None) -> Channel:
    """A channel by id; with `user`, one that this person is a member of and that is still open."""
    return channel_of(workspace.channels, body, user)


def message(workspace: Workspace, channel_id: str, ts: str, user: str) -> Json:
    """A message that `user` can see."""
    return can_be_seen(messages.get(workspace.record, channel_id, ts), channel_id, ts, user)


def joined(workspace: Workspace) -> None:
    """Refuses while no bot is there to hear what a person does."""
    if not workspace.joined:
        raise RefusedCallError("no bot has joined")
