"""Making, changing and deleting messages, with the events each of these sends to the bot.

Every function stores first, in one transaction with its events, and answers the ids of the events still to be sent:
`Outgoing.send` waits for the bot's answers, `Outgoing.soon` does not.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bot.slack_emulator import events, messages
from bot.slack_emulator.earlier import of_message
from bot.slack_emulator.ids import APP_ID, BOT_ID, BOT_USER_ID, SLACKBOT_ID, TEAM_DOMAIN, TEAM_ID, new_id
from bot.slack_emulator.text import pinged, rich_text, typed
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in.reactions import turned
from bot.stand_in.shapes import Json

LONGEST = 40_000


def type_text(workspace: Workspace, text: str, *, own_mention: bool) -> str:
    """Typed text in the form Slack's client sends it, channel names resolved in this workspace."""

    def token(name: str) -> str | None:
        channel = workspace.channels.find(name)
        if channel is None or channel.kind == "dm":
            return None
        return f"<#{channel.id}|{'' if channel.private else channel.name}>"

    return typed(text, token, own_mention=own_mention)


def say(workspace: Workspace, channel: Channel, user: str, text: str, thread_ts: str | None = None,
        *, broadcast: bool = False, files: Sequence[str] = ()) -> tuple[Json, list[int]]:  # fmt: skip
    """A person says something; `text` is already in Slack's form. Of `files` the workspace keeps the names alone."""
    team = PEOPLE[user].team_id if user in PEOPLE else TEAM_ID
    extra: Json = {"team": team, "client_msg_id": str(uuid.uuid4())}
    if files:
        extra |= {"subtype": "file_share", "upload": False, "files": [_file(user, name) for name in files]}
    return _post(workspace, channel, user, text, blocks=[rich_text(text)], thread_ts=thread_ts, broadcast=broadcast,
                 extra=extra)  # fmt: skip


def _file(user: str, name: str) -> Json:
    file_id = new_id("F")
    return {"id": file_id, "name": name, "title": name, "user": user, "mode": "hosted", "is_external": False,
            "permalink": f"https://{TEAM_DOMAIN}.slack.com/files/{user}/{file_id}/{quote(name)}"}  # fmt: skip


def post_as_bot(
    workspace: Workspace, channel: Channel, text: str, blocks: list[Json] | None = None, thread_ts: str | None = None,
    *, broadcast: bool = False, ephemeral_for: str | None = None, link_names: bool = False, extra: Json | None = None,
) -> tuple[Json, list[int]]:  # fmt: skip
    """The bot says something; `extra` are further keys of the message (metadata, attachments)."""
    own = {"team": TEAM_ID, "bot_id": BOT_ID, "app_id": APP_ID, **(extra or {})}
    return _post(workspace, channel, BOT_USER_ID, text[:LONGEST], blocks=blocks, thread_ts=thread_ts,
                 broadcast=broadcast, ephemeral_for=ephemeral_for, link_names=link_names, extra=own)  # fmt: skip


def tell_privately(workspace: Workspace, channel: Channel, user: str, text: str) -> None:
    """A line of Slackbot's that only `user` sees: how Slack reports that an app failed."""
    _post(workspace, channel, SLACKBOT_ID, text, ephemeral_for=user, extra={"team": TEAM_ID})


def _post(
    workspace: Workspace, channel: Channel, user: str, text: str, *, blocks: list[Json] | None = None,
    thread_ts: str | None = None, broadcast: bool = False, ephemeral_for: str | None = None, link_names: bool = False,
    extra: Json,
) -> tuple[Json, list[int]]:  # fmt: skip
    mentions = pinged(text, blocks, extra.get("attachments"), link_names=link_names)
    message: Json = {
        "type": "message", "ts": workspace.now.next_ts(), "user": user, "text": text, "blocks": blocks,
        "thread_ts": thread_ts, "reactions": [], "ephemeral_for": ephemeral_for, "mentions": mentions,
        # What only one person sees notifies nobody else, and nobody is notified of what they wrote themselves.
        "pings": [] if ephemeral_for else [who for who in mentions if who != user], **extra,
    }  # fmt: skip
    if broadcast and thread_ts is not None:
        message["subtype"] = "thread_broadcast"
    if ephemeral_for and thread_ts and not messages.has_replies(workspace.record, channel.id, thread_ts):
        return message, []  # as Slack has it: seen only where the thread is active already
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, message)
        workspace.now.keep()
        rows = [] if ephemeral_for else _keep_posted(workspace, channel, message)
    workspace.feed.changed()
    return message, rows


