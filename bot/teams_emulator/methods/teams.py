"""The team and its channels."""

from __future__ import annotations

from bot.teams_emulator.calling import Call, Done, RefusedMethodError, not_in
from bot.teams_emulator.ids import BOT_ID, TEAM_GROUP_ID, TEAM_ID, TEAM_NAME, TENANT_ID
from bot.teams_emulator.workspace_channels import channel_object


def details(call: Call) -> Done:
    """What it is called, and how large it is."""
    _check(call)
    held = call.workspace.channels
    of_team = [channel for channel in held if channel.type == "channel"]
    people = {member for channel in of_team for member in channel.members} - {BOT_ID}
    return Done({"id": TEAM_ID, "name": TEAM_NAME, "type": "standard", "aadGroupId": TEAM_GROUP_ID,
                 "tenantId": TENANT_ID, "channelCount": len(of_team), "memberCount": len(people)})  # fmt: skip


def channels(call: Call) -> Done:
    """Its channels."""
    _check(call)
    found = [channel_object(channel) for channel in call.workspace.channels if channel.type == "channel"]
    return Done({"conversations": found})


def _check(call: Call) -> None:
    team = call.workspace.channels.get(TEAM_ID)
    if call.path["team"] != TEAM_ID or team is None:
        raise RefusedMethodError(404, "NotFound", "Team not found.")
    if not team.has_bot:
        raise not_in(team)
