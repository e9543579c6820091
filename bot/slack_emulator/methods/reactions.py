"""Reactions of the bot: reactions.add, reactions.remove, reactions.get."""

from __future__ import annotations

from bot.slack_emulator import messages, posting
from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.ids import BOT_USER_ID
from bot.slack_emulator.methods.finding import inside, message
from bot.stand_in.shapes import Json


def add(call: Call) -> Json:
    """Puts a reaction of the bot on a message."""
    return _react(call, present=True)


def remove(call: Call) -> Json:
    """Takes it off again."""
    return _react(call, present=False)


def get(call: Call) -> Json:
    """The message with its reactions."""
    channel = inside(call)
    found = message(call, channel, "timestamp")
    return {"type": "message", "channel": channel.id,
            "message": messages.as_slack(call.workspace.record, channel.id, found)}  # fmt: skip


def _react(call: Call, *, present: bool) -> Json:
    channel = inside(call)
    if channel.archived:
        raise RefusedMethodError("is_archived")
    name = call.required("name").strip(":")
    if not posting.valid_reaction(name):
        raise RefusedMethodError("invalid_name")
    target = message(call, channel, "timestamp")
    rows = posting.react(call.workspace, channel, target, BOT_USER_ID, name, present=present)
    if rows is None:
        raise RefusedMethodError("already_reacted" if present else "no_reaction")
    call.workspace.outgoing.soon(rows)
    return {}