def _keep_posted(workspace: Workspace, channel: Channel, message: Json) -> list[int]:
    own = message["user"] == BOT_USER_ID
    found = [events.message(workspace.record, channel, message)]
    if BOT_USER_ID in message["mentions"] and not own and channel.kind != "dm":
        found.append(events.app_mention(workspace.record, channel, message))
    return keep(workspace, channel, found, own=own)


def keep(workspace: Workspace, channel: Channel, found: list[Json], *, own: bool = False) -> list[int]:
    """Stores events for sending: those the app subscribed to, in conversations it is in."""
    there = BOT_USER_ID in channel.members
    wanted = [event for event in found if there and events.subscription(event) in workspace.manifest.events]
    return workspace.keep_events((events.envelope(event, external=channel.external), own) for event in wanted)


def change(
    workspace: Workspace, channel: Channel, old: Json, changes: Json, *, editor: str | None
) -> tuple[Json, list[int]]:
    """Edits a message; `editor` marks it as edited. Pings stay those of its posting: an edit notifies nobody."""
    event_ts = workspace.now.next_ts()
    new = {**old, **changes}
    if new["blocks"] != old["blocks"]:
        workspace.earlier.keep(of_message(channel.id, old["ts"]), old["blocks"])
    if editor is not None:
        new["edited"] = {"user": editor, "ts": event_ts}
    new["mentions"] = pinged(new["text"], new["blocks"], new.get("attachments"))
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, new)
        workspace.now.keep()
        rows = []
        if old["ephemeral_for"] is None:
            event = events.message_changed(workspace.record, channel, new, old, event_ts)
            rows = keep(workspace, channel, [event], own=old["user"] == BOT_USER_ID)
    workspace.feed.changed()
    return new, rows


def delete(workspace: Workspace, channel: Channel, old: Json) -> list[int]:
    """Deletes a message; one with answers stays as a tombstone, so that its thread keeps its head."""
    record = workspace.record
    event_ts = workspace.now.next_ts()
    with record.atomic():
        if old["thread_ts"] is None and messages.has_replies(record, channel.id, old["ts"]):
            tombstone: Json = {
                "type": "message", "subtype": "tombstone", "ts": old["ts"], "user": SLACKBOT_ID, "hidden": True,
                "text": "This message was deleted.", "blocks": None, "thread_ts": None, "reactions": [],
                "ephemeral_for": None, "pings": [], "mentions": [],
            }  # fmt: skip
            messages.put(record, channel.id, tombstone)
            event = events.message_changed(record, channel, tombstone, old, event_ts)
        else:
            event = events.message_deleted(record, channel, old, event_ts)
            messages.remove(record, channel.id, old["ts"])
        workspace.now.keep()
        rows = [] if old["ephemeral_for"] else keep(workspace, channel, [event], own=old["user"] == BOT_USER_ID)
    workspace.feed.changed()
    return rows


def react(
    workspace: Workspace, channel: Channel, target: Json, user: str, name: str, *, present: bool
) -> list[int] | None:
    """Puts a reaction on or takes it off; None when that is how it stands already."""
    if not turned(target, user, name, present=present):
        return None
    event = events.reaction(channel, target, user, name, workspace.now.next_ts(), present=present)
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, target)
        workspace.now.keep()
        rows = keep(workspace, channel, [event], own=user == BOT_USER_ID)
    workspace.feed.changed()
    return rows


def valid_reaction(name: Any) -> bool:
    """Whether this could be an emoji's name, with or without a skin tone."""
    if not isinstance(name, str):
        return False
    base, _, tone = name.partition("::")
    plain = base.replace("_", "").replace("-", "").replace("+", "").replace("'", "")
    return base != "" and (plain.isalnum() or base in {"+1", "-1"}) and base == base.lower() and len(base) <= 100 and (
        tone == "" or tone in {f"skin-tone-{n}" for n in range(2, 7)}
    )  # fmt: skip
