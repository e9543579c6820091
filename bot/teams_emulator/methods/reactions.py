"""Reactions of the bot's own."""

from __future__ import annotations

from bot.teams_emulator import messages, posting
from bot.teams_emulator.calling import Call, Done, at_pace
from bot.teams_emulator.ids import BOT_ID
from bot.teams_emulator.methods.activities import GONE


def add(call: Call) -> Done:
    """Puts one on a message; doing it twice is harmless."""
    return _change(call, present=True)


def remove(call: Call) -> Done:
    """Takes it off."""
    return _change(call, present=False)


def _change(call: Call, *, present: bool) -> Done:
    channel, _ = call.conversation()
    target = messages.get(call.workspace.record, channel.id, call.path["activity"])
    if target is None or target["ephemeral_for"] is not None or target.get("subtype") == "tombstone":
        raise GONE
    at_pace(call.workspace, "reaction", "")  # over all conversations
    posting.react(call.workspace, channel, target, BOT_ID, call.path["reaction"], present=present)
    return Done()
