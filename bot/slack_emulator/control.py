"""The control calls: one function per `/_control/NAME`, found through one table.

A call takes the workspace, the posted JSON and the address it came in at (for response URLs) and answers JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from bot.slack_emulator import asking, posting, pressing, speaking, views
from bot.slack_emulator.asking import RefusedCallError
from bot.slack_emulator.events import envelope, group_changed, membership
from bot.slack_emulator.faults import Fault
from bot.slack_emulator.ids import APP_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, new_id
from bot.slack_emulator.loopback import is_loopback_name
from bot.slack_emulator.shapes import Json
from bot.slack_emulator.stepping import advance as step_forward
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import DESK_ID, Channel
from bot.slack_emulator.workspace_people import PEOPLE, change_group, the_group

Call = Callable[[Workspace, Json, str], Awaitable[Json]]


async def join(workspace: Workspace, body: Json, _base: str) -> Json:
    """A bot has come up; answers what it needs to know. `events_url` may be null where it uses Socket Mode.
    `suggestions`: what the page is to suggest where a command is composed, by language."""
    urls: list[str | None] = []
    for name in ("events_url", "bot_url"):
        url = body.get(name)
        if url is not None and not (isinstance(url, str) and is_loopback_name(urlsplit(url).hostname or "")):
            raise RefusedCallError(f"{name} must be an address on this machine")
        urls.append(url)
    suggestions = body.get("suggestions")
    workspace.join(urls[0], urls[1], suggestions if isinstance(suggestions, dict) else {})
    roles = {role: [p.id for p in PEOPLE.values() if role in p.roles] for role in ("agent", "lead", "manager", "admin")}
    return {
        "ok": True, **workspace.identity, "team_id": TEAM_ID, "app_id": APP_ID, "bot_user_id": BOT_USER_ID,
        "offset": workspace.now.offset, "desk_channel": DESK_ID,
        "customer_channels": {c.id: c.name for c in workspace.channels if c.kind == "customer"},
        "people": {
            "agents": roles["agent"], "leads": roles["lead"], "managers": roles["manager"], "admins": roles["admin"],
            "levels": [[p.id for p in PEOPLE.values() if p.level == level] for level in (1, 2, 3)],
            "skills": {p.id: list(p.skills) for p in PEOPLE.values() if p.skills},
        },
    }  # fmt: skip


def state(workspace: Workspace) -> Json:
    """What `GET /_control/state` answers."""
    return {
        "ok": True, "now": workspace.now.iso(), "offset": workspace.now.offset,
        "users": [{
            "id": p.id, "name": p.name, "handle": p.handle, "title": p.title, "tz": p.tz, "locale": p.locale,
            "roles": list(p.roles), "level": p.level, "skills": list(p.skills), "external": p.external,
            "email": p.email,
        } for p in PEOPLE.values()],
        "channels": [_channel(channel) for channel in workspace.channels],
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


def _channel(channel: Channel) -> Json:
    name = PEOPLE[channel.name].name if channel.kind == "dm" else channel.name
    return {"id": channel.id, "name": name, "kind": channel.kind, "members": list(channel.members),
            "private": channel.private, "archived": channel.archived}  # fmt: skip


async def advance(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{minutes, jump?}`: moves time forward."""
    minutes = asking.number(body, "minutes")
    if minutes < 0:
        raise RefusedCallError("time moves forward only: minutes must not be negative")
    return await step_forward(workspace, minutes, jump=body.get("jump") is True)


async def fault(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{method, error | delay, count, after_posting?}`: the next calls of that method go wrong; `*` means any."""
    error = body.get("error")
    delay = asking.number(body, "delay", 0.0)
    if (error is None) == (delay <= 0):
        raise RefusedCallError("give either error or delay")
    count = int(asking.number(body, "count", 1.0))
    if count < 1:
        workspace.faults.clear()
        return {"ok": True}
    workspace.faults.add(
        Fault(asking.text(body, "method"), None if error is None else str(error), delay, count,
              after_posting=body.get("after_posting") is True)
    )  # fmt: skip
    return {"ok": True}


async def reset(workspace: Workspace, _body: Json, _base: str) -> Json:
    """Workspace and bot back to where they began, the offset included."""
    async with workspace.stepping:
        # The bot first: what it was still sending belongs to what is forgotten.
        trouble = None
        if workspace.bot_url is not None:
            try:
                answer = await workspace.delivery.ask(f"{workspace.bot_url}/reset", {}, 15.0)
                trouble = None if answer.get("ok") else f"the bot could not reset: {answer.get('error')}"
            except (ConnectionError, TimeoutError) as error:
                trouble = f"the bot does not answer: {error}"
        workspace.reset()
    if trouble is not None:
        return {"ok": False, "error": trouble}
    return {"ok": True, "now": workspace.now.iso()}


async def make_channel(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{name, kind?, members?, private?}`: a further channel, for tests of many conversations; answers its id."""
    members = body.get("members", [BOT_USER_ID])
    if not isinstance(members, list) or not all(member in {*PEOPLE, BOT_USER_ID} for member in map(str, members)):
        raise RefusedCallError("members must be ids of users of this workspace")
    made = Channel(new_id("C"), asking.text(body, "name"), asking.text(body, "kind", "other"),
                   tuple(members), private=body.get("private") is True)  # fmt: skip
    workspace.channels.put(made)
    workspace.feed.changed()
    return {"ok": True, "channel": made.id}


async def invite(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, present?}`: somebody, perhaps the bot, comes into a channel, or leaves (`present: false`)."""
    channel = asking.channel(workspace, body)
    user = asking.text(body, "user")
    present = body.get("present", True) is not False
    if user not in PEOPLE and user != BOT_USER_ID:
        raise RefusedCallError(f"no such user: {user}")
    if channel.kind == "dm" or (user in channel.members) == present:
        return asking.heard([], changed=False)
    changed = workspace.channels.with_member(channel, user, present=present)
    event = membership(channel, user, workspace.now.next_ts(), present=present)
    # The bot hears of its own leaving too, so the conversation that counts is the one it was or is in.
    rows = posting.keep(workspace, changed if present else channel, [event])
    workspace.feed.changed()
    return asking.heard(await workspace.outgoing.send(rows), changed=True)


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
    return asking.heard(await workspace.outgoing.send(rows), group=after["id"])


CALLS: dict[str, Call] = {
    "join": join, "message": speaking.message, "edit": speaking.edit, "delete": speaking.delete,
    "command": speaking.command, "reaction": speaking.reaction, "interact": pressing.interact,
    "submit": pressing.submit, "close": pressing.close, "shortcut": pressing.shortcut,
    "open-home": pressing.open_home, "advance": advance, "fault": fault, "reset": reset, "channel": make_channel,
    "invite": invite, "archive": archive, "group": group,
}  # fmt: skip
