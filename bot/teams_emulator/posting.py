"""Making, changing and deleting messages, with the activities each of these sends to the bot.

Every function stores first, in one transaction with its activities, and answers the ids of those still to be sent:
`Outgoing.send` waits for the bot's answers, `Outgoing.soon` does not. Of the bot's own messages nothing is sent to it.
"""

from __future__ import annotations

import html
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.stand_in.reactions import turned
from bot.stand_in.shapes import Json
from bot.teams_emulator import events, messages
from bot.teams_emulator.ids import BOT_ID, PLATFORM
from bot.teams_emulator.text import pinged, typed
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE


def blank(workspace: Workspace, user: str, *, thread_ts: str | None, ephemeral_for: str | None = None) -> Json:
    """A message with nothing in it yet."""
    ts = workspace.now.next_ms()
    at = datetime.fromtimestamp(int(ts) / 1000, UTC).isoformat()
    return {
        "type": "message", "platform": PLATFORM, "ts": ts, "at": at, "user": user,
        "text": "", "blocks": [], "card": None, "thread_ts": thread_ts, "reactions": [],
        "ephemeral_for": ephemeral_for, "mentions": [], "pings": [],
    }  # fmt: skip


def say(
    workspace: Workspace, channel: Channel, user: str, text: str, thread_ts: str | None = None, *,
    targeted: bool = False, files: Sequence[str] = (),
) -> tuple[Json, list[int]]:  # fmt: skip
    """A person says something, to the bot alone where it is `targeted`. Of `files` the names alone are kept."""
    said = blank(workspace, user, thread_ts=thread_ts, ephemeral_for=user if targeted else None)
    said |= _text(channel, text, user) | {"files": [_file(name) for name in files]}
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, said)
        workspace.now.keep()
        rows = _keep(workspace, channel, said, events.message(workspace, channel, said, targeted=targeted))
    workspace.feed.changed()
    return said, rows


def _text(channel: Channel, text: str, user: str) -> Json:
    """What people read, what is sent to the bot, and whom it mentions."""
    found = typed(text, channel.members)
    named = [one["mentioned"]["id"] for one in found.mentions]
    return {"text": html.unescape(found.text), "sent": found.text, "html": found.html, "entities": found.mentions,
            "mentions": named, "pings": [who for who in named if who not in (user, BOT_ID)]}  # fmt: skip


def _file(name: str) -> Json:
    file_id = str(uuid.uuid4())
    url = f"https://contoso.sharepoint.example.com/files/{file_id}"
    return {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": name, "contentUrl": url,
            "content": {"downloadUrl": url, "uniqueId": file_id, "fileType": name.rpartition(".")[2]}}  # fmt: skip


def _keep(workspace: Workspace, channel: Channel, said: Json, activity: Json) -> list[int]:
    """Stores what is to be sent, where the bot is to hear of that message at all."""
    to_bot = channel.type == "personal" or BOT_ID in said["mentions"] or said["ephemeral_for"] is not None
    if not channel.has_bot or not (to_bot or workspace.installed.reads_all):
        return []
    return [workspace.outgoing.keep(activity)]


def edit(workspace: Workspace, channel: Channel, old: Json, text: str) -> tuple[Json, list[int]]:
    """A person changes what they wrote; nobody is notified of it."""
    new = {**old, **_text(channel, text, old["user"]), "edited": {"user": old["user"], "ts": workspace.now.next_ms()}}
    new["pings"] = old["pings"]
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, new)
        workspace.now.keep()
        rows = _keep(workspace, channel, new, events.message_changed(workspace, channel, new))
    workspace.feed.changed()
    return new, rows


def delete(workspace: Workspace, channel: Channel, old: Json) -> list[int]:
    """Deletes a message; one with answers stays as a place, so that its thread keeps its head."""
    with workspace.record.atomic():
        if old["thread_ts"] is None and messages.has_replies(workspace.record, channel.id, old["ts"]):
            gone = {**old, "subtype": "tombstone", "text": "This message has been deleted.", "card": None,
                    "reactions": [], "mentions": [], "pings": []}  # fmt: skip
            messages.put(workspace.record, channel.id, gone)
        else:
            messages.remove(workspace.record, channel.id, old["ts"])
        by_person = old["user"] != BOT_ID and old["ephemeral_for"] is None
        event = events.message_deleted(workspace, channel, old) if by_person else None
        rows = _keep(workspace, channel, old, event) if event else []
    workspace.feed.changed()
    return rows


def post_as_bot(
    workspace: Workspace, channel: Channel, body: Json, card: Json | None, *, thread_ts: str | None,
    ephemeral_for: str | None = None,
) -> Json:  # fmt: skip
    """The bot says something."""
    said = blank(workspace, BOT_ID, thread_ts=thread_ts, ephemeral_for=ephemeral_for)
    said |= shown(body, card, channel) | {"pings": [] if ephemeral_for else pinged(body, card, channel.members)}
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, said)
        workspace.now.keep()
    workspace.feed.changed()
    return said


def change_as_bot(workspace: Workspace, channel: Channel, old: Json, body: Json, card: Json | None) -> Json:
    """A message of the bot's reads otherwise now; nobody is notified of it."""
    if card != old["card"]:
        workspace.earlier.keep(channel.id, old["ts"], old["card"])
    new = {**old, **shown(body, card, channel), "edited": {"user": BOT_ID, "ts": workspace.now.next_ms()}}
    # What one person was shown after they pressed is over: everybody sees this now.
    new.pop("shown_to", None)
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, new)
        workspace.now.keep()
    workspace.feed.changed()
    return new


def shown(body: Json, card: Json | None, channel: Channel) -> Json:
    """What people see of a message of the bot's. Its `text` is what a notification shows, where it has no words but a
    card."""
    summary = str(body.get("summary") or "")
    return {"text": str(body.get("text") or summary), "summary": summary, "card": card,
        "entities": [one for one in body.get("entities") or [] if isinstance(one, dict)],
        "mentions": pinged(body, card, channel.members)}  # fmt: skip


def react(
    workspace: Workspace, channel: Channel, target: Json, user: str, name: str, *, present: bool
) -> list[int] | None:
    """Puts a reaction on or takes it off; None when that is how it stands already. The bot hears of those on its own
    messages."""
    if not turned(target, user, name, present=present):
        return None
    with workspace.record.atomic():
        messages.put(workspace.record, channel.id, target)
        rows = []
        if user != BOT_ID and target["user"] == BOT_ID and channel.has_bot:
            person = PEOPLE[user]
            found = events.reaction(workspace, channel, target, person, name, present=present)
            rows = [workspace.outgoing.keep(found)]
    workspace.feed.changed()
    return rows
