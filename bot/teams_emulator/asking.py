"""Reading of whom and what a control call speaks; with an error that names what is missing or unknown."""

from __future__ import annotations

from bot.stand_in.asking import RefusedCallError, text
from bot.stand_in.shapes import Json
from bot.teams_emulator import messages
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE, Person


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
    if found is None or found["ephemeral_for"] not in (None, user) or found.get("subtype") == "tombstone":
        raise RefusedCallError(f"no such message in {channel_id}: {ts}")
    return found


def joined(workspace: Workspace) -> None:
    """Refuses while no bot is there to hear what a person does."""
    if not workspace.joined:
        raise RefusedCallError("no bot has joined")
