"""What can be asked of this tenant: its state, what a bot that joins is told, and one function per
`/_control/NAME`, found through one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.stand_in.asking import RefusedCallError, heard, text
from bot.stand_in.control import own_address
from bot.stand_in.shapes import Json
from bot.stand_in.stand import Somebody, roles_of
from bot.teams_emulator import asking, events, pressing, speaking, views
from bot.teams_emulator.connector import KEYS_PATH, METADATA_PATH, SERVICE_PATH, TOKEN_PATH
from bot.teams_emulator.identity import ISSUER
from bot.teams_emulator.ids import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    PLATFORM,
    TEAM_ID,
    TEAM_NAME,
    TENANT_ID,
    new_channel_id,
    new_chat_id,
)
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import CUSTOMER_ID, DESK_ID, GROUP_ID, Channel
from bot.teams_emulator.workspace_people import MARCUS, PEOPLE, account

Call = Callable[[Workspace, Json, str], Awaitable[Json]]
LONG = 365 * 24 * 3600.0


def join(workspace: Workspace, body: Json, base: str, people: list[Somebody]) -> Json:
    """A bot has come up; what it needs to know of this tenant. Without a `messages_url` it is not here."""
    url = own_address(body, "messages_url")
    if url is not None:
        workspace.join(url, base + SERVICE_PATH)
        _install(workspace)
    return {PLATFORM: _identity(workspace, base) | {
        "bot_token": workspace.identity.token_of_app(LONG), "client_secret": workspace.identity.client_secret,
        "desk_channel": DESK_ID, "customer_channels": {CUSTOMER_ID: "Fabrikam"}, "people": roles_of(people),
    }}  # fmt: skip


def _install(workspace: Workspace) -> None:
    """Tells a bot that comes up for the first time where it is installed."""
    if workspace.record.get("teams_told"):
        return
    with workspace.record.atomic():
        for channel_id in (TEAM_ID, GROUP_ID):
            channel = workspace.channels.get(channel_id)
            for each in events.installed(workspace, channel, MARCUS, present=True) if channel else []:
                workspace.outgoing.keep(each)
        workspace.record.set("teams_told", True)
    workspace.outgoing.bot_is_there()


def _identity(workspace: Workspace, base: str) -> Json:
    """Everything that is needed to speak with the bot as Teams does, and with Teams as the bot does."""
    identity = workspace.identity
    return {
        "tenant_id": TENANT_ID, "app_id": APP_ID, "bot_id": BOT_ID, "bot_name": BOT_NAME, "team_id": TEAM_ID,
        "team_name": TEAM_NAME, "service_url": base + SERVICE_PATH, "messages_url": workspace.delivery.messages_url,
        "issuer": ISSUER, "keys_url": base + KEYS_PATH, "openid_url": base + METADATA_PATH,
        "token_url": base + TOKEN_PATH.format(tenant=TENANT_ID), "signing_key": identity.signing_key,
        "key_id": identity.key_id,
    }  # fmt: skip


def state(workspace: Workspace, base: str) -> Json:
    """What there is, for `GET /_control/state`."""
    installed = workspace.installed
    return {
        "users": [{
            "id": p.id, "name": p.name, "handle": p.handle, "title": p.title, "tz": p.tz, "locale": p.locale,
            "shift": p.shift,
            "roles": list(p.roles), "level": p.level, "skills": list(p.skills), "external": p.is_guest,
            "email": p.email, "platform": PLATFORM, "object_id": p.object_id, "account": account(p),
        } for p in PEOPLE.values()],
        "channels": [_channel(channel) for channel in workspace.channels],
        "views": views.listed(workspace.record),
        PLATFORM: _identity(workspace, base) | {
            "commands": [f"/{installed.command}"] if installed.targeted else [],
            "shortcuts": [
                {"callback_id": name, "type": kind, "name": installed.action_names.get(name, name)}
                for name, kinds in installed.actions.items()
                for kind in kinds
            ],
            "reads_all": installed.reads_all, "targeted": installed.targeted,
        },
    }  # fmt: skip


def _channel(channel: Channel) -> Json:
    name = PEOPLE[channel.name].name if channel.kind == "dm" else channel.name
    return {"id": channel.id, "name": name, "kind": channel.kind, "members": list(channel.members),
            "private": channel.type != "channel", "archived": channel.archived, "platform": PLATFORM}  # fmt: skip


async def make_channel(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{name, kind?, members?}`: a further channel of the team, or a group chat; answers its id."""
    members = body.get("members", [BOT_ID])
    if not isinstance(members, list) or not all(member in {*PEOPLE, BOT_ID} for member in map(str, members)):
        raise RefusedCallError("members must be ids of users of this tenant")
    kind = text(body, "kind", "other")
    made = Channel(new_chat_id() if kind == "group" else new_channel_id(), text(body, "name"), kind, tuple(members))
    workspace.channels.put(made)
    workspace.feed.changed()
    if not made.has_bot:
        return {"ok": True, "channel": made.id}
    found = (
        events.installed(workspace, made, MARCUS, present=True) if kind == "group"
        else [events.channel_changed(workspace, made, MARCUS, "channelCreated")]
    )  # fmt: skip
    rows = [workspace.outgoing.keep(each) for each in found]
    return heard(await workspace.outgoing.send(rows), channel=made.id) | {"ok": True}


async def invite(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, present?}`: somebody, perhaps the app, comes into a conversation; `present: false`: leaves."""
    channel = asking.channel(workspace, body)
    user = text(body, "user")
    present = body.get("present", True) is not False
    if user not in PEOPLE and user != BOT_ID:
        raise RefusedCallError(f"no such user: {user}")
    if (user in channel.members) == present:
        return heard([], changed=False)
    changed = workspace.channels.with_member(channel, user, present=present)
    if user == BOT_ID:
        found = events.installed(workspace, changed, MARCUS, present=present)
    else:
        found = [events.membership(workspace, changed, PEOPLE[user], present=present)] if changed.has_bot else []
    rows = [workspace.outgoing.keep(each) for each in found]
    workspace.feed.changed()
    return heard(await workspace.outgoing.send(rows), changed=True)


async def archive(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, archived?}`: closes a channel to every message, or opens it again."""
    channel = asking.channel(workspace, body)
    workspace.channels.archive(channel, archived=body.get("archived", True) is not False)
    workspace.feed.changed()
    return {"ok": True}


async def consent(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{reads_all?, targeted?}`: whether the app hears messages that do not mention it, and whether it may write what
    one person alone sees."""
    changes = {name: body[name] for name in ("reads_all", "targeted") if isinstance(body.get(name), bool)}
    workspace.consent(**changes)
    workspace.feed.changed()
    return {"ok": True}


CALLS: dict[str, Call] = {
    "message": speaking.message, "edit": speaking.edit, "delete": speaking.delete, "command": speaking.command,
    "reaction": speaking.reaction, "interact": pressing.interact, "submit": pressing.submit, "close": pressing.close,
    "shortcut": pressing.shortcut, "open-home": pressing.open_home, "channel": make_channel, "invite": invite,
    "archive": archive, "consent": consent,
}  # fmt: skip
