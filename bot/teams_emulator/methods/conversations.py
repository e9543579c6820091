"""Conversations that the bot begins: with one person, or a new thread in a channel."""

from __future__ import annotations

from typing import Any

from bot.teams_emulator.calling import Call, Done, RefusedMethodError, not_in
from bot.teams_emulator.ids import TENANT_ID
from bot.teams_emulator.methods import activities
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE


def create(call: Call) -> Done:
    """Answers the id of the conversation, and of what was said in it at once."""
    channel = _meant(call)
    if not channel.has_bot:
        raise not_in(channel)
    first = call.body.get("activity")
    if not isinstance(first, dict):
        if channel.type == "channel":
            raise RefusedMethodError(400, "BadSyntax", "A new thread needs its first activity.")
        return Done({"id": channel.id}, 201)
    said = activities.send(Call(call.workspace, call.path, call.query, first), channel, None)
    ts = said.body.get("id") if isinstance(said.body, dict) else None
    where = channel.id if channel.type == "personal" or ts is None else f"{channel.id};messageid={ts}"
    return Done({"id": where, "activityId": ts}, 201)


def _meant(call: Call) -> Channel:
    body, channels = call.body, call.workspace.channels
    data: Any = body.get("channelData") or {}
    named: Any = data.get("channel") if isinstance(data, dict) else None
    if isinstance(named, dict):
        found = channels.get(str(named.get("id")))
        if found is None:
            raise RefusedMethodError(404, "ConversationNotFound", "Conversation not found.")
        return found
    members = body.get("members")
    if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict) or body.get("isGroup"):
        raise RefusedMethodError(400, "BadSyntax", "Incorrect conversation creation parameters")
    tenant: Any = data.get("tenant") if isinstance(data, dict) else None
    if TENANT_ID not in (body.get("tenantId"), tenant.get("id") if isinstance(tenant, dict) else None):
        raise RefusedMethodError(400, "BadArgument", "Tenant id is missing or wrong.")
    name = members[0].get("id")
    person = next((one for one in PEOPLE.values() if name in (one.id, one.object_id)), None)
    found = channels.get(person.chat) if person else None
    if found is None:
        raise RefusedMethodError(403, "BotNotInConversationRoster", "The bot does not know that user.")
    return found
