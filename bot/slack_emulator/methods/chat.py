"""Posting: chat.postMessage, chat.postEphemeral, chat.update, chat.delete, chat.getPermalink."""

from __future__ import annotations

import math
from typing import Any

from bot.slack_emulator import messages, posting
from bot.slack_emulator.blocks import check_blocks, named_files, with_ids
from bot.slack_emulator.calling import Call, RateLimitedError, RefusedMethodError
from bot.slack_emulator.ids import BOT_USER_ID, TEAM_DOMAIN
from bot.slack_emulator.methods.finding import message, visible
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in.shapes import Json, dumps

UPDATE_LONGEST = 4_000
ATTACHMENTS = 100
METADATA_BYTES = 8_000


def post_message(call: Call) -> Json:
    """Posts to a channel, a thread or a person's direct messages."""
    channel = _target(call)
    if BOT_USER_ID not in channel.members and (
        channel.private or "chat:write.public" not in call.workspace.manifest.scopes
    ):
        raise RefusedMethodError("not_in_channel")
    text, blocks, extra = _content(call)
    thread_ts = _thread(call, channel)
    _keep_the_pace(call, channel)
    posted, rows = posting.post_as_bot(
        call.workspace, channel, text, blocks, thread_ts, broadcast=call.flag("reply_broadcast"),
        link_names=call.flag("link_names") or call.text("parse") == "full", extra=extra,
    )  # fmt: skip
    call.workspace.outgoing.soon(rows)
    shown = messages.as_slack(call.workspace.record, channel.id, posted, metadata=True)
    return {"channel": channel.id, "ts": posted["ts"], "message": shown}


def post_ephemeral(call: Call) -> Json:
    """Shows a message to one member of a channel only."""
    channel = _target(call)
    if BOT_USER_ID not in channel.members:
        raise RefusedMethodError("not_in_channel" if not channel.private else "channel_not_found")
    user = call.required("user")
    if user not in channel.members or user == BOT_USER_ID:
        raise RefusedMethodError("user_not_in_channel")
    text, blocks, extra = _content(call)
    thread_ts = _thread(call, channel)
    _keep_the_pace(call, channel)
    posted, _ = posting.post_as_bot(call.workspace, channel, text, blocks, thread_ts, ephemeral_for=user, extra=extra)
    return {"message_ts": posted["ts"]}  # whether anybody will see it, Slack does not say


def update(call: Call) -> Json:
    """Edits one of the bot's messages. What is not given stays, blocks included; an empty list takes them away."""
    channel = visible(call)
    old = message(call, channel, "ts")
    if old["user"] != BOT_USER_ID:
        raise RefusedMethodError("cant_update_message")
    if channel.archived:
        raise RefusedMethodError("is_archived")
    if len(call.text("text") or "") > UPDATE_LONGEST:
        raise RefusedMethodError("msg_too_long")
    text, blocks, extra = _content(call, old["blocks"])
    changes = dict(extra)
    if call.text("text") is not None:
        changes["text"] = text
    if call.args.get("blocks") is not None:
        changes["blocks"] = blocks
    new, rows = posting.change(call.workspace, channel, old, changes, editor=BOT_USER_ID)
    call.workspace.outgoing.soon(rows)
    shown = messages.as_slack(call.workspace.record, channel.id, new)
    return {"channel": channel.id, "ts": new["ts"], "text": new["text"], "message": shown}


def delete(call: Call) -> Json:
    """Deletes one of the bot's messages."""
    channel = visible(call)
    old = message(call, channel, "ts")
    if old["user"] != BOT_USER_ID:
        raise RefusedMethodError("cant_delete_message")
    call.workspace.outgoing.soon(posting.delete(call.workspace, channel, old))
    return {"channel": channel.id, "ts": old["ts"]}


def get_permalink(call: Call) -> Json:
    """An address that leads to a message; in a thread it names the thread too."""
    channel = visible(call)
    found = message(call, channel, "message_ts")
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{found['ts'].replace('.', '')}"
    if found["thread_ts"]:
        link += f"?thread_ts={found['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def validate_blocks(call: Call) -> Json:
    """Says what Slack would say against some blocks, and posts nothing."""
    given: Any = call.json("blocks", "invalid_blocks_format")
    if not isinstance(given, list):
        raise RefusedMethodError("invalid_blocks_format")
    if problems := check_blocks(given):
        raise RefusedMethodError("invalid_blocks", problems, errors=[one.removeprefix("[ERROR] ") for one in problems])
    return {}


def _target(call: Call) -> Channel:
    """Posting also takes a channel's name, or a person's id for their direct messages."""
    wanted = call.text("channel") or ""
    if wanted in PEOPLE and not PEOPLE[wanted].external:
        channel: Channel | None = call.workspace.channels.dm(wanted)
    else:
        channel = call.workspace.channels.find(wanted)
    if channel is not None and channel.kind == "dm" and not call.workspace.manifest.messages_tab:
        raise RefusedMethodError("messages_tab_disabled")
    if channel is None or (channel.private and BOT_USER_ID not in channel.members):
        raise RefusedMethodError("channel_not_found")
    if channel.archived:
        raise RefusedMethodError("is_archived")
    return channel


def _content(call: Call, kept: list[Json] | None = None) -> tuple[str, list[Json] | None, Json]:
    """Text, blocks and further keys of a message, checked; `kept` are blocks that are there already."""
    text = call.text("text") or ""
    given: Any = call.json("blocks", "invalid_blocks_format")
    attachments: Any = call.json("attachments", "invalid_attachments")
    if given is not None and not isinstance(given, list):
        raise RefusedMethodError("invalid_blocks_format")
    if problems := check_blocks(given or []):
        raise RefusedMethodError("invalid_blocks", problems, errors=[one.removeprefix("[ERROR] ") for one in problems])
    if not all(call.workspace.files.has(each) for each in named_files(given or [])):
        raise RefusedMethodError("invalid_blocks", ["[ERROR] invalid slack file"], errors=["invalid slack file"])
    if attachments is not None and (
        not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments)
    ):
        raise RefusedMethodError("invalid_attachments")
    if len(attachments or []) > ATTACHMENTS:
        raise RefusedMethodError("too_many_attachments")
    if not text.strip() and not given and not attachments and not (kept and given is None):
        raise RefusedMethodError("no_text")
    extra: Json = {"attachments": attachments} if attachments else {}
    if (metadata := _metadata(call)) is not None:
        extra["metadata"] = metadata
    return text, with_ids(given, kept) if given else None, extra


def _metadata(call: Call) -> Json | None:
    given: Any = call.json("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str) or not given["event_type"]:
        raise RefusedMethodError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict) or set(given) - {"event_type", "event_payload", "entities"}:
        raise RefusedMethodError("invalid_metadata_schema")
    if len(dumps(given)) > METADATA_BYTES:
        raise RefusedMethodError("metadata_too_large")
    return given


def _thread(call: Call, channel: Channel) -> str | None:
    """A thread is named by its first message's ts; a reply's would start a thread nobody sees."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    root = messages.get(call.workspace.record, channel.id, thread_ts)
    if root is None or root["ephemeral_for"] is not None:
        raise RefusedMethodError("thread_not_found")
    if root["thread_ts"] is not None:
        raise RefusedMethodError("cannot_reply_to_message")
    return thread_ts


def _keep_the_pace(call: Call, channel: Channel) -> None:
    wait = call.workspace.limit.wait(channel.id, call.workspace.now.seconds())
    if wait > 0:
        raise RateLimitedError(max(1, math.ceil(wait)))
