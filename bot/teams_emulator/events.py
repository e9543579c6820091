"""The shapes of what Teams sends a bot: one function for each kind of activity."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.stand_in.shapes import Json
from bot.teams_emulator.ids import BOT_ID, BOT_NAME, TEAM_GROUP_ID, TEAM_ID, TEAM_NAME, TENANT_ID
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE, Person, account


def activity(
    workspace: Workspace, kind: str, person: Person, channel: Channel, *, root: str | None = None, **rest: Any
) -> Json:
    """What every activity of a person's carries. `root`: the message of the thread it happened in."""
    now = datetime.fromtimestamp(workspace.now.seconds(), UTC)
    local = now.astimezone(ZoneInfo(person.tz))
    country = person.locale.partition("-")[2] or "US"
    client = {"locale": person.locale, "country": country, "platform": "Web", "timezone": person.tz,
              "type": "clientInfo"}  # fmt: skip
    return {
        "type": kind, "id": f"f:{uuid.uuid4()}", "timestamp": _iso(now),
        "localTimestamp": local.isoformat(timespec="milliseconds"), "localTimezone": person.tz,
        "serviceUrl": workspace.delivery.service_url, "channelId": "msteams", "from": account(person),
        "conversation": conversation(channel, root), "recipient": {"id": BOT_ID, "name": BOT_NAME},
        "entities": [client, *rest.pop("entities", [])], "channelData": channel_data(channel, **rest.pop("data", {})),
        "locale": person.locale, **rest,
    }  # fmt: skip


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def conversation(channel: Channel, root: str | None) -> Json:
    """Where something happened."""
    thread = f";messageid={root}" if root and channel.type == "channel" else ""
    whole = {"conversationType": channel.type, "tenantId": TENANT_ID, "id": channel.id + thread}
    if channel.type == "personal":
        return whole
    return {"isGroup": True, **whole} | ({"name": channel.name} if channel.type == "channel" else {})


def channel_data(channel: Channel, **more: Any) -> Json:
    """Teams' own part of an activity."""
    tenant = {"tenant": {"id": TENANT_ID}}
    if channel.type != "channel":
        return {**tenant, **more}
    team = {"id": TEAM_ID, **more.pop("team", {})}
    return {"teamsChannelId": channel.id, "teamsTeamId": TEAM_ID, "channel": {"id": channel.id}, "team": team, **tenant,
            **more}  # fmt: skip


def message(workspace: Workspace, channel: Channel, stored: Json, *, targeted: bool = False) -> Json:
    """A message of a person's. `targeted`: for the bot alone, written after a `/`."""
    found = _written(workspace, "message", channel, stored)
    if targeted:
        found["recipient"] |= {"isTargeted": True}
    return found


def message_changed(workspace: Workspace, channel: Channel, stored: Json) -> Json:
    """A message reads otherwise now."""
    return _written(workspace, "messageUpdate", channel, stored, data={"eventType": "editMessage"})


def message_deleted(workspace: Workspace, channel: Channel, stored: Json) -> Json:
    """A message was deleted by its author."""
    person = PEOPLE[stored["user"]]
    return activity(workspace, "messageDelete", person, channel, root=_root(stored), id=stored["ts"],
                    data={"eventType": "softDeleteMessage"})  # fmt: skip


def _written(workspace: Workspace, kind: str, channel: Channel, stored: Json, data: Json | None = None) -> Json:
    sent: Json = {"id": stored["ts"], "text": stored["sent"], "textFormat": "plain", "attachments": [
        *stored["files"], {"contentType": "text/html", "content": f"<div>{stored['html']}</div>"},
    ]}  # fmt: skip
    return activity(workspace, kind, PEOPLE[stored["user"]], channel, root=_root(stored), data=data or {},
                    entities=stored["entities"], **sent)  # fmt: skip


def _root(stored: Json) -> str:
    """Everything in a channel stands in a thread: a message of its own begins one."""
    return str(stored["thread_ts"] or stored["ts"])


def reaction(workspace: Workspace, channel: Channel, target: Json, person: Person, name: str, *, present: bool) -> Json:
    """A reaction on a message of the bot's was put there or taken off."""
    word = "reactionsAdded" if present else "reactionsRemoved"
    return activity(workspace, "messageReaction", person, channel, root=_root(target), replyToId=target["ts"],
                    **{word: [{"type": name}]})  # fmt: skip


def invoke(
    workspace: Workspace, name: str, person: Person, channel: Channel, value: Json, *, on: Json | None = None,
    data: Json | None = None,
) -> Json:  # fmt: skip
    """Something that waits for its answer; `on`: the message that it was done to or in."""
    more: Json = {"replyToId": on["ts"]} if on else {}
    return activity(workspace, "invoke", person, channel, root=_root(on) if on else None, name=name, value=value,
                    data=data or {}, **more)  # fmt: skip


def installed(workspace: Workspace, channel: Channel, person: Person, *, present: bool) -> list[Json]:
    """The app came into a team, a group chat or a personal chat, or left."""
    added = "add" if present else "remove"
    update = activity(workspace, "installationUpdate", person, channel, action=added)
    word = "membersAdded" if present else "membersRemoved"
    return [update, _changed(workspace, channel, person, "teamMember" + word[7:], **{word: [{"id": BOT_ID}]})]


def membership(workspace: Workspace, channel: Channel, who: Person, *, present: bool) -> Json:
    """Somebody came into a conversation, or left."""
    word = "membersAdded" if present else "membersRemoved"
    return _changed(workspace, channel, who, "teamMember" + word[7:], **{word: [account(who)]})


def _changed(workspace: Workspace, channel: Channel, person: Person, event: str, **members: list[Json]) -> Json:
    team = {"team": {"aadGroupId": TEAM_GROUP_ID, "name": TEAM_NAME}, "eventType": event}
    more: Json = {"data": team if channel.type == "channel" else {}, **members}
    return activity(workspace, "conversationUpdate", person, channel, **more)


def channel_changed(workspace: Workspace, channel: Channel, person: Person, event: str) -> Json:
    """A channel of the team was made, renamed or deleted: `channelCreated`, `channelRenamed`, `channelDeleted`."""
    found = _changed(workspace, channel, person, event)
    found["channelData"]["channel"]["name"] = channel.name
    return found
