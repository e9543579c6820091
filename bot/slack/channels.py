"""Finds a channel by what people call it."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import error_code
from bot.slack.platform import PLATFORM

PAGE = 200
_ID = re.compile(r"[CG][A-Z0-9]{5,}")
_LINK = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>|https://\S+/archives/([CG][A-Z0-9]+)\S*")


def is_id(named: str) -> bool:
    """Whether it is a channel's id rather than its name."""
    return _ID.fullmatch(named.strip().removeprefix(f"{PLATFORM}:")) is not None


async def find_channel(client: AsyncWebClient, named: str) -> dict[str, Any] | None:
    """The channel of that id, key, name, `#name` or link, as `conversations.info` describes it; None where Vigie sees
    none.

    Private channels are seen only by their members. Raises SlackApiError for anything but an unknown channel.
    """
    named = named.strip().removeprefix(f"{PLATFORM}:")
    if link := _LINK.fullmatch(named):
        named = link[1] or link[2]
    name = named.removeprefix("#")
    if _ID.fullmatch(name):
        try:
            answer = await client.conversations_info(channel=name)
        except SlackApiError as error:
            if error_code(error) != "channel_not_found":
                raise
        else:
            return dict(answer["channel"])
    cursor = ""
    while True:
        answer = await client.conversations_list(
            types="public_channel,private_channel", exclude_archived=False, limit=PAGE, cursor=cursor
        )
        for channel in answer["channels"]:
            if name.lower() in (channel["id"].lower(), channel["name"]):
                return dict(channel)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
