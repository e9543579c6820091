"""What several methods look up: the conversation a call names, whether the bot may use it, and pages of a list."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.slack_emulator import messages
from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.ids import BOT_USER_ID
from bot.slack_emulator.workspace_channels import Channel
from bot.stand_in.shapes import Json

Item = TypeVar("Item")
LARGEST_PAGE = 1000


def visible(call: Call, name: str = "channel") -> Channel:
    """A conversation by id that the bot can know of: private ones only from inside."""
    channel = call.workspace.channels.get(call.required(name))
    if channel is None or (channel.private and BOT_USER_ID not in channel.members):
        raise RefusedMethodError("channel_not_found")
    return channel


def inside(call: Call) -> Channel:
    """A conversation that the bot is a member of."""
    channel = visible(call)
    if BOT_USER_ID not in channel.members:
        raise RefusedMethodError("not_in_channel")
    return channel


def message(call: Call, channel: Channel, name: str, error: str = "message_not_found") -> Json:
    """A message of that conversation that everybody can see."""
    found = messages.get(call.workspace.record, channel.id, call.required(name))
    if found is None or found["ephemeral_for"] is not None:
        raise RefusedMethodError(error)
    return found


def page(call: Call, items: Sequence[Item], default: int = 100) -> tuple[list[Item], Json]:
    """One page of a list and the `response_metadata` that leads to the next."""
    limit = call.number("limit", default)
    if not 1 <= limit <= LARGEST_PAGE:
        raise RefusedMethodError("invalid_limit")
    start = int(cursor(call) or 0)
    end = start + limit
    return list(items[start:end]), next_cursor(str(end) if end < len(items) else None)


def cursor(call: Call) -> str | None:
    """What `next_cursor` put into the cursor the call came back with."""
    given = call.text("cursor")
    if not given:
        return None
    try:
        kind, _, value = base64.b64decode(given, validate=True).decode().partition(":")
        float(value)
    except ValueError:
        raise RefusedMethodError("invalid_cursor") from None
    if kind != "next":
        raise RefusedMethodError("invalid_cursor")
    return value


def next_cursor(value: str | None) -> dict[str, Any]:
    """The `response_metadata` of a page; empty cursor at the end."""
    return {"next_cursor": "" if value is None else base64.b64encode(f"next:{value}".encode()).decode()}
