"""Messages of the bot's: sent, changed, deleted; to everybody or to one person."""

from __future__ import annotations

from typing import Any

from bot.stand_in.shapes import Json
from bot.teams_emulator import cards, messages, posting
from bot.teams_emulator.calling import Call, Done, RefusedMethodError, at_pace
from bot.teams_emulator.cards import CARD
from bot.teams_emulator.ids import BOT_ID
from bot.teams_emulator.messages import SEEN_FOR
from bot.teams_emulator.text import problem_of_mentions
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel

GONE = RefusedMethodError(404, "ActivityNotFoundInConversation", "Conversation not found.")


def create(call: Call) -> Done:
    """Sends a message; into the thread that the conversation's id names."""
    channel, root = call.conversation()
    return send(call, channel, root)


def send(call: Call, channel: Channel, root: str | None) -> Done:
    """The same, where it is known where to."""
    workspace, body = call.workspace, call.body
    _writable(channel)
    if body.get("type") == "typing":
        return Done({}, 201)
    card = _checked(body)
    thread = _thread(workspace, channel, root)
    recipient = _recipient(call, channel) if call.is_targeted else None
    at_pace(workspace, "post", f"{channel.id};{root or ''}")
    if card is not None and body.get("text"):
        # Teams makes two messages of it, and tells the id of neither.
        posting.post_as_bot(workspace, channel, body, None, thread_ts=thread, ephemeral_for=recipient)
        posting.post_as_bot(workspace, channel, {}, card, thread_ts=thread, ephemeral_for=recipient)
        return Done({}, 201)
    said = posting.post_as_bot(workspace, channel, body, card, thread_ts=thread, ephemeral_for=recipient)
    return Done({"id": said["ts"]}, 201)


def update(call: Call) -> Done:
    """Changes what a message of the bot's says."""
    channel, _ = call.conversation()
    _writable(channel)
    old = _own(call, channel)
    if call.is_targeted and call.body.get("recipient") is not None:
        raise RefusedMethodError(400, "BadArgument", "The recipient of a targeted message cannot be changed.")
    card = _checked(call.body)
    if card is not None and call.body.get("text"):
        raise RefusedMethodError(400, "BadArgument", "Activity resulted into multiple skype activities")
    at_pace(call.workspace, "post", f"{channel.id};{old['thread_ts'] or ''}")
    posting.change_as_bot(call.workspace, channel, old, call.body, card)
    return Done({"id": old["ts"]})


def delete(call: Call) -> Done:
    """Deletes a message of the bot's."""
    channel, _ = call.conversation()
    posting.delete(call.workspace, channel, _own(call, channel))
    return Done()


def _writable(channel: Channel) -> None:
    if channel.archived:
        raise RefusedMethodError(403, "NotEnoughPermissions", "The team is archived.")


def _checked(body: Json) -> Json | None:
    """The card of a message that Teams takes; None: it has none."""
    if body.get("type") != "message":
        raise RefusedMethodError(400, "BadSyntax", f"Unknown activity type {body.get('type')!r}")
    attachments: Any = body.get("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise RefusedMethodError(400, "BadSyntax", "attachments must be a list of attachments")
    found = [one.get("content") for one in attachments if one.get("contentType") == CARD]
    if not (body.get("text") or attachments):
        raise RefusedMethodError(400, "BadSyntax", "Activity must include non empty 'text' or an attachment")
    if cards.too_large({key: body.get(key) for key in ("text", "attachments", "entities", "summary")}):
        raise RefusedMethodError(413, "MessageSizeTooBig", "Message size too large.")
    for content in found:
        if (problem := cards.problem(content)) is not None:
            raise RefusedMethodError(400, "BadArgument", f"Failed to decrypt or read the card: {problem}")
    card: Json | None = found[0] if found else None
    if (problem := problem_of_mentions(body, card)) is not None:
        raise RefusedMethodError(400, "BadArgument", problem)
    return card


def _thread(workspace: Workspace, channel: Channel, root: str | None) -> str | None:
    """The message that a reply hangs on: chats have no threads."""
    if root is None or channel.type != "channel":
        return None
    found = messages.get(workspace.record, channel.id, root)
    if found is None:
        raise RefusedMethodError(404, "ConversationNotFound", "Conversation not found.")
    return str(found["thread_ts"] or found["ts"])


def _recipient(call: Call, channel: Channel) -> str:
    """Whom a message is for that nobody else sees."""
    recipient = call.body.get("recipient")
    name = recipient.get("id") if isinstance(recipient, dict) else None
    if channel.type == "personal":
        raise RefusedMethodError(400, "BadArgument", "Targeted messages are not supported in personal chats.")
    if not call.workspace.installed.targeted:
        raise RefusedMethodError(400, "BadArgument", "Targeted messages are not enabled for this app.")
    if not isinstance(name, str):
        raise RefusedMethodError(400, "BadArgument", "A targeted message needs a recipient.")
    if name not in channel.members or name == BOT_ID:
        raise RefusedMethodError(403, "MemberNotFoundInConversation", "The recipient is not in the conversation.")
    return name


def _own(call: Call, channel: Channel) -> Json:
    """A message of the bot's that is still there."""
    found = messages.get(call.workspace.record, channel.id, call.path["activity"])
    if found is None or found.get("subtype") == "tombstone" or (found["ephemeral_for"] is not None) != call.is_targeted:
        raise GONE
    if found["user"] != BOT_ID:
        raise RefusedMethodError(403, "NotEnoughPermissions", "The bot may only change its own messages.")
    if call.is_targeted and int(found["ts"]) <= call.workspace.now.seconds() * 1000 - SEEN_FOR:
        raise GONE
    return found
