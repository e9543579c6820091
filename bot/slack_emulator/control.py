"""What can be asked of this workspace: its state, what a bot that joins is told, and one function per
`/_control/NAME`, found through one table.

A call takes the workspace, the posted JSON and the address it came in at (for response URLs) and answers JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.slack_emulator import asking, posting, pressing, speaking, views
from bot.slack_emulator.events import envelope, group_changed, membership
from bot.slack_emulator.ids import APP_ID, BOT_NAME, BOT_USER_ID, PLATFORM, TEAM_ID, new_id
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import DESK_ID, Channel
from bot.slack_emulator.workspace_people import PEOPLE, change_group, change_presence, the_group
from bot.stand_in.asking import RefusedCallError, heard, text
from bot.stand_in.control import own_address
from bot.stand_in.shapes import Json
from bot.stand_in.stand import Somebody, roles_of

Call = Callable[[Workspace, Json, str], Awaitable[Json]]


def join(workspace: Workspace, body: Json, people: list[Somebody]) -> Json:
    """A bot has come up; what it needs to know. `events_url` may be null where it uses Socket Mode, and is
    not there where this process of it serves nobody."""
    if "events_url" in body:
        workspace.join(own_address(body, "events_url"))
    return {
        **workspace.identity, "team_id": TEAM_ID, "app_id": APP_ID, "bot_user_id": BOT_USER_ID,
        "offset": workspace.now.offset, "desk_channel": DESK_ID,
        "customer_channels": {c.id: c.name for c in workspace.channels if c.kind == "customer"},
        "people": roles_of(people),
    }  # fmt: skip


def state(workspace: Workspace) -> Json:
    """What there is, for `GET /_control/state`."""
    return {
        "users": [{
            "id": p.id, "name": p.name, "handle": p.handle, "title": p.title, "tz": p.tz, "locale": p.locale,
            "shift": p.shift,
            "roles": list(p.roles), "level": p.level, "skills": list(p.skills), "external": p.external,
            "email": p.email, "platform": PLATFORM,
        } for p in PEOPLE.values()],
        "channels": [_channel(channel) for channel in workspace.channels],
        "groups": [_group(the_group(workspace.record))],
        "views": views.listed(workspace.record),
        "commands": list(workspace.manifest.commands),
        "shortcuts": [
            {"callback_id": callback_id, "type": kind, "name": workspace.manifest.shortcut_names.get(callback_id)}
            for callback_id, kind in workspace.manifest.shortcuts.items()
        ],
        "slack": {
            "team_id": TEAM_ID, "app_id": APP_ID, "bot_user_id": BOT_USER_ID, "bot_name": BOT_NAME,
            "signing_secret": workspace.identity["signing_secret"], "events_url": workspace.delivery.events_url,
            "socket_mode": workspace.sockets.connected,
        },
    }  # fmt: skip


def _group(group: Json) -> Json:
    return {"id": group["id"], "name": group["name"], "handle": group["handle"], "members": group["users"],
            "platform": PLATFORM}  # fmt: skip


def _channel(channel: Channel) -> Json:
    name = PEOPLE[channel.name].name if channel.kind == "dm" else channel.name
    return {"id": channel.id, "name": name, "kind": channel.kind, "members": list(channel.members),
            "private": channel.private, "archived": channel.archived, "platform": PLATFORM}  # fmt: skip


async def make_channel(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{name, kind?, members?, private?}`: a further channel, for tests of many conversations; answers its id."""
    members = body.get("members", [BOT_USER_ID])
    if not isinstance(members, list) or not all(member in {*PEOPLE, BOT_USER_ID} for member in map(str, members)):
        raise RefusedCallError("members must be ids of users of this workspace")
    made = Channel(new_id("C"), text(body, "name"), text(body, "kind", "other"),
                   tuple(members), private=body.get("private") is True)  # fmt: skip
    workspace.channels.put(made)
    workspace.feed.changed()
    return {"ok": True, "channel": made.id}


async def invite(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, present?}`: somebody, perhaps the bot, comes into a channel, or leaves (`present: false`)."""
    channel = asking.channel(workspace, body)
    user = text(body, "user")
    present = body.get("present", True) is not False
    if user not in PEOPLE and user != BOT_USER_ID:
        raise RefusedCallError(f"no such user: {user}")
    if channel.kind == "dm" or (user in channel.members) == present:
        return heard([], changed=False)
    changed = workspace.channels.with_member(channel, user, present=present)
    event = membership(channel, user, workspace.now.next_ts(), present=present)
    # The bot hears of its own leaving too, so the conversation that counts is the one it was or is in.
    rows = posting.keep(workspace, changed if present else channel, [event])
    workspace.feed.changed()
    return heard(await workspace.outgoing.send(rows), changed=True)


async def archive(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, archived?}`: closes a channel to every message, or opens it again."""
    channel = asking.channel(workspace, body)
    workspace.channels.archive(channel, archived=body.get("archived", True) is not False)
    workspace.feed.changed()
    return {"ok": True}


async def group(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{users?, disabled?}`: the user group has other people, or is switched off or on again."""
    before = the_group(workspace.record)
    users = body.get("users", before["users"])
    if not isinstance(users, list) or not all(user in PEOPLE for user in map(str, users)):
        raise RefusedCallError("users must be ids of users of this workspace")
    off = int(workspace.now.seconds()) if body.get("disabled", bool(before["date_delete"])) else 0
    after = change_group(workspace.record, users=users, user_count=len(users), date_delete=off)
    found = group_changed(after, before, workspace.now.next_ts())
    wanted = [event for event in found if event["type"] in workspace.manifest.events]
    rows = workspace.keep_events((envelope(event, external=False), False) for event in wanted)
    workspace.feed.changed()
    return heard(await workspace.outgoing.send(rows), group=after["id"])


async def presence(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, active?, minutes?}`: somebody goes away or comes back; and is not to be disturbed for so many minutes
    from now, with 0 they are again. Slack tells apps of neither."""
    user, minutes = text(body, "user"), body.get("minutes")
    if user not in PEOPLE:
        raise RefusedCallError(f"no such user: {user}")
    changes: Json = {} if body.get("active") is None else {"active": body["active"] is True}
    if isinstance(minutes, int | float):
        now = int(workspace.now.seconds())
        changes["undisturbed"] = [now, now + int(minutes * 60)] if minutes > 0 else None
    return {"ok": True, **change_presence(workspace.record, user, **changes)}


CALLS: dict[str, Call] = {
    "message": speaking.message, "edit": speaking.edit, "delete": speaking.delete,
    "command": speaking.command, "reaction": speaking.reaction, "interact": pressing.interact,
    "submit": pressing.submit, "close": pressing.close, "shortcut": pressing.shortcut,
    "open-home": pressing.open_home, "channel": make_channel, "invite": invite, "archive": archive, "group": group,
    "presence": presence,
}  # fmt: skip
